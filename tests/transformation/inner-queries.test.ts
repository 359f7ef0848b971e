import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { Expression, Query, SetQuery } from '../../src/plan/query.js';
import {
  aggregate,
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
  lit,
  measure,
  or,
  order,
  out,
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
const frequent: Query = aggregateQuery(['orders'], {
  dimensions: [dimension('customer_id', col('orders', 'customer_id'))],
  measures: [{ ...measure('n', rows('orders')), shown: false }],
  having: compare('ge', out('n'), int(2)),
});
const ordering: Query = detailQuery(['orders'], {
  columns: [detailColumn('customer_id', col('orders', 'customer_id'))],
});
const member = (key: Expression, query: Query, negated = false): Expression => ({
  kind: 'membership',
  keys: [key],
  query,
  negated,
});
const names = (filter: Expression) =>
  detailQuery(['customers'], { columns: [detailColumn('name', col('customers', 'name'))], filter });
const union = (
  operation: SetQuery['operation'],
  all: boolean,
  inputs: Query[],
  parts: Partial<SetQuery> = {},
): SetQuery => ({ kind: 'set', operation, all, inputs, orderBy: [], limit: null, ...parts });

describe('membership', () => {
  it('keeps members of an inner query', async () => {
    expect(await answer(engine, names(member(col('customers', 'customer_id'), frequent)), shop)).toEqual([
      ['Ada'],
      ['Bob'],
    ]);
  });

  it('keeps those that are not, also where the inner rows hold a null', async () => {
    expect(await answer(engine, names(member(col('customers', 'customer_id'), ordering, true)), shop)).toEqual([
      ['Dee'],
    ]);
  });

  it('holds a null key to be in no query', async () => {
    const countries = detailQuery(['countries'], {
      columns: [detailColumn('country_id', col('countries', 'country_id'))],
    });
    expect(await answer(engine, names(member(col('customers', 'country_id'), countries, true)), shop)).toEqual([
      ['Dee'],
    ]);
  });

  it('never repeats a row, and takes tuples', async () => {
    const pairs: Query = detailQuery(['orders'], {
      columns: [detailColumn('c', col('orders', 'customer_id')), detailColumn('s', col('orders', 'status'))],
    });
    const query = aggregateQuery(['orders'], {
      measures: [measure('n', rows('orders')), measure('revenue', sum('orders', 'amount'))],
      filter: {
        kind: 'membership',
        keys: [col('orders', 'customer_id'), text('cancelled')],
        query: pairs,
        negated: false,
      },
    });
    expect(await answer(engine, query, shop)).toEqual([[5, '345.75']]);
  });

  it('stands under or, in a case and in the filter of a measure', async () => {
    const isFrequent = member(col('orders', 'customer_id'), frequent);
    const query = aggregateQuery(['orders'], {
      dimensions: [
        dimension('kind', {
          kind: 'case',
          branches: [{ when: isFrequent, then: text('frequent') }],
          otherwise: text('rare'),
        }),
      ],
      measures: [
        measure('n', rows('orders')),
        measure(
          'cheap_or_frequent',
          rows('orders', { filter: or(isFrequent, compare('lt', col('orders', 'amount'), int(10))) }),
        ),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['frequent', 5, 5],
      ['rare', 3, 1],
    ]);
  });

  it('nests, with the same occurrence names inside and outside', async () => {
    const inEurope: Query = detailQuery(['customers'], {
      columns: [detailColumn('customer_id', col('customers', 'customer_id'))],
      filter: member(col('customers', 'customer_id'), frequent),
    });
    const query = aggregateQuery(['customers', 'orders'], {
      joins: [toCustomers],
      measures: [measure('n', rows('orders'))],
      filter: member(col('customers', 'customer_id'), inEurope),
    });
    expect(await answer(engine, query, shop)).toEqual([[5]]);
  });

  it('is asked of groups in having', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [dimension('customer_id', col('orders', 'customer_id'))],
      measures: [measure('n', rows('orders'))],
      having: and(
        member(
          out('customer_id'),
          names(lit({ type: 'boolean', value: true })).columns.length === 1
            ? detailQuery(['customers'], { columns: [detailColumn('customer_id', col('customers', 'customer_id'))] })
            : ordering,
        ),
        compare('lt', out('n'), int(3)),
      ),
    });
    expect(await answer(engine, query, shop)).toEqual([
      [11, 2],
      [12, 1],
    ]);
  });

  it('respects the limit of the inner query', async () => {
    const best: Query = aggregateQuery(['orders'], {
      dimensions: [dimension('customer_id', col('orders', 'customer_id'))],
      measures: [{ ...measure('revenue', sum('orders', 'amount')), shown: false }],
      orderBy: [order('revenue', 'descending')],
      limit: { count: 1, per: [], ties: 'cut' },
    });
    expect(await answer(engine, names(member(col('customers', 'customer_id'), best)), shop)).toEqual([['Ada']]);
  });
});

describe('scalar queries', () => {
  const mean: Query = aggregateQuery(['orders'], {
    measures: [measure('mean', aggregate('avg', 'orders', col('orders', 'amount')))],
  });
  it('compares rows with one value', async () => {
    const query = detailQuery(['orders'], {
      columns: [detailColumn('order_id', col('orders', 'order_id'))],
      filter: compare('gt', col('orders', 'amount'), { kind: 'scalar_query', query: mean }),
    });
    expect(await answer(engine, query, shop)).toEqual([[1], [3], [8]]);
  });

  it('compares groups with one value, and shows it', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [dimension('status', col('orders', 'status'))],
      measures: [measure('mean', aggregate('avg', 'orders', col('orders', 'amount')))],
      having: compare('gt', out('mean'), { kind: 'scalar_query', query: mean }),
    });
    expect(await answer(engine, query, shop)).toEqual([['cancelled', '87.625000']]);
    const shown = detailQuery(['countries'], {
      columns: [
        detailColumn('country', col('countries', 'country')),
        detailColumn('mean', { kind: 'scalar_query', query: mean }),
      ],
      limit: { count: 1, per: [], ties: 'cut' },
    });
    expect(await answer(engine, shown, shop)).toEqual([['Chile', '51.535714']]);
  });

  it('is null where the inner query has no row', async () => {
    const none: Query = detailQuery(['orders'], {
      columns: [detailColumn('amount', col('orders', 'amount'))],
      filter: eq(col('orders', 'status'), text('never')),
      limit: { count: 1, per: [], ties: 'cut' },
    });
    const query = detailQuery(['countries'], {
      columns: [
        detailColumn('country', col('countries', 'country')),
        detailColumn('x', { kind: 'scalar_query', query: none }),
      ],
      limit: { count: 1, per: [], ties: 'cut' },
    });
    expect(await answer(engine, query, shop)).toEqual([['Chile', null]]);
  });

  it('is refused where it may have more rows', async () => {
    const query = detailQuery(['orders'], {
      columns: [detailColumn('order_id', col('orders', 'order_id'))],
      filter: eq(col('orders', 'customer_id'), { kind: 'scalar_query', query: ordering }),
    });
    await expect(answer(engine, query, shop)).rejects.toThrow(/must give one row/);
  });
});

describe('detail', () => {
  it('shows joined columns and orders by hidden ones', async () => {
    const query = detailQuery(['orders', 'customers'], {
      joins: [toCustomers],
      columns: [
        detailColumn('order_id', col('orders', 'order_id')),
        detailColumn('name', col('customers', 'name')),
        detailColumn('amount', col('orders', 'amount'), false),
      ],
      orderBy: [order('amount', 'descending', 'last')],
      limit: { count: 3, per: [], ties: 'cut' },
    });
    expect(await answer(engine, query, shop)).toEqual([
      [1, 'Ada'],
      [8, 'Ada'],
      [3, 'Bob'],
    ]);
  });

  it('keeps ties, limits each group, and takes distinct rows before counting', async () => {
    const columns = [
      detailColumn('customer_id', col('orders', 'customer_id')),
      detailColumn('amount', col('orders', 'amount')),
    ];
    const ties = detailQuery(['orders'], {
      columns,
      orderBy: [order('amount', 'descending')],
      limit: { count: 1, per: [], ties: 'include' },
    });
    expect(await answer(engine, ties, shop)).toEqual([
      [10, '100.00'],
      [10, '100.00'],
    ]);
    const each = detailQuery(['orders'], {
      columns,
      distinct: true,
      orderBy: [order('amount', 'descending')],
      limit: { count: 2, per: ['customer_id'], ties: 'cut' },
      filter: eq(col('orders', 'customer_id'), int(10)),
    });
    expect(await answer(engine, each, shop)).toEqual([
      [10, '100.00'],
      [10, '50.50'],
    ]);
  });

  it('takes distinct rows, null being one', async () => {
    const query = detailQuery(['customers'], {
      columns: [detailColumn('country_id', col('customers', 'country_id'))],
      distinct: true,
    });
    expect(await answer(engine, query, shop)).toEqual([[1], [2], [null]]);
    const hidden = detailQuery(['customers'], {
      columns: [
        detailColumn('country_id', col('customers', 'country_id')),
        detailColumn('name', col('customers', 'name'), false),
      ],
      distinct: true,
    });
    await expect(answer(engine, hidden, shop)).rejects.toThrow(/not shown/);
  });

  it('is refused columns beyond one-to-many', async () => {
    const query = detailQuery(['orders', 'tickets'], {
      joins: [join('tickets', 'orders', 'order_id')],
      columns: [detailColumn('id', col('orders', 'order_id')), detailColumn('p', col('tickets', 'priority'))],
    });
    await expect(answer(engine, query, shop)).rejects.toThrow(/many rows of tickets/);
  });

  it('joins two roles of one table', async () => {
    const query = detailQuery(['tickets'], {
      tables: [
        { id: 't', dataset: 'tickets' },
        { id: 'o', dataset: 'orders' },
        { id: 'first', dataset: 'customers' },
        { id: 'second', dataset: 'customers' },
      ],
      home: 't',
      joins: [
        join('t', 'o', 'order_id'),
        join('o', 'first', 'customer_id'),
        { from: 't', to: 'second', on: [{ from: 'minutes', to: 'customer_id' }], cardinality: 'many_to_one' },
      ],
      columns: [
        detailColumn('id', col('t', 'ticket_id')),
        detailColumn('a', col('first', 'name')),
        detailColumn('b', col('second', 'name')),
      ],
      filter: isNull(col('t', 'order_id'), true),
    });
    expect(await answer(engine, query, shop)).toEqual([
      [100, 'Ada', 'Ada'],
      [101, 'Ada', null],
      [102, 'Bob', null],
      [103, null, null],
    ]);
  });
});

describe('sets', () => {
  const customers = detailQuery(['customers'], { columns: [detailColumn('id', col('customers', 'customer_id'))] });
  it.each([
    ['union', false, [[10], [11], [12], [13], [99], [null]]],
    ['intersect', false, [[10], [11], [12]]],
    ['except', false, [[13]]],
    ['union', true, [[10], [10], [10], [10], [11], [11], [11], [12], [12], [13], [99], [null]]],
    ['intersect', true, [[10], [11], [12]]],
    ['except', true, [[13]]],
  ] as const)('%s (all: %s)', async (operation, all, expected) => {
    expect(await answer(engine, union(operation, all, [customers, ordering]), shop)).toEqual(expected);
  });

  it('associates more than two inputs to the left, widens types, orders and limits', async () => {
    const quantities = detailQuery(['orders'], { columns: [detailColumn('q', col('orders', 'quantity'))] });
    const amounts = detailQuery(['orders'], { columns: [detailColumn('a', col('orders', 'amount'))] });
    const query = union('union', false, [quantities, amounts, customers], {
      orderBy: [order('q', 'descending')],
      limit: { count: 3, per: [], ties: 'cut' },
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `SELECT CAST(v AS DECIMAL(21, 2)) FROM (VALUES (100), (75.25), (50.50)) AS t (v) ORDER BY 1 DESC`,
      ),
    );
    const except = union('except', false, [customers, ordering, customers]);
    expect(await answer(engine, except, shop)).toEqual([]);
  });

  it('takes aggregates with limits as inputs, and stands inside a membership', async () => {
    const top = (direction: 'ascending' | 'descending'): Query =>
      aggregateQuery(['orders'], {
        dimensions: [dimension('month', trunc('month', col('orders', 'ordered_on')))],
        measures: [measure('revenue', sum('orders', 'amount'))],
        filter: isNull(col('orders', 'ordered_on'), true),
        orderBy: [order('revenue', direction)],
        limit: { count: 1, per: [], ties: 'cut' },
      });
    expect(await answer(engine, union('union', false, [top('ascending'), top('descending')]), shop)).toEqual([
      ['2024-01-01', '150.50'],
      ['2024-04-01', '30.00'],
    ]);
    const query = names(member(col('customers', 'customer_id'), union('except', false, [customers, ordering])));
    expect(await answer(engine, query, shop)).toEqual([['Dee']]);
  });

  it('is refused inputs that do not fit', async () => {
    const text = detailQuery(['customers'], { columns: [detailColumn('name', col('customers', 'name'))] });
    await expect(answer(engine, union('union', false, [customers, text]), shop)).rejects.toThrow(/do not fit/);
  });
});
