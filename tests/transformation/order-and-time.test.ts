import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregateQuery,
  and,
  col,
  compare,
  date,
  dimension,
  eq,
  int,
  join,
  lit,
  measure,
  not,
  or,
  order,
  out,
  planOf,
  rows,
  sum,
  text,
  trunc,
} from './plan-builder.js';
import { answer, engineWith, rowsOf } from './running.js';
import { shop, shopStatements } from './shop.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith(shopStatements);
});
afterAll(() => engine.close());

const toCustomers = join('orders', 'customers', 'customer_id');
const region = dimension('region', col('customers', 'region'));
const revenue = measure('revenue', sum('orders', 'amount'));
const orderCount = measure('order_count', rows('orders'));
const byRegion = { joins: [toCustomers], dimensions: [region] };

describe('having, order and limit', () => {
  it('keeps groups by their measures, shown or not', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      ...byRegion,
      measures: [{ ...orderCount, shown: false }],
      having: compare('ge', out('order_count'), int(3)),
    });
    expect(await answer(engine, query, shop)).toEqual([['EU'], [null]]);
  });

  it('keeps groups by a derived measure', async () => {
    const mean = measure('mean', {
      kind: 'ratio',
      numerator: sum('orders', 'amount'),
      denominator: rows('orders'),
      factor: 1,
    });
    const query = aggregateQuery(['orders', 'customers'], {
      ...byRegion,
      measures: [mean],
      having: compare('gt', out('mean'), int(40)),
      orderBy: [order('mean', 'descending')],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['EU', 83.5],
      ['US', 47.625],
    ]);
  });

  it('keeps groups by a column that a measure has the name of', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [dimension('state', col('orders', 'status'))],
      measures: [
        measure('status', {
          kind: 'ratio',
          numerator: sum('orders', 'amount'),
          denominator: rows('orders'),
          factor: 1,
        }),
      ],
      having: eq(out('state'), text('cancelled')),
    });
    expect(await answer(engine, query, shop)).toEqual([['cancelled', 87.625]]);
  });

  it('orders by no more than what tells groups apart', () => {
    const orderOf = (parts: Parameters<typeof aggregateQuery>[1]): string | undefined =>
      compile(planOf(aggregateQuery(['orders', 'customers'], parts)), shop, { asOf: '2025-01-31' })
        .sql.split('\n')
        .find((line) => line.startsWith('ORDER BY'));
    const measures = [revenue, orderCount];
    expect(orderOf({ ...byRegion, measures })).toBe('ORDER BY region NULLS LAST');
    expect(
      orderOf({ ...byRegion, measures, orderBy: [order('region', 'ascending'), order('revenue', 'descending')] }),
    ).toBe('ORDER BY region NULLS LAST');
    expect(orderOf({ ...byRegion, measures, orderBy: [order('revenue', 'descending')] })).toBe(
      'ORDER BY revenue DESC NULLS LAST, region NULLS LAST',
    );
    expect(orderOf({ measures, orderBy: [order('revenue', 'descending')] })).toBeUndefined();
  });

  it('cuts at the limit, ties broken by the other outputs', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      ...byRegion,
      measures: [orderCount],
      orderBy: [order('order_count', 'descending')],
      limit: { count: 1, per: [], ties: 'cut' },
    });
    expect(await answer(engine, query, shop)).toEqual([['EU', 3]]);
  });

  it('keeps ties where asked', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      ...byRegion,
      measures: [orderCount],
      orderBy: [order('order_count', 'descending')],
      limit: { count: 1, per: [], ties: 'include' },
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['EU', 3],
      [null, 3],
    ]);
  });

  it('limits each group', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      joins: [toCustomers],
      dimensions: [dimension('status', col('orders', 'status')), region],
      measures: [revenue],
      orderBy: [order('revenue', 'descending')],
      limit: { count: 1, per: ['status'], ties: 'cut' },
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['done', 'EU', '150.50'],
      ['cancelled', 'EU', '100.00'],
    ]);
  });

  it('orders by a hidden measure and puts nulls where asked', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      joins: [toCustomers],
      dimensions: [region],
      measures: [{ ...revenue, shown: false }],
      orderBy: [order('revenue')],
      limit: { count: 2, per: [], ties: 'cut' },
    });
    expect(await answer(engine, query, shop)).toEqual([[null], ['US']]);
    const first = aggregateQuery(['orders', 'customers'], {
      ...byRegion,
      measures: [],
      orderBy: [order('region', 'descending', 'first')],
    });
    expect(await answer(engine, first, shop)).toEqual([[null], ['US'], ['EU']]);
  });
});

describe('time', () => {
  it.each([
    ['day', 'CAST(ordered_at AS DATE)'],
    ['week', "CAST(date_trunc('week', ordered_at) AS DATE)"],
    ['month', "CAST(date_trunc('month', ordered_at) AS DATE)"],
    ['quarter', "CAST(date_trunc('quarter', ordered_at) AS DATE)"],
    ['year', "CAST(date_trunc('year', ordered_at) AS DATE)"],
    ['hour', "date_trunc('hour', ordered_at)"],
  ] as const)('truncates to %s; no time is a group of its own', async (unit, sql) => {
    const query = aggregateQuery(['orders'], {
      dimensions: [dimension('period', trunc(unit, col('orders', 'ordered_at')))],
      measures: [orderCount],
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(engine, `SELECT ${sql} AS p, count(*) FROM orders GROUP BY 1 ORDER BY 1 NULLS LAST`),
    );
  });

  it('begins weeks on Sunday and fiscal years in their month where settings say so', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [
        dimension('week', trunc('week', col('orders', 'ordered_on'))),
        dimension('fiscal', trunc('fiscal_year', col('orders', 'ordered_on'))),
      ],
      measures: [orderCount],
      filter: or(eq(col('orders', 'order_id'), int(1)), eq(col('orders', 'order_id'), int(4))),
    });
    expect(await answer(engine, query, shop, { weekStart: 'sunday', fiscalYearStart: 4 })).toEqual([
      ['2023-12-31', '2023-04-01', 1],
      ['2024-04-28', '2024-04-01', 1],
    ]);
  });

  it('takes half-open ranges and the as-of date', async () => {
    const start: Parameters<typeof compare>[2] = {
      kind: 'time_add',
      operand: trunc('month', { kind: 'as_of' }),
      amount: -1,
      unit: 'month',
    };
    const query = aggregateQuery(['orders'], {
      measures: [orderCount],
      filter: and(
        compare('ge', col('orders', 'ordered_at'), start),
        compare('lt', col('orders', 'ordered_at'), trunc('month', { kind: 'as_of' })),
      ),
    });
    expect(await answer(engine, query, shop)).toEqual([[2]]);
  });

  it('leaves rows out where a filter is null', async () => {
    const query = aggregateQuery(['orders'], {
      measures: [orderCount],
      filter: not(compare('ge', col('orders', 'ordered_on'), date('2024-02-01'))),
    });
    expect(await answer(engine, query, shop)).toEqual([[2]]);
  });

  it('compares literals of every type', async () => {
    const literals = and(
      compare('ge', col('orders', 'ordered_at'), lit({ type: 'timestamp', value: '2024-01-05 10:00:00' })),
      compare('lt', col('orders', 'weight'), lit({ type: 'double', value: 0.7 })),
      compare('ge', col('orders', 'amount'), lit({ type: 'decimal', value: '75.25' })),
      lit({ type: 'boolean', value: true }),
      compare('gt', col('orders', 'order_id'), int(-5)),
    );
    expect(
      await answer(engine, aggregateQuery(['orders'], { measures: [orderCount], filter: literals }), shop),
    ).toEqual([[3]]);
  });
});
