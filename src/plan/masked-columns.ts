import { dpbError } from '../support/errors.js';
import { queriesOfPlan } from './plan-datasets.js';
import type { TableShape } from './product.js';
import type { AggregateMeasure, Expression, MeasureDefinition, Query, SemanticPlan } from './query.js';
import {
  aggregatesOf,
  datasetOf,
  dimensionExpressionsOf,
  expressionsOf,
  operandsOf,
  rowExpressionsOf,
} from './traverse.js';

type ColumnNode = Extract<Expression, { kind: 'column' }>;

/** A column by its dataset, which may be one that the plan makes. */
interface SeenColumn {
  readonly dataset: string;
  readonly column: string;
}

/**
 * The columns whose values show in what the plan makes: all that it reads, but for what it only counts, only asks for being
 * there, or only joins by. With repetitions.
 */
export function columnsSeenBy(plan: SemanticPlan): readonly SeenColumn[] {
  const prepared = (plan.datasets ?? []).flatMap((made) => {
    if (made.kind !== 'prepared') return [];
    const cast = made.columns.flatMap(({ name, cast: change }) => (change === null ? [] : [name]));
    const deciding = made.dedupe === null ? [] : [...made.dedupe.key, ...made.dedupe.latestBy];
    return [...cast, ...deciding].flatMap((column) => made.from.map((dataset) => ({ dataset, column })));
  });
  return [...prepared, ...queriesOfPlan(plan).flatMap(columnsSeenByQuery)];
}

/** The columns whose values show in a measure. */
export function columnsSeenByMeasure(definition: MeasureDefinition): readonly ColumnNode[] {
  return aggregatesOf(definition)
    .flatMap((aggregate) => rowExpressionsOf(isCount(aggregate) ? { ...aggregate, argument: null } : aggregate))
    .flatMap(seenIn);
}

/** Raises `access.masked` where a value of a masked column would show. */
export function requireMasked(plan: SemanticPlan, tables: readonly TableShape[]): void {
  const masked = new Map(
    tables.map(({ dataset, columns }) => [
      dataset,
      new Set(columns.flatMap((column) => (column.masked === true ? [column.name] : []))),
    ]),
  );
  const shown = columnsSeenBy(plan).find(({ dataset, column }) => masked.get(dataset)?.has(column) === true);
  if (shown !== undefined) throw dpbError('access.masked', shown);
}

function columnsSeenByQuery(query: Query): readonly SeenColumn[] {
  if (query.kind === 'set') return [];
  const read =
    query.kind === 'detail'
      ? expressionsOf(query).flatMap(seenIn)
      : [
          ...[...query.dimensions.flatMap(dimensionExpressionsOf), query.filter, query.having].flatMap((expression) =>
            expression === null ? [] : seenIn(expression),
          ),
          ...query.measures.flatMap(({ definition }) => columnsSeenByMeasure(definition)),
        ];
  const joined = query.joins.flatMap(({ from, to, during, weight }) => [
    ...(typeof weight === 'string' ? [{ table: from, column: weight }] : []),
    ...(typeof during?.at === 'string' ? [{ table: during.atTable ?? from, column: during.at }] : []),
    ...[during?.start, during?.end].flatMap((column) => (typeof column === 'string' ? [{ table: to, column }] : [])),
  ]);
  return [...read, ...joined].map(({ table, column }) => ({ dataset: datasetOf(query, table), column }));
}

function isCount({ function: fold, argument }: AggregateMeasure): boolean {
  return (fold === 'count' || fold === 'count_distinct') && argument?.kind === 'column';
}

/** The columns of the expression, but for those that it only asks for being there. */
function seenIn(expression: Expression): readonly ColumnNode[] {
  if (expression.kind === 'column') return [expression];
  if (expression.kind === 'is_null' && expression.operand.kind === 'column') return [];
  return operandsOf(expression).flatMap(seenIn);
}
