import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import type { AggregateQuery, Join, SemanticPlan } from '../../src/plan/query.js';
import { premiseChecks } from '../../src/sql/premise-sql.js';

const planOf = (joins: readonly Join[], filter: AggregateQuery['filter'] = null): SemanticPlan => ({
  version: 1,
  time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
  query: {
    kind: 'aggregate',
    tables: [
      { id: 'a', dataset: 'fact' },
      { id: 'b', dataset: `di"m's` },
      { id: 'c', dataset: `di"m's` },
    ],
    joins,
    unmatched: 'keep',
    every: null,
    dimensions: [],
    measures: [],
    filter,
    having: null,
    orderBy: [],
    limit: null,
  },
});

const join = (
  from: string,
  to: string,
  pairs: readonly (readonly [string, string])[],
  cardinality: Join['cardinality'] = 'many_to_one',
): Join => ({
  from,
  to,
  on: pairs.map(([left, right]) => ({ from: left, to: right })),
  cardinality,
});

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryLimit: null });
  await engine.run(
    `CREATE TABLE "di""m's" AS SELECT * FROM (VALUES (1, 1, 'x'), (1, 2, 'x'), (2, 2, NULL), (NULL, 3, NULL), (NULL, 4, 'y')) AS t(k, "order", n)`,
  );
  await engine.run('CREATE TABLE fact AS SELECT * FROM (VALUES (1), (1), (2), (2), (3)) AS t(k)');
});
afterAll(() => engine.close());

const counts = async (plan: SemanticPlan): Promise<Readonly<Record<string, number>>> => {
  const found: Record<string, number> = {};
  for (const { columns, dataset, sql } of premiseChecks(plan))
    found[`${dataset}:${columns.join('+')}`] = Number((await engine.query(sql)).rows[0]?.[0]);
  return found;
};

describe('the premises of a plan', () => {
  it('count the keys that occur twice, without those that hold a null', async () => {
    expect(await counts(planOf([join('a', 'b', [['k', 'k']]), join('a', 'c', [['k', 'order']])]))).toEqual({
      'di"m\'s:k': 1,
      'di"m\'s:order': 1,
    });
    expect(
      await counts(
        planOf([
          join('a', 'b', [
            ['k', 'k'],
            ['k', 'order'],
          ]),
        ]),
      ),
    ).toEqual({ 'di"m\'s:k+order': 0 });
  });

  it('are one for joins that meet the same key, in any order of its columns', () => {
    const plan = planOf([
      join('a', 'b', [
        ['k', 'k'],
        ['m', 'order'],
      ]),
      join('a', 'c', [
        ['x', 'order'],
        ['y', 'k'],
      ]),
    ]);
    expect(premiseChecks(plan)).toHaveLength(1);
  });

  it('look at both sides of a one-to-one join', async () => {
    expect(await counts(planOf([join('a', 'b', [['k', 'order']], 'one_to_one')]))).toEqual({
      'di"m\'s:order': 1,
      'fact:k': 2,
    });
  });

  it('reach into inner queries, and are none without joins', () => {
    const inner = planOf([join('a', 'b', [['k', 'k']])]).query;
    expect(premiseChecks(planOf([]))).toEqual([]);
    const filter = {
      kind: 'membership',
      keys: [{ kind: 'column', table: 'a', column: 'k' }],
      query: inner,
      negated: false,
    } as const;
    expect(premiseChecks(planOf([], filter)).map(({ id }) => id)).toEqual([`premise.di"m's.k`]);
  });
});

describe('the premises of histories and bridges', () => {
  const validity = (end: string | null): Join => ({
    ...join('a', 'b', [['k', 'k']]),
    during: { at: 'day', start: 'since', end },
  });
  const onHistory = (joined: Join): SemanticPlan => {
    const plan = planOf([joined]);
    const tables = [
      { id: 'a', dataset: 'fact' },
      { id: 'b', dataset: 'history' },
    ];
    return plan.query.kind === 'aggregate' ? { ...plan, query: { ...plan.query, tables } } : plan;
  };

  it.each<[string, string, string | null, number]>([
    ['one after the other', '(1, 1, 5), (1, 5, 9), (2, 1, 3)', 'until', 0],
    ['a gap', '(1, 1, 5), (1, 7, 9)', 'until', 0],
    ['an overlap', '(1, 1, 5), (1, 4, 9), (2, 1, 3), (2, 3, 4)', 'until', 1],
    ['one inside another', '(1, 1, 9), (1, 3, 4), (1, 5, 6)', 'until', 1],
    ['two of one start', '(1, 1, 5), (1, 1, 5)', 'until', 1],
    ['an open end before another', '(1, 1, NULL), (1, 5, 9)', 'until', 1],
    ['an open end at the end', '(1, 1, 5), (1, 5, NULL)', 'until', 0],
    ['two open starts', '(1, NULL, 5), (1, NULL, 3)', 'until', 1],
    ['an open start first', '(1, NULL, 5), (1, 5, NULL)', 'until', 0],
    ['an interval that is never in force', '(1, 1, 9), (1, 5, 5), (1, 7, 2)', 'until', 0],
    ['overlaps of no key', '(NULL, 1, 9), (NULL, 2, 3)', 'until', 0],
    ['starts alone', '(1, 1, 0), (1, 2, 0), (2, 1, 0)', null, 0],
    ['one start twice', '(1, 1, 0), (1, 1, 9), (2, 1, 0)', null, 1],
    ['no start twice', '(1, NULL, 0), (1, NULL, 0)', null, 1],
  ])('see %s', async (_what, values, end, broken) => {
    await engine.run(
      `CREATE OR REPLACE TABLE history AS SELECT k::INT AS k, DATE '2024-01-01' + since::INT AS since, DATE '2024-01-01' + until::INT AS until FROM (VALUES ${values}) AS t(k, since, until)`,
    );
    const [check] = premiseChecks(onHistory(validity(end)));
    expect((await engine.query(check?.sql ?? '')).rows).toEqual([[broken]]);
    expect((await engine.query(check?.samplesSql ?? '')).rows.length).toBe(broken);
  });

  it.each<[string, string, number]>([
    ['whole shares', '(1, 0.5), (1, 0.5), (2, 1), (NULL, 7)', 0],
    ['shares that leave something', '(1, 0.5), (1, 0.4)', 1],
    ['a share that is missing', '(1, 1), (1, NULL)', 1],
    ['a negative share', '(1, 1.5), (1, -0.5)', 1],
    ['shares of what nobody else knows', '(1, 1), (99, 0.5)', 1],
  ])('add up %s', async (_what, values, broken) => {
    await engine.run(`CREATE OR REPLACE TABLE owners AS SELECT * FROM (VALUES ${values}) AS t(k, part)`);
    const plan = planOf([{ ...join('a', 'b', [['k', 'k']]), weight: 'part' }]);
    const tables = [
      { id: 'a', dataset: 'owners' },
      { id: 'b', dataset: 'fact' },
    ];
    const checks = premiseChecks(
      plan.query.kind === 'aggregate' ? { ...plan, query: { ...plan.query, tables } } : plan,
    );
    const weight = checks.find(({ kind }) => kind === 'weight');
    expect((await engine.query(weight?.sql ?? '')).rows).toEqual([[broken]]);
  });

  it('of tables that the plan makes are none where one row of a key is kept, and refused where nothing shows them', () => {
    const made = (name: string, key: readonly string[], from: readonly string[]): SemanticPlan['datasets'] => {
      const columns = ['k', 'since', 'until', 'part'].map((column) => ({ name: column, cast: null }));
      return [{ kind: 'prepared', name, description: '', from, columns, dedupe: { key, latestBy: [] } }];
    };
    const history = (key: readonly string[], from = ['raw']) => ({
      ...onHistory(validity('until')),
      datasets: made('history', key, from),
    });
    expect(premiseChecks(history(['k']))).toEqual([]);
    const refused = expect.objectContaining({ code: 'plan.refused' });
    expect(() => premiseChecks(history(['k', 'since'], ['raw', 'more']))).toThrow(refused);
    const shared = planOf([{ ...join('a', 'b', [['k', 'k']]), weight: 'part' }]);
    expect(() => premiseChecks({ ...shared, datasets: made('fact', ['part'], ['raw', 'more']) })).toThrow(refused);
    // The latest rows of one source are told from the source alone, and checked.
    expect(premiseChecks(history(['k', 'since'])).map(({ id }) => id)).toEqual([
      'premise.validity.raw.k.latest.k+since',
    ]);
    const bridge = { ...shared, datasets: made('fact', ['part'], ['raw']) };
    expect(premiseChecks(bridge).map(({ id }) => id)).toContain('premise.weight.raw.k.latest.part');
  });
});
