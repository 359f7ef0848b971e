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
import type { Random } from './random.js';
import type { RandomWorld, Reference } from './world.js';

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
  if (!random.chance(16)) return { datasets: [], seen: world };
  const names = random.chance(25) ? ['made', 'made_too'] : ['made'];
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
    [4, () => totals(world, random)],
    [2, () => latest(world, random)],
    [4, () => prepared(world, random)],
    [2, () => ({ dataset: { kind: 'query', name: 'made', description: '', query: anyDetail(world) }, references: [] })],
  ]);
}

function renamed({ dataset, references }: Made, name: string): Made {
  return { dataset: { ...dataset, name }, references: references.map((way) => ({ ...way, to: name })) };
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
    dataset: { kind: 'query', name: 'made', description: '', query },
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
    dataset: { kind: 'query', name: 'made', description: '', query },
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
    dataset: { kind: 'query', name: 'made', description: '', query },
    references: [meeting(way.to, way.on[0]?.to ?? '', 'who')],
  };
}

/** Tables one under the other, some columns cast, the latest row of each key kept. */
function prepared(world: RandomWorld, random: Random): Made {
  const from = random.chance(50) ? ['People'] : ['People', random.pick(['pla ces', 'visits', 'extras'])];
  const names = [
    ...new Set(
      world.tables
        .filter(({ source }) => from.includes(source.dataset))
        .flatMap(({ source }) => source.columns.map(({ name }) => name)),
    ),
  ];
  const isCast = (name: string): boolean => name === 'written' || random.chance(8);
  const columns = names.map((name): PreparedDataset['columns'][number] => {
    const to = random.pick([
      { kind: 'integer', bits: 64 },
      { kind: 'text' },
      { kind: 'decimal', precision: 12, scale: 1 },
      { kind: 'date' },
    ] as const);
    return {
      name,
      cast: isCast(name) ? { to, onFailure: random.pick(['null', 'drop', 'null', 'drop', 'error']) } : null,
    };
  });
  const dedupe = random.chance(70) ? { key: ['id'], latestBy: random.chance(80) ? ['day'] : [] } : null;
  const toPeople = world.references.filter(
    ({ to, during = null, weight = null, cardinality }) =>
      to === 'People' && during === null && weight === null && cardinality === 'many_to_one',
  );
  return {
    dataset: { kind: 'prepared', name: 'made', description: '', from, columns, dedupe },
    references: toPeople.map((way) => ({ ...way, to: 'made' })),
  };
}

function meeting(from: string, column: string, to: string): Reference {
  return { from, to: 'made', on: [{ from: column, to }], cardinality: 'many_to_one' };
}
