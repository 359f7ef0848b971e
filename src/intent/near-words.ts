import { distance } from 'fastest-levenshtein';
import { compareText } from '../support/text-order.js';
import type { Lexicon } from './lexicon.js';
import { stemOf } from './word-forms.js';
import { thesaurus } from './words/thesaurus.js';

/** A stem of the catalog that a word of the request may have meant. `factor` multiplies the score. */
export interface NearStem {
  readonly stem: string;
  readonly factor: number;
  readonly evidence: string;
}

const groupsByStem = new Map<string, readonly string[]>();
for (const group of thesaurus) {
  const stems = group.map(stemOf);
  for (const stem of stems)
    groupsByStem.set(stem, [...(groupsByStem.get(stem) ?? []), ...stems.filter((other) => other !== stem)]);
}

/** Stems of the catalog that stand near `word`: the same, related in ordinary English, an abbreviation, or a typo away. */
export function nearStems(word: string, lexicon: Lexicon, typos: boolean): readonly NearStem[] {
  const stem = stemOf(word);
  const found = new Map<string, NearStem>();
  const add = (near: NearStem): void => {
    const known = found.get(near.stem);
    if (known === undefined || known.factor < near.factor) found.set(near.stem, near);
  };
  if (lexicon.byStem.has(stem)) add({ stem, factor: 1, evidence: '' });
  for (const other of groupsByStem.get(stem) ?? []) {
    if (lexicon.byStem.has(other)) add({ stem: other, factor: 0.72, evidence: `"${word}" may mean "${other}"` });
  }
  for (const other of lexicon.stems) {
    const factor = shortFormFactor(word.toLowerCase(), stem, other);
    if (factor > 0) add({ stem: other, factor, evidence: `"${other}" looks short for "${word}"` });
  }
  if (typos && !found.has(stem) && stem.length >= 4) {
    const limit = stem.length >= 8 ? 2 : 1;
    for (const other of lexicon.stems) {
      if (Math.abs(other.length - stem.length) > limit || other.length < 4) continue;
      const steps = editSteps(stem, other);
      if (steps > 0 && steps <= limit)
        add({ stem: other, factor: 0.8 - 0.1 * (steps - 1), evidence: `near match of "${word}"` });
    }
  }
  return [...found.values()];
}

/** Levenshtein distance in which two swapped neighbours count as one step. */
function editSteps(left: string, right: string): number {
  const steps = distance(left, right);
  if (steps !== 2 || left.length !== right.length) return steps;
  const place = [...left].findIndex((letter, index) => letter !== right[index]);
  const swapped = left.slice(0, place) + (left[place + 1] ?? '') + (left[place] ?? '') + left.slice(place + 2);
  return swapped === right ? 1 : steps;
}

/** How well `name` reads as a short form of `word`: a prefix, or its letters in order without most vowels. 0 for not at all. */
function shortFormFactor(word: string, stem: string, name: string): number {
  if (name === stem || name.length < 2 || name.length >= word.length || name[0] !== word[0]) return 0;
  if (word.length >= 5 && name.length >= 3 && word.startsWith(name) && word.length - name.length >= 2)
    return name.length >= 4 ? 0.72 : 0.66;
  if (name.length < 3 || word.length < 5) return 0;
  return consonants(word) === name || (consonants(word).startsWith(name) && name.length >= 4) ? 0.7 : 0;
}

function consonants(word: string): string {
  return (
    word.charAt(0) +
    word
      .slice(1)
      .replace(/[aeiou]/gu, '')
      .replace(/(.)\1+/gu, '$1')
  );
}

/** Names of the catalog nearest to `word`, best first, at most three, each near by another word: for telling what there is. */
export function nearNames(word: string, lexicon: Lexicon): readonly string[] {
  const stem = stemOf(word);
  const byPart = new Map<string, { readonly name: string; readonly far: number }>();
  for (const name of lexicon.names.values()) {
    for (const part of name.split(' ')) {
      const far = distance(stem, stemOf(part)) / Math.max(stem.length, part.length);
      const known = byPart.get(part);
      if (
        known === undefined ||
        name.length < known.name.length ||
        (name.length === known.name.length && compareText(name, known.name) < 0)
      )
        byPart.set(part, { name, far });
    }
  }
  const ranked = [...byPart.values()].sort(
    (left, right) => left.far - right.far || left.name.length - right.name.length || compareText(left.name, right.name),
  );
  return [...new Set(ranked.map(({ name }) => name))].slice(0, 3);
}
