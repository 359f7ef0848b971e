import type { LexicalEntry, Lexicon } from './lexicon.js';
import type { Token } from './tokens.js';
import type { Add } from './value-mentions.js';
import { singularOf, stemOf } from './word-forms.js';
import { verbStems } from './words/verbs.js';

/** Stems of the words for a number in the name of a column that keeps one. */
const numberStems = new Set(['num', 'number', 'count', 'cnt', 'no', 'n', 'total'].map(stemOf));
const storedScore = 0.92;

/**
 * A column that keeps how many there are (`num_booked`) is meant by the things and what became of them: `booked guests`,
 * `guests booked`, `guests who are booked`.
 */
export function addStoredCounts(tokens: readonly Token[], lexicon: Lexicon, add: Add): void {
  tokens.forEach((token, place) => {
    if (token.kind !== 'word' || !verbStems.has(token.stem) || !/(?:ed|en)$/u.test(token.lower)) return;
    const kept = (lexicon.byStem.get(token.stem) ?? []).filter((entry) => keepsNumberOf(entry, token.stem));
    if (kept.length === 0) return;
    const stretches: (readonly [number, number])[] = [];
    if (isPlural(tokens[place + 1])) stretches.push([startOf(tokens, place), place + 2]);
    const before = nounBefore(tokens, place);
    if (before !== null) stretches.push([before, place + 1]);
    for (const [from, to] of stretches)
      for (const { concept, weight } of kept)
        add(from, to, {
          concept,
          score: weight * storedScore,
          evidence: `a number of those that are ${token.lower} is kept`,
        });
  });
}

function keepsNumberOf({ concept, stems }: LexicalEntry, verb: string): boolean {
  return (
    concept.kind === 'column' &&
    stems.length === 2 &&
    stems.includes(verb) &&
    stems.some((stem) => numberStems.has(stem))
  );
}

/** `number of booked guests`: the column is called so with its number. */
function startOf(tokens: readonly Token[], place: number): number {
  const counted = tokens[place - 1]?.lower === 'of' && numberStems.has(tokens[place - 2]?.stem ?? '');
  return counted ? place - 2 : place;
}

/** Where the things stand that something became of; null where none do. */
function nounBefore(tokens: readonly Token[], place: number): number | null {
  let before = place - 1;
  while (links.has(tokens[before]?.lower ?? '')) before -= 1;
  return isPlural(tokens[before]) ? before : null;
}

const links = new Set(['who', 'that', 'are', 'is', 'were', 'was', 'have', 'been']);

function isPlural(token: Token | undefined): boolean {
  return token?.kind === 'word' && !verbStems.has(token.stem) && singularOf(token.lower) !== token.lower;
}
