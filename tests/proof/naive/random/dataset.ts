import { planTables } from '../../../../src/plan/plan-tables.js';
import type { TableShape } from '../../../../src/plan/product.js';
import type { DetailQuery, PlanDataset, PreparedDataset } from '../../../../src/plan/query.js';
import {
  aggregate,
  aggregateQuery,
  col,
  detailColumn,
  detailQuery,
  dimension,
  measure,
  order,
  planOf,
} from '../../../transformation/plan-builder.js';
import { type Construct, ofPreparation } from './construct-names.js';
import type { Random } from './random.js';
import type { RandomWorld, Reference } from './world.js';

/** The table that is being made, until it has its name. */
const itself = '(itself)';

/** A table of the plan, and the ways that lead to it and from it. */
interface Made {
  readonly dataset: PlanDataset;
  readonly references: readonly Reference[];
}

/** Now and then a table of the plan or two, and the world with them. Plans that read them may be invalid or unsafe. */
export function randomDatasets(
  world: RandomWorld,
  random: Random,
  anyDetail: (world: RandomWorld) => DetailQuery,
): { readonly datasets: readonly PlanDataset[]; readonly seen: RandomWorld } {
  if (!random.chance(16, 'table of the plan', ...ofPreparation)) return { datasets: [], seen: world };
  const names = random.chance(25, 'deduped history', 'deduped bridge') ? ['made', 'made_too'] : ['made'];
  const datasets: PlanDataset[] = [];
  let seen = world;
  for (const name of names) {
    const { dataset, references } = renamed(anyTable(seen, random, anyDetail), name);
    const source = shapeOf(dataset, seen);
    // A table that cannot be made would make each plan with it invalid.
    if (source === null) continue;
    datasets.push(dataset);
    seen = {
      tables: [...seen.tables, { source, rows: [] }],
      references: [...seen.references, ...references],
      made: [...seen.made, name],
    };
  }
  return { datasets, seen };
}

function anyTable(world: RandomWorld, random: Random, anyDetail: (world: RandomWorld) => DetailQuery): Made {
  return random.weighted<Made>([
    [4, () => totals(world, random), 'table of the plan'],
    [2, () => latest(world, random), 'table of the plan'],
    [6, () => prepared(world, random), ...ofPreparation],
    [
      2,
      () => ({ dataset: { kind: 'query', name: itself, description: '', query: anyDetail(world) }, references: [] }),
      'table of the plan',
    ],
  ]);
}

function renamed({ dataset, references }: Made, name: string): Made {
  const named = (table: string): string => (table === itself ? name : table);
  return {
    dataset: { ...dataset, name },
    references: references.map((way) => ({ ...way, from: named(way.from), to: named(way.to) })),
  };
}

function shapeOf(dataset: PlanDataset, world: RandomWorld): TableShape | null {
  const sources = world.tables.map(({ source }) => source);
  try {
    const plan = { ...planOf(detailQuery([dataset.name], { columns: [] })), datasets: [dataset] };
    return planTables(plan, sources).at(-1) ?? null;
  } catch {
    return null;
  }
}

/** Sales or visits counted by who or where, met from either side of the reference. */
function totals(world: RandomWorld, random: Random): Made {
  const way = random.pick(world.references.filter(({ on, during = null }) => on.length === 1 && during === null));
  if (random.chance(35)) return describedTotals(way, random);
  const from = way.on[0]?.from ?? '';
  const query = aggregateQuery(['t'], {
    tables: [{ id: 't', dataset: way.from }],
    dimensions: [
      dimension('who', col('t', from)),
      ...(random.chance(15) ? [dimension('label', col('t', 'label'))] : []),
    ],
    measures: [
      measure('n', aggregate('count', 't', null)),
      measure('total', aggregate('sum', 't', col('t', 'Amount'))),
    ],
  });
  return {
    dataset: { kind: 'query', name: itself, description: '', query },
    references: [meeting(way.to, way.on[0]?.to ?? '', 'who'), meeting(way.from, from, 'who')],
  };
}

/** The same, with what follows from who or where beside it, and perhaps those without any. */
function describedTotals(way: Reference, random: Random): Made {
  const [{ from, to } = { from: '', to: '' }] = way.on;
  const isNamedThere = random.chance(60);
  const query = aggregateQuery(['t', 'u'], {
    tables: [
      { id: 't', dataset: way.from },
      { id: 'u', dataset: way.to },
    ],
    joins: [{ from: 't', to: 'u', on: way.on, cardinality: way.cardinality }],
    unmatched: random.pick(['keep', 'keep', 'drop']),
    every: isNamedThere && random.chance(40) ? 'u' : null,
    dimensions: [
      dimension('who', isNamedThere ? col('u', to) : col('t', from)),
      dimension('label', col('u', 'label'), { role: 'attribute' }),
      dimension('moment', col('u', 'day'), { role: 'attribute' }),
    ],
    measures: [measure('n', aggregate('count', 't', null))],
  });
  return {
    dataset: { kind: 'query', name: itself, description: '', query },
    references: [meeting(way.to, to, 'who'), meeting(way.from, from, 'who')],
  };
}

/** The latest row of each key, as rows. */
function latest(world: RandomWorld, random: Random): Made {
  const way = random.pick(world.references.filter(({ on, during = null }) => on.length === 1 && during === null));
  const from = way.on[0]?.from ?? '';
  const query = detailQuery(['t'], {
    tables: [{ id: 't', dataset: way.from }],
    home: 't',
    columns: [
      detailColumn('who', col('t', from)),
      detailColumn('day', col('t', 'day')),
      detailColumn('amount', col('t', 'Amount')),
    ],
    orderBy: [order('day', 'descending')],
    limit: { count: 1, per: ['who'], ties: random.chance(85) ? 'cut' : 'include' },
  });
  return {
    dataset: { kind: 'query', name: itself, description: '', query },
    references: [meeting(way.to, way.on[0]?.to ?? '', 'who')],
  };
}

/** Tables one under the other, some columns cast, the latest row of each key kept. They stand where the first one stood. */
function prepared(world: RandomWorld, random: Random): Made {
  const first = random.pick(preparable, ({ constructs }) => constructs);
  const others = ['People', 'pla ces', 'visits', 'extras', '"sales"'].filter((name) => name !== first.dataset);
  const from = random.chance(40, 'stacked') ? [first.dataset, random.pick(others)] : [first.dataset];
  const names = [
    ...new Set(
      world.tables
        .filter(({ source }) => from.includes(source.dataset))
        .flatMap(({ source }) => source.columns.map(({ name }) => name)),
    ),
  ];
  const isCast = (name: string): boolean =>
    (name === 'written' || random.chance(6)) && !first.key.some((key) => key === name);
  const columns = names.map((name): PreparedDataset['columns'][number] => {
    const to = random.pick([
      { kind: 'integer', bits: 64 },
      { kind: 'text' },
      { kind: 'decimal', precision: 12, scale: 1 },
      { kind: 'date' },
    ] as const);
    const onFailure = random.pick(['null', 'drop', 'null', 'drop', 'error'] as const);
    const isWritten = name === 'written' && to.kind === 'date' && random.chance(50);
    const formats = isWritten ? { formats: random.pick(dateFormats) } : {};
    return { name, cast: isCast(name) ? { to, onFailure, ...formats } : null };
  });
  const isDeduped = random.chance(70, 'dedupe', 'deduped history', 'deduped bridge');
  const latestBy = random.chance(80) ? [random.pick(first.latestBy)] : [];
  return {
    dataset: {
      kind: 'prepared',
      name: itself,
      description: '',
      from,
      columns,
      dedupe: isDeduped ? { key: first.key, latestBy } : null,
    },
    references: standingIn(world, first.dataset, random.chance(6)),
  };
}

const dateFormats = [['YYYY-MM-DD'], ['DD.MM.YYYY', 'YYYY-MM-DD'], ['MM/DD/YYYY', 'YYYYMMDD', 'YYYY-MM-DD']] as const;

/** What is prepared: a dimension, facts, a bridge, histories; by which columns, and by which of them the latest row is told. */
const preparable = [
  { dataset: 'People', key: ['id'], latestBy: ['day'], constructs: [] },
  { dataset: 'pla ces', key: ['id'], latestBy: ['day'], constructs: [] },
  { dataset: '"sales"', key: ['id'], latestBy: ['day', 'Amount'], constructs: ['deduped history'] },
  { dataset: 'bridge', key: ['id'], latestBy: ['share'], constructs: ['deduped bridge'] },
  { dataset: 'history', key: ['place'], latestBy: ['since', 'until'], constructs: ['deduped history'] },
  { dataset: 'versions', key: ['line', 'no'], latestBy: ['since'], constructs: ['deduped history'] },
] as const satisfies readonly {
  readonly dataset: string;
  readonly key: readonly string[];
  readonly latestBy: readonly string[];
  readonly constructs: readonly Construct[];
}[];

/** The ways to and from a dataset, as ways to and from the one that the plan makes of it; seldom by weights, which are refused. */
function standingIn({ references }: RandomWorld, dataset: string, weighted: boolean): readonly Reference[] {
  const standIn = (name: string): string => (name === dataset ? itself : name);
  return references
    .filter(({ from, to }) => from === dataset || to === dataset)
    .map(({ weight, ...way }) => ({
      ...way,
      from: standIn(way.from),
      to: standIn(way.to),
      ...(weighted ? { weight } : {}),
    }));
}

function meeting(from: string, column: string, to: string): Reference {
  return { from, to: itself, on: [{ from: column, to }], cardinality: 'many_to_one' };
}
