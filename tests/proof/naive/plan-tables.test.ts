import { describe, expect, it } from 'vitest';
import type { DataType } from '../../../src/plan/data-type.js';
import type { Join, PlanDataset, Query } from '../../../src/plan/query.js';
import { evaluate } from '../../../src/proof/naive/evaluate.js';
import type { Table } from '../../../src/proof/naive/value.js';
import {
  aggregate,
  aggregateQuery,
  col,
  compare,
  date,
  detailColumn,
  detailQuery,
  dimension,
  int,
  join,
  measure,
  planOf,
  rows,
  sum,
  trunc,
} from '../../transformation/plan-builder.js';
import { customers, orders } from './shop.js';
import { cellOf, meaning, outcomeOf, tableOf } from './tables.js';

const text: DataType = { kind: 'text' };
const day: DataType = { kind: 'date' };
const integer: DataType = { kind: 'integer', bits: 32 };

/** What a query means that reads tables of its plan. */
function meaningWith(datasets: readonly PlanDataset[], query: Query, tables: readonly Table[]): unknown {
  const byName = new Map(tables.map((table) => [table.source.dataset, table]));
  const outcome = evaluate({ ...planOf(query), datasets }, byName, '2024-05-15');
  return outcome.kind === 'table' ? outcome.rows.map((row) => row.map(cellOf)) : outcome.kind;
}

describe('tables that the plan makes', () => {
  const perCustomer: PlanDataset = {
    kind: 'query',
    name: 'per_customer',
    description: '',
    query: aggregateQuery(['orders', 'customers'], {
      joins: [join('orders', 'customers', 'customer_id')],
      every: 'customers',
      dimensions: [dimension('customer', col('customers', 'customer_id'))],
      measures: [measure('placed', rows('orders'))],
    }),
  };

  it('are aggregated again: the average number of orders, those without any counted as 0', () => {
    const query = aggregateQuery(['per_customer'], {
      measures: [measure('average', aggregate('avg', 'per_customer', col('per_customer', 'placed')))],
      filter: { kind: 'is_null', operand: col('per_customer', 'customer'), negated: true },
    });
    // a: 2, b: 2, c: 0
    expect(meaningWith([perCustomer], query, [orders, customers])).toEqual([[4 / 3]]);
  });

  it('are joined where they are made to have one row of a key, else refused', () => {
    const over = (column: string) =>
      detailQuery(['customers', 'per_customer'], {
        joins: [join('customers', 'per_customer', 'customer_id', column)],
        columns: [
          detailColumn('id', col('customers', 'customer_id')),
          detailColumn('n', col('per_customer', 'placed')),
        ],
      });
    expect(meaningWith([perCustomer], over('customer'), [orders, customers])).toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 0],
    ]);
    const loose: PlanDataset = {
      ...perCustomer,
      kind: 'query',
      query: detailQuery(['orders'], {
        columns: [
          detailColumn('customer', { kind: 'call', function: 'lower', arguments: [col('orders', 'customer_id')] }),
          detailColumn('placed', col('orders', 'order_id')),
        ],
        limit: { count: 1, per: [], ties: 'include' },
      }),
    };
    expect(meaningWith([loose], over('customer'), [orders, customers])).toBe('refused');
  });

  const jan = tableOf(
    'jan',
    [
      { name: 'id', type: text },
      { name: 'day', type: text },
      { name: 'paid', type: integer },
    ],
    [
      ['1', '2024-01-01', 5],
      ['1', '2024-01-02', 6],
      ['x', 'never', 7],
    ],
  );
  const feb = tableOf(
    'feb',
    [
      { name: 'id', type: text },
      { name: 'day', type: text },
    ],
    [
      ['1', null],
      [null, '2024-02-01'],
      [null, '2024-02-01'],
    ],
  );
  const prepared = (onFailure: 'null' | 'drop' | 'error', dedupe: boolean): PlanDataset => ({
    kind: 'prepared',
    name: 'months',
    description: '',
    from: ['jan', 'feb'],
    columns: [
      { name: 'id', cast: null },
      { name: 'day', cast: { to: day, onFailure } },
      { name: 'paid', cast: null },
    ],
    dedupe: dedupe ? { key: ['id'], latestBy: ['day'] } : null,
  });
  const all = detailQuery(['months'], {
    columns: ['id', 'day', 'paid'].map((name) => detailColumn(name, col('months', name))),
  });

  it('stack, cast and keep the latest row of a key', () => {
    expect(meaningWith([prepared('null', false)], all, [jan, feb])).toHaveLength(6);
    expect(meaningWith([prepared('drop', false)], all, [jan, feb])).toHaveLength(5);
    expect(meaningWith([prepared('error', false)], all, [jan, feb])).toBe('failed');
    expect(meaningWith([prepared('drop', true)], all, [jan, feb])).toEqual([
      ['1', '2024-01-02', 6],
      [null, '2024-02-01', null],
      [null, '2024-02-01', null],
    ]);
  });
});

describe('histories and bridges', () => {
  /** `from` as it is, but for one row of each key. */
  const once = (name: string, from: 'prices' | 'shares', key: readonly string[]): PlanDataset => ({
    kind: 'prepared',
    name,
    description: '',
    from: [from],
    columns: (from === 'prices' ? ['thing', 'since', 'until', 'price'] : ['thing', 'part']).map((column) => ({
      name: column,
      cast: null,
    })),
    dedupe: { key, latestBy: from === 'prices' ? ['since'] : [] },
  });
  const prices = (rows: (string | number | null)[][]) =>
    tableOf(
      'prices',
      [
        { name: 'thing', type: text },
        { name: 'since', type: day },
        { name: 'until', type: day },
        { name: 'price', type: integer },
      ],
      rows,
    );
  const sales = tableOf(
    'sales',
    [
      { name: 'thing', type: text },
      { name: 'sold', type: day },
    ],
    [
      ['a', '2024-01-31'],
      ['a', '2024-02-01'],
      ['a', null],
      ['b', '2024-01-01'],
    ],
  );
  const during = (at: string | null, end: string | null): Join => ({
    from: 'sales',
    to: 'prices',
    on: [{ from: 'thing', to: 'thing' }],
    cardinality: 'many_to_one',
    during: { at, start: 'since', end },
  });
  const priced = (given: Join) =>
    detailQuery(['sales', 'prices'], {
      joins: [given],
      columns: [detailColumn('sold', col('sales', 'sold')), detailColumn('price', col('prices', 'price'))],
    });
  const history = prices([
    ['a', null, '2024-02-01', 1],
    ['a', '2024-02-01', null, 2],
    ['b', '2024-03-01', '2024-02-01', 3],
  ]);

  it('are met at the moment: start included, end not, a null moment never', () => {
    expect(meaning(priced(during('sold', 'until')), [sales, history])).toEqual([
      ['2024-01-01', null],
      ['2024-01-31', 1],
      ['2024-02-01', 2],
      [null, null],
    ]);
  });

  it('end at the next start where no column says it; as of today', () => {
    expect(meaning(priced(during(null, null)), [sales, history])).toEqual([
      ['2024-01-01', 3],
      ['2024-01-31', 2],
      ['2024-02-01', 2],
      [null, 2],
    ]);
  });

  it('are refused where two rows are in force at once', () => {
    const twice = prices([
      ['a', '2024-01-01', '2024-03-01', 1],
      ['a', '2024-02-01', null, 2],
    ]);
    expect(outcomeOf(priced(during('sold', 'until')), [sales, twice]).kind).toBe('refused');
    expect(outcomeOf(priced(during('sold', null)), [sales, twice]).kind).toBe('table');
  });

  it('are met as the source has them, or where the plan keeps one row of each key', () => {
    const priceOf = (key: readonly string[]): unknown => {
      const given = during('sold', 'until');
      const query = priced(given);
      return meaningWith(
        [once('kept', 'prices', key)],
        {
          ...query,
          tables: [
            { id: 'sales', dataset: 'sales' },
            { id: 'prices', dataset: 'kept' },
          ],
        },
        [sales, history],
      );
    };
    // The latest of a has no end, that of b is never in force.
    expect(priceOf(['thing'])).toEqual([
      ['2024-01-01', null],
      ['2024-01-31', null],
      ['2024-02-01', 2],
      [null, null],
    ]);
    expect(priceOf(['price'])).toEqual(meaning(priced(during('sold', 'until')), [sales, history]));
    // The rows that stay are looked at: none of them are in force at once.
    expect(priceOf(['thing', 'since'])).toEqual(meaning(priced(during('sold', 'until')), [sales, history]));
  });

  it('share out by weights that add up to 1', () => {
    const shares = (last: string, orphan: string) =>
      tableOf(
        'shares',
        [
          { name: 'thing', type: text },
          { name: 'part', type: { kind: 'decimal', precision: 4, scale: 2 } },
        ],
        [
          ['a', '0.25'],
          ['a', last],
          ['nothing', orphan],
          [null, '7.00'],
        ],
      );
    const things = tableOf(
      'things',
      [
        { name: 'thing', type: text },
        { name: 'value', type: integer },
      ],
      [['a', 8]],
    );
    const query = aggregateQuery(['shares', 'things'], {
      joins: [{ ...join('shares', 'things', 'thing'), weight: 'part' }],
      measures: [
        measure(
          'value',
          aggregate('sum', 'shares', {
            kind: 'arithmetic',
            operator: 'multiply',
            left: col('things', 'value'),
            right: col('shares', 'part'),
          }),
        ),
      ],
    });
    expect(meaning(query, [shares('0.75', '1.00'), things])).toEqual([['8.00']]);
    expect(outcomeOf(query, [shares('0.74', '1.00'), things]).kind).toBe('refused');
    expect(outcomeOf(query, [shares('0.75', '0.90'), things]).kind).toBe('refused');
    expect(
      meaningWith(
        [once('all_shares', 'shares', ['thing', 'part'])],
        {
          ...query,
          tables: [
            { id: 'shares', dataset: 'all_shares' },
            { id: 'things', dataset: 'things' },
          ],
        },
        [shares('0.75', '1.00'), things],
      ),
    ).toEqual([['8.00']]);
  });
});

describe('snapshots and periods', () => {
  const balances = tableOf(
    'balances',
    [
      { name: 'account', type: text },
      { name: 'day', type: day },
      { name: 'amount', type: integer },
    ],
    [
      ['a', '2024-01-30', 1],
      ['a', '2024-01-31', 2],
      ['b', '2024-01-30', 10],
      ['a', '2024-03-31', null],
      ['b', null, 99],
    ],
  );
  const month = (fill: { from: ReturnType<typeof date> | null; to: ReturnType<typeof date> | null } | null) =>
    dimension('month', trunc('month', col('balances', 'day')), { fill });
  const balance = (per: boolean) =>
    aggregate('sum', 'balances', col('balances', 'amount'), {
      snapshot: { take: 'last', by: col('balances', 'day'), per: per ? [col('balances', 'account')] : [] },
    });

  it('take the last balance of each account, or of the last day', () => {
    const query = aggregateQuery(['balances'], {
      dimensions: [month(null)],
      measures: [measure('each', balance(true)), measure('day', balance(false))],
    });
    expect(meaning(query, [balances])).toEqual([
      ['2024-01-01', 12, 2],
      ['2024-03-01', null, null],
      [null, null, null],
    ]);
  });

  it('are there without rows, with what they decide, beside each other dimension', () => {
    const query = (dimensions: ReturnType<typeof dimension>[]) =>
      aggregateQuery(['balances'], { dimensions, measures: [measure('n', rows('balances'))] });
    const finished = dimension(
      'finished',
      compare(
        'le',
        { kind: 'time_add', operand: trunc('month', col('balances', 'day')), amount: 1, unit: 'month' },
        { kind: 'as_of' },
      ),
      { role: 'attribute' },
    );
    expect(meaning(query([month({ from: date('2023-12-15'), to: null }), finished]), [balances])).toEqual([
      ['2023-12-01', true, 0],
      ['2024-01-01', true, 3],
      ['2024-02-01', true, 0],
      ['2024-03-01', true, 1],
      [null, null, 1],
    ]);
    const byAccount = query([
      month({ from: null, to: date('2024-02-01') }),
      dimension('account', col('balances', 'account')),
    ]);
    expect(meaning(byAccount, [balances])).toEqual([
      ['2024-01-01', 'a', 2],
      ['2024-01-01', 'b', 1],
      ['2024-03-01', 'a', 1],
      [null, 'b', 1],
    ]);
  });

  it('are another expression for each home', () => {
    const visits = tableOf('visits', [{ name: 'seen', type: day }], [['2024-02-02'], ['2024-01-30']]);
    const query = aggregateQuery(['balances', 'visits'], {
      dimensions: [
        dimension('month', trunc('month', col('balances', 'day')), {
          perHome: [{ home: 'visits', expression: trunc('month', col('visits', 'seen')) }],
        }),
      ],
      measures: [measure('balances', rows('balances')), measure('visits', rows('visits'))],
    });
    expect(meaning(query, [balances, visits])).toEqual([
      ['2024-01-01', 3, 1],
      ['2024-02-01', 0, 1],
      ['2024-03-01', 1, 0],
      [null, 1, 0],
    ]);
  });

  it.each<[Parameters<typeof trunc>[0] | 'us_week' | 'iso_year', unknown]>([
    ['fiscal_quarter', '2024-11-01'],
    ['us_week', 53],
    ['iso_year', 2025],
  ])('have %s', (part, expected) => {
    const operand = date('2024-12-30');
    const expression =
      part === 'us_week' || part === 'iso_year' ? { kind: 'time_part' as const, part, operand } : trunc(part, operand);
    const one = tableOf('one', [{ name: 'id', type: integer }], [[1]]);
    expect(
      meaning(
        detailQuery(['one'], {
          columns: [detailColumn('value', expression)],
          filter: compare('eq', col('one', 'id'), int(1)),
        }),
        [one],
        { fiscalYearStart: 2 },
      ),
    ).toEqual([[expected]]);
  });
});

describe('units', () => {
  it('are never mixed in a total', () => {
    const paid = tableOf(
      'paid',
      [
        { name: 'amount', type: integer },
        { name: 'currency', type: text },
      ],
      [[1, 'EUR']],
    );
    const mixed: Table = {
      ...paid,
      source: {
        ...paid.source,
        columns: paid.source.columns.map((column) =>
          column.name === 'amount' ? { ...column, unitColumn: 'currency' } : column,
        ),
      },
    };
    const total = { measures: [measure('total', sum('paid', 'amount'))] };
    expect(outcomeOf(aggregateQuery(['paid'], total), [mixed]).kind).toBe('refused');
    expect(
      outcomeOf(aggregateQuery(['paid'], { ...total, dimensions: [dimension('currency', col('paid', 'currency'))] }), [
        mixed,
      ]).kind,
    ).toBe('table');
  });
});
