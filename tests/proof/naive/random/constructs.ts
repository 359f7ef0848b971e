import { queriesOfPlan } from '../../../../src/plan/plan-datasets.js';
import type { TableShape } from '../../../../src/plan/product.js';
import type {
  AggregateQuery,
  Expression,
  MeasureDefinition,
  PlanDataset,
  Query,
  SemanticPlan,
  SetQuery,
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
import { type Construct, constructs } from './construct-names.js';

/** The constructs that the plan has over `tables`, at any depth. */
export function constructsOf(plan: SemanticPlan, tables: readonly TableShape[]): readonly Construct[] {
  const { zone, weekStart, fiscalYearStart } = plan.time;
  const found = new Set([
    ...queriesOfPlan(plan).flatMap((query) => [
      ...ofQuery(query, plan.datasets ?? []),
      ...expressionsOf(query).flatMap(nodesOf).flatMap(ofExpression),
      ...ofUnits(query, tables),
    ]),
    ...those({
      zone: zone !== 'UTC',
      'weeks from sunday': weekStart === 'sunday',
      'fiscal year': fiscalYearStart !== 1,
    }),
    ...(plan.datasets ?? []).flatMap(ofDataset),
  ]);
  return constructs.filter((name) => found.has(name));
}

function those(found: Readonly<Partial<Record<Construct, boolean>>>): readonly Construct[] {
  return constructs.filter((name) => found[name] === true);
}

/** Columns with units, of sources; those of tables of the plan have theirs from there. */
function ofUnits(query: Query, sources: readonly TableShape[]): readonly Construct[] {
  if (query.kind === 'set') return [];
  const read = expressionsOf(query).flatMap(columnsOf);
  const columns = read.flatMap(({ table, column }) => {
    const dataset = query.tables.find(({ id }) => id === table)?.dataset;
    return sources.find((source) => source.dataset === dataset)?.columns.filter(({ name }) => name === column) ?? [];
  });
  return columns.flatMap(({ unit = null, unitColumn = null }) =>
    those({ unit: unit !== null, 'unit by row': unitColumn !== null }),
  );
}

function ofDataset(dataset: PlanDataset): readonly Construct[] {
  if (dataset.kind === 'query') return ['table of the plan'];
  return those({
    prepared: true,
    dedupe: dataset.dedupe !== null,
    stacked: dataset.from.length > 1,
    'prepared cast': dataset.columns.some(({ cast }) => cast !== null),
  });
}

function ofExpression(node: Expression): readonly Construct[] {
  switch (node.kind) {
    case 'column':
    case 'output':
      return [];
    case 'arithmetic':
      return [node.operator];
    case 'call':
      return [node.function];
    case 'literal':
      return node.literal.type === 'null' ? ['null'] : [];
    case 'membership':
      return [node.negated ? 'no membership' : 'membership'];
    case 'time_truncate':
      return [node.kind, `truncate ${node.unit}`];
    case 'time_part':
      return [node.kind, `part ${node.part}`];
    default:
      return [node.kind];
  }
}

function ofQuery(query: Query, made: readonly PlanDataset[]): readonly Construct[] {
  const { limit, orderBy } = query;
  const ending = those({
    order: orderBy.length > 0,
    limit: limit !== null,
    'limit per': limit !== null && limit.per.length > 0,
    ties: limit !== null && limit.ties === 'include',
  });
  if (query.kind === 'set') return [...ending, ...ofSet(query)];
  const filtered = conjunctsOf(query.filter).flatMap(occurrencesOf);
  const homes = query.kind === 'detail' ? [query.home] : homesOrNone(query);
  const outputs = query.kind === 'detail' ? query.columns : [...query.dimensions, ...query.measures];
  return [
    ...ending,
    query.kind,
    ...ofTables(query, made),
    ...those({
      drop: query.unmatched === 'drop' && query.joins.length > 0,
      filter: query.filter !== null,
      'implied match': filtered.some((occurrence) => !homes.includes(occurrence)),
      'several homes': homes.length > 1,
      'three homes': homes.length > 2,
      hidden: outputs.some(({ shown }) => !shown),
      distinct: query.kind === 'detail' && query.distinct,
    }),
    ...(query.kind === 'aggregate' ? ofAggregate(query) : []),
  ];
}

function ofSet({ operation, all, inputs }: SetQuery): readonly Construct[] {
  const isMeasured = inputs.some((input) => input.kind === 'aggregate' && input.measures.some(({ shown }) => shown));
  return [operation, ...those({ all, 'measures in a set': isMeasured })];
}

function ofAggregate(query: AggregateQuery): readonly Construct[] {
  return [
    ...those({
      every: query.every !== null,
      having: query.having !== null,
      attribute: query.dimensions.some(({ role }) => role === 'attribute'),
      'per home': query.dimensions.some(({ perHome }) => (perHome ?? []).length > 0),
      fill: filledDimensionOf(query) !== null,
    }),
    ...query.measures.flatMap(({ definition }) => ofMeasure(definition)),
  ];
}

function ofMeasure(definition: MeasureDefinition): readonly Construct[] {
  const parts = partsOf(definition).flatMap(ofMeasure);
  switch (definition.kind) {
    case 'aggregate':
      return [
        `fold ${definition.function}`,
        ...those({ 'own filter': definition.filter !== null, snapshot: (definition.snapshot ?? null) !== null }),
      ];
    case 'change':
      return [...parts, 'change', definition.against === 'previous_period' ? 'previous period' : 'last year'];
    case 'rolling':
      return [...parts, ...those({ rolling: true, 'rolling avg': definition.as === 'avg' })];
    case 'share':
      return [...parts, ...those({ share: true, 'share of group': definition.within.length > 0 })];
    case 'rank':
      return [...parts, ...those({ rank: true, 'rank in group': definition.within.length > 0 })];
    default:
      return [...parts, definition.kind];
  }
}

function ofTables({ tables, joins }: Exclude<Query, SetQuery>, made: readonly PlanDataset[]): readonly Construct[] {
  const datasetOf = (occurrence: string): string => tables.find(({ id }) => id === occurrence)?.dataset ?? '';
  const datasets = tables.map(({ dataset }) => dataset);
  const isDeduped = (occurrence: string): boolean =>
    made.some(
      (dataset) => dataset.kind === 'prepared' && dataset.dedupe !== null && dataset.name === datasetOf(occurrence),
    );
  const bridges = [
    'bridge',
    ...made.flatMap((it) => (it.kind === 'prepared' && it.from.includes('bridge') ? [it.name] : [])),
  ];
  const bridged = joins.filter(({ from }) => bridges.includes(datasetOf(from)));
  const timed = joins.filter(({ during = null }) => during !== null);
  return those({
    join: joins.length > 0,
    during: timed.length > 0,
    weight: joins.some(({ weight = null }) => weight !== null),
    snowflake: joins.some(({ from }) => joins.some(({ to }) => to === from)),
    'self reference': joins.some(({ from, to }) => datasetOf(from) === datasetOf(to)),
    roles: new Set(datasets).size < datasets.length,
    'composite key': joins.some(({ on }) => on.length > 1),
    'one to one': joins.some(({ cardinality }) => cardinality === 'one_to_one'),
    bridge: bridged.length > 0,
    'deduped history': timed.some(({ from, to }) => isDeduped(from) || isDeduped(to)),
    'deduped bridge': bridged.some(({ from }) => isDeduped(from)),
  });
}

function homesOrNone(query: AggregateQuery): readonly string[] {
  try {
    return homesOf(query);
  } catch {
    return [];
  }
}
