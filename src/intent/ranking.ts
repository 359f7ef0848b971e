import type { Expression, Query } from '../plan/query.js';
import type { WordTrace } from '../plan/reading.js';
import { datasetsOf, nodesOf, queriesOf, shownNamesOf } from '../plan/traverse.js';
import type { Chunk } from './chunk.js';
import type { Assignment } from './draft.js';
import { fidelityOf } from './fidelity.js';
import { weights } from './words/ranking-weights.js';

/** What is known of a way to read a request, as numbers of about 0 to 3: the higher the more of it. */
export type Signs = Readonly<Record<keyof typeof weights, number>>;

/** What a reading was made of. */
export interface Making {
  /** How well words and concepts fit, as a mean of logarithms. */
  readonly grounding: number;
  /** What fitted badly in composing. */
  readonly penalty: number;
  /** What the cut of the request loses against the likeliest. */
  readonly cut: number;
  /** Whether conditions were set apart from the rows of the thing shown. */
  readonly apart: boolean;
  /** Verbs that named nothing. */
  readonly verbs: number;
  /** Columns that were said to be of another thing than they are of. */
  readonly astray: number;
}

/** How far from what is said a value is: a part of values says what is meant better than another spelling of one. */
const farness = { exact: 0, contains: 0.4, near: 1 } as const;
/** A table that is named less surely than this is rather guessed. */
const guessBelow = 0.58;

/** Gathers the signs of a reading. */
export function signsOf(
  making: Making,
  words: readonly WordTrace[],
  assignment: Assignment,
  chunks: readonly Chunk[],
  query: Query,
): Signs {
  const groundings = [...assignment.values()];
  const scores = groundings.map(({ score }) => score);
  const queries = queriesOf(query);
  const used = datasetsOf(query);
  const said = new Set(groundings.flatMap(({ concept }) => (concept.kind === 'metric' ? [] : [concept.dataset])));
  const tables = groundings.flatMap(({ concept }) => (concept.kind === 'dataset' ? [concept.dataset] : []));
  const outer = query.kind === 'set' ? null : query;
  const aggregate = outer?.kind === 'aggregate' ? outer : null;
  const shown =
    aggregate !== null
      ? [...aggregate.dimensions, ...aggregate.measures]
      : outer?.kind === 'detail'
        ? outer.columns
        : [];
  return {
    ...fidelityOf(chunks, query),
    grounding: making.grounding,
    penalty: Math.min(3, making.penalty),
    lost: Math.min(4, words.filter(({ kind }) => kind === 'unresolved').length),
    cut: Math.min(3, making.cut),
    apart: making.apart ? 1 : 0,
    verbs: Math.min(3, making.verbs),
    weakest: scores.length === 0 ? 0 : Math.min(1, ...scores),
    tables: Math.min(6, used.length),
    unsaid: Math.min(4, used.filter((dataset) => !said.has(dataset)).length),
    dropped: Math.min(3, tables.filter((dataset) => !used.includes(dataset)).length),
    joins: Math.min(5, outer?.joins.length ?? 0),
    nested: Math.min(3, queries.length - 1),
    having: aggregate !== null && comparesGroups(aggregate.having) ? 1 : 0,
    limited: outer !== null && outer.limit !== null ? 1 : 0,
    detail: outer?.kind === 'detail' ? 1 : 0,
    measures: Math.min(4, aggregate?.measures.filter((measure) => measure.shown).length ?? 0),
    dimensions: Math.min(4, aggregate?.dimensions.filter((dimension) => dimension.shown).length ?? 0),
    outputs: Math.min(6, shownNamesOf(query).length),
    hidden: Math.min(3, shown.filter((output) => !output.shown).length),
    distinct:
      unaskedDistinct(chunks) &&
      aggregate?.measures.some(
        ({ definition }) => definition.kind === 'aggregate' && definition.function === 'count_distinct',
      )
        ? 1
        : 0,
    homes:
      aggregate === null
        ? 0
        : new Set(
              aggregate.measures.flatMap(({ definition }) =>
                definition.kind === 'aggregate' ? [definition.home] : [],
              ),
            ).size > 1
          ? 1
          : 0,
    metrics: Math.min(3, groundings.filter(({ concept }) => concept.kind === 'metric').length),
    near: Math.min(
      3,
      groundings.reduce((sum, { concept }) => sum + (concept.kind === 'value' ? farness[concept.match] : 0), 0),
    ),
    astray: Math.min(2, making.astray),
    guessed: Math.min(
      2,
      groundings.filter(({ concept, score }) => concept.kind === 'dataset' && score < guessBelow).length,
    ),
  };
}

/** Whether groups are kept by what they measure, not only those that have a member. */
function comparesGroups(having: Expression | null): boolean {
  return having !== null && nodesOf(having).some(({ kind }) => kind === 'comparison' || kind === 'between');
}

/** Whether no word says that different things are counted. */
function unaskedDistinct(chunks: readonly Chunk[]): boolean {
  return !chunks.some((chunk) => chunk.kind === 'operator' && chunk.operator.kind === 'distinct');
}

/** The sum of what each number weighs; one without a weight weighs nothing. */
export function weightedSum(numbers: Readonly<Record<string, number>>, by: Readonly<Record<string, number>>): number {
  let sum = 0;
  for (const [name, weight] of Object.entries(by)) sum += weight * (numbers[name] ?? 0);
  return sum;
}

/** How likely a reading is against others of the same request: only comparisons mean something. */
export function rankOf(signs: Signs): number {
  return weightedSum(signs, weights);
}
