import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregate,
  aggregateQuery,
  and,
  col,
  dimension,
  eq,
  isNull,
  join,
  measure,
  planOf,
  rows,
  source,
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
const toOrders = join('tickets', 'orders', 'order_id');
const region = dimension('region', col('customers', 'region'));
const revenue = measure('revenue', sum('orders', 'amount'));
const orderCount = measure('order_count', rows('orders'));
const byRegion = { joins: [toCustomers], dimensions: [region] };

describe('several homes', () => {
  const minutes = measure('minutes', sum('tickets', 'minutes'));
  const ticketCount = measure('ticket_count', rows('tickets'));

  it('aggregates each at its own home and meets them null-safely', async () => {
    const query = aggregateQuery(['tickets', 'orders', 'customers'], {
      joins: [toOrders, toCustomers],
      dimensions: [region],
      measures: [revenue, minutes, ticketCount],
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `WITH o AS (SELECT region, sum(amount) AS revenue FROM orders LEFT JOIN customers USING (customer_id) GROUP BY 1),
         t AS (SELECT region, sum(minutes) AS minutes, count(*) AS n FROM tickets LEFT JOIN orders USING (order_id) LEFT JOIN customers USING (customer_id) GROUP BY 1)
       SELECT coalesce(o.region, t.region), revenue, CAST(minutes AS BIGINT), coalesce(n, 0) FROM o FULL JOIN t ON o.region IS NOT DISTINCT FROM t.region ORDER BY 1 NULLS LAST`,
      ),
    );
  });

  it('never inflates a total', async () => {
    const query = aggregateQuery(['tickets', 'orders'], { joins: [toOrders], measures: [revenue, ticketCount] });
    expect(await answer(engine, query, shop)).toEqual([['360.75', 5]]);
  });

  it('applies a filter to the homes that reach it', async () => {
    const query = aggregateQuery(['tickets', 'orders'], {
      joins: [toOrders],
      measures: [revenue, ticketCount],
      filter: and(eq(col('orders', 'status'), text('done')), eq(col('tickets', 'priority'), text('high'))),
    });
    expect(await answer(engine, query, shop)).toEqual([['185.50', 1]]);
    const { sql } = compile(planOf(query), shop, { asOf: null });
    expect(sql).toMatch(/-- Rows of orders, .* \(whatever the condition on tickets says\)/);
    expect(sql).not.toMatch(/-- Rows of tickets, .* \(whatever/);
  });

  it('computes ratios over homes', async () => {
    const query = aggregateQuery(['tickets', 'orders', 'customers'], {
      joins: [toOrders, toCustomers],
      dimensions: [region],
      measures: [
        measure('tickets_per_order', {
          kind: 'ratio',
          numerator: rows('tickets'),
          denominator: rows('orders'),
          factor: 1,
        }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['EU', 2 / 3],
      ['US', 0.5],
      [null, 2 / 3],
    ]);
  });
});

describe('every member', () => {
  it('shows members without rows: counts 0, other measures null', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      ...byRegion,
      every: 'customers',
      measures: [revenue, orderCount],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['APAC', null, 0],
      ['EU', '250.50', 3],
      ['US', '95.25', 2],
      [null, '15.00', 3],
    ]);
  });

  it('shows every member in each period that occurs', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      joins: [toCustomers],
      every: 'customers',
      unmatched: 'drop',
      measures: [orderCount],
      dimensions: [dimension('year', trunc('year', col('orders', 'ordered_on'))), region],
      filter: isNull(col('orders', 'ordered_on'), true),
    });
    expect(await answer(engine, query, shop)).toEqual(
      ['2024-01-01', '2025-01-01'].flatMap((year) =>
        [
          ['APAC', 0],
          ['EU', year === '2024-01-01' ? 2 : 1],
          ['US', year === '2024-01-01' ? 2 : 0],
          [null, 0],
        ].map(([name, count]) => [year, name, count]),
      ),
    );
  });

  it('may share joins in which one table has two roles', async () => {
    const types = { id: { kind: 'integer', bits: 32 } } as const;
    const area = source('area', { id: types.id, size: types.id, head_id: types.id });
    const spot = source('spot', { id: types.id, area_id: types.id });
    const sale = source('sale', { id: types.id, spot_id: types.id });
    const own = await engineWith([
      'CREATE TABLE area (id INTEGER, size INTEGER, head_id INTEGER)',
      'INSERT INTO area VALUES (1, NULL, 0), (0, 1, 0), (2, 3, 0)',
      'CREATE TABLE spot (id INTEGER, area_id INTEGER)',
      'INSERT INTO spot VALUES (0, 2), (1, 1)',
      'CREATE TABLE sale (id INTEGER, spot_id INTEGER)',
      'INSERT INTO sale VALUES (15, 1), (5, 0)',
    ]);
    const query = aggregateQuery(['spot', 'area', 'sale'], {
      tables: [
        { id: 'spot', dataset: 'spot' },
        { id: 'area', dataset: 'area' },
        { id: 'head', dataset: 'spot' },
        { id: 'head_area', dataset: 'area' },
        { id: 'sale', dataset: 'sale' },
      ],
      joins: [
        join('spot', 'area', 'area_id', 'id'),
        join('area', 'head', 'head_id', 'id'),
        join('head', 'head_area', 'area_id', 'id'),
        join('sale', 'spot', 'spot_id', 'id'),
      ],
      unmatched: 'drop',
      dimensions: [dimension('area', col('area', 'id')), dimension('head_size', col('head_area', 'size'))],
      measures: [
        measure('spots', sum('spot', 'id')),
        measure('heads', aggregate('median', 'spot', col('head_area', 'head_id'))),
        measure('size', aggregate('avg', 'sale', col('area', 'size'))),
      ],
    });
    try {
      expect(await answer(own, query, [area, spot, sale])).toEqual([
        [1, 3, 1, 0, null],
        [2, 3, 0, 0, 3],
      ]);
    } finally {
      own.close();
    }
  });

  it('is refused where the result is not grouped by the table', async () => {
    const query = aggregateQuery(['orders', 'customers'], {
      joins: [toCustomers],
      every: 'customers',
      dimensions: [dimension('status', col('orders', 'status'))],
      measures: [revenue],
    });
    await expect(answer(engine, query, shop)).rejects.toThrow(/not grouped/);
  });
});
