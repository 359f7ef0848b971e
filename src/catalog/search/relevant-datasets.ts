import { searchWords } from './search-documents.js';
import type { WeightedWord } from './search-hit.js';
import type { SearchIndex } from './search-index.js';

/**
 * The datasets that the words of a request speak of, best first, of equal ones the first by name. `groups` are the words
 * with what may stand for each. A word counts once in each dataset, for where it counts most.
 */
export function relevantDatasets(
  index: SearchIndex,
  groups: readonly (readonly WeightedWord[])[],
  limit: number,
): readonly string[] {
  const { homes, lengths, averageLength, documents, datasets } = index;
  const scores = new Float64Array(datasets.length + 1);
  const ofGroup = new Float64Array(datasets.length + 1);
  for (const group of groups) {
    const touched: number[] = [];
    for (const { term, weight } of termsOf(index, group)) {
      const count = index.count(term);
      const rarity = weight * Math.log(1 + (documents - count + 0.5) / (count + 0.5));
      index.visit(term, (document, times) => {
        const home = homes[document] ?? 0;
        // A name that is all said tells more than one of which a word is said.
        const score = (rarity * times) / (times + (lengths[document] ?? 0) / averageLength);
        if ((ofGroup[home] ?? 0) === 0) touched.push(home);
        if (score > (ofGroup[home] ?? 0)) ofGroup[home] = score;
      });
    }
    for (const home of touched) {
      scores[home] = (scores[home] ?? 0) + (ofGroup[home] ?? 0);
      ofGroup[home] = 0;
    }
  }
  const found = datasets.flatMap((name, place) => {
    const score = scores[place + 1] ?? 0;
    return score > 0 ? [{ name, score, place }] : [];
  });
  return found
    .sort((left, right) => right.score - left.score || left.name.length - right.name.length || left.place - right.place)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** The words of the group that the index has, and of those that it has not, what they are misspelt for. */
function termsOf(
  index: SearchIndex,
  group: readonly WeightedWord[],
): readonly { readonly term: number; readonly weight: number }[] {
  const terms = new Map<number, number>();
  const add = (term: number, weight: number): void => {
    terms.set(term, Math.max(terms.get(term) ?? 0, weight));
  };
  for (const { word, weight } of group)
    for (const part of searchWords(word)) {
      const term = index.term(part);
      if (term !== null) add(term, weight);
    }
  const [said] = group;
  if (said !== undefined)
    for (const part of searchWords(said.word)) for (const near of index.near(part)) add(near.term, near.weight * 0.7);
  return [...terms].map(([term, weight]) => ({ term, weight }));
}
