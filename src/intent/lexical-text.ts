import { functionWords } from './words/fillers.js';

const wordsOfDescriptionMax = 24;

/** The words and numbers of a text in lower case, without signs. */
export function plainWords(text: string): readonly string[] {
  return [...text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)].map((match) => match[0]);
}

/** The words of a description that may tell what it describes, at most the first 24. */
export function contentWords(text: string): readonly string[] {
  return plainWords(text)
    .filter((word) => word.length > 2 && !functionWords.has(word))
    .slice(0, wordsOfDescriptionMax);
}

/**
 * Codes with their meanings as descriptions list them: `1 = open, 2: closed`, `A (active)`, `C - cancelled`. Only codes that
 * `isCode` knows; a meaning has at most four words.
 */
export function codesInText(
  text: string,
  isCode: (code: string) => boolean,
): readonly { readonly code: string; readonly meaning: string }[] {
  const pattern =
    /(?<![\p{L}\p{N}])['"]?([\p{L}\p{N}_]{1,12})['"]?\s*(?:=|:|–|—|\s-\s|\bmeans\b|\bis\b|\bfor\b|\()\s*['"]?(\p{L}[\p{L} -]{1,40})/gu;
  return [...text.matchAll(pattern)].flatMap((match) => {
    const code = match[1] ?? '';
    const words = plainWords(match[2] ?? '');
    const end = words.findIndex((word, place) => place > 0 && functionWords.has(word));
    const meaning = (end < 0 ? words : words.slice(0, end)).slice(0, 4).join(' ');
    return meaning !== '' && meaning !== code.toLowerCase() && isCode(code) ? [{ code, meaning }] : [];
  });
}
