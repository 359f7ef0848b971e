import type { Catalog, KnowledgeGraph } from '../catalog/catalog.js';
import { readTableOf } from '../catalog/source-table.js';
import { checkPlan } from '../plan/check-plan.js';
import type { SourceTable } from '../plan/product.js';
import type { SemanticPlan } from '../plan/query.js';
import type { Reading, WordTrace } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';
import { DpbError } from '../support/errors.js';
import { passedOver, passedOverConfidence } from './accounted.js';
import { searchedTokens } from './candidate-words.js';
import type { Chunk } from './chunk.js';
import { type Cut, cutsOf } from './chunks.js';
import { collapsedConfidence, collapsedRoles } from './collapsed-roles.js';
import { comparesNothing, lacksYearBefore } from './compared-words.js';
import { type Composed, composeWays } from './compose.js';
import { type ComputedColumn, computedColumns, withComputed } from './computed-columns.js';
import { confidenceOf, evidenceOf } from './confidence.js';
import { countedAmounts } from './counted-amounts.js';
import type { Assignment } from './draft.js';
import { echoOf } from './echo.js';
import { flatten } from './flatten.js';
import type { Frame } from './frame.js';
import { framesOf } from './frames.js';
import { assignmentsOf } from './ground.js';
import { passedNow } from './in-force.js';
import { type Lexicon, lexiconOf } from './lexicon.js';
import { lostQuantifiers, missingKeys, nullsLeftOut } from './lost-meaning.js';
import { withMeasuresFirst } from './measure-names.js';
import { mentionsOf, type Net, questionGroundings } from './mentions.js';
import { operatorMentions } from './operators.js';
import { otherPaths, toldPaths } from './other-paths.js';
import { namedOtherwise, otherwiseConfidence } from './otherwise.js';
import { astrayOf } from './ownership.js';
import { shapeKey } from './plan-shape.js';
import { presentVersions } from './present-versions.js';
import { rankOf, type Signs, signsOf } from './ranking.js';
import { readRequest } from './read-request.js';
import { roleStems } from './relationship-roles.js';
import { saidTogether } from './said-together.js';
import { type Said, schemaModel } from './schema-model.js';
import { timeReadings } from './time-phrase.js';
import { type Token, tokensOf } from './tokens.js';
import { traceWords, unresolvedOf } from './trace.js';
import { unmatchedRows } from './unmatched-rows.js';
import { unreadTerms } from './unread-terms.js';
import { stemOf } from './word-forms.js';
import { functionWords } from './words/fillers.js';
import { relatedTo } from './words/related.js';
import { apartFrom, writtenNames } from './written-names.js';

const readingsMax = 8;
const assignmentsMax = 24;
const cutsMax = 6;

/** What reading needs of a catalog, whatever the request: made once for each. */
interface Understood {
  readonly lexicon: Lexicon;
  readonly roles: ReadonlySet<string>;
  readonly shapes: readonly SourceTable[];
  readonly computed: readonly ComputedColumn[];
  /** With the computed columns among the others. */
  readonly catalog: Catalog;
}

const understood = new WeakMap<object, Understood>();

function understoodOf({ catalog }: KnowledgeGraph): Understood {
  const known = understood.get(catalog) ?? understand(catalog);
  understood.set(catalog, known);
  return known;
}

function understand(catalog: Catalog): Understood {
  const computed = computedColumns(catalog);
  return {
    lexicon: lexiconOf(catalog, computed),
    computed,
    catalog: withComputed(catalog, computed),
    roles: roleStems(catalog),
    shapes: catalog.datasets.map(readTableOf),
  };
}

/** A way to read the whole request, with what speaks for it. */
export interface Candidate {
  readonly assignment: Assignment;
  readonly words: readonly WordTrace[];
  readonly signs: Signs;
  readonly chunks: readonly Chunk[];
  readonly frame: Frame;
  readonly composed: Composed;
  readonly key: string;
  readonly total: number;
}

/**
 * Reads the request into at most eight readings, best first. Empty where nothing of it can be composed; words that
 * found nothing are in each reading's `unresolved`. `net` widens the search.
 */
export async function proposeReadings(
  request: Request,
  graph: KnowledgeGraph,
  net: Net = 1,
): Promise<readonly Reading[]> {
  const { lexicon, tokens, cuts, candidates } = await candidateReadings(request, graph, net);
  const [first] = cuts;
  if (candidates.length === 0) return first === undefined ? [] : [emptyReading(request, tokens, first.chunks, lexicon)];
  return candidates
    .slice(0, readingsMax)
    .map((candidate) => readingOf(request, tokens, lexicon, candidate, graph.catalog));
}

/**
 * What a request may mean, best first, with what speaks for each: what `proposeReadings` chooses from.
 * @public the weights are fitted on it (tests/bench/readings.mjs)
 */
export async function candidateReadings(
  request: Request,
  graph: KnowledgeGraph,
  net: Net = 1,
): Promise<{
  readonly lexicon: Lexicon;
  readonly tokens: readonly Token[];
  readonly cuts: readonly Cut[];
  readonly candidates: readonly Candidate[];
}> {
  const known = understoodOf(graph);
  const { lexicon, roles } = known;
  const tokens = await searchedTokens(tokensOf(request.text), lexicon, graph);
  const written = writtenNames(tokens, graph.catalog);
  const found = withMeasuresFirst(tokens, await mentionsOf(tokens, lexicon, graph, net), graph.catalog);
  const mentions = [...apartFrom(written, found), ...written];
  const operators = apartFrom(written, operatorMentions(tokens));
  const questions = questionGroundings(operators, lexicon);
  const times = apartFrom(written, timeReadings(tokens));
  const cuts = cutsOf(tokens, mentions, operators, times, questions, roles, cutsMax, lexicon);
  return { lexicon, tokens, cuts, candidates: candidatesOf(request, known, tokens, cuts) };
}

function candidatesOf(
  request: Request,
  { catalog, computed, shapes }: Understood,
  tokens: readonly Token[],
  cuts: readonly Cut[],
): readonly Candidate[] {
  const said = saidBy(tokens);
  const model = schemaModel(catalog, computed, said);
  const best = new Map<string, Candidate>();
  const add = (candidate: Candidate): void => {
    const known = best.get(candidate.key);
    if (known === undefined || understandsMore(candidate, known)) best.set(candidate.key, candidate);
  };
  const bestCut = cuts[0]?.score ?? 0;
  const saysBoth = tokens.some(({ lower }) => lower === 'both');
  for (const { chunks, score: cutScore } of cuts) {
    const tree = saidTogether(readRequest(chunks));
    for (const { frame, cost } of framesOf(tree, saysBoth)) {
      for (const { assignment, score: grounding } of assignmentsOf(tree, frame, model, assignmentsMax)) {
        const ways = composeWays(frame, model, assignment, request.unmatched);
        if (ways.length === 0) continue;
        const words = traceWords(request.text, tokens, chunks, assignment, frame);
        const verbs = chunks.filter(({ kind }, place) => kind === 'verb' && !assignment.has(-1 - place)).length;
        const astray = astrayOf(frame, chunks, assignment, model);
        for (const composed of ways) {
          const penalty = composed.draft.penalty + cost;
          const making = { grounding, penalty, cut: bestCut - cutScore, apart: cost !== 0, verbs, astray };
          const signs = signsOf(making, words, assignment, chunks, composed.query);
          const key = shapeKey(composed.query);
          const total = rankOf(signs) - (composed.draft.unsafeTables.length > 0 ? refusedPenalty : 0);
          add({ assignment, chunks, frame, composed, words, signs, key, total });
        }
      }
    }
  }
  const ranked = firstTyped([...best.values()].sort(byTotal), request, shapes);
  const [first] = ranked;
  if (first === undefined) return [];
  const others = otherPaths(first, model, said, request.unmatched).map((way) => ({ ...first, ...way }));
  return [...ranked, ...others].sort(byTotal);
}

/** Whether of two ways to the same plan the first makes something of words that the other leaves out, or else fits better. */
function understandsMore(one: Candidate, other: Candidate): boolean {
  const named = conceptsIn(one) - conceptsIn(other);
  const more = one.signs.lost < other.signs.lost && named > 0;
  const less = one.signs.lost > other.signs.lost && named < 0;
  return more || (!less && one.total > other.total);
}

function conceptsIn({ words }: Candidate): number {
  return words.filter(({ kind }) => kind === 'concept').length;
}

function saidBy(tokens: readonly Token[]): Said {
  const pairs = tokens.flatMap(({ stem }, place) => (place === 0 ? [] : [`${tokens[place - 1]?.stem} ${stem}`]));
  const stems = new Set([...tokens.map(({ stem }) => stem), ...pairs]);
  const near = tokens.flatMap(({ kind, lower }) =>
    kind === 'word' && !functionWords.has(lower)
      ? relatedTo(lower).flatMap(({ word, tier }) => (tier < 2 ? [stemOf(word)] : []))
      : [],
  );
  return { stems, hints: new Set([...stems, ...near]) };
}

/** What would count something more than once is read all the same, to be refused with the reason, unless a safe reading is nearly as good. */
const refusedPenalty = 0.5;

/**
 * The first readings whose plans are well typed: one that compares text with numbers is no reading. Raises `access.masked` where
 * one that may not be told is better than they are, and makes something of more words.
 */
function firstTyped(
  candidates: readonly Candidate[],
  request: Request,
  shapes: readonly SourceTable[],
): readonly Candidate[] {
  const typed: Candidate[] = [];
  let masked: { readonly candidate: Candidate; readonly refusal: DpbError } | null = null;
  for (const candidate of candidates) {
    const refusal = refusalOf({ version: 1, query: candidate.composed.query, time: request.time }, shapes);
    if (refusal === null) typed.push(candidate);
    else if (refusal.code === 'access.masked' && typed.length === 0) masked ??= { candidate, refusal };
    if (typed.length >= readingsMax) break;
  }
  const [first] = typed;
  if (masked !== null && (first === undefined || first.signs.lost > masked.candidate.signs.lost)) throw masked.refusal;
  return typed;
}

/** Why a plan may not be told; null where it may. */
function refusalOf(plan: SemanticPlan, shapes: readonly SourceTable[]): DpbError | null {
  try {
    checkPlan(plan, shapes);
    return null;
  } catch (thrown) {
    if (thrown instanceof DpbError && ['plan.invalid', 'access.masked'].includes(thrown.code)) return thrown;
    throw thrown;
  }
}

function byTotal(left: Candidate, right: Candidate): number {
  return right.total - left.total || (left.key < right.key ? -1 : 1);
}

function readingOf(
  request: Request,
  tokens: readonly Token[],
  lexicon: Lexicon,
  candidate: Candidate,
  catalog: Catalog,
): Reading {
  const { composed, words, total } = candidate;
  const plan: SemanticPlan = { version: 1, query: composed.query, time: request.time };
  const unresolved = unresolvedOf(words, lexicon);
  const said = saidBy(tokens).stems;
  const assumptions = [
    ...composed.draft.assumptions,
    ...toldPaths(composed.query, catalog, said, candidate.assignment),
  ];
  assumptions.push(...unmatchedRows(composed.query, request.unmatched, catalog));
  assumptions.push(...nullsLeftOut(composed.query, catalog).map((text) => ({ code: 'nulls_left_out', text })));
  const passed = candidate.chunks.flatMap(({ kind, from }, place) =>
    kind === 'verb' && !candidate.assignment.has(-1 - place) ? [tokens[from]?.text ?? ''] : [],
  );
  if (passed.length > 0)
    assumptions.push({
      code: 'passed_over',
      text: `${[...new Set(passed)].map((word) => `"${word}"`).join(', ')} only ${passed.length > 1 ? 'tie' : 'ties'} together what stands around.`,
    });
  if (composed.query.limit !== null && composed.query.limit.ties === 'cut')
    assumptions.push({
      code: 'ties',
      text: 'Where several are equal at the end of the list, the first of them by name are taken.',
    });
  const collapsed = collapsedRoles(
    composed.query,
    catalog,
    said,
    new Set(passed.map((word) => stemOf(word.toLowerCase()))),
  );
  assumptions.push(...collapsed.map((text) => ({ code: 'roles_collapsed', text })));
  const unused = [
    ...passedOver(candidate.chunks, candidate.assignment, composed.query, catalog),
    ...passedNow(candidate.chunks, tokens, composed.query, catalog),
    ...unreadTerms(tokens, catalog),
    ...presentVersions(composed.query, catalog),
    ...lostQuantifiers(tokens, composed.query),
    ...missingKeys(composed.query, catalog),
    ...countedAmounts(candidate.chunks, candidate.assignment, composed.query, catalog),
  ];
  assumptions.push(...unused.map(({ text }) => ({ code: 'passed_over', text })));
  const otherwise = namedOtherwise(candidate.chunks, candidate.assignment, candidate.frame, catalog);
  assumptions.push(...otherwise.map(({ text }) => ({ code: 'named_otherwise', text })));
  const confidence = Math.min(
    confidenceOf(evidenceOf({ ...candidate, query: composed.query }, catalog)),
    collapsed.length === 0 ? 1 : collapsedConfidence,
    otherwise.some(({ doubtful }) => doubtful) ? otherwiseConfidence : 1,
    unused.some(({ doubtful }) => doubtful) ||
      comparesNothing(candidate.chunks, candidate.signs, composed.query) ||
      lacksYearBefore(candidate.frame)
      ? passedOverConfidence
      : 1,
  );
  return {
    plan,
    echo: echoOf(composed.query),
    words,
    assumptions,
    unresolved,
    score: Math.round(total * 1000) / 1000,
    confidence,
    result: null,
  };
}

/** Nothing could be composed: the reading shows the words alone, with a plan that must not be run. */
function emptyReading(request: Request, tokens: readonly Token[], chunks: readonly Chunk[], lexicon: Lexicon): Reading {
  const frame = flatten(readRequest(chunks));
  const assignment = new Map(
    chunks.flatMap((chunk, index) =>
      chunk.kind === 'thing' && chunk.groundings[0] !== undefined ? [[index, chunk.groundings[0]] as const] : [],
    ),
  );
  const words = traceWords(request.text, tokens, chunks, assignment, frame);
  const query = {
    kind: 'aggregate',
    tables: [],
    joins: [],
    unmatched: request.unmatched,
    every: null,
    dimensions: [],
    measures: [],
    filter: null,
    having: null,
    orderBy: [],
    limit: null,
  } as const;
  return {
    plan: { version: 1, query, time: request.time },
    echo: '',
    words,
    assumptions: [],
    unresolved: unresolvedOf(words, lexicon),
    score: 0,
    confidence: 0,
    result: null,
  };
}
