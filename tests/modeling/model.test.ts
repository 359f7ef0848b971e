import { describe, expect, it } from 'vitest';
import { modelOf } from '../../src/modeling/model.js';
import { productNameOf } from '../../src/modeling/product-name.js';
import { showGrain } from '../../src/modeling/show-grain.js';
import { usedSources } from '../../src/modeling/used-columns.js';
import type { Query } from '../../src/plan/query.js';
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
  order,
  planOf,
  rows,
  source,
  sum,
  text,
  trunc,
  types,
} from '../transformation/plan-builder.js';
import { shop } from '../transformation/shop.js';

const toCustomers = join('orders', 'customers', 'customer_id');
const month = dimension('month', trunc('month', col('orders', 'ordered_on')));
const region = dimension('region', col('customers', 'region'));
const revenue = measure('revenue', sum('orders', 'amount'), { unit: 'EUR' });
const monthly = aggregateQuery(['orders', 'customers'], {
  joins: [toCustomers],
  dimensions: [month, region],
  measures: [
    revenue,
    measure('mean', aggregate('avg', 'orders', col('orders', 'amount'))),
    measure('last', aggregate('last', 'orders', col('orders', 'amount'), { orderedBy: col('orders', 'ordered_at') })),
  ],
  orderBy: [order('revenue', 'descending')],
});

describe('the gold table', () => {
  it('has the columns that the compiled query gives, with grain, additivity and order', () => {
    const model = modelOf('monthly', planOf(monthly), shop);
    expect(model.columns.map(({ name, type, nullable }) => ({ name, type, nullable }))).toEqual(
      compile(planOf(monthly), shop, { asOf: null }).columns,
    );
    expect(model).toMatchObject({
      schema: 'gold',
      grain: ['month', 'region'],
      grainText: 'one row per month and region',
      partitionBy: { column: 'month', unit: 'year' },
    });
    expect(model.columns.map(({ role, additivity, unit }) => [role, additivity, unit])).toEqual([
      ['key', null, null],
      ['key', null, null],
      ['measure', 'additive', 'EUR'],
      ['measure', 'non_additive', null],
      ['measure', 'semi_additive', null],
    ]);
    expect(model.sortBy.map(({ column, direction }) => [column, direction])).toEqual([
      ['revenue', 'descending'],
      ['month', 'ascending'],
      ['region', 'ascending'],
    ]);
  });

  it('says what is personal, also inside an expression or a greatest value', () => {
    const sources = [
      source('people', { id: types.bigint, mail: types.text }, [['id']], {
        mail: { pii: 'email', description: 'Address' },
      }),
    ];
    const upper = detailColumn('mail', { kind: 'call', function: 'upper', arguments: [col('people', 'mail')] });
    const detail = modelOf(
      'people',
      planOf(detailQuery(['people'], { columns: [detailColumn('id', col('people', 'id')), upper] })),
      sources,
    );
    expect(detail).toMatchObject({
      grain: ['id'],
      grainText: 'one row per row of people',
      columns: [
        { role: 'key', pii: null },
        { role: 'detail', pii: 'email' },
      ],
    });
    const greatest = aggregateQuery(['people'], {
      measures: [
        measure('last_mail', aggregate('max', 'people', col('people', 'mail'))),
        measure('mails', aggregate('count', 'people', col('people', 'mail'))),
      ],
    });
    expect(modelOf('x', planOf(greatest), sources).columns.map(({ pii }) => pii)).toEqual(['email', null]);
    expect(modelOf('x', planOf(greatest), sources)).toMatchObject({
      grain: [],
      grainText: 'one row in all',
      partitionBy: null,
    });
  });

  it('takes distinct rows and sets as their own grain', () => {
    const regions = detailQuery(['customers'], {
      columns: [detailColumn('region', col('customers', 'region'))],
      distinct: true,
    });
    expect(modelOf('x', planOf(regions), shop).grain).toEqual(['region']);
    const set = (all: boolean): Query => ({
      kind: 'set',
      operation: 'union',
      all,
      inputs: [regions, regions],
      orderBy: [],
      limit: null,
    });
    expect(modelOf('x', planOf(set(false)), shop).grain).toEqual(['region']);
    expect(modelOf('x', planOf(set(true)), shop).grain).toEqual([]);
  });
});

describe('the name of a product', () => {
  it.each<[Query, string]>([
    [
      aggregateQuery(['orders', 'customers'], { dimensions: [month, region], measures: [revenue] }),
      'monthly_revenue_by_region',
    ],
    [aggregateQuery(['orders'], { measures: [revenue] }), 'revenue'],
    [
      aggregateQuery(['orders'], {
        dimensions: [region],
        measures: [{ ...revenue, shown: false }],
        limit: { count: 5, per: [], ties: 'cut' },
      }),
      'top_5_region',
    ],
    [detailQuery(['orders'], { columns: [detailColumn('id', col('orders', 'order_id'))] }), 'orders_detail'],
    [
      aggregateQuery(['orders'], {
        dimensions: [region],
        measures: ['first', 'second', 'third', 'fourth', 'fifth'].map((name) =>
          measure(`${name}_long_measure`, rows('orders')),
        ),
      }),
      'first_long_measure_and_second_long_measure_and_third_long',
    ],
    [
      aggregateQuery(['orders'], {
        dimensions: [dimension('warehouse', col('orders', 'region')), dimension('department', col('orders', 'status'))],
        measures: [measure('total_of_all_minutes_that_were_spent', rows('orders'))],
      }),
      'total_of_all_minutes_that_were_spent_by_warehouse',
    ],
  ])('%#', (query, name) => {
    expect(productNameOf(query)).toBe(name);
    expect(name).toMatch(/^[a-z][a-z0-9_]{0,62}$/);
  });
});

describe('what is pinned', () => {
  it('keeps the columns that the plan reads, joins by, or is keyed by', () => {
    const member = {
      kind: 'membership' as const,
      keys: [col('orders', 'order_id')],
      query: detailQuery(['tickets'], {
        columns: [detailColumn('order_id', col('tickets', 'order_id'))],
        filter: eq(col('tickets', 'priority'), text('high')),
      }),
      negated: false,
    };
    const used = usedSources(planOf({ ...monthly, measures: [revenue], filter: member }), shop);
    expect(used.map(({ dataset, columns }) => [dataset, columns.map(({ name }) => name)])).toEqual([
      ['orders', ['order_id', 'customer_id', 'ordered_on', 'amount']],
      ['customers', ['customer_id', 'region']],
      ['tickets', ['ticket_id', 'order_id', 'priority']],
    ]);
    expect(
      compile(planOf({ ...monthly, measures: [revenue], filter: member }), used, { asOf: null }).lineage[0]?.column,
    ).toBe('month');
  });

  it('shows hidden keys, but for the answer to a question of one row', () => {
    const hidden = { ...monthly, dimensions: [month, { ...region, shown: false }] };
    expect(showGrain(planOf(hidden)).query).toMatchObject({ dimensions: [{ shown: true }, { shown: true }] });
    const best = planOf({ ...hidden, limit: { count: 1, per: [], ties: 'cut' } });
    expect(showGrain(best)).toBe(best);
    expect(modelOf('x', best, shop).grain).toEqual([]);
  });
});
