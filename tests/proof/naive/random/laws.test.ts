import { afterAll, expect, it } from 'vitest';
import { openEngine } from '../../../../src/engine/duckdb-engine.js';
import type { CellValue } from '../../../../src/engine/engine.js';
import type { AggregateQuery, SemanticPlan } from '../../../../src/plan/query.js';
import type { Table } from '../../../../src/proof/naive/value.js';
import { compile } from '../../../../src/transformation/compile.js';
import { aggregate, aggregateQuery, col, dimension, measure, planOf } from '../../../transformation/plan-builder.js';
import { tableOf } from '../tables.js';
import { attributesFollow } from './attributes.js';
import { asOf, compared, isRepeatedKey, loadTables, sourceOf } from './differential.js';
import { randomPlan } from './query.js';
import { Random } from './random.js';
import { type RandomWorld, randomWorld } from './world.js';

const engine = await openEngine({ threads: 1, memoryLimit: null });
afterAll(() => engine.close());

const extra = tableOf('aaa unrelated', [{ name: 'id', type: { kind: 'text' } }], [['x']]);

/** The SQL of the plan over these sources; the code of the error where it has none. */
function sqlOf(plan: SemanticPlan, tables: readonly Table[]): string {
  try {
    return compile(
      plan,
      tables.map((table) => sourceOf(table, '')),
      { asOf },
    ).sql;
  } catch (thrown) {
    return String(thrown);
  }
}

/** `count` plans with their worlds. */
function plans(seed: number, count: number): readonly { readonly plan: SemanticPlan; readonly world: RandomWorld }[] {
  const made: { readonly plan: SemanticPlan; readonly world: RandomWorld }[] = [];
  for (let at = 0; made.length < count; at += 1) {
    const world = randomWorld(new Random(seed + Math.floor(at / 10)));
    const plan = randomPlan(world, new Random(seed + 7919 * at));
    if (attributesFollow(plan)) made.push({ plan, world });
  }
  return made;
}

it('neither the order of the sources nor a table beside them changes a byte', () => {
  const cases = plans(11, 150);
  for (const { plan, world } of cases) {
    const sql = sqlOf(plan, world.tables);
    expect(sqlOf(plan, world.tables.toReversed())).toBe(sql);
    expect(sqlOf(plan, [extra, ...world.tables])).toBe(sql);
  }
});

it('facts in two parts add up to the whole', async () => {
  for (let seed = 0; seed < 12; seed += 1) {
    const world = randomWorld(new Random(5000 + seed));
    const whole = await rowsOf(world.tables);
    const halves = [0, 1].map((half) =>
      withRows(world.tables, '"sales"', (rows) => rows.filter((_, at) => at % 2 === half)),
    );
    const parts = [...(await rowsOf(halves[0] ?? [])), ...(await rowsOf(halves[1] ?? []))];
    const sums = new Map<string, readonly [number, number]>();
    for (const [region = null, placed, amount = null] of parts) {
      const [count, total] = sums.get(String(region)) ?? [0, 0];
      sums.set(String(region), [count + Number(placed), total + Math.round(Number(amount ?? 0) * 100)]);
    }
    expect(sums).toEqual(
      new Map(
        whole.map(([region = null, placed, amount]) => [
          String(region),
          [Number(placed), Math.round(Number(amount ?? 0) * 100)],
        ]),
      ),
    );
  }
});

it('a row of a dimension that is there twice gives a refusal or the same, never more', async () => {
  let refused = 0;
  for (const { plan, world } of plans(23, 40)) {
    const twice = withRows(world.tables, 'People', (rows) => [...rows, ...rows.slice(0, 1)]);
    await loadTables(engine, twice, null);
    const verdict = await compared(engine, plan, twice);
    expect(verdict).not.toMatchObject({ kind: 'different' });
    if (isRepeatedKey(verdict)) refused += 1;
  }
  expect(refused).toBeGreaterThan(0);
});

async function rowsOf(tables: readonly Table[]): Promise<readonly (readonly CellValue[])[]> {
  await loadTables(engine, tables, null);
  const on = [{ from: 'shipped_id', to: 'id' }];
  const query: AggregateQuery = {
    ...aggregateQuery(['sales', 'places'], {
      joins: [{ from: 'sales', to: 'places', on, cardinality: 'many_to_one' }],
    }),
    tables: [
      { id: 'sales', dataset: '"sales"' },
      { id: 'places', dataset: 'pla ces' },
    ],
    dimensions: [dimension('label', col('places', 'label'))],
    measures: [
      measure('placed', aggregate('count', 'sales', null)),
      measure('amount', aggregate('sum', 'sales', col('sales', 'Amount'))),
    ],
  };
  return (await engine.query(sqlOf(planOf(query), tables))).rows;
}

function withRows(
  tables: readonly Table[],
  dataset: string,
  change: (rows: Table['rows']) => Table['rows'],
): readonly Table[] {
  return tables.map((table) => (table.source.dataset === dataset ? { ...table, rows: change(table.rows) } : table));
}
