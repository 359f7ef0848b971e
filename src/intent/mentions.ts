import type { KnowledgeGraph, ValueHit } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { compareText } from '../support/text-order.js';
import { type Concept, conceptKey, type Grounding } from './concept.js';
import type { LexicalEntry, Lexicon } from './lexicon.js';
import { type NearStem, nearStems } from './near-words.js';
import type { OperatorMention } from './operators.js';
import type { Token } from './tokens.js';
import { stemOf } from './word-forms.js';
import { fillerWords, functionWords } from './words/fillers.js';
import { valueAliases } from './words/value-aliases.js';
import { verbStems } from './words/verbs.js';

/** A run of tokens (end excluded) that may denote these concepts, best first. */
export interface Mention {
  readonly from: number;
  readonly to: number;
  readonly groundings: readonly Grounding[];
}

/** How wide to look: 1 for the first try; wider nets accept weaker matches. */
export type Net = 1 | 2 | 3;

const genericTails = new Set([
  'id',
  'identifi',
  'name',
  'titl',
  'code',
  'number',
  'no',
  'key',
  'type',
  'descript',
  'detail',
  'date',
  'text',
  'valu',
  'kg',
]);
const longestSpan = 6;

/** The least score of a mention, by how wide the net is: a wider one also takes words of descriptions. */
const leastScore: Readonly<Record<Net, number>> = { 1: 0.45, 2: 0.3, 3: 0.15 };

/** All mentions of names in `tokens`, and of values through one call of the graph. */
export async function mentionsOf(
  tokens: readonly Token[],
  lexicon: Lexicon,
  graph: KnowledgeGraph,
  net: Net,
): Promise<readonly Mention[]> {
  const spans = new Map<string, Map<string, Grounding>>();
  const add = (from: number, to: number, grounding: Grounding): void => {
    const key = `${from} ${to}`;
    const list = spans.get(key) ?? new Map<string, Grounding>();
    const concept = conceptKey(grounding.concept);
    const known = list.get(concept);
    if (known === undefined || known.score < grounding.score) list.set(concept, grounding);
    spans.set(key, list);
  };
  addNames(tokens, lexicon, net, add);
  await addValues(tokens, graph, add);
  return [...spans].map(([key, groundings]) => {
    const [from = 0, to = 0] = key.split(' ').map(Number);
    const ranked = [...groundings.values()].sort(byScore);
    return { from, to, groundings: ranked.slice(0, 12) };
  });
}

type Add = (from: number, to: number, grounding: Grounding) => void;

function addNames(tokens: readonly Token[], lexicon: Lexicon, net: Net, add: Add): void {
  const near = tokens.map((token) =>
    token.kind === 'word'
      ? nearStems(token.lower, lexicon, !functionWords.has(token.lower))
      : exactNumber(token, lexicon),
  );
  tokens.forEach((token, from) => {
    if (token.kind === 'sign' || (functionWords.has(token.lower) && token.lower.length < 3)) return;
    const entries = new Set<LexicalEntry>();
    for (const { stem } of near[from] ?? []) for (const entry of lexicon.byStem.get(stem) ?? []) entries.add(entry);
    for (const entry of entries) addEntryMatches(tokens, near, from, entry, net, add);
    addJoined(tokens, lexicon, from, add);
  });
}

function exactNumber(token: Token, lexicon: Lexicon): readonly NearStem[] {
  return lexicon.byStem.has(token.stem) && token.kind === 'number'
    ? [{ stem: token.stem, factor: 1, evidence: '' }]
    : [];
}

/** `zip code` for a column that is called `zipcode`. */
function addJoined(tokens: readonly Token[], lexicon: Lexicon, from: number, add: Add): void {
  const second = tokens[from + 1];
  const first = tokens[from];
  if (first?.kind !== 'word' || second?.kind !== 'word') return;
  for (const joined of [`${first.stem}${second.stem}`, `${first.lower}${second.stem}`]) {
    for (const entry of lexicon.byStem.get(joined) ?? []) {
      if (entry.stems.length === 1)
        add(from, from + 2, { concept: entry.concept, score: entry.weight * 0.97, evidence: entry.evidence });
    }
  }
}

function addEntryMatches(
  tokens: readonly Token[],
  near: readonly (readonly NearStem[])[],
  from: number,
  entry: LexicalEntry,
  net: Net,
  add: Add,
): void {
  const left = [...entry.stems];
  let quality = 1;
  let evidence = '';
  let order = -1;
  let inOrder = true;
  for (let to = from; to < Math.min(tokens.length, from + longestSpan); to += 1) {
    const token = tokens[to];
    if (to === from && token !== undefined && entry.stems.length > 1 && token.stem === stemOf(entry.stems.join(''))) {
      add(from, to + 1, { concept: entry.concept, score: entry.weight * 0.97, evidence: entry.evidence });
      return;
    }
    const match = bestMatch(near[to] ?? [], left);
    if (token === undefined || match === null) return;
    left.splice(left.indexOf(match.stem), 1);
    const place = entry.stems.indexOf(match.stem);
    if (place < order) inOrder = false;
    order = place;
    quality = Math.min(quality, match.factor) * (match.factor < quality ? 1 : Math.sqrt(match.factor));
    if (match.evidence !== '') evidence = match.evidence;
    const partial =
      left.length > 0 && to === from && verbStems.has(token.stem) && /(ed|en|ing|t)$/u.test(token.lower) ? 0.6 : 1;
    const score = matchScore(entry, left, quality, inOrder) * partial;
    if (score >= leastScore[net])
      add(from, to + 1, { concept: entry.concept, score, evidence: evidence === '' ? entry.evidence : evidence });
  }
}

function bestMatch(candidates: readonly NearStem[], stems: readonly string[]): NearStem | null {
  let best: NearStem | null = null;
  for (const candidate of candidates) {
    if (stems.includes(candidate.stem) && (best === null || candidate.factor > best.factor)) best = candidate;
  }
  return best;
}

/** Saying all of a name scores full; leaving out `id`, `name` or other words of it costs, its last word the most. */
function matchScore(entry: LexicalEntry, left: readonly string[], quality: number, inOrder: boolean): number {
  if (entry.loose) return entry.weight * quality * Math.min(1, 0.8 + 0.2 * (entry.stems.length - left.length - 1));
  if (![...entry.core].some((stem) => !left.includes(stem))) return entry.core.size === 0 ? entry.weight * quality : 0;
  const total = entry.stems.length;
  const said = total - left.length;
  if (left.length === 0) return entry.weight * quality * (inOrder ? 1 : 0.93);
  const last = entry.stems.at(-1) ?? '';
  const headMissing = left.includes(last);
  const tailOnly = headMissing && left.every((stem) => genericTails.has(stem));
  if (tailOnly)
    return entry.weight * quality * (last === 'name' || last === 'titl' ? 0.8 : 0.72) * (left.length > 1 ? 0.9 : 1);
  const share = said / total;
  return entry.weight * quality * (headMissing ? 0.3 + 0.3 * share : 0.45 + 0.4 * share);
}

async function addValues(tokens: readonly Token[], graph: KnowledgeGraph, add: Add): Promise<void> {
  const places = new Map<string, { from: number; to: number; quoted: boolean }[]>();
  const note = (phrase: string, from: number, to: number, quoted: boolean): void => {
    if (phrase.length === 0) return;
    const list = places.get(phrase) ?? [];
    list.push({ from, to, quoted });
    places.set(phrase, list);
  };
  tokens.forEach((token, from) => {
    if (token.kind === 'quoted') note(token.text, from, from + 1, true);
    if (token.kind === 'sign' || token.kind === 'quoted' || functionWords.has(token.lower)) return;
    for (let to = from + 1; to <= Math.min(tokens.length, from + longestSpan); to += 1) {
      const last = tokens[to - 1];
      if (last === undefined || last.kind === 'quoted' || /^[.;:?!()]$/u.test(last.text)) break;
      if (last.kind === 'sign' || functionWords.has(last.lower)) continue;
      note(phraseText(tokens.slice(from, to)), from, to, false);
    }
  });
  if (places.size === 0) return;
  addAliases(tokens, graph, add);
  for (const hit of await graph.findValues([...places.keys()])) {
    for (const place of places.get(hit.phrase) ?? []) addHit(tokens, hit, place, add);
  }
}

function phraseText(tokens: readonly Token[]): string {
  let text = '';
  let end = tokens[0]?.start ?? 0;
  for (const token of tokens) {
    text += (token.start > end ? ' ' : '') + token.text;
    end = token.end;
  }
  return text;
}

function addHit(
  tokens: readonly Token[],
  hit: ValueHit,
  place: { readonly from: number; readonly to: number; readonly quoted: boolean },
  add: Add,
): void {
  const length = place.to - place.from;
  const first = tokens[place.from];
  if (
    hit.match !== 'exact' &&
    length === 1 &&
    first !== undefined &&
    !first.capitalised &&
    !place.quoted &&
    (verbStems.has(first.stem) || fillerWords.has(first.lower))
  )
    return;
  const sameCase = hit.value === hit.phrase;
  if (!place.quoted && hit.match !== 'exact' && length === 1 && first?.kind === 'number') return;
  const base = { exact: 0.9, contains: 0.5, near: 0.45 }[hit.match];
  const named = first?.capitalised === true || first?.kind === 'number' ? 0.06 : 0;
  const plain =
    hit.match === 'exact' && first?.kind === 'word' && !first.capitalised && length === 1 && !place.quoted ? -0.08 : 0;
  const score = Math.min(
    1.05,
    base +
      (place.quoted ? 0.12 : 0) +
      (sameCase ? 0.04 : 0) +
      named +
      plain +
      (hit.match === 'exact' ? 0 : Math.min(0.2, 0.1 * (length - 1))),
  );
  const concept: Concept = {
    kind: 'value',
    dataset: hit.dataset,
    column: hit.column,
    value: hit.value,
    match: hit.match,
  };
  add(place.from, place.to, {
    concept,
    score,
    evidence:
      hit.match === 'exact'
        ? 'a value in the data'
        : hit.match === 'contains'
          ? `part of the value "${hit.value}"`
          : `near the value "${hit.value}"`,
  });
}

/** `female` for a column of genders that says F. */
function addAliases(tokens: readonly Token[], graph: KnowledgeGraph, add: Add): void {
  tokens.forEach((token, from) => {
    const alias = valueAliases.find(({ words }) => words.includes(token.lower));
    if (alias === undefined) return;
    for (const dataset of graph.catalog.datasets) {
      for (const column of dataset.columns) {
        if (!columnWords(dataset, column).some((word) => alias.columns.includes(word))) continue;
        const value = column.values?.find((candidate) =>
          alias.values.some((text) => text.toLowerCase() === candidate.value.toLowerCase()),
        );
        if (value !== undefined)
          add(from, from + 1, {
            concept: { kind: 'value', dataset: dataset.name, column: column.name, value: value.value, match: 'exact' },
            score: 0.96,
            evidence: `"${value.value}" stands for ${token.lower}`,
          });
      }
    }
  });
}

/** `how old`: the columns whose name says one of the question's nouns, by the place of the question. */
export function questionGroundings(
  operators: readonly OperatorMention[],
  lexicon: Lexicon,
): ReadonlyMap<number, readonly Grounding[]> {
  const found = new Map<number, readonly Grounding[]>();
  for (const { from, operator } of operators) {
    if (operator.kind !== 'question') continue;
    const groundings = operator.nouns.flatMap((noun, index) =>
      (lexicon.byStem.get(stemOf(noun)) ?? [])
        .filter(({ concept, loose }) => concept.kind === 'column' && !loose)
        .map((entry) => ({
          concept: entry.concept,
          score: (entry.stems.length === 1 ? 0.85 : 0.7) - 0.04 * index,
          evidence: `the question asks for a kind of "${noun}"`,
        })),
    );
    const best = new Map<string, Grounding>();
    for (const grounding of groundings)
      if ((best.get(conceptKey(grounding.concept))?.score ?? 0) < grounding.score)
        best.set(conceptKey(grounding.concept), grounding);
    if (best.size > 0) found.set(from, [...best.values()].sort(byScore).slice(0, 12));
  }
  return found;
}

/** Best first; equal scores in the order of their names, so that every run ranks alike. */
function byScore(left: Grounding, right: Grounding): number {
  return right.score - left.score || compareText(conceptKey(left.concept), conceptKey(right.concept));
}
