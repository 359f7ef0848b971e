/**
 * A text as a Spark literal. Quotes, backslashes and controls are escaped, so that it reads the same whatever Spark thinks of
 * doubled quotes; `${` would be taken for a variable.
 */
export function sparkText(value: string): string {
  const inside = value
    .replace(/[\\']/g, '\\$&')
    .replaceAll('${', '\\u0024{')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `'${inside}'`;
}

/** A pattern match. Spark refuses an escaped character that needs no escape: it stands for itself. */
export function sparkLike(
  operand: string,
  pattern: string,
  ignoreCase: boolean,
): { readonly operand: string; readonly match: string } {
  const plain = sparkText(pattern.replace(/\\([^\\%_])/gu, '$1'));
  return ignoreCase
    ? { operand: lowerText(operand), match: `LIKE ${lowerText(plain)}` }
    : { operand, match: `LIKE ${plain}` };
}

/**
 * Each character in lower case by itself: Spark makes two characters of İ, and of Σ at the end of a word a ς.
 */
export function lowerText(operand: string): string {
  return `lower(translate(${operand}, 'İΣ', 'iσ'))`;
}

/** Characters whose upper case is several to Spark, and the one that stands for them alone; others of this sort stay as they are. */
const upperOne = {
  from: 'ßᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾳῃῳ',
  to: 'ẞᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ',
} as const;

/** Each character in upper case by itself. Only where upper case is longer than the text it is taken character by character. */
export function upperText(operand: string): string {
  const one = `CASE WHEN length(upper(c)) = 1 THEN upper(c) ELSE translate(c, '${upperOne.from}', '${upperOne.to}') END`;
  const each = `array_join(transform(split(${operand}, ''), c -> ${one}), '')`;
  return `CASE WHEN length(upper(${operand})) > length(${operand}) THEN ${each} ELSE upper(${operand}) END`;
}
