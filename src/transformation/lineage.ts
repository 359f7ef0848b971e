import type { ColumnLineage, SourceTable } from '../plan/product.js';
import type {
  AggregateQuery,
  DetailQuery,
  Expression,
  MeasureDefinition,
  PreparedDataset,
  Query,
  SemanticPlan,
} from '../plan/query.js';
import { homesOf } from '../plan/query-typing.js';
import {
  aggregatesOf,
  columnsOf,
  datasetsOf,
  dimensionExpressionsOf,
  innerQueriesOf,
  nodesOf,
  occurrencesOf,
  partsOf,
  type ReachStep,
  reachOf,
  rowExpressionsOf,
} from '../plan/traverse.js';
import { assertNever } from '../support/assert-never.js';
import { compareText } from '../support/text-order.js';

type Origin = ColumnLineage['from'][number];
type Transformation = Origin['transformation'];

/**
 * Where each shown column of the plan comes from: the source columns whose values go into it, and those that decide
 * which rows do. Sorted, each origin once. `sources` is not needed to tell, only to leave out what is unknown.
 */
export function lineageOf(plan: SemanticPlan, sources: readonly SourceTable[]): readonly ColumnLineage[] {
  const known = new Set(sources.map(({ dataset }) => dataset));
  const made = new Map<string, readonly ColumnLineage[]>();
  for (const dataset of plan.datasets ?? []) {
    const own = dataset.kind === 'query' ? lineageOfQuery(dataset.query) : lineageOfPrepared(dataset, sources);
    const read = dataset.kind === 'query' ? datasetsOf(dataset.query) : dataset.from;
    made.set(dataset.name, throughMade(own, read, made));
  }
  return throughMade(lineageOfQuery(plan.query), datasetsOf(plan.query), made).map(({ column, from }) => ({
    column,
    from: distinct(from.filter(({ dataset }) => known.has(dataset))),
  }));
}

/** Each column comes from those of the datasets it is put together of; the key and the casts decide which rows stay. */
function lineageOfPrepared(
  { from, columns, dedupe }: PreparedDataset,
  sources: readonly SourceTable[],
): readonly ColumnLineage[] {
  const origins = (name: string, kind: Origin['kind'], transformation: Transformation): readonly Origin[] =>
    from
      .filter(
        (dataset) =>
          sources.find((source) => source.dataset === dataset)?.columns.some((column) => column.name === name) ?? true,
      )
      .map((dataset) => ({ dataset, column: name, kind, transformation }));
  const deciding = [
    ...(dedupe === null ? [] : [...dedupe.key, ...dedupe.latestBy]),
    ...columns.filter(({ cast }) => cast?.onFailure === 'drop').map(({ name }) => name),
  ];
  const indirect = deciding.flatMap((name) => origins(name, 'indirect', 'filter'));
  return columns.map(({ name, cast }) => ({
    column: name,
    from: [...origins(name, 'direct', cast === null ? 'identity' : 'transformation'), ...indirect],
  }));
}

/** The lineage with columns that the plan makes replaced by where those come from, and all that decides their rows. */
function throughMade(
  lineage: readonly ColumnLineage[],
  read: readonly string[],
  made: ReadonlyMap<string, readonly ColumnLineage[]>,
): readonly ColumnLineage[] {
  if (made.size === 0) return lineage;
  const deciding = read
    .flatMap((name) => made.get(name) ?? [])
    .flatMap(({ from }) => from.filter(({ kind }) => kind === 'indirect'));
  const origins = (origin: Origin): readonly Origin[] => {
    const columns = made.get(origin.dataset);
    if (columns === undefined) return [origin];
    const inner = columns.find(({ column }) => column === origin.column)?.from ?? [];
    return inner.map((deeper) => {
      if (deeper.kind === 'indirect') return deeper;
      if (origin.kind === 'indirect') return { ...deeper, kind: 'indirect', transformation: origin.transformation };
      if (origin.transformation === 'identity') return deeper;
      return { ...deeper, transformation: origin.transformation };
    });
  };
  return lineage.map(({ column, from }) => ({ column, from: distinct([...from.flatMap(origins), ...deciding]) }));
}

function lineageOfQuery(query: Query): readonly ColumnLineage[] {
  switch (query.kind) {
    case 'aggregate':
      return lineageOfAggregate(query);
    case 'detail': {
      const indirect = [...rowOrigins(query, [query.home]), ...orderOrigins(query)];
      return query.columns
        .filter(({ shown }) => shown)
        .map(({ name, expression }) => ({
          column: name,
          from: [...valueOrigins(expression, query, 'direct'), ...indirect],
        }));
    }
    case 'set': {
      const inputs = query.inputs.map(lineageOfQuery);
      return (inputs[0] ?? []).map(({ column }, position) => ({
        column,
        from: inputs.flatMap((input) => input[position]?.from ?? []),
      }));
    }
    default:
      return assertNever(query);
  }
}

function lineageOfAggregate(query: AggregateQuery): readonly ColumnLineage[] {
  const groups = query.dimensions
    .flatMap(dimensionExpressionsOf)
    .flatMap((expression) => as(valueOrigins(expression, query, 'indirect'), 'indirect', 'group_by'));
  const having = query.having === null ? [] : conditionOrigins(query.having, query);
  const rows = rowOrigins(query, query.every === null ? homesOf(query) : [...homesOf(query), query.every]);
  const indirect = distinct([...groups, ...rows, ...having, ...orderOrigins(query)]);
  const dimensions = query.dimensions
    .filter(({ shown }) => shown)
    .map((dimension) => ({
      column: dimension.name,
      from: [
        ...dimensionExpressionsOf(dimension).flatMap((expression) => valueOrigins(expression, query, 'direct')),
        ...indirect,
      ],
    }));
  const measures = query.measures
    .filter(({ shown }) => shown)
    .map(({ name, definition }) => ({
      column: name,
      from: [...measureOrigins(definition, query), ...indirect],
    }));
  return [...dimensions, ...measures];
}

function measureOrigins(definition: MeasureDefinition, query: AggregateQuery): readonly Origin[] {
  const isWindow = ['share', 'change', 'running_total', 'rolling', 'period_to_date', 'rank'].includes(definition.kind);
  if (definition.kind !== 'aggregate') {
    const parts = partsOf(definition).flatMap((part) => measureOrigins(part, query));
    return isWindow
      ? as(
          parts.filter(({ kind }) => kind === 'direct'),
          'direct',
          'window',
        ).concat(parts.filter(({ kind }) => kind === 'indirect'))
      : parts;
  }
  return [
    ...(definition.argument === null
      ? []
      : as(valueOrigins(definition.argument, query, 'direct'), 'direct', 'aggregation')),
    ...(definition.filter === null ? [] : as(conditionOrigins(definition.filter, query), 'indirect', 'conditional')),
    ...(definition.orderedBy === null
      ? []
      : as(valueOrigins(definition.orderedBy, query, 'indirect'), 'indirect', 'sort')),
    ...[...(definition.snapshot?.per ?? []), ...(definition.snapshot ? [definition.snapshot.by] : [])].flatMap(
      (expression) => as(valueOrigins(expression, query, 'indirect'), 'indirect', 'conditional'),
    ),
  ];
}

/** The columns of a value; conditions of a case and keys of inner queries decide, they do not go in. */
function valueOrigins(
  expression: Expression,
  query: AggregateQuery | DetailQuery,
  kind: Origin['kind'],
): readonly Origin[] {
  if (expression.kind === 'column') return columnOrigins(expression, query, kind, 'identity');
  if (expression.kind === 'case') {
    const values = [
      ...expression.branches.map(({ then }) => then),
      ...(expression.otherwise === null ? [] : [expression.otherwise]),
    ];
    return [
      ...as(
        values.flatMap((value) => valueOrigins(value, query, kind)),
        kind,
        'transformation',
      ),
      ...as(
        expression.branches.flatMap(({ when }) => conditionOrigins(when, query)),
        'indirect',
        'conditional',
      ),
    ];
  }
  return as(
    [
      ...columnsOf(expression).flatMap((column) => columnOrigins(column, query, kind, 'transformation')),
      ...innerOrigins(expression),
    ],
    kind,
    'transformation',
  );
}

function conditionOrigins(condition: Expression, query: AggregateQuery | DetailQuery): readonly Origin[] {
  const own = columnsOf(condition).flatMap((column) => columnOrigins(column, query, 'indirect', 'filter'));
  return as([...own, ...innerOrigins(condition), ...outputOrigins(condition, query)], 'indirect', 'filter');
}

/** Having refers to outputs: what decides is what they are made of. */
function outputOrigins(condition: Expression, query: AggregateQuery | DetailQuery): readonly Origin[] {
  if (query.kind !== 'aggregate') return [];
  return namesIn(condition).flatMap((name) => outputValue(name, query));
}

function outputValue(name: string, query: AggregateQuery | DetailQuery): readonly Origin[] {
  if (query.kind === 'detail')
    return query.columns
      .filter((column) => column.name === name)
      .flatMap(({ expression }) => valueOrigins(expression, query, 'indirect'));
  return [
    ...query.dimensions
      .filter((column) => column.name === name)
      .flatMap(({ expression }) => valueOrigins(expression, query, 'indirect')),
    ...query.measures
      .filter((column) => column.name === name)
      .flatMap(({ definition }) => aggregatesOf(definition).flatMap((aggregate) => measureOrigins(aggregate, query))),
  ];
}

/** The outputs that a condition names itself; those inside inner queries are theirs. */
function namesIn(condition: Expression): readonly string[] {
  return nodesOf(condition).flatMap((node) => (node.kind === 'output' ? [node.name] : []));
}

function innerOrigins(expression: Expression): readonly Origin[] {
  return innerQueriesOf(expression)
    .flatMap(lineageOfQuery)
    .flatMap(({ from }) => from);
}

/** Columns that decide which rows count: filters and join keys on the way from the homes. */
function rowOrigins(query: AggregateQuery | DetailQuery, homes: readonly string[]): readonly Origin[] {
  const filter = query.filter === null ? [] : conditionOrigins(query.filter, query);
  const used = new Set([...usedOccurrences(query)]);
  const joins = homes
    .flatMap((home) => [...reachOf(home, query.joins)])
    .filter(([occurrence]) => query.unmatched === 'drop' || used.has(occurrence))
    .flatMap(([, path]) => path)
    .flatMap((step) => joinColumns(step).flatMap((column) => columnOrigins(column, query, 'indirect', 'join')));
  return [...filter, ...joins];
}

/** What a join compares: its keys, and the times of a history. */
function joinColumns({
  from,
  to,
  on,
  join,
}: ReachStep): readonly { readonly table: string; readonly column: string }[] {
  const { at = null, atTable = null, start = null, end = null } = join.during ?? {};
  return [
    ...on.flatMap((pair) => [
      { table: from, column: pair.from },
      { table: to, column: pair.to },
    ]),
    ...(at === null ? [] : [{ table: atTable ?? from, column: at }]),
    ...[start, end].flatMap((column) => (column === null ? [] : [{ table: to, column }])),
  ];
}

function usedOccurrences(query: AggregateQuery | DetailQuery): readonly string[] {
  const filter = query.filter === null ? [] : [query.filter];
  if (query.kind === 'detail')
    return [...query.columns.map(({ expression }) => expression), ...filter].flatMap(occurrencesOf);
  const aggregates = query.measures.flatMap(({ definition }) => aggregatesOf(definition));
  const rows = aggregates.flatMap(rowExpressionsOf);
  return [...query.dimensions.flatMap(dimensionExpressionsOf), ...rows, ...filter].flatMap(occurrencesOf);
}

/** Order decides rows only where a limit cuts them. */
function orderOrigins(query: AggregateQuery | DetailQuery): readonly Origin[] {
  if (query.limit === null) return [];
  return query.orderBy.flatMap(({ by }) => as(outputValue(by, query), 'indirect', 'sort'));
}

function columnOrigins(
  { table, column }: { readonly table: string; readonly column: string },
  query: AggregateQuery | DetailQuery,
  kind: Origin['kind'],
  transformation: Transformation,
): readonly Origin[] {
  const dataset = query.tables.find(({ id }) => id === table)?.dataset;
  return dataset === undefined ? [] : [{ dataset, column, kind, transformation }];
}

function as(origins: readonly Origin[], kind: Origin['kind'], transformation: Transformation): readonly Origin[] {
  return origins.map((origin) =>
    origin.kind === 'indirect' && kind === 'direct' ? origin : { ...origin, kind, transformation },
  );
}

function distinct(origins: readonly Origin[]): readonly Origin[] {
  const sorted = [...origins].sort(compareOrigins);
  return sorted.filter((origin, position) => {
    const before = sorted[position - 1];
    return before === undefined || compareOrigins(before, origin) !== 0;
  });
}

function compareOrigins(left: Origin, right: Origin): number {
  return (
    compareText(left.kind, right.kind) ||
    compareText(left.dataset, right.dataset) ||
    compareText(left.column, right.column) ||
    compareText(left.transformation, right.transformation)
  );
}
