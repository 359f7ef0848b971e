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
