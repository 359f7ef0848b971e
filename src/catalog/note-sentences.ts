/** A sentence of a note that may define something: `head` is what is defined, `body` what it is. */
export interface Definition {
  readonly head: string;
  readonly body: string;
}

/** The names that a head gives: `Average Basket (AB)` is `Average Basket`, also called `AB`. */
export interface DefinedNames {
  readonly name: string;
  readonly synonyms: readonly string[];
}

/** The sentences of a note, without bullets and the full stop at the end. */
export function sentencesOf(note: string): readonly string[] {
  return note
    .split(/\r?\n|(?<=[^.\s]{2}[.!])\s+(?=["'`(]?\p{Lu})/u)
    .map((sentence) =>
      sentence
        .replaceAll(/\s+/gu, ' ')
        .replace(/^\s*(?:[-*•]|\d+[.)])\s+/u, '')
        .replace(/[\s.;!]+$/u, '')
        .trim(),
    )
    .filter((sentence) => sentence !== '');
}

const verbs = {
  made: 'defined|calculated|computed|measured|obtained|derived|expressed|determined|given|found|estimated|described|classified|considered|counted',
  means:
    'refers? to|means?|stands? for|denotes?|represents?|equals?|is equal to|are equal to|corresponds? to|signif(?:y|ies)|impl(?:y|ies)|indicates?|is short for|is an abbreviation (?:of|for)',
  make: 'calculate|compute|find|get|determine|obtain|measure|derive|work out|identify|count|select|filter for|filter',
};

/** Forms of a definition, the more telling ones first; each captures head and body by name. */
const forms: readonly RegExp[] = [
  new RegExp(
    `^(?:in order )?to (?:${verbs.make}) (?:the |an? )?(?<head>.+?),? (?:you )?(?:should |can |must |we )?(?:use|do|take|apply|divide|calculate|compute|check)(?: the formula| the filter| the condition)?:? (?<body>.+)$`,
    'iu',
  ),
  /^the (?:formula|definition|calculation|condition|filter) (?:for|of) (?<head>.+?) (?:is|=)(?: as follows)?:? (?<body>.+)$/iu,
  new RegExp(
    `^(?:always )?use (?<body>.+) (?:for|when asked (?:for|about)|to (?:${verbs.make})) (?<head>[^()='"]+)$`,
    'iu',
  ),
  new RegExp(
    `^(?<head>.+?),? (?:is|are|can be|should be|must be|will be|gets?) (?:${verbs.made})(?: as| by| with| using| from| to be| when| if| via)*:? (?<body>.+)$`,
    'iu',
  ),
  /^(?:an? |the |any |each )?[\p{L}_ ]+? (?:is|are) (?:considered|deemed|treated as|regarded as|counted as|said to be|called) (?<head>(?!(?:those|all|any|the|ones?|only|rows?|records?|an?)\b)[\p{L}-]+(?: [\p{L}-]+)?),? (?:if|when|where|once) (?<body>.+)$/iu,
  /^(?:an? |the |any |each )?[\p{L}_ ]+? (?:is|are) (?<head>(?!(?:those|all|any|the|ones?|only|rows?|records?|an?)\b)[\p{L}-]+(?: [\p{L}-]+)?),? (?:if|when) (?<body>.+)$/iu,
  new RegExp(`^(?<head>.+?),? (?:always )?(?:${verbs.means}):? (?<body>.+)$`, 'iu'),
  /^(?<head>[^=<>!:]+?)\s*(?::=|:|=|→|->|=>)\s+(?<body>.+)$/u,
  /^(?<head>[^=<>!:]+?)\s*=\s*(?<body>.+)$/u,
  /^(?<head>.+?) (?:-|–|—) (?<body>.+)$/u,
  /^(?<head>.+?),? (?:is|are) (?<body>.+)$/iu,
];

/** The ways to take the sentence as a definition, the most telling first. */
export function definitionsOf(sentence: string): readonly Definition[] {
  return forms.flatMap((form) => {
    const { head, body } = form.exec(sentence)?.groups ?? {};
    if (head === undefined || body === undefined) return [];
    return bodiesOf(body).map((one) => ({ head: head.trim(), body: one }));
  });
}

/** The body as it stands, and without what only introduces or explains it. */
function bodiesOf(body: string): readonly string[] {
  const plain = body
    .trim()
    .replace(
      /^(?:(?:the )?(?:formula|expression|sql|condition|filter)(?: is)?:? |(?:use|using|do|as|by|take|taking) )/iu,
      '',
    )
    .replace(/^(?:dividing|to divide) /iu, '')
    .replaceAll('`', '');
  const unexplained = plain
    // Without a comma `that are` tells which ones are meant, and explains nothing.
    .replace(/, (?:which|that) (?:is|are) .+$/iu, '')
    .replace(/,? (?:which|that) (?:gives?|shows?|means?|measures?|represents?|tells?|indicates?) .+$/iu, '')
    .replace(/,? (?:i\.e\.|e\.g\.|representing|showing|indicating|measuring|giving) .+$/iu, '');
  return [...new Set([plain, unexplained])];
}

/** `margin of an order`: what is defined, and whose it is; null where that is not said. */
export function ownerOf(head: string): { readonly head: string; readonly owner: string } | null {
  const { name, owner } =
    /^(?<name>.+?) (?:of|for|per) (?:an?|each|one|every) (?<owner>[\p{L}_ ]+)$/iu.exec(head)?.groups ?? {};
  return name === undefined || owner === undefined ? null : { head: name, owner };
}

/** The names of a head; null where it is no name but a clause. */
export function namesOf(head: string): DefinedNames | null {
  const plain = head
    .replaceAll(/["'`“”]/gu, '')
    .replace(
      /^(?:note(?: that)?:? |the (?:metric|measure|term|kpi|word|phrase|acronym|abbreviation|value of) |an? |the |our )/iu,
      '',
    )
    .replace(/ (?:metric|kpi|ratio metric)$/iu, '')
    .trim();
  const bracketed = /^(?<outer>[^()]+?)\s*\((?<inner>[^()]+)\)$/u.exec(plain)?.groups;
  const listed = (bracketed?.outer ?? plain).split(/\s*(?:,? or |\/|, also (?:known as|called) |, a\.?k\.?a\.? )\s*/iu);
  const names = [...listed, ...(bracketed?.inner === undefined ? [] : bracketed.inner.split(/\s*(?:,| or )\s*/u))]
    .map((name) => name.replace(/^(?:or|also|aka|a\.k\.a\.) /iu, '').trim())
    .filter((name) => name !== '');
  // The long form is the name: short forms are what people type instead.
  const [name, ...synonyms] = [...names].sort((left, right) => wordCount(right) - wordCount(left));
  const isName = names.every((one) => wordCount(one) <= 7 && /^[\p{L}\p{N}][\p{L}\p{N} _%&'+.-]*$/u.test(one));
  return name === undefined || !isName ? null : { name, synonyms };
}

function wordCount(text: string): number {
  return text.split(/[\s_]+/u).length;
}

/** Splits at the words or signs that stand outside of parentheses and quotes; every split in two, left to right. */
export function splitsAt(text: string, separators: RegExp): readonly (readonly [string, string])[] {
  return [...maskedOf(text).matchAll(separators)].map(({ index, 0: separator }) => [
    text.slice(0, index).trim(),
    text.slice(index + separator.length).trim(),
  ]);
}

/** Stands for a character that must not be read; no text holds it. */
const masked = '\uE000';

/** The text with everything in parentheses or quotes made unreadable, character for character. */
function maskedOf(text: string): string {
  let depth = 0;
  let quote = '';
  let before = '';
  let result = '';
  for (const character of text) {
    const opens = quote === '' && /['"]/u.test(character) && !/[\p{L}\p{N}]/u.test(before);
    if (quote === '' && character === '(') depth += 1;
    result += quote !== '' || opens || depth > 0 ? masked.repeat(character.length) : character;
    if (quote === '' && character === ')') depth = Math.max(0, depth - 1);
    // An apostrophe within a word opens nothing.
    if (opens) quote = character;
    else if (character === quote) quote = '';
    before = character;
  }
  return result;
}

/** Without parentheses around the whole. */
export function unwrapped(text: string): string {
  const trimmed = text.trim();
  const isWhole = trimmed.startsWith('(') && trimmed.endsWith(')') && closesAtEnd(trimmed);
  return isWhole ? unwrapped(trimmed.slice(1, -1)) : trimmed;
}

/** Whether the first parenthesis closes with the last: not so in `(a) / (b)`. */
function closesAtEnd(text: string): boolean {
  let depth = 0;
  return [...text].every((character, index, all) => {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    return depth > 0 || index === all.length - 1;
  });
}
