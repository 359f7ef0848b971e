import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import {
  aggregate,
  aggregateQuery,
  col,
  dimension,
  eq,
  int,
  isNull,
  join,
  measure,
  or,
  order,
  rows,
  sum,
  text,
  times,
} from './plan-builder.js';
import { answer, engineWith, rowsOf } from './running.js';
import { shop, shopStatements } from './shop.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith(shopStatements);
});
afterAll(() => engine.close());

const toCustomers = join('orders', 'customers', 'customer_id');
const toCountries = join('customers', 'countries', 'country_id');
const toOrders = join('tickets', 'orders', 'order_id');
const region = dimension('region', col('customers', 'region'));
const revenue = measure('revenue', sum('orders', 'amount'));
const orderCount = measure('order_count', rows('orders'));
const byRegion = { joins: [toCustomers], dimensions: [region] };

describe('one home', () => {
  it('groups by a joined column and keeps rows without a partner under null', async () => {
    const query = aggregateQuery(['orders', 'customers'], { ...byRegion, measures: [revenue, orderCount] });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `SELECT region, sum(amount), count(*) FROM orders LEFT JOIN customers USING (customer_id) GROUP BY 1 ORDER BY 1 NULLS LAST, 2, 3`,
      ),
    );
  });

  it('drops rows without a partner, also where the joined table is not shown', async () => {
    const grouped = aggregateQuery(['orders', 'customers'], { ...byRegion, unmatched: 'drop', measures: [revenue] });
    expect(await answer(engine, grouped, shop)).toEqual(
      await rowsOf(
        engine,
        `SELECT region, sum(amount) FROM orders JOIN customers USING (customer_id) GROUP BY 1 ORDER BY 1 NULLS LAST`,
      ),
    );
    const total = aggregateQuery(['orders', 'customers'], {
      joins: [toCustomers],
      unmatched: 'drop',
      measures: [orderCount],
    });
    expect(await answer(engine, total, shop)).toEqual([[6]]);
  });

  it('prunes joins that nothing needs', async () => {
    const total = aggregateQuery(['orders', 'customers'], { joins: [toCustomers], measures: [orderCount] });
    expect(await answer(engine, total, shop)).toEqual([[8]]);
  });

  it('takes a filter on a joined column as a demand for the partner', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      joins: [toCustomers],
      measures: [orderCount],
      filter: isNull(col('customers', 'region')),
    });
    expect(await answer(engine, query, shop)).toEqual([[1]]);
    const either = or(eq(col('customers', 'region'), text('EU')), eq(col('orders', 'order_id'), int(5)));
    expect(
      await answer(
        engine,
        aggregateQuery(['orders', 'customers'], { joins: [toCustomers], measures: [orderCount], filter: either }),
        shop,
      ),
    ).toEqual([[3]]);
  });

  it('walks two joins and groups by both tables', async () => {
    const query = aggregateQuery(['orders', 'customers', 'countries'], {
      joins: [toCustomers, toCountries],
      dimensions: [region, dimension('country', col('countries', 'country'))],
      measures: [revenue],
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `SELECT region, country, sum(amount) FROM orders LEFT JOIN customers USING (customer_id) LEFT JOIN countries USING (country_id)
       GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2 NULLS LAST`,
      ),
    );
  });

  it('gives one row without dimensions, even where no row is admitted', async () => {
    const query = aggregateQuery(['orders'], {
      measures: [
        revenue,
        orderCount,
        measure('customers', aggregate('count_distinct', 'orders', col('orders', 'customer_id'))),
      ],
      filter: eq(col('orders', 'status'), text('nothing like it')),
    });
    expect(await answer(engine, query, shop)).toEqual([[null, 0, 0]]);
  });

  it('gives no row with dimensions where no row is admitted', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [dimension('status', col('orders', 'status'))],
      measures: [revenue],
      filter: eq(col('orders', 'status'), text("it's none")),
    });
    expect(await answer(engine, query, shop)).toEqual([]);
  });

  it('folds with every function as SQL does', async () => {
    const amount = col('orders', 'amount');
    const query = aggregateQuery(['orders'], {
      dimensions: [dimension('status', col('orders', 'status'))],
      measures: [
        measure('lowest', aggregate('min', 'orders', amount)),
        measure('highest', aggregate('max', 'orders', amount)),
        measure('mean', aggregate('avg', 'orders', amount)),
        measure('units_mean', aggregate('avg', 'orders', col('orders', 'quantity'))),
        measure('middle', aggregate('median', 'orders', amount)),
        measure('upper', aggregate('percentile', 'orders', amount, { fraction: 0.9 })),
        measure('spread', aggregate('stddev', 'orders', amount)),
        measure('known', aggregate('count', 'orders', amount)),
        measure('units', sum('orders', 'quantity')),
        measure('buyers', aggregate('count_distinct', 'orders', col('orders', 'customer_id'))),
        measure('first_amount', aggregate('first', 'orders', amount, { orderedBy: col('orders', 'ordered_at') })),
        measure('last_amount', aggregate('last', 'orders', amount, { orderedBy: col('orders', 'ordered_at') })),
        measure('total', aggregate('sum', 'orders', times(amount, col('orders', 'quantity')))),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `SELECT status, min(amount), max(amount), CAST(avg(amount) AS DECIMAL(38, 6)), avg(quantity), quantile_cont(CAST(amount AS DOUBLE), 0.5),
         quantile_cont(CAST(amount AS DOUBLE), 0.9), stddev_samp(amount), count(amount), CAST(sum(quantity) AS BIGINT), count(DISTINCT customer_id),
         arg_min(amount, ordered_at), arg_max(amount, ordered_at), sum(amount * quantity)
       FROM orders GROUP BY status ORDER BY status`,
      ),
    );
  });

  it("keeps a measure's own filter to that measure", async () => {
    const done = eq(col('orders', 'status'), text('done'));
    const query = aggregateQuery(['orders', 'customers'], {
      ...byRegion,
      measures: [
        orderCount,
        measure('done_count', rows('orders', { filter: done })),
        measure('done_revenue', sum('orders', 'amount', { filter: done })),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `SELECT region, count(*), count(*) FILTER (WHERE status = 'done'), sum(CASE WHEN status = 'done' THEN amount END)
       FROM orders LEFT JOIN customers USING (customer_id) GROUP BY 1 ORDER BY 1 NULLS LAST`,
      ),
    );
  });

  it('shows attributes beside the key', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      joins: [toCustomers],
      measures: [orderCount],
      dimensions: [
        dimension('customer_id', col('orders', 'customer_id')),
        dimension('name', col('customers', 'name'), { role: 'attribute' }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([
      [10, 'Ada', 3],
      [11, 'Bob', 2],
      [12, 'Cyd', 1],
      [99, null, 1],
      [null, null, 1],
    ]);
  });

  it('groups by hidden dimensions and by none but dimensions', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      joins: [toCustomers],
      dimensions: [{ ...region, shown: false }],
      measures: [orderCount],
      orderBy: [order('region', 'descending')],
    });
    expect(await answer(engine, query, shop)).toEqual([[2], [3], [3]]);
    expect(await answer(engine, aggregateQuery(['customers'], { dimensions: [region] }), shop)).toEqual([
      ['APAC'],
      ['EU'],
      ['US'],
      [null],
    ]);
  });
});

describe('reproducible sums of DOUBLE', () => {
  it('adds up as decimal where the digits are known, else in the order of the values', async () => {
    const query = aggregateQuery(['orders'], {
      measures: [
        measure('weight', sum('orders', 'weight')),
        measure('noise', sum('orders', 'noise')),
        measure('mean_weight', aggregate('avg', 'orders', col('orders', 'weight'))),
      ],
    });
    const [row] = await answer(engine, query, shop);
    expect(row?.[0]).toBe(5.7);
    expect(row?.[2]).toBe(5.7 / 7);
    const reversed = await engineWith(
      [
        ...shopStatements,
        'CREATE TABLE copy AS SELECT * FROM orders ORDER BY order_id DESC',
        'DROP TABLE orders',
        'ALTER TABLE copy RENAME TO orders',
      ],
      2,
    );
    expect(await answer(reversed, query, shop)).toEqual([row]);
    reversed.close();
  });
});

describe('exact numbers', () => {
  it('adds up products with the digits of both factors', async () => {
    const squares = aggregate('sum', 'orders', times(col('orders', 'weight'), col('orders', 'weight')));
    expect(await answer(engine, aggregateQuery(['orders'], { measures: [measure('squares', squares)] }), shop)).toEqual(
      [[9.29]],
    );
  });

  it('groups by values in the type that they are said to have, whatever the engine would make of constants', async () => {
    const doubled = dimension('doubled', times(col('orders', 'amount'), int(2)));
    const query = aggregateQuery(['orders'], { dimensions: [doubled], measures: [orderCount] });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `SELECT CAST(amount * 2 AS DECIMAL(22, 2)), count(*) FROM orders GROUP BY 1 ORDER BY 1 NULLS LAST`,
      ),
    );
  });
});

describe('fan-out', () => {
  it.each([
    [
      'a dimension beyond one-to-many',
      aggregateQuery(['orders', 'tickets'], {
        joins: [toOrders],
        dimensions: [dimension('priority', col('tickets', 'priority'))],
        measures: [revenue],
      }),
      /many rows of tickets/,
    ],
    [
      'a filter beyond one-to-many',
      aggregateQuery(['orders', 'tickets'], {
        joins: [toOrders],
        measures: [revenue],
        filter: eq(col('tickets', 'priority'), text('high')),
      }),
      /filter on tickets/,
    ],
    [
      'an argument beyond one-to-many',
      aggregateQuery(['orders', 'tickets'], {
        joins: [toOrders],
        measures: [measure('x', aggregate('sum', 'orders', times(col('orders', 'amount'), col('tickets', 'minutes'))))],
      }),
      /many rows of tickets/,
    ],
    [
      'tables without a way',
      aggregateQuery(['orders', 'countries'], {
        dimensions: [dimension('country', col('countries', 'country'))],
        measures: [revenue],
      }),
      /do not lead to one row/,
    ],
  ])('refuses %s, with the reason', async (_what, query, reason) => {
    await expect(answer(engine, query, shop)).rejects.toThrow(reason);
  });
});
