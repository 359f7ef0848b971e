import { distance } from 'fastest-levenshtein';
import { compareText } from '../../support/text-order.js';
import { type SearchDocument, type SearchField, type SearchIndex, searchWords } from './search-index.js';

/** What showed that something is meant: a word that was searched, the word of the catalog that it met, and where that stands. */
export interface SearchEvidence {
  readonly searched: string;
  readonly found: string;
  readonly match: 'exact' | 'near';
  readonly fields: readonly SearchField[];
}

/** Something that was found. Scores compare only within one search. */
export interface SearchHit {
  readonly kind: SearchDocument['kind'];
  readonly dataset: string | null;
  readonly name: string;
  readonly score: number;
  readonly evidence: readonly SearchEvidence[];
}

/** Words that stand for a searched one, each with how much it counts, 0 to 1. */
type Expansion = readonly { readonly searched: string; readonly found: string; readonly weight: number }[];

/**
 * What the words mean most likely, best first: by BM25 over the words themselves, and over words of the catalog that are
 * near them, merged by reciprocal rank. Of hits that are much alike the first comes early and the others late.
 */
export function searchCatalog(index: SearchIndex, text: string, limit: number): readonly SearchHit[] {
  const words = [...new Set(searchWords(text))];
  const exact: Expansion = words.flatMap((word) =>
    index.postings.has(word) ? [{ searched: word, found: word, weight: 1 }] : [],
  );
  const near: Expansion = words.flatMap((word) => nearWords(index, word));
  const scores = mergedRanks([ranked(index, exact), ranked(index, near)]);
  const hits = [...scores].map(([place, score]) => hitOf(index, place, score, { exact, near }));
  return diversified(hits.sort(byScore).slice(0, Math.max(limit * 4, limit)), limit);
}

/** Saturation of repeated words, and how much long texts count less: the usual values of BM25. */
const saturation = 1.2;
const lengthShare = 0.75;

/** The places of the documents that have one of the words, best first. */
function ranked({ documents, postings, averageLength }: SearchIndex, expansion: Expansion): readonly number[] {
  const scores = new Map<number, number>();
  for (const { found, weight } of expansion) {
    const having = postings.get(found) ?? new Map<number, number>();
    const rarity = Math.log(1 + (documents.length - having.size + 0.5) / (having.size + 0.5));
    for (const [place, count] of having) {
      const relative = (documents[place]?.length ?? 0) / averageLength;
      const part = (count * (saturation + 1)) / (count + saturation * (1 - lengthShare + lengthShare * relative));
      scores.set(place, (scores.get(place) ?? 0) + weight * rarity * part);
    }
  }
  return [...scores]
    .sort(([left, leftScore], [right, rightScore]) => rightScore - leftScore || left - right)
    .map(([place]) => place);
}

/** Words of the catalog one typo away, two in long words, or that the word begins. */
function nearWords({ postings }: SearchIndex, word: string): Expansion {
  if (word.length < 3) return [];
  const typosMax = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
  return [...postings.keys()].flatMap((found) => {
    if (found === word) return [];
    if (found.startsWith(word)) return [{ searched: word, found, weight: word.length / found.length }];
    if (Math.abs(found.length - word.length) > typosMax) return [];
    const typos = distance(found, word);
    return typos > typosMax ? [] : [{ searched: word, found, weight: 1 - typos / word.length }];
  });
}

/** Ranks count as in the paper that reciprocal ranks are from. */
const rankOffset = 60;

function mergedRanks(lists: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const scores = new Map<number, number>();
  for (const list of lists)
    for (const [rank, place] of list.entries())
      scores.set(place, (scores.get(place) ?? 0) + 1 / (rankOffset + rank + 1));
  return scores;
}

function hitOf(
  { documents }: SearchIndex,
  place: number,
  score: number,
  { exact, near }: { readonly exact: Expansion; readonly near: Expansion },
): SearchHit & { readonly words: ReadonlySet<string> } {
  const document = documents[place];
  const evidence = (expansion: Expansion, match: SearchEvidence['match']): readonly SearchEvidence[] =>
    expansion.flatMap(({ searched, found }) => {
      const fields = document?.words.get(found);
      return fields === undefined ? [] : [{ searched, found, match, fields }];
    });
  return {
    kind: document?.kind ?? 'column',
    dataset: document?.dataset ?? null,
    name: document?.name ?? '',
    score,
    evidence: [...evidence(exact, 'exact'), ...evidence(near, 'near')],
    words: new Set(document?.words.keys()),
  };
}

/** How much being found counts against being unlike what was told before. */
const relevanceShare = 0.8;

function diversified(
  candidates: readonly (SearchHit & { readonly words: ReadonlySet<string> })[],
  limit: number,
): readonly SearchHit[] {
  const best = candidates[0]?.score ?? 1;
  const open = [...candidates];
  const told: (typeof open)[number][] = [];
  while (told.length < limit && open.length > 0) {
    const worth = open.map((hit) => {
      const likeness = Math.max(0, ...told.map((other) => likenessOf(hit.words, other.words)));
      return relevanceShare * (hit.score / best) - (1 - relevanceShare) * likeness;
    });
    const next = worth.indexOf(Math.max(...worth));
    told.push(...open.splice(next, 1));
  }
  return told.map(({ words: _words, ...hit }) => hit);
}

/** The share of words that both have. */
function likenessOf(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const common = [...left].filter((word) => right.has(word)).length;
  return common / Math.max(1, left.size + right.size - common);
}

function byScore(left: SearchHit, right: SearchHit): number {
  const identity = ({ kind, dataset, name }: SearchHit): string => `${dataset ?? ''}\n${kind}\n${name}`;
  return right.score - left.score || compareText(identity(left), identity(right));
}
