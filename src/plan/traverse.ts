import { assertNever } from '../support/assert-never.js';
import { dpbError } from '../support/errors.js';
import type {
  AggregateMeasure,
  AggregateQuery,
  Dimension,
  Expression,
  Join,
  MeasureDefinition,
  Query,
  TableOccurrence,
} from './query.js';

/** The expressions directly inside `expression`, in reading order. Inner queries are not entered. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'column':
    case 'literal':
    case 'as_of':
    case 'scalar_query':
    case 'output':
      return [];
    case 'arithmetic':
    case 'comparison':
      return [expression.left, expression.right];
    case 'and':
    case 'or':
      return expression.operands;
    case 'negate':
    case 'not':
    case 'is_null':
    case 'in':
    case 'like':
    case 'cast':
    case 'time_truncate':
    case 'time_part':
    case 'time_add':
      return [expression.operand];
    case 'between':
      return [expression.operand, expression.low, expression.high];
    case 'case': {
      const branches = expression.branches.flatMap(({ when, then }) => [when, then]);
      return expression.otherwise === null ? branches : [...branches, expression.otherwise];
    }
    case 'call':
      return expression.arguments;
    case 'membership':
      return expression.keys;
    default:
      return assertNever(expression);
  }
}

/** `expression` and all below it, parents first. Inner queries are not entered. */
export function nodesOf(expression: Expression): readonly Expression[] {
  const nodes: Expression[] = [];
  const collect = (node: Expression): void => {
    nodes.push(node);
    operandsOf(node).forEach(collect);
  };
  collect(expression);
  return nodes;
}

/** The queries inside `expression`, by position; queries inside those are not listed. */
export function innerQueriesOf(expression: Expression): readonly Query[] {
  return nodesOf(expression).flatMap((node) =>
    node.kind === 'membership' || node.kind === 'scalar_query' ? [node.query] : [],
  );
}

/** Whether `expression` is the same for all rows: it reads no column, no output and no other query. */
export function isConstant(expression: Expression): boolean {
  return nodesOf(expression).every(({ kind }) => !['column', 'output', 'membership', 'scalar_query'].includes(kind));
}

/** The columns that `expression` reads, in reading order, with repetitions. */
export function columnsOf(expression: Expression): readonly Extract<Expression, { kind: 'column' }>[] {
  return nodesOf(expression).filter((node) => node.kind === 'column');
}

/** The ids of the occurrences that `expression` reads, each once, in reading order. */
export function occurrencesOf(expression: Expression): readonly string[] {
  return [...new Set(columnsOf(expression).map(({ table }) => table))];
}

/** The conditions that must all be true for `filter` to be true: its top-level ANDs taken apart; none for null. */
export function conjunctsOf(filter: Expression | null): readonly Expression[] {
  if (filter === null) return [];
  return filter.kind === 'and' ? filter.operands.flatMap(conjunctsOf) : [filter];
}

/** The one condition that holds where all of `conditions` do; null for none. */
export function allOf(conditions: readonly Expression[]): Expression | null {
  const [first, ...others] = conditions;
  if (first === undefined) return null;
  return others.length === 0 ? first : { kind: 'and', operands: conditions };
}

/**
 * `expression` rebuilt from the bottom: `change` sees each node after its operands were changed and gives what stands
 * in its place. Inner queries are left as they are.
 */
export function mapExpression(expression: Expression, change: (node: Expression) => Expression): Expression {
  return change(withOperands(expression, (operand) => mapExpression(operand, change)));
}

/** `expression` with each of its direct operands replaced by what `map` gives for it. Inner queries are left as they are. */
export function withOperands(expression: Expression, map: (operand: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'column':
    case 'literal':
    case 'as_of':
    case 'scalar_query':
    case 'output':
      return expression;
    case 'arithmetic':
    case 'comparison':
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case 'and':
    case 'or':
      return { ...expression, operands: expression.operands.map(map) };
    case 'negate':
    case 'not':
    case 'is_null':
    case 'in':
    case 'like':
    case 'cast':
    case 'time_truncate':
    case 'time_part':
    case 'time_add':
      return { ...expression, operand: map(expression.operand) };
    case 'between':
      return { ...expression, operand: map(expression.operand), low: map(expression.low), high: map(expression.high) };
    case 'case':
      return {
        ...expression,
        branches: expression.branches.map(({ when, then }) => ({ when: map(when), then: map(then) })),
        otherwise: expression.otherwise === null ? null : map(expression.otherwise),
      };
    case 'call':
      return { ...expression, arguments: expression.arguments.map(map) };
    case 'membership':
      return { ...expression, keys: expression.keys.map(map) };
    default:
      return assertNever(expression);
  }
}

/** The measures directly inside a derived measure; none for aggregates and constants. */
export function partsOf(definition: MeasureDefinition): readonly MeasureDefinition[] {
  switch (definition.kind) {
    case 'aggregate':
    case 'constant':
      return [];
    case 'ratio':
      return [definition.numerator, definition.denominator];
    case 'combine':
      return [definition.left, definition.right];
    case 'share':
    case 'change':
    case 'running_total':
    case 'rolling':
    case 'period_to_date':
    case 'rank':
      return [definition.of];
    default:
      return assertNever(definition);
  }
}

/** The aggregates that a measure is computed from, in reading order, with repetitions. */
export function aggregatesOf(definition: MeasureDefinition): readonly AggregateMeasure[] {
  return definition.kind === 'aggregate' ? [definition] : partsOf(definition).flatMap(aggregatesOf);
}

/** The expressions over rows that an aggregate is made of: its argument, filter, order and snapshot. */
export function rowExpressionsOf(aggregate: AggregateMeasure): readonly Expression[] {
  const { argument, filter, orderedBy, snapshot } = aggregate;
  const own = [argument, filter, orderedBy].filter((expression) => expression !== null);
  return snapshot === null || snapshot === undefined ? own : [...own, snapshot.by, ...snapshot.per];
}

/** What the dimension is for rows of `home`. */
export function expressionAt({ expression, perHome }: Dimension, home: string): Expression {
  return perHome?.find((own) => own.home === home)?.expression ?? expression;
}

/** All expressions of a dimension: its own, those of single homes, the bounds of its periods. */
export function dimensionExpressionsOf({ expression, perHome, fill }: Dimension): readonly Expression[] {
  const bounds = [fill?.from, fill?.to].filter((bound) => bound !== null && bound !== undefined);
  return [expression, ...(perHome ?? []).map((own) => own.expression), ...bounds];
}

/** The dimension whose periods are all there, also those without rows; null for none. */
export function filledDimensionOf(query: AggregateQuery): Dimension | null {
  return query.dimensions.find(({ fill }) => fill !== null && fill !== undefined) ?? null;
}

/** All expressions that a query itself evaluates (not those of inner queries or set inputs), in a fixed order. */
export function expressionsOf(query: Query): readonly Expression[] {
  switch (query.kind) {
    case 'aggregate':
      return [
        ...query.dimensions.flatMap(dimensionExpressionsOf),
        ...query.measures.flatMap(({ definition }) => aggregatesOf(definition).flatMap(rowExpressionsOf)),
        ...(query.filter === null ? [] : [query.filter]),
        ...(query.having === null ? [] : [query.having]),
      ];
    case 'detail':
      return [...query.columns.map(({ expression }) => expression), ...(query.filter === null ? [] : [query.filter])];
    case 'set':
      return [];
    default:
      return assertNever(query);
  }
}

/** The names of the columns that a query gives, in order. */
export function shownNamesOf(query: Query): readonly string[] {
  switch (query.kind) {
    case 'aggregate':
      return [...query.dimensions, ...query.measures].filter(({ shown }) => shown).map(({ name }) => name);
    case 'detail':
      return query.columns.filter(({ shown }) => shown).map(({ name }) => name);
    case 'set':
      return query.inputs[0] === undefined ? [] : shownNamesOf(query.inputs[0]);
    default:
      return assertNever(query);
  }
}

/** The queries directly inside `query`: set inputs, and those in its expressions. */
function subqueriesOf(query: Query): readonly Query[] {
  const inputs = query.kind === 'set' ? query.inputs : [];
  return [...inputs, ...expressionsOf(query).flatMap(innerQueriesOf)];
}

/** `query` and all queries inside it, at any depth. */
export function queriesOf(query: Query): readonly Query[] {
  return [query, ...subqueriesOf(query).flatMap(queriesOf)];
}

/** The occurrences of all queries of the plan, at any depth. */
function tablesOf(query: Query): readonly TableOccurrence[] {
  return queriesOf(query).flatMap((inner) => (inner.kind === 'set' ? [] : inner.tables));
}

/** The dataset behind the occurrence `id` of the query. Throws `plan.invalid` for an occurrence that it does not have. */
export function datasetOf(query: Exclude<Query, { kind: 'set' }>, id: string): string {
  const table = query.tables.find((one) => one.id === id);
  if (table === undefined) throw dpbError('plan.invalid', { problem: `the plan has no table "${id}"` });
  return table.dataset;
}

/** The datasets whose rows the query folds or lists, in order of use; those of its inner queries are not among them. */
export function homeDatasetsOf(query: Query): readonly string[] {
  if (query.kind === 'set') return query.inputs.flatMap(homeDatasetsOf);
  const homes =
    query.kind === 'detail'
      ? [query.home]
      : query.measures.flatMap(({ definition }) => aggregatesOf(definition).map(({ home }) => home));
  return [...new Set(homes.map((id) => datasetOf(query, id)))];
}

/** The names of the datasets that `query` reads at any depth, also those that its plan makes, each once, in reading order. */
export function datasetsOf(query: Query): readonly string[] {
  return [...new Set(tablesOf(query).map(({ dataset }) => dataset))];
}

/** One join as walked from a home: `reversed` where a one-to-one join is taken against its direction. */
export interface ReachStep {
  readonly from: string;
  readonly to: string;
  readonly on: readonly { readonly from: string; readonly to: string }[];
  readonly join: Join;
}

/**
 * The occurrences that a row of `home` meets at most one row of: `home` itself with no step, and all others with the
 * steps that lead there, each after those that it needs: also the way to the date of a history. Many-to-one joins are walked in their direction, one-to-one joins in both.
 */
export function reachOf(home: string, joins: readonly Join[]): ReadonlyMap<string, readonly ReachStep[]> {
  const known = reaches.get(joins) ?? new Map<string, ReadonlyMap<string, readonly ReachStep[]>>();
  const reached = known.get(home) ?? walkedFrom(home, joins);
  known.set(home, reached);
  reaches.set(joins, known);
  return reached;
}

/** What was walked before: plans never change, and all passes over one ask again. */
const reaches = new WeakMap<readonly Join[], Map<string, ReadonlyMap<string, readonly ReachStep[]>>>();

function walkedFrom(home: string, joins: readonly Join[]): ReadonlyMap<string, readonly ReachStep[]> {
  const steps = joins.flatMap((join): readonly ReachStep[] => {
    const forward: ReachStep = { from: join.from, to: join.to, on: join.on, join };
    if (join.cardinality === 'many_to_one') return [forward];
    const on = join.on.map(({ from, to }) => ({ from: to, to: from }));
    return [forward, { from: join.to, to: join.from, on, join }];
  });
  const reached = new Map<string, readonly ReachStep[]>([[home, []]]);
  // A Map visits entries added while it is walked, so this is a breadth-first walk: shortest paths first.
  for (const [occurrence] of reached) {
    for (const step of steps) {
      const needed = [step.from, ...timeTablesOf(step.join)];
      if (!needed.includes(occurrence) || reached.has(step.to)) continue;
      const paths = needed.map((each) => reached.get(each));
      if (paths.every((path) => path !== undefined))
        reached.set(step.to, [...new Set([...paths.flatMap((path) => path ?? []), step])]);
    }
  }
  return reached;
}

/** The occurrence that the time of a history is looked up in, where it is another than the join starts from. */
function timeTablesOf({ from, during }: Join): readonly string[] {
  const table = timeTableOf({ from, during });
  return table === null || table === from ? [] : [table];
}

/** The occurrence whose column says when the row of a history is to be in force; null where that is the as-of date, or there is no history. */
export function timeTableOf({ from, during }: Pick<Join, 'from' | 'during'>): string | null {
  if (!during || during.at === null) return null;
  return during.atTable ?? from;
}
