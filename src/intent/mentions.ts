import type { Catalog, KnowledgeGraph } from '../catalog/catalog.js';
import { compareText } from '../support/text-order.js';
import { conceptKey, type Grounding } from './concept.js';
import type { LexicalEntry, Lexicon } from './lexicon.js';
import { type NearStem, nearStems, sameWord } from './near-words.js';
import type { OperatorMention } from './operators.js';
import { addPersons } from './person-mentions.js';
import { addStoredCounts } from './stored-counts.js';
import type { Token } from './tokens.js';
import { addValueForms } from './value-forms.js';
import { type Add, addValues } from './value-mentions.js';
import { lemmaOf, stemOf, verbBasesOf } from './word-forms.js';
import { functionWords } from './words/fillers.js';
import { countWords } from './words/units.js';
import { verbStems } from './words/verbs.js';

/** A run of tokens (end excluded) that may denote these concepts, best first. */
export interface Mention {
  readonly from: number;
  readonly to: number;
  readonly groundings: readonly Grounding[];
}

/** How wide to look: 1 for the first try; wider nets accept weaker matches. */
export type Net = 1 | 2 | 3;

/** Stems of words that a name ends in without saying more: leaving them out costs little. */
const genericTails = new Set(
  'id identifi name titl code number no key type descript desc detail date text valu info inform on at'.split(' '),
);

/** Stems of words that tell little of what is meant beside the others of their name. */
const paleStems = new Set([
  ...genericTails,
  ...'address amount rang statu year time day count total rate level size group flag list percent percentag indic first last other'.split(
    ' ',
  ),
]);
const paleness = 0.5;
const longestSpan = 6;
const groundingsMax = 12;
/** A table whose name is said this surely goes before others whose columns are called alike. */
const toldScoreMin = 0.65;
/** What is named this surely tells which table the request is about. */
const tellingScoreMin = 0.85;

/** Words that are the very name of something, and what fits them too badly to be meant beside it. */
const fullScoreMin = 0.97;
const partScoreMin = 0.66;

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
  splitOwners(tokens, spans);
  splitFlags(spans);
  addStoredCounts(tokens, lexicon, add);
  await addValues(tokens, lexicon, graph, add);
  const known = (from: number, to: number): readonly Grounding[] => [...(spans.get(`${from} ${to}`)?.values() ?? [])];
  addValueForms(tokens, graph.catalog, known, add);
  addPersons(tokens, graph.catalog, known, tablesAround(spans, graph.catalog), add);
  const told = toldTables([...spans.values()].flatMap((groundings) => [...groundings.values()]));
  return [...spans].flatMap(([key, groundings]) => {
    if (groundings.size === 0) return [];
    const [from = 0, to = 0] = key.split(' ').map(Number);
    const ranked = [...groundings.values()].sort((left, right) => byScore(left, right, told));
    const best = ranked[0]?.score ?? 0;
    // What is said in full by several words is not what shares one of them.
    const meant = to - from > 1 && best >= fullScoreMin ? ranked.filter(({ score }) => score >= partScoreMin) : ranked;
    return [{ from, to, groundings: meant.slice(0, groundingsMax) }];
  });
}

/**
 * `details of the customers` is a column and the thing it belongs to, each read by itself, so that what stands beside the
 * column (`id and details of the customers`) shares the owner; and in `names of department stores` no name ends amid
 * the words of a table.
 */
function splitOwners(tokens: readonly Token[], spans: ReadonlyMap<string, Map<string, Grounding>>): void {
  const tables = [...spans].flatMap(([key, groundings]) => {
    const [from = 0, to = 0] = key.split(' ').map(Number);
    return [...groundings.values()].flatMap(({ concept, score }) =>
      concept.kind === 'dataset' && score >= toldScoreMin ? [{ from, to, dataset: concept.dataset }] : [],
    );
  });
  for (const [key, groundings] of spans) {
    const [from = 0, to = 0] = key.split(' ').map(Number);
    const owner = ownerPlace(tokens, from, to);
    if (owner === null) continue;
    const owners = tables.filter((table) => table.from === owner && table.to >= to);
    for (const [name, { concept }] of groundings)
      if (
        concept.kind === 'column' &&
        owners.some((table) => table.to > to || (table.to === to && table.dataset === concept.dataset))
      )
        groundings.delete(name);
  }
}

/** `parcels on hold` is the thing and what a column of yes and no says of it, each read by itself. */
function splitFlags(spans: ReadonlyMap<string, Map<string, Grounding>>): void {
  for (const [key, groundings] of spans) {
    const [from = 0, to = 0] = key.split(' ').map(Number);
    for (const [name, { concept }] of groundings) {
      if (concept.kind !== 'column') continue;
      for (let cut = from + 1; cut < to; cut += 1) {
        const table = [...(spans.get(`${from} ${cut}`)?.values() ?? [])].some(
          (other) =>
            other.concept.kind === 'dataset' &&
            other.concept.dataset === concept.dataset &&
            other.score >= toldScoreMin,
        );
        const says = [...(spans.get(`${cut} ${to}`)?.values() ?? [])].some(
          (other) =>
            other.concept.kind === 'value' &&
            other.concept.dataset === concept.dataset &&
            other.concept.column === concept.column,
        );
        if (table && says) groundings.delete(name);
      }
    }
  }
}

/** Where the words behind `of` begin within a stretch; null where it has none. */
function ownerPlace(tokens: readonly Token[], from: number, to: number): number | null {
  let place = from + 1;
  while (place < to && tokens[place]?.lower !== 'of') place += 1;
  while (place < to && joints.has(tokens[place]?.lower ?? '')) place += 1;
  return place < to ? place : null;
}

/** The tables of what is named best at each place, and those at most two relationships away. */
function tablesAround(
  spans: ReadonlyMap<string, ReadonlyMap<string, Grounding>>,
  catalog: Catalog,
): ReadonlySet<string> {
  const around = new Set<string>();
  for (const groundings of spans.values()) {
    const best = Math.max(...[...groundings.values()].map(({ score }) => score));
    const own = new Set(
      [...groundings.values()].flatMap(({ concept, score }) =>
        concept.kind === 'metric' || score < best || best < tellingScoreMin ? [] : [concept.dataset],
      ),
    );
    // What several tables have tells of none.
    if (own.size === 1) for (const name of own) around.add(name);
  }
  return neighbours(neighbours(around, catalog), catalog);
}

function neighbours(names: ReadonlySet<string>, catalog: Catalog): ReadonlySet<string> {
  const near = catalog.relationships.flatMap(({ from, to }) =>
    names.has(from.dataset) ? [to.dataset] : names.has(to.dataset) ? [from.dataset] : [],
  );
  return new Set([...names, ...near]);
}

/** How surely each table is named by some words of the request. */
function toldTables(groundings: readonly Grounding[]): ReadonlyMap<string, number> {
  const told = new Map<string, number>();
  for (const { concept, score } of groundings)
    if (concept.kind === 'dataset' && score >= toldScoreMin)
      told.set(concept.dataset, Math.max(told.get(concept.dataset) ?? 0, score));
  return told;
}

function addNames(tokens: readonly Token[], lexicon: Lexicon, net: Net, add: Add): void {
  const near = tokens.map((token) =>
    token.kind === 'word'
      ? nearStems(token.lower, lexicon, !functionWords.has(token.lower))
      : exactNumber(token, lexicon),
  );
  const said = tablesSaid(near, lexicon);
  tokens.forEach((token, from) => {
    if (token.kind === 'sign') return;
    const entries = new Set<LexicalEntry>();
    const short = functionWords.has(token.lower) && token.lower.length < 3;
    for (const { stem } of near[from] ?? [])
      for (const entry of fewer(lexicon.byStem.get(stem) ?? [], said))
        if (!short || opensName(entry, token.stem, near[from + 1] ?? [])) entries.add(entry);
    for (const entry of entries) addEntryMatches(tokens, near, from, entry, lexicon, net, add);
    addJoined(tokens, lexicon, from, add);
  });
}

/** `to city` for a `to_city_id`: a short word of the language says a part of a name only where the name begins with it. */
function opensName({ stems, loose }: LexicalEntry, stem: string, next: readonly NearStem[]): boolean {
  const [first, second] = stems;
  return !loose && first === stem && next.some((near) => near.stem === second);
}

/** A word that more entries have than this tells little: of those only the ones in tables that other words name count. */
const crowd = 300;
const crowdKept = 24;

function fewer(entries: readonly LexicalEntry[], said: ReadonlySet<string>): readonly LexicalEntry[] {
  if (entries.length <= crowd) return entries;
  const telling = entries.filter(({ concept }) => concept.kind === 'metric' || said.has(concept.dataset));
  return [...telling.slice(0, crowd), ...entries.slice(0, crowdKept)];
}

/** The tables of whose names a word of the request is the whole or the last. */
function tablesSaid(near: readonly (readonly NearStem[])[], lexicon: Lexicon): ReadonlySet<string> {
  const said = new Set<string>();
  for (const { stem } of near.flat())
    for (const { concept, stems, loose } of lexicon.byStem.get(stem) ?? [])
      if (concept.kind === 'dataset' && !loose && stems.at(-1) === stem) said.add(concept.dataset);
  return said;
}

function exactNumber(token: Token, lexicon: Lexicon): readonly NearStem[] {
  return lexicon.byStem.has(token.stem) && token.kind === 'number'
    ? [{ stem: token.stem, factor: 1, evidence: '' }]
    : [];
}

/** `zip code` for a column that is called `zipcode`; `signed up` for a table of signups. */
function addJoined(tokens: readonly Token[], lexicon: Lexicon, from: number, add: Add): void {
  const second = tokens[from + 1];
  const first = tokens[from];
  if (first?.kind !== 'word' || second?.kind !== 'word') return;
  const bases = particles.has(second.lower) ? [lemmaOf(first.lower), ...verbBasesOf(first.lower)] : [];
  const written = [`${first.stem}${second.stem}`, `${first.lower}${second.stem}`];
  for (const joined of new Set([...written, ...bases.map((base) => stemOf(base + second.lower))])) {
    for (const entry of lexicon.byStem.get(joined) ?? []) {
      if (entry.stems.length === 1)
        add(from, from + 2, { concept: entry.concept, score: entry.weight * 0.97, evidence: entry.evidence });
    }
  }
}

/** Words that make another verb of one, and a noun of both: `sign up`, `check in`, `pay back`. */
const particles = new Set('in out up off on over down back'.split(' '));

function addEntryMatches(
  tokens: readonly Token[],
  near: readonly (readonly NearStem[])[],
  from: number,
  entry: LexicalEntry,
  lexicon: Lexicon,
  net: Net,
  add: Add,
): void {
  const left = [...entry.stems];
  let quality = 1;
  let evidence = '';
  let order = -1;
  let inOrder = true;
  let isNamed = false;
  for (let to = from; to < Math.min(tokens.length, from + longestSpan); to += 1) {
    const token = tokens[to];
    if (to === from && token !== undefined && token.stem === entry.joined) {
      add(from, to + 1, { concept: entry.concept, score: entry.weight * 0.97, evidence: entry.evidence });
      return;
    }
    const match = bestMatch(near[to] ?? [], left);
    if (token === undefined) return;
    if (match === null) {
      // `date of birth` for a birth date; but `salary of doctors` is a column and its table, each to be read by itself.
      if (to > from && left.length > 0 && joints.has(token.lower) && entry.core.size === entry.stems.length) continue;
      return;
    }
    left.splice(left.indexOf(match.stem), 1);
    const place = entry.stems.indexOf(match.stem);
    const factor =
      match.factor * (match.evidence === '' ? sameWord(token.lower, entry.singulars[place] ?? '', lexicon) : 1);
    if (place < order) inOrder = false;
    order = place;
    quality = Math.min(quality, factor) * (factor < quality ? 1 : Math.sqrt(factor));
    if (match.evidence !== '') evidence = match.evidence;
    if (entry.core.has(match.stem) && !isParticiple(token)) isNamed = true;
    const partial = left.length > 0 && !isNamed ? 0.6 : 1;
    // `number of rooms` counts; it is no name `room number`.
    if (!inOrder && isCountOf(tokens, from)) return;
    // `number` may stand for `code` within an order number; alone it says too little for that.
    if (match.factor < 1 && left.length > 0 && to === from && paleStems.has(match.stem)) continue;
    const score = matchScore(entry, left, quality, inOrder) * partial;
    if (score >= leastScore[net])
      add(from, to + 1, { concept: entry.concept, score, evidence: evidence === '' ? entry.evidence : evidence });
  }
}

/** `enrolled` alone rather says what is done than names a column; beside another word of the name it is a part of it. */
function isParticiple(token: Token): boolean {
  return verbStems.has(token.stem) && /(ed|en|ing|t)$/u.test(token.lower);
}

const joints = new Set(['of', 'the', 'a', 'an', "'s"]);

function isCountOf(tokens: readonly Token[], from: number): boolean {
  return countWords.has(tokens[from]?.lower ?? '') && tokens[from + 1]?.lower === 'of';
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
  if (left.length === 0) return entry.weight * quality * (inOrder ? 1 : 0.93);
  const last = entry.stems.at(-1) ?? '';
  const headMissing = left.includes(last);
  const tailOnly = headMissing && left.every((stem) => genericTails.has(stem));
  const isTable = entry.concept.kind === 'dataset';
  if (tailOnly && !isTable)
    return entry.weight * quality * (last === 'name' || last === 'titl' ? 0.8 : 0.72) * (left.length > 1 ? 0.9 : 1);
  const missing = left.filter((stem) => entry.core.has(stem));
  // The words of its table tell which column is meant, not that it is meant.
  if (headMissing) return entry.weight * quality * (0.34 + 0.36 * (1 - weightOf(missing) / weightOf([...entry.core])));
  const share = 1 - left.length / entry.stems.length;
  return entry.weight * quality * (isTable ? 0.55 + 0.35 * share : 0.45 + 0.4 * share);
}

function weightOf(stems: readonly string[]): number {
  return stems.reduce((sum, stem) => sum + (paleStems.has(stem) ? paleness : 1), 0);
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
    if (best.size > 0)
      found.set(from, [...best.values()].sort((left, right) => byScore(left, right)).slice(0, groundingsMax));
  }
  return found;
}

/** Best first; equal scores by whether their table is named, then in the order of their names, so that every run ranks alike. */
function byScore(left: Grounding, right: Grounding, told: ReadonlyMap<string, number> = new Map()): number {
  const tableScore = ({ concept }: Grounding): number =>
    concept.kind === 'metric' ? 0 : (told.get(concept.dataset) ?? 0);
  return (
    right.score - left.score ||
    tableScore(right) - tableScore(left) ||
    compareText(conceptKey(left.concept), conceptKey(right.concept))
  );
}
