import { queriesOfPlan } from '../../../../src/plan/plan-datasets.js';
import type { TableShape } from '../../../../src/plan/product.js';
import type {
  AggregateFunction,
  AggregateQuery,
  Expression,
  MeasureDefinition,
  PlanDataset,
  Query,
  ScalarFunction,
  SemanticPlan,
} from '../../../../src/plan/query.js';
import { homesOf } from '../../../../src/plan/query-typing.js';
import {
  columnsOf,
  conjunctsOf,
  expressionsOf,
  filledDimensionOf,
  nodesOf,
  occurrencesOf,
  partsOf,
} from '../../../../src/plan/traverse.js';

const functions = [
  'abs',
  'ceil',
  'coalesce',
  'concat',
  'floor',
  'greatest',
  'least',
  'length',
  'lower',
  'nullif',
  'round',
  'substring',
  'trim',
  'upper',
  'days_between',
  'months_between',
  'seconds_between',
] as const satisfies readonly ScalarFunction[];
const folds = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'count_distinct',
  'median',
  'percentile',
  'stddev',
  'first',
  'last',
] as const satisfies readonly AggregateFunction[];

/** The constructs whose share of the compared plans, and whose pairs, the tests count. */
export const constructs: readonly string[] = [
  ...[
    'add',
    'subtract',
    'multiply',
    'divide',
    'modulo',
    'negate',
    'comparison',
    'and',
    'or',
    'not',
    'is_null',
    'in',
    'between',
    'like',
    'case',
    'cast',
    'null',
  ],
  ...functions,
  ...['time_truncate', 'time_part', 'time_add', 'as_of', 'scalar_query', 'membership', 'no membership'],
  ...folds.map((name) => `fold ${name}`),
  ...[
    'own filter',
    'constant',
    'ratio',
    'combine',
    'share',
    'change',
    'last year',
    'running_total',
    'rolling',
    'period_to_date',
    'rank',
  ],
  ...[
    'aggregate',
    'detail',
    'distinct',
    'union',
    'intersect',
    'except',
    'all',
    'drop',
    'filter',
    'implied match',
    'several homes',
    'every',
    'attribute',
    'hidden',
    'having',
    'order',
    'limit',
    'limit per',
    'ties',
  ],
  ...[
    'join',
    'snowflake',
    'self reference',
    'roles',
    'composite key',
    'one to one',
    'bridge',
    'zone',
    'weeks from sunday',
    'fiscal year',
  ],
  ...['table of the plan', 'prepared', 'dedupe', 'during', 'weight', 'snapshot', 'fill', 'per home'],
  ...['unit', 'unit by row'],
];

/** The constructs that the plan has over `tables`, at any depth. */
export function constructsOf(plan: SemanticPlan, tables: readonly TableShape[]): ReadonlySet<string> {
  const { zone, weekStart, fiscalYearStart } = plan.time;
  const found = queriesOfPlan(plan).flatMap((query) => [
    ...ofQuery(query),
    ...expressionsOf(query).flatMap(nodesOf).flatMap(ofExpression),
    ...ofUnits(query, tables),
  ]);
  return new Set([
    ...found,
    ...(zone === 'UTC' ? [] : ['zone']),
    ...(weekStart === 'sunday' ? ['weeks from sunday'] : []),
    ...(fiscalYearStart === 1 ? [] : ['fiscal year']),
    ...(plan.datasets ?? []).flatMap(ofDataset),
  ]);
}

/** Columns with units, of sources; those of tables of the plan have theirs from there. */
function ofUnits(query: Query, sources: readonly TableShape[]): readonly string[] {
  if (query.kind === 'set') return [];
  const read = expressionsOf(query).flatMap(columnsOf);
  const columns = read.flatMap(({ table, column }) => {
    const dataset = query.tables.find(({ id }) => id === table)?.dataset;
    return sources.find((source) => source.dataset === dataset)?.columns.filter(({ name }) => name === column) ?? [];
  });
  return columns.flatMap(({ unit = null, unitColumn = null }) => [
    ...(unit === null ? [] : ['unit']),
    ...(unitColumn === null ? [] : ['unit by row']),
  ]);
}

function ofDataset(dataset: PlanDataset): readonly string[] {
  if (dataset.kind === 'query') return ['table of the plan'];
  return ['prepared', ...(dataset.dedupe === null ? [] : ['dedupe'])];
}

function ofExpression(node: Expression): readonly string[] {
  switch (node.kind) {
    case 'arithmetic':
      return [node.operator];
    case 'call':
      return [node.function];
    case 'literal':
      return [node.literal.type];
    case 'membership':
      return [node.negated ? 'no membership' : 'membership'];
    default:
      return [node.kind];
  }
}

function ofQuery(query: Query): readonly string[] {
  const ending = [
    ...(query.orderBy.length > 0 ? ['order'] : []),
    ...(query.limit === null
      ? []
      : [
          'limit',
          ...(query.limit.per.length > 0 ? ['limit per'] : []),
          ...(query.limit.ties === 'include' ? ['ties'] : []),
        ]),
  ];
  if (query.kind === 'set') return [...ending, query.operation, ...(query.all ? ['all'] : [])];
  const filtered = conjunctsOf(query.filter).flatMap(occurrencesOf);
  const homes = query.kind === 'detail' ? [query.home] : homesOrNone(query);
  const outputs = query.kind === 'detail' ? query.columns : [...query.dimensions, ...query.measures];
  return [
    ...ending,
    query.kind,
    ...ofTables(query),
    ...(query.unmatched === 'drop' && query.joins.length > 0 ? ['drop'] : []),
    ...(query.filter === null ? [] : ['filter']),
    ...(filtered.some((occurrence) => !homes.includes(occurrence)) ? ['implied match'] : []),
    ...(homes.length > 1 ? ['several homes'] : []),
    ...(outputs.every(({ shown }) => shown) ? [] : ['hidden']),
    ...(query.kind === 'detail' ? (query.distinct ? ['distinct'] : []) : ofAggregate(query)),
  ];
}

function ofAggregate(query: AggregateQuery): readonly string[] {
  return [
    ...(query.every === null ? [] : ['every']),
    ...(query.having === null ? [] : ['having']),
    ...(query.dimensions.some(({ role }) => role === 'attribute') ? ['attribute'] : []),
    ...(query.dimensions.some(({ perHome }) => (perHome ?? []).length > 0) ? ['per home'] : []),
    ...(filledDimensionOf(query) === null ? [] : ['fill']),
    ...query.measures.flatMap(({ definition }) => ofMeasure(definition)),
  ];
}

function ofMeasure(definition: MeasureDefinition): readonly string[] {
  const parts = partsOf(definition).flatMap(ofMeasure);
  if (definition.kind === 'aggregate')
    return [
      `fold ${definition.function}`,
      ...(definition.filter === null ? [] : ['own filter']),
      ...((definition.snapshot ?? null) === null ? [] : ['snapshot']),
    ];
  const lastYear = definition.kind === 'change' && definition.against === 'same_period_last_year';
  return [...parts, definition.kind, ...(lastYear ? ['last year'] : [])];
}

function ofTables({ tables, joins }: Exclude<Query, { kind: 'set' }>): readonly string[] {
  const datasetOf = (occurrence: string): string => tables.find(({ id }) => id === occurrence)?.dataset ?? '';
  const datasets = tables.map(({ dataset }) => dataset);
  return [
    ...(joins.length > 0 ? ['join'] : []),
    ...(joins.some(({ during = null }) => during !== null) ? ['during'] : []),
    ...(joins.some(({ weight = null }) => weight !== null) ? ['weight'] : []),
    ...(joins.some(({ from }) => joins.some(({ to }) => to === from)) ? ['snowflake'] : []),
    ...(joins.some(({ from, to }) => datasetOf(from) === datasetOf(to)) ? ['self reference'] : []),
    ...(new Set(datasets).size < datasets.length ? ['roles'] : []),
    ...(joins.some(({ on }) => on.length > 1) ? ['composite key'] : []),
    ...(joins.some(({ cardinality }) => cardinality === 'one_to_one') ? ['one to one'] : []),
    ...(datasets.includes('bridge') && joins.length > 0 ? ['bridge'] : []),
  ];
}

function homesOrNone(query: AggregateQuery): readonly string[] {
  try {
    return homesOf(query);
  } catch {
    return [];
  }
}
