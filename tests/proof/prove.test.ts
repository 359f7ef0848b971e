import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blockingEntries, type Evidence } from '../../src/plan/evidence.js';
import type { ProductFile } from '../../src/plan/product.js';
import type { AggregateQuery, Expression, Query } from '../../src/plan/query.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregated,
  column,
  equal,
  goldColumns,
  literal,
  makeShop,
  type Shop,
  salesByArea,
  shopProduct,
  shopSources,
  shopsSql,
  writeParquet,
} from '../build/shop.js';
import { asOf, entry, evidenceIn, failedIn, productOf } from './proving.js';

let shop: Shop;
beforeEach(async () => {
  shop = await makeShop();
});
afterEach(() => shop.remove());

const evidenceOf = (file: ProductFile, goldSql?: string, compilerFault?: (sql: string) => string): Promise<Evidence> =>
  evidenceIn(shop, file, goldSql, compilerFault);

const number = (value: string): Expression => ({ kind: 'literal', literal: { type: 'integer', value } });
const output = (name: string) => ({ name, label: name, description: name, shown: true });

describe('faults sown into the gold', () => {
  it('none: nothing fails', async () => {
    expect(failedIn(await evidenceOf(shopProduct()))).toEqual([]);
  });

  it.each([
    [
      'an inflated sum',
      `SELECT * REPLACE ((amount + CASE WHEN area = 'north' THEN 0.01 ELSE 0 END)::DECIMAL(38,2) AS amount) FROM GOLD`,
      ['result', 'reconciliation.amount'],
    ],
    [
      'a sum moved from one group to another',
      `SELECT * REPLACE ((amount + CASE area WHEN 'north' THEN 1 WHEN 'south' THEN -1 ELSE 0 END)::DECIMAL(38,2) AS amount) FROM GOLD`,
      ['result'],
    ],
    [
      'a group left out',
      `SELECT * FROM GOLD WHERE area IS DISTINCT FROM 'south'`,
      [
        'result',
        'reconciliation.amount',
        'reconciliation.sales',
        'reconciliation.largest',
        'reconciliation.weight',
        'rows.sale',
      ],
    ],
    [
      'the null group left out',
      'SELECT * FROM GOLD WHERE area IS NOT NULL',
      ['result', 'reconciliation.amount', 'reconciliation.sales', 'reconciliation.weight', 'rows.sale'],
    ],
    [
      'a group twice',
      `SELECT * FROM GOLD AS g, range(CASE WHEN g.area IS NULL THEN 2 ELSE 1 END) AS t(n)`.replace('*', 'g.*'),
      ['grain', 'result', 'reconciliation.amount', 'reconciliation.sales', 'reconciliation.weight'],
    ],
    [
      'a group that is not in the sources',
      `SELECT * FROM GOLD UNION ALL SELECT 'west', 0.00::DECIMAL(38,2), 0, NULL, NULL, 0`,
      ['result'],
    ],
    [
      'a count too high by one',
      `SELECT * REPLACE (sales + (coalesce(area, '') = 'north')::INTEGER::BIGINT AS sales) FROM GOLD`,
      ['result', 'reconciliation.sales'],
    ],
    [
      'an extreme that is none',
      'SELECT * REPLACE ((largest + 1)::DECIMAL(10,2) AS largest) FROM GOLD',
      ['result', 'reconciliation.largest'],
    ],
    [
      'a float off by a millionth',
      'SELECT * REPLACE (weight * 1.000001 AS weight) FROM GOLD',
      ['result', 'reconciliation.weight'],
    ],
    ['another type', 'SELECT * REPLACE (sales::INTEGER AS sales) FROM GOLD', ['schema']],
    ['another name', 'SELECT * RENAME (sales AS orders) FROM GOLD', ['schema']],
    ['another order of columns', 'SELECT sales, * EXCLUDE (sales) FROM GOLD', ['schema']],
    ['a column too many', 'SELECT *, 1 AS more FROM GOLD', ['schema']],
    [
      'nulls where none may be',
      `SELECT * REPLACE (CASE WHEN area = 'north' THEN sales END AS sales) FROM GOLD`,
      ['schema'],
    ],
  ])('%s', async (_name, sql, failed) => {
    expect(failedIn(await evidenceOf(shopProduct(), sql))).toEqual(failed);
  });

  it('a join that multiplies is seen by its premise and, apart from it, by the totals', async () => {
    await writeParquet(shop, 'shop/shop.parquet', `${shopsSql} UNION ALL SELECT 1, 'north'`);
    const fanOut = `SELECT area, sum(amount)::DECIMAL(38,2) AS amount, count(*) AS sales, max(amount) AS largest, sum(weight) AS weight, count(DISTINCT sold_on) AS days
      FROM sale LEFT JOIN shop ON sale.shop_id = shop.shop_id WHERE state = 'done' GROUP BY area`;
    const failed = failedIn(await evidenceOf(shopProduct(), fanOut));
    expect(failed).toContain('premise.shop.shop_id');
    expect(failed).toContain('reconciliation.amount');
    expect(failed).toContain('reconciliation.sales');
    expect(failed).toContain('rows.sale');
  });

  it('one broken key among several is enough to show nothing of groups', async () => {
    await writeParquet(shop, 'shop/shop.parquet', `${shopsSql} UNION ALL SELECT 1, 'north'`);
    const { tables, joins } = salesByArea();
    const on = [{ from: 'sale_id', to: 'sale_id' }];
    const query = salesByArea({
      tables: [...tables, { id: 'again', dataset: 'sale' }],
      joins: [...joins, { from: 'sale', to: 'again', on, cardinality: 'many_to_one' }],
    });
    const evidence = await evidenceOf(productOf(query, ['area']));
    expect(entry(evidence, 'premise.sale.sale_id')?.status).toBe('proved');
    expect(entry(evidence, 'premise.shop.shop_id')?.status).toBe('failed');
    expect(entry(evidence, 'groups.sale')?.status).toBe('not_shown');
  });

  it('a cent in a total of more digits than a DOUBLE has', async () => {
    const huge = {
      kind: 'arithmetic',
      operator: 'multiply',
      left: column('sale', 'amount'),
      right: number('100000000000000000'),
    } as const;
    const query = salesByArea({
      measures: [{ ...output('huge'), unit: null, definition: aggregated('sum', huge) }],
    });
    expect(failedIn(await evidenceOf(productOf(query, ['area'])))).toEqual([]);
    const cent = `SELECT * REPLACE ((huge + CASE WHEN area = 'north' THEN 0.01 ELSE 0 END)::DECIMAL(38,2) AS huge) FROM GOLD`;
    expect(failedIn(await evidenceOf(productOf(query, ['area']), cent))).toEqual(['result', 'reconciliation.huge']);
  });

  it.each([
    [
      'rows counted under the wrong member',
      (sql: string) =>
        `SELECT * REPLACE (CASE area WHEN 'north' THEN 'south' WHEN 'south' THEN 'north' ELSE area END AS area) FROM (${sql})`,
      ['groups.sale'],
    ],
    [
      'a distinct count that is a plain one',
      (sql: string) => `SELECT * REPLACE (sales AS days) FROM (${sql})`,
      ['groups.sale'],
    ],
    [
      'the null group lost by an inner join',
      (sql: string) => `SELECT * FROM (${sql}) WHERE area IS NOT NULL`,
      ['reconciliation.amount', 'reconciliation.sales', 'reconciliation.weight', 'groups.sale', 'rows.sale'],
    ],
  ])('a fault of the compiler itself: %s', async (_name, fault, failed) => {
    expect(failedIn(await evidenceOf(shopProduct(), undefined, fault))).toEqual(failed);
  });

  it('a filter that was forgotten', async () => {
    const unfiltered = salesByArea({ filter: null });
    const sql = compile(shopProduct(unfiltered).plan, shopSources, { asOf }).sql.replace(/;\s*$/, '');
    const failed = failedIn(await evidenceOf(shopProduct(), `SELECT * FROM (${sql})`));
    expect(failed).toEqual(expect.arrayContaining(['result', 'reconciliation.amount', 'reconciliation.sales']));
  });
});

const accountOf = (evidence: Evidence, home = 'sale') => {
  const found = entry(evidence, `rows.${home}`);
  return found?.kind === 'row_accounting' ? found.facts : null;
};

describe('plans of every shape are proved', () => {
  const shapes: readonly (readonly [string, Partial<AggregateQuery>, number])[] = [
    ['unmatched rows dropped', { unmatched: 'drop' }, 0],
    ['a filter on the joined table', { filter: equal(column('shop', 'area'), literal('north')) }, 0],
    [
      'a filter that null would pass',
      { filter: { kind: 'is_null', operand: column('shop', 'area'), negated: false } },
      0,
    ],
    [
      'several conditions',
      {
        filter: {
          kind: 'and',
          operands: [
            equal(column('sale', 'state'), literal('done')),
            { kind: 'comparison', operator: 'gt', left: column('sale', 'amount'), right: number('50') },
            { kind: 'is_null', operand: column('shop', 'area'), negated: true },
          ],
        },
      },
      0,
    ],
    [
      'having',
      { having: { kind: 'comparison', operator: 'gt', left: { kind: 'output', name: 'sales' }, right: number('150') } },
      0,
    ],
    [
      'the top group',
      {
        orderBy: [{ by: 'amount', direction: 'descending', nulls: 'last' }],
        limit: { count: 1, per: [], ties: 'cut' },
      },
      0,
    ],
    ['no row at all', { filter: equal(column('sale', 'state'), literal('nothing')) }, 0],
    [
      'a membership',
      {
        filter: {
          kind: 'membership',
          keys: [column('sale', 'shop_id')],
          negated: false,
          query: {
            kind: 'detail',
            tables: [{ id: 's', dataset: 'shop' }],
            joins: [],
            unmatched: 'keep',
            home: 's',
            columns: [{ ...output('shop_id'), expression: column('s', 'shop_id') }],
            distinct: true,
            filter: equal(column('s', 'area'), literal('south')),
            orderBy: [],
            limit: null,
          },
        },
      },
      0,
    ],
    [
      'a measure with a condition on the joined table that null would pass',
      {
        measures: [
          {
            ...output('north'),
            unit: null,
            definition: aggregated('sum', column('sale', 'amount'), equal(column('shop', 'area'), literal('north'))),
          },
          {
            ...output('nowhere'),
            unit: null,
            definition: aggregated('count', null, { kind: 'is_null', operand: column('shop', 'area'), negated: false }),
          },
          {
            ...output('keys'),
            unit: null,
            definition: aggregated('sum', {
              kind: 'call',
              function: 'coalesce',
              arguments: [column('shop', 'shop_id'), number('1000')],
            }),
          },
          { ...output('named'), unit: null, definition: aggregated('count', column('shop', 'area')) },
        ],
      },
      0,
    ],
    ['every member of the dimension', { every: 'shop', filter: equal(column('sale', 'state'), literal('void')) }, 0],
  ];

  it.each(shapes)('%s', async (_name, changes) => {
    const evidence = await evidenceOf(productOf(salesByArea(changes), ['area']));
    expect(failedIn(evidence)).toEqual([]);
    const account = accountOf(evidence);
    expect(account?.rowsIn).toBe(500);
    expect(entry(evidence, 'rows.sale')?.status).toBe('proved');
    expect(
      evidence.entries.filter(({ id, status }) => id.startsWith('reconciliation.') && status === 'proved').length,
    ).toBeGreaterThan(2);
  });

  it('one row without dimensions, with ratios that are not shown', async () => {
    const ratio = {
      kind: 'ratio',
      numerator: aggregated('sum', column('sale', 'amount')),
      denominator: aggregated('count', null),
      factor: 1,
    } as const;
    const query = salesByArea({
      dimensions: [],
      measures: [
        { ...output('mean'), unit: null, definition: ratio },
        { ...output('sales'), unit: null, definition: aggregated('count', null) },
      ],
    });
    const evidence = await evidenceOf(productOf(query, []));
    expect(failedIn(evidence)).toEqual([]);
    expect(entry(evidence, 'reconciliation.mean')).toMatchObject({
      status: 'not_shown',
      why: expect.stringContaining('after they are aggregated'),
    });
    expect(accountOf(evidence)).toMatchObject({
      rowsIn: 500,
      inGold: 400,
      excluded: [{ condition: "sale.state = 'done'", rows: 100 }],
    });
  });

  it('two homes, each with its own account', async () => {
    const query = salesByArea({
      filter: equal(column('sale', 'state'), literal('done')),
      measures: [
        { ...output('amount'), unit: null, definition: aggregated('sum', column('sale', 'amount')) },
        { ...output('shops'), unit: null, definition: { ...aggregated('count', null), home: 'shop' } },
      ],
    });
    const evidence = await evidenceOf(productOf(query, ['area']));
    expect(failedIn(evidence)).toEqual([]);
    expect(accountOf(evidence)).toMatchObject({ rowsIn: 500, inGold: 400 });
    expect(accountOf(evidence, 'shop')).toMatchObject({ rowsIn: 7, inGold: 7, excluded: [] });
  });

  it('rows of a detail, whose numbers add up; cut by a limit they are said to be beyond it', async () => {
    const detail = (changes: object): Query => ({
      kind: 'detail',
      tables: salesByArea().tables,
      joins: salesByArea().joins,
      unmatched: 'drop',
      home: 'sale',
      columns: [
        { ...output('sale_id'), expression: column('sale', 'sale_id') },
        { ...output('area'), expression: column('shop', 'area') },
        { ...output('amount'), expression: column('sale', 'amount') },
      ],
      distinct: false,
      filter: equal(column('sale', 'state'), literal('done')),
      orderBy: [],
      limit: null,
      ...changes,
    });
    const whole = await evidenceOf(productOf(detail({}), []));
    expect(failedIn(whole)).toEqual([]);
    const account = accountOf(whole);
    expect(account?.unmatched).toEqual([{ table: 'shop', rows: 400 - (account?.inGold ?? 0) }]);
    expect(entry(whole, 'reconciliation.amount')?.status).toBe('proved');
    const cut = await evidenceOf(productOf(detail({ limit: { count: 10, per: [], ties: 'cut' } }), []));
    expect(failedIn(cut)).toEqual([]);
    expect(accountOf(cut)).toMatchObject({ inGold: 10, beyondHavingOrLimit: (account?.inGold ?? 0) - 10 });
    const omitted = await evidenceOf(productOf(detail({}), []), 'SELECT * FROM GOLD WHERE sale_id <> 2');
    expect(failedIn(omitted)).toEqual(['result', 'reconciliation.sale_id', 'reconciliation.amount', 'rows.sale']);
    const distinct = await evidenceOf(productOf(detail({ distinct: true }), []));
    expect(failedIn(distinct)).toEqual([]);
    expect(entry(distinct, 'rows.all')?.status).toBe('not_shown');
  });
});

describe('evidence', () => {
  it('counts each row at the first condition that it fails, then at the join', async () => {
    const over = { kind: 'comparison', operator: 'gt', left: column('sale', 'amount'), right: number('50') } as const;
    const query = salesByArea({
      unmatched: 'drop',
      filter: { kind: 'and', operands: [equal(column('sale', 'state'), literal('done')), over] },
    });
    const facts = accountOf(await evidenceOf(productOf(query, ['area'])));
    const rows = Array.from({ length: 500 }, (_, i) => ({
      done: i % 5 !== 0,
      over: ((i * 37) % 1000) / 10 > 50,
      matched: i % 11 !== 0 && i % 13 !== 0,
    }));
    expect(facts).toMatchObject({
      rowsIn: 500,
      excluded: [
        { rows: rows.filter(({ done }) => !done).length },
        { rows: rows.filter(({ done, over: big }) => done && !big).length },
      ],
      unmatched: [{ table: 'shop', rows: rows.filter((row) => row.done && row.over && !row.matched).length }],
      inGold: rows.filter((row) => row.done && row.over && row.matched).length,
    });
  });

  it('is the same data twice', async () => {
    expect(await evidenceOf(shopProduct())).toEqual(await evidenceOf(shopProduct()));
  });

  it('has no entry without a word on what it could not show', async () => {
    const { entries } = await evidenceOf(shopProduct(undefined, { columns: goldColumns }));
    for (const { status, why } of entries) expect(why === null).toBe(status === 'proved');
  });
});

describe('exact sums over DOUBLE', () => {
  const pinned = (digits: number): ProductFile =>
    shopProduct(undefined, {
      sources: shopSources.map((table) => ({
        ...table,
        columns: table.columns.map((found) => (found.name === 'weight' ? { ...found, fractionDigits: digits } : found)),
      })),
    });

  it('are shown to lose nothing while the values have the pinned digits', async () => {
    const evidence = await evidenceOf(pinned(1));
    expect(entry(evidence, 'digits.sale.weight')).toMatchObject({
      status: 'proved',
      facts: { digits: 1, rows: 500, roundedRows: 0 },
    });
    expect(failedIn(evidence)).toEqual([]);
  });

  it('say what they lose when newer values have more; what no tolerance covers is not published', async () => {
    const evidence = await evidenceOf(pinned(0));
    expect(entry(evidence, 'digits.sale.weight')).toMatchObject({
      status: 'failed',
      severity: 'warning',
      why: '450 of 500 values have more and are rounded, each by at most 0.5: measure the digits anew (dpb generate)',
    });
    expect(failedIn(evidence)).toEqual(['groups.sale', 'digits.sale.weight']);
    expect(blockingEntries(evidence).map(({ id }) => id)).toEqual(['groups.sale']);
  });
});
