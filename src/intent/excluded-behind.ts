import type { Token } from './tokens.js';

/** What people say behind the things that they leave out. */
const endings: readonly (readonly string[])[] = [
  'excluded',
  'left out',
  'left aside',
  'ignored',
  'omitted',
  'disregarded',
  'not counted',
  'not included',
  'not considered',
  'do not count',
  'does not count',
  "don't count",
  "doesn't count",
].map((phrase) => phrase.split(' '));

const auxiliaries = new Set(['is', 'are', 'was', 'were', 'should', 'must', 'be', 'being', 'to']);
const endingSigns = new Set([',', '.', ';', ':', '(', ')', '?', '!']);
const wordsMax = 4;
/** Of several things (`waived and drafted bills left out`). */
const listMax = 6;

/**
 * `total of 2024, returns left out`: said behind what it denies, as a clause of its own. It is read as `without returns`. A
 * sentence that only says so (`Returns do not count.`) belongs to the one before. Offsets stay those of the text.
 */
export function withDenialsFirst(tokens: readonly Token[]): readonly Token[] {
  for (let place = tokens.length - 1; place > 0; place -= 1) {
    const ending = endings.find((words) => words.every((word, index) => tokens[place + index]?.lower === word));
    if (ending === undefined || !isBoundary(tokens[place + ending.length])) continue;
    const turned = turnedAt(tokens, place, ending.length);
    if (turned !== null) return withDenialsFirst(turned);
  }
  return tokens;
}

function turnedAt(tokens: readonly Token[], place: number, length: number): readonly Token[] | null {
  let verb = place;
  while (auxiliaries.has(tokens[verb - 1]?.lower ?? '')) verb -= 1;
  const [single, listed] = [clauseStart(tokens, verb, false), clauseStart(tokens, verb, true)];
  const isList = listed > 0 && listed < single && tokens[listed]?.lower !== 'and';
  const from = isList && verb - listed <= listMax ? listed : single;
  const [first, last] = [tokens[verb], tokens[place + length - 1]];
  const things = tokens.slice(from, verb);
  if (first === undefined || last === undefined || things.length === 0) return null;
  if (from === single && things.length > wordsMax) return null;
  const before = tokens.slice(0, from);
  const opener = before.at(-1);
  if (opener === undefined) return null;
  const kept = opener.lower === 'with' || ['.', ';', ':'].includes(opener.text) ? before.slice(0, -1) : before;
  const denial: Token = { ...first, text: 'without', lower: 'without', stem: 'without', end: last.end };
  return [...kept, denial, ...things, ...tokens.slice(place + length)];
}

/** Where what stands before `end` begins: behind a sign or `with`, and behind `and` where it is no list. */
function clauseStart(tokens: readonly Token[], end: number, isList: boolean): number {
  let from = end;
  while (from > 0 && (!isBoundary(tokens[from - 1]) || (isList && tokens[from - 1]?.lower === 'and'))) {
    if (tokens[from - 1]?.lower === 'with') break;
    from -= 1;
  }
  return from;
}

function isBoundary(token: Token | undefined): boolean {
  return token === undefined || endingSigns.has(token.text) || token.lower === 'and';
}
