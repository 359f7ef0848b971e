import type { AggregateFunction, Expression, Query } from '../plan/query.js';
import { aggregatesOf, expressionsOf, nodesOf, queriesOf } from '../plan/traverse.js';
import type { Chunk } from './chunk.js';
import type { Operator } from './words/operator.js';

/** What was said and does not show in the plan, or shows and was not said: counts, 0 where plan and words agree. */
export interface Fidelity {
  /** Kinds of aggregates (`average`, `how many`) that the plan computes nowhere. */
  readonly unmeasured: number;
  /** 1 where groups were asked for (`per`, `for each`) and nothing is grouped by. */
  readonly ungrouped: number;
  /** 1 where a superlative was said and nothing is picked. */
  readonly unpicked: number;
  /** 1 where something was denied and the plan denies nothing, or the other way round. */
  readonly undenied: number;
  /** Comparisons said beyond those of the plan. */
  readonly uncompared: number;
  /** Numbers that the plan does not hold. */
  readonly unused: number;
  /** 1 where alternatives were said and the plan has none. */
  readonly unforked: number;
  /** 1 where only some rows are taken though no word asks for that. */
  readonly unaskedLimit: number;
  /** Groups beyond one though no word asks for groups. */
  readonly unaskedGroups: number;
}

/** Compares the words that ask for operations with the operations of the plan, inner queries included. */
export function fidelityOf(chunks: readonly Chunk[], query: Query): Fidelity {
  const said = chunks.flatMap((chunk) => (chunk.kind === 'operator' ? [chunk.operator] : []));
  const queries = queriesOf(query);
  const nodes = queries.flatMap(expressionsOf).flatMap(nodesOf);
  const computed = functionsOf(queries);
  const picks = queries.some(({ limit }) => limit !== null);
  const groups = queries.reduce((sum, part) => sum + (part.kind === 'aggregate' ? part.dimensions.length : 0), 0);
  const has = (...kinds: readonly Operator['kind'][]): boolean => said.some(({ kind }) => kinds.includes(kind));
  const denies = has('negate', 'missing') || said.some((word) => word.kind === 'compare' && word.operator === 'ne');
  const denied = nodes.some(isDenial) || queries.some((part) => part.kind === 'set' && part.operation === 'except');
  const picked =
    picks || computed.has('max') || computed.has('min') || nodes.some(({ kind }) => kind === 'scalar_query');
  const grouping = has('group', 'each', 'grain', 'cycle', 'time_trend', 'chart', 'axis');
  const compared = said.filter(({ kind }) => kind === 'compare' || kind === 'between').length;
  return {
    unmeasured: unmeasured(said, computed),
    ungrouped: has('group', 'each', 'grain', 'cycle') && groups === 0 && !queries.some(divides) ? 1 : 0,
    unpicked: has('superlative', 'adjective', 'frequent', 'top') && !picked ? 1 : 0,
    undenied: denies === denied ? 0 : 1,
    uncompared: Math.min(2, Math.max(0, compared - nodes.filter(isComparison).length)),
    unused: Math.min(3, unusedNumbers(chunks, queries, nodes)),
    unforked: has('or') && !nodes.some(isFork) && !queries.some(({ kind }) => kind === 'set') ? 1 : 0,
    unaskedLimit: picks && !has('superlative', 'adjective', 'frequent', 'top', 'order', 'direction') ? 1 : 0,
    unaskedGroups: grouping ? 0 : Math.min(2, Math.max(0, groups - 1)),
  };
}

/** Whether a measure is a ratio, in which a mean over groups (`per customer`) goes up too. */
function divides(query: Query): boolean {
  return query.kind === 'aggregate' && query.measures.some(({ definition }) => definition.kind === 'ratio');
}

function functionsOf(queries: readonly Query[]): ReadonlySet<AggregateFunction> {
  return new Set(
    queries.flatMap((part) =>
      part.kind === 'aggregate'
        ? part.measures.flatMap(({ definition }) => aggregatesOf(definition)).map((measure) => measure.function)
        : [],
    ),
  );
}

function unmeasured(said: readonly Operator[], computed: ReadonlySet<AggregateFunction>): number {
  const counts = computed.has('count') || computed.has('count_distinct');
  const wanted = new Set(
    said.flatMap((word) =>
      word.kind === 'aggregate' ? [word.function] : word.kind === 'count' || word.kind === 'times' ? ['count'] : [],
    ),
  );
  return [...wanted].filter((name) => {
    // `the average number of seats` is the average of what is a number already.
    if (name === 'count') return !counts && !computed.has('sum') && !computed.has('avg');
    if (name === 'sum') return !computed.has('sum') && !counts;
    if (name === 'avg' && computed.has('count_distinct')) return false;
    return ![...computed].some((known) => known === name);
  }).length;
}

function isDenial(node: Expression): boolean {
  return (
    node.kind === 'not' ||
    node.kind === 'is_null' ||
    (node.kind === 'comparison' && node.operator === 'ne') ||
    ((node.kind === 'in' || node.kind === 'like' || node.kind === 'between' || node.kind === 'membership') &&
      node.negated)
  );
}

/** Whether the node compares something with something. */
export function isComparison(node: Expression): boolean {
  return node.kind === 'comparison' || node.kind === 'between' || node.kind === 'in' || node.kind === 'membership';
}

function isFork(node: Expression): boolean {
  return (
    node.kind === 'or' ||
    (node.kind === 'in' && node.values.length > 1) ||
    (node.kind === 'and' && node.operands.length > 1)
  );
}

/** Numbers in the words for which the plan has no literal and no limit; years may have become dates. */
function unusedNumbers(chunks: readonly Chunk[], queries: readonly Query[], nodes: readonly Expression[]): number {
  const held = new Set<number>(queries.flatMap(({ limit }) => (limit === null ? [] : [limit.count])));
  for (const node of nodes) {
    const literals = node.kind === 'literal' ? [node.literal] : node.kind === 'in' ? node.values : [];
    for (const literal of literals) if ('value' in literal) held.add(Number.parseFloat(String(literal.value)));
  }
  return chunks.filter((chunk) => {
    if (chunk.kind !== 'number') return false;
    const value = Number(chunk.value);
    return ![value, value - 1, value + 1, value / 100].some((near) => held.has(near));
  }).length;
}
