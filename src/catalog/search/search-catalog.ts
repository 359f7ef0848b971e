import { compareText } from '../../support/text-order.js';
import { type SearchDocument, searchWords } from './search-documents.js';
import type { Meant, SearchEvidence, SearchHit } from './search-hit.js';
import type { SearchIndex } from './search-index.js';

/** Words of the index that stand for a searched one, each with how much it counts, 0 to 1. */
type Expansion = readonly { readonly searched: string; readonly term: number; readonly weight: number }[];

/** Of each way to search the best documents; those behind would add nothing that tells. */
const rankedMax = 1000;

/**
 * What the words mean most likely, best first: by BM25 over the words themselves, over words of the catalog that are near
 * them, and by meaning where `meant` says it (best first), merged by reciprocal rank. Of hits that are much alike the first
 * comes early and the others late.
 */
export function searchCatalog(
  index: SearchIndex,
  text: string,
  limit: number,
  meant: readonly Meant[] = [],
): readonly SearchHit[] {
  const words = [...new Set(searchWords(text))];
  const exact: Expansion = words.flatMap((searched) => {
    const term = index.term(searched);
    return term === null ? [] : [{ searched, term, weight: 1 }];
  });
  const near: Expansion = words.flatMap((searched) => index.near(searched).map((found) => ({ searched, ...found })));
  const lists = [ranked(index, exact), ranked(index, near), meant.map(({ place }) => place)];
  const likeness = new Map(meant.map((found) => [found.place, found.likeness]));
  const candidates = [...mergedRanks(lists)]
    .sort(([left, leftScore], [right, rightScore]) => rightScore - leftScore || left - right)
    .slice(0, limit * 4)
    .map(([place, score]) => candidateOf(index, place, score, { exact, near }, likeness.get(place)));
  return diversified(candidates.sort(byScore), limit);
}

/** Saturation of repeated words, and how much long texts count less: the usual values of BM25. */
const saturation = 1.2;
const lengthShare = 0.75;

/** The places of the documents that have one of the words, best first, at most `rankedMax`. */
function ranked(index: SearchIndex, expansion: Expansion): readonly number[] {
  if (expansion.length === 0) return [];
  const { lengths, averageLength, documents } = index;
  const scores = new Float64Array(documents);
  const having: number[] = [];
  for (const { term, weight } of expansion) {
    const count = index.count(term);
    const rarity = weight * Math.log(1 + (documents - count + 0.5) / (count + 0.5));
    index.visit(term, (document, times) => {
      const long = saturation * (1 - lengthShare + (lengthShare * (lengths[document] ?? 0)) / averageLength);
      const known = scores[document] ?? 0;
      if (known === 0) having.push(document);
      scores[document] = known + rarity * ((times * (saturation + 1)) / (times + long));
    });
  }
  return best(having, scores);
}

/** The documents of the best scores, best first, of equal ones the first. */
function best(having: readonly number[], scores: Float64Array): readonly number[] {
  const isBefore = (left: number, right: number): boolean => {
    const [one, other] = [scores[left] ?? 0, scores[right] ?? 0];
    return one > other || (one === other && left < right);
  };
  // The worst of those that are kept stands first, so that most documents need one comparison.
  const kept: number[] = [];
  for (const document of having) {
    if (kept.length < rankedMax) {
      kept.push(document);
      for (let at = kept.length - 1; at > 0; ) {
        const above = (at - 1) >> 1;
        if (!swapIf(kept, above, at, isBefore)) break;
        at = above;
      }
    } else if (isBefore(document, kept[0] ?? 0)) {
      kept[0] = document;
      sink(kept, isBefore);
    }
  }
  return kept.sort((left, right) => (isBefore(left, right) ? -1 : 1));
}

type IsBefore = (left: number, right: number) => boolean;

function swapIf(kept: number[], above: number, below: number, isBefore: IsBefore): boolean {
  const [upper = 0, lower = 0] = [kept[above], kept[below]];
  if (!isBefore(upper, lower)) return false;
  kept[above] = lower;
  kept[below] = upper;
  return true;
}

function sink(kept: number[], isBefore: IsBefore): void {
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    if (left >= kept.length) return;
    const worse = right < kept.length && isBefore(kept[left] ?? 0, kept[right] ?? 0) ? right : left;
    if (!swapIf(kept, at, worse, isBefore)) return;
    at = worse;
  }
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

interface Candidate {
  readonly hit: SearchHit;
  readonly words: SearchDocument['words'];
}

function candidateOf(
  index: SearchIndex,
  place: number,
  score: number,
  { exact, near }: { readonly exact: Expansion; readonly near: Expansion },
  likeness: number | undefined,
): Candidate {
  const { kind, dataset, name, words } = index.document(place);
  const evidence = (expansion: Expansion, match: SearchEvidence['match']): readonly SearchEvidence[] =>
    expansion.flatMap(({ searched, term }) => {
      const found = index.text(term);
      const fields = words.get(found);
      return fields === undefined ? [] : [{ searched, found, match, fields }];
    });
  const shown = [...evidence(exact, 'exact'), ...evidence(near, 'near')];
  const hit = { kind, dataset, name, score, evidence: shown };
  return { hit: likeness === undefined ? hit : { ...hit, likeness }, words };
}

/** How much being found counts against being unlike what was told before. */
const relevanceShare = 0.8;

function diversified(candidates: readonly Candidate[], limit: number): readonly SearchHit[] {
  const best = candidates[0]?.hit.score ?? 1;
  const open = candidates.map((candidate) => ({ ...candidate, likeness: 0 }));
  const told: SearchHit[] = [];
  while (told.length < limit && open.length > 0) {
    const worth = open.map(
      ({ hit, likeness }) => relevanceShare * (hit.score / best) - (1 - relevanceShare) * likeness,
    );
    const [next] = open.splice(worth.indexOf(Math.max(...worth)), 1);
    if (next === undefined) break;
    told.push(next.hit);
    for (const other of open) other.likeness = Math.max(other.likeness, likenessOf(next.words, other.words));
  }
  return told;
}

/** The share of words that both have. */
function likenessOf(left: SearchDocument['words'], right: SearchDocument['words']): number {
  let common = 0;
  for (const word of left.keys()) if (right.has(word)) common += 1;
  return common / Math.max(1, left.size + right.size - common);
}

function byScore({ hit: left }: Candidate, { hit: right }: Candidate): number {
  const identity = ({ kind, dataset, name }: SearchHit): string => `${dataset ?? ''}\n${kind}\n${name}`;
  return right.score - left.score || compareText(identity(left), identity(right));
}
