import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { Expression, Query } from '../../src/plan/query.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregateQuery,
  and,
  col,
  compare,
  detailColumn,
  detailQuery,
  dimension,
  eq,
  int,
  isNull,
  join,
  measure,
  not,
  or,
  out,
  planOf,
  rows,
  text,
} from './plan-builder.js';
import { answer, engineWith, rowsOf } from './running.js';
import { shop, shopStatements } from './shop.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith(shopStatements);
});
afterAll(() => engine.close());

/** Holds a null, and a customer that does not exist. */
const ordering: Query = detailQuery(['orders'], {
  columns: [detailColumn('customer_id', col('orders', 'customer_id'))],
});
const frequent: Query = aggregateQuery(['orders'], {
  dimensions: [dimension('customer_id', col('orders', 'customer_id'))],
  measures: [{ ...measure('n', rows('orders')), shown: false }],
  having: compare('ge', out('n'), int(2)),
});
const member = (keys: Expression | readonly Expression[], query: Query, negated = false): Expression => ({
  kind: 'membership',
  keys: 'kind' in keys ? [keys] : keys,
  query,
  negated,
});
const key = col('customers', 'customer_id');
const country = col('customers', 'country_id');
const names = (filter: Expression) =>
  detailQuery(['customers'], { columns: [detailColumn('name', col('customers', 'name'))], filter });

const placed: readonly (readonly [string, Query, string])[] = [
  [
    'twice, of the same rows',
    names(and(member(key, ordering), member(country, ordering, true))),
    `SELECT name FROM customers WHERE customer_id IN (10, 11, 12) ORDER BY 1`,
  ],
  [
    'of a joined table, beside one of its own',
    detailQuery(['orders', 'customers'], {
      joins: [join('orders', 'customers', 'customer_id')],
      columns: [detailColumn('order_id', col('orders', 'order_id')), detailColumn('name', col('customers', 'name'))],
      filter: and(member(country, ordering, true), member(col('orders', 'customer_id'), frequent)),
    }),
    `SELECT order_id, name FROM orders JOIN customers USING (customer_id) WHERE orders.customer_id IN (10, 11) ORDER BY 1, 2`,
  ],
  [
    'under or',
    names(or(member(key, frequent), eq(col('customers', 'name'), text('Cyd')))),
    `SELECT name FROM customers WHERE name IN ('Ada', 'Bob', 'Cyd') ORDER BY 1`,
  ],
  [
    'under not, where a null key is in no query',
    names(not(or(member(country, ordering), isNull(col('customers', 'region'))))),
    `SELECT name FROM customers WHERE region IS NOT NULL ORDER BY 1`,
  ],
  [
    'denied under or, beside a null among the rows',
    names(or(member(key, ordering, true), eq(col('customers', 'name'), text('Ada')))),
    `SELECT name FROM customers WHERE name IN ('Ada', 'Dee') ORDER BY 1`,
  ],
  [
    'in a branch of a case and as a value',
    detailQuery(['customers'], {
      columns: [
        detailColumn('name', col('customers', 'name')),
        detailColumn('told', {
          kind: 'case',
          branches: [{ when: member(country, ordering, true), then: text('no') }],
          otherwise: text('yes'),
        }),
        detailColumn('known', member(country, ordering)),
      ],
    }),
    `SELECT name, 'no', false FROM customers ORDER BY 1`,
  ],
  [
    'in the filter of a measure',
    aggregateQuery(['orders'], {
      measures: [
        measure('some', rows('orders', { filter: member(col('orders', 'customer_id'), frequent) })),
        measure('others', rows('orders', { filter: member(col('orders', 'customer_id'), frequent, true) })),
      ],
    }),
    `SELECT CAST(5 AS BIGINT), CAST(3 AS BIGINT)`,
  ],
];

describe('membership', () => {
  it.each(placed)('%s gives the rows of its meaning', async (_name, query, expected) => {
    expect(await answer(engine, query, shop)).toEqual(await rowsOf(engine, expected));
  });

  it.each(placed)('%s has no rows kept beside its answers', async (_name, query) => {
    const { sql } = compile(planOf(query), shop, { asOf: '2024-05-15' });
    const { rows: explained } = await engine.query(`EXPLAIN ${sql}`);
    expect(JSON.stringify(explained)).toMatch(/SEMI|ANTI|MARK/);
    expect(JSON.stringify(explained)).not.toContain('DELIM');
  });

  it('of several keys meets no row by a null', async () => {
    const pairs: Query = detailQuery(['orders'], {
      columns: [detailColumn('c', col('orders', 'customer_id')), detailColumn('d', col('orders', 'ordered_on'))],
    });
    const own = [col('orders', 'customer_id'), col('orders', 'ordered_on')];
    const counted = (filter: Expression) =>
      aggregateQuery(['orders'], { measures: [measure('n', rows('orders'))], filter });
    expect(await answer(engine, counted(member(own, pairs)), shop)).toEqual([[6]]);
    expect(await answer(engine, counted(member(own, pairs, true)), shop)).toEqual([[2]]);
    expect(await answer(engine, counted(or(member(own, pairs, true), eq(own[0] ?? int(0), int(99)))), shop)).toEqual([
      [3],
    ]);
  });
});
