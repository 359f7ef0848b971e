import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { Join, Validity } from '../../src/plan/query.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregate,
  aggregateQuery,
  col,
  detailColumn,
  detailQuery,
  dimension,
  eq,
  join,
  measure,
  planOf,
  rows,
  source,
  sum,
  text,
  times,
  types,
} from './plan-builder.js';
import { answer, engineWith, rowsOf } from './running.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith([
    'CREATE TABLE sales (sale_id BIGINT, item BIGINT, sold_on DATE, sold_at TIMESTAMP, pieces INTEGER)',
    `INSERT INTO sales VALUES (1, 1, '2024-01-01', '2024-01-01 00:00', 1), (2, 1, '2024-02-01', '2024-01-31 23:59', 2), (3, 1, '2024-03-01', NULL, 3), (4, 2, '2024-01-15', '2024-01-15 12:00', 4), (5, 2, NULL, NULL, 5), (6, 9, '2024-01-01', '2024-01-01 00:00', 6), (7, NULL, '2024-01-01', NULL, 7), (8, 1, '2023-01-01', '2023-01-01 08:00', 8), (9, 3, NULL, NULL, 9), (10, 3, '2024-01-01', '2024-01-01 00:00', 10)`,
    'CREATE TABLE prices (item BIGINT, since DATE, until DATE, price DECIMAL(12,2))',
    `INSERT INTO prices VALUES (1, '2023-12-01', '2024-02-01', 10), (1, '2024-02-01', NULL, 20), (2, NULL, '2024-01-15', 5), (2, '2024-01-15', '2024-06-01', 6), (NULL, '2020-01-01', NULL, 99), (1, '2024-01-05', '2024-01-05', 77), (3, NULL, NULL, 8)`,
    'CREATE TABLE fees (item BIGINT, pieces INTEGER, since DATE, fee VARCHAR)',
    `INSERT INTO fees VALUES (1, 1, '2023-01-01', 'a'), (1, 2, '2023-06-01', 'b'), (1, 2, '2024-01-01', 'c'), (2, 4, '2024-01-15', 'd'), (2, 1, '2024-01-15', 'e')`,
    'CREATE TABLE tariffs (item BIGINT, since TIMESTAMP, tariff VARCHAR)',
    `INSERT INTO tariffs VALUES (1, '2023-12-01', 'a'), (1, '2024-02-01', 'b'), (2, NULL, 'c'), (2, '2024-01-15 12:00', 'd')`,
    'CREATE TABLE accounts (account_id BIGINT, balance DECIMAL(12,2))',
    'INSERT INTO accounts VALUES (1, 100), (2, 40), (3, 7)',
    'CREATE TABLE owners (account_id BIGINT, person_id BIGINT, part DECIMAL(5,2))',
    'INSERT INTO owners VALUES (1, 1, 0.5), (1, 2, 0.5), (2, 1, 1)',
    'CREATE TABLE people (person_id BIGINT, name VARCHAR)',
    `INSERT INTO people VALUES (1, 'Ann'), (2, 'Ben')`,
    'CREATE TABLE balances (account_id BIGINT, day DATE, branch VARCHAR, balance DECIMAL(12,2))',
    `INSERT INTO balances VALUES (1, '2024-01-05', 'n', 10), (1, '2024-01-31', 'n', 30), (2, '2024-01-20', 'n', 5), (2, '2024-01-20', 'n', 6), (2, '2024-02-10', 'n', NULL), (3, '2024-01-31', NULL, 1), (3, NULL, NULL, 1000), (1, '2024-02-28', 's', 40), (1, '2024-02-01', 's', 35)`,
  ]);
});
afterAll(() => engine.close());

const sources = [
  source(
    'sales',
    { sale_id: types.bigint, item: types.bigint, sold_on: types.date, sold_at: types.timestamp, pieces: types.integer },
    [['sale_id']],
  ),
  source('prices', { item: types.bigint, since: types.date, until: types.date, price: types.money }),
  source('fees', { item: types.bigint, pieces: types.integer, since: types.date, fee: types.text }),
  source('tariffs', { item: types.bigint, since: types.timestamp, tariff: types.text }),
  source('accounts', { account_id: types.bigint, balance: types.money }, [['account_id']]),
  source('owners', {
    account_id: types.bigint,
    person_id: types.bigint,
    part: { kind: 'decimal', precision: 5, scale: 2 },
  }),
  source('people', { person_id: types.bigint, name: types.text }, [['person_id']]),
  source('balances', { account_id: types.bigint, day: types.date, branch: types.text, balance: types.money }),
];
const history = (to: string, during: Validity): Join => ({ ...join('sales', to, 'item'), during });

describe('a history', () => {
  const prices = detailQuery(['sales', 'prices'], {
    columns: [detailColumn('sale_id', col('sales', 'sale_id')), detailColumn('price', col('prices', 'price'))],
  });

  it.each(['sold_on', 'sold_at'])('gives the row in force at %s', async (at) => {
    const query = { ...prices, joins: [history('prices', { at, start: 'since', end: 'until' })] };
    const expected = await rowsOf(
      engine,
      `SELECT sale_id, (SELECT price FROM prices p WHERE p.item = s.item AND coalesce(since, DATE '0001-01-01') <= s.${at} AND s.${at} < coalesce(until, DATE '9999-12-31')) FROM sales s ORDER BY 1`,
    );
    expect(await answer(engine, query, sources)).toEqual(expected);
    expect(expected.flatMap(([, price]) => (price === null ? [] : [price])).length).toBeGreaterThan(2);
  });

  it('drops rows whose time it does not know, where asked', async () => {
    const query = {
      ...prices,
      unmatched: 'drop',
      joins: [history('prices', { at: 'sold_on', start: 'since', end: 'until' })],
    } as const;
    expect((await answer(engine, query, sources)).map(([id]) => id)).toEqual([1, 2, 3, 4, 10]);
  });

  it('is met as it is on the as-of date', async () => {
    const query = { ...prices, joins: [history('prices', { at: null, start: 'since', end: 'until' })] };
    expect(await answer(engine, query, sources)).toEqual(
      await rowsOf(
        engine,
        `SELECT sale_id, (SELECT price FROM prices p WHERE p.item = s.item AND coalesce(since, DATE '0001-01-01') <= DATE '2024-05-15' AND DATE '2024-05-15' < coalesce(until, DATE '9999-12-31')) FROM sales s ORDER BY 1`,
      ),
    );
  });

  it('ends a row where the next of its key begins', async () => {
    const query = aggregateQuery(['sales', 'tariffs'], {
      joins: [history('tariffs', { at: 'sold_at', start: 'since', end: null })],
      dimensions: [dimension('tariff', col('tariffs', 'tariff'))],
      measures: [measure('pieces', sum('sales', 'pieces'))],
    });
    expect(await answer(engine, query, sources)).toEqual([
      ['a', 3],
      ['d', 4],
      [null, 48],
    ]);
  });

  it('ends a row where the next of its whole key begins', async () => {
    const on = ['item', 'pieces'].map((name) => ({ from: name, to: name }));
    const query = detailQuery(['sales', 'fees'], {
      joins: [{ ...history('fees', { at: 'sold_on', start: 'since', end: null }), on }],
      unmatched: 'drop',
      columns: [detailColumn('sale_id', col('sales', 'sale_id')), detailColumn('fee', col('fees', 'fee'))],
    });
    expect(await answer(engine, query, sources)).toEqual([
      [1, 'a'],
      [2, 'c'],
      [4, 'd'],
    ]);
  });

  it('is met by another end by each fact', async () => {
    const query = aggregateQuery([], {
      tables: ['sales', 'prices'].map((id) => ({ id, dataset: id })).concat([{ id: 'again', dataset: 'sales' }]),
      joins: [
        history('prices', { at: 'sold_on', start: 'since', end: null }),
        { ...history('prices', { at: 'sold_on', start: 'since', end: 'until' }), from: 'again' },
      ],
      dimensions: [dimension('price', col('prices', 'price'))],
      measures: [measure('by_start', rows('sales')), measure('by_end', rows('again'))],
    });
    expect(await answer(engine, query, sources)).toEqual(
      await rowsOf(
        engine,
        `WITH p AS (SELECT *, lead(since) OVER (PARTITION BY item ORDER BY since NULLS FIRST) AS next FROM prices),
          a AS (SELECT price, count(*) AS n FROM sales s LEFT JOIN p ON p.item = s.item AND s.sold_on IS NOT NULL AND (since IS NULL OR since <= sold_on) AND (next IS NULL OR sold_on < next) GROUP BY 1),
          b AS (SELECT price, count(*) AS n FROM sales s LEFT JOIN p ON p.item = s.item AND s.sold_on IS NOT NULL AND (since IS NULL OR since <= sold_on) AND (until IS NULL OR sold_on < until) GROUP BY 1)
         SELECT coalesce(a.price, b.price), coalesce(a.n, 0), coalesce(b.n, 0) FROM a FULL JOIN b ON a.price IS NOT DISTINCT FROM b.price ORDER BY 1 NULLS LAST`,
      ),
    );
  });

  it('of the plan itself needs a source to show that intervals do not overlap', () => {
    const query = { ...prices, joins: [history('listed', { at: 'sold_on', start: 'since', end: 'until' })] };
    const tables = [
      { id: 'sales', dataset: 'sales' },
      { id: 'listed', dataset: 'listed' },
    ];
    const columns = [detailColumn('price', col('listed', 'price'))];
    const listed = detailQuery(['prices'], {
      columns: ['item', 'since', 'until', 'price'].map((name) => detailColumn(name, col('prices', name))),
      distinct: true,
    });
    const plan = {
      ...planOf({ ...query, tables, columns }),
      datasets: [{ kind: 'query', name: 'listed', description: '', query: listed } as const],
    };
    expect(() => compile(plan, sources, { asOf: null })).not.toThrow();
    const cut = {
      ...listed,
      columns: listed.columns.map((c) => (c.name === 'until' ? { ...c, expression: { kind: 'as_of' } as const } : c)),
    };
    const broken = { ...plan, datasets: [{ ...plan.datasets[0], query: cut } as (typeof plan.datasets)[0]] };
    expect(() => compile(broken, sources, { asOf: null })).toThrow(/may meet several rows/);
  });
});

describe('a bridge', () => {
  it('shares out what it stands for, and the whole stays what it is', async () => {
    const query = aggregateQuery(['owners', 'accounts', 'people'], {
      joins: [{ ...join('owners', 'accounts', 'account_id'), weight: 'part' }, join('owners', 'people', 'person_id')],
      dimensions: [dimension('name', col('people', 'name'))],
      measures: [
        measure('balance', aggregate('sum', 'owners', times(col('accounts', 'balance'), col('owners', 'part')))),
      ],
    });
    expect(await answer(engine, query, sources)).toEqual([
      ['Ann', '90.0000'],
      ['Ben', '50.0000'],
    ]);
  });
});

describe('a snapshot', () => {
  const month = { kind: 'time_truncate', unit: 'month', operand: col('balances', 'day') } as const;
  const taken = (take: 'first' | 'last', per: boolean) =>
    sum('balances', 'balance', {
      snapshot: { take, by: col('balances', 'day'), per: per ? [col('balances', 'account_id')] : [] },
    });

  it.each([
    ['last', true, 'DESC'],
    ['last', false, 'DESC'],
    ['first', true, 'ASC'],
    ['first', false, 'ASC'],
  ] as const)('takes the %s of the group, per account: %s', async (take, per, direction) => {
    const query = aggregateQuery(['balances'], {
      dimensions: [dimension('month', month)],
      measures: [measure('balance', taken(take, per)), measure('movements', rows('balances'))],
    });
    const expected = await rowsOf(
      engine,
      `WITH m AS (SELECT *, date_trunc('month', day)::DATE AS month FROM balances),
        r AS (SELECT *, CASE WHEN day IS NOT NULL THEN rank() OVER (PARTITION BY month${per ? ', account_id' : ''} ORDER BY day ${direction} NULLS LAST) END AS r FROM m)
       SELECT month, sum(CASE WHEN r = 1 THEN balance END), count(*) FROM r GROUP BY 1 ORDER BY 1 NULLS LAST`,
    );
    expect(await answer(engine, query, sources)).toEqual(expected);
  });

  it('looks only at the rows that the measure counts, and at groups of nothing', async () => {
    const ofBranch = measure('balance', {
      ...taken('last', false),
      filter: eq(col('balances', 'branch'), text('n')),
    });
    const query = aggregateQuery(['balances'], { measures: [ofBranch] });
    expect(await answer(engine, query, sources)).toEqual([[null]]);
    const january = {
      ...query,
      filter: eq(month, { kind: 'literal', literal: { type: 'date', value: '2024-01-01' } } as const),
    };
    expect(await answer(engine, january, sources)).toEqual([['30.00']]);
    const later = { ...taken('first', false), filter: eq(col('balances', 'branch'), text('s')) };
    const first = aggregateQuery(['balances'], { measures: [measure('balance', later)] });
    expect(await answer(engine, first, sources)).toEqual([['35.00']]);
  });

  it('cannot be shared out or added up over time', () => {
    const query = aggregateQuery(['balances'], {
      dimensions: [dimension('month', month)],
      measures: [measure('x', { kind: 'running_total', of: taken('last', true), time: 'month' })],
    });
    expect(() => compile(planOf(query), sources, { asOf: null })).toThrow(/cannot be added up/);
  });
});
