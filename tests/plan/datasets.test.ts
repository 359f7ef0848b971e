import { describe, expect, it } from 'vitest';
import { usesAsOf } from '../../src/plan/as-of.js';
import { checkPlan } from '../../src/plan/check-plan.js';
import { keyOriginOf } from '../../src/plan/key-origin.js';
import { sourcesReadBy } from '../../src/plan/plan-datasets.js';
import { planTables } from '../../src/plan/plan-tables.js';
import type { DetailQuery, PlanDataset, PreparedDataset, Query, SemanticPlan } from '../../src/plan/query.js';
import { checkUnits } from '../../src/plan/units.js';
import { validatePlan } from '../../src/plan/validate.js';
import {
  aggregate,
  aggregateQuery,
  col,
  compare,
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
  trunc,
  types,
} from '../transformation/plan-builder.js';
import { shop } from '../transformation/shop.js';

const made = (name: string, query: Query): PlanDataset => ({ kind: 'query', name, description: '', query });
const withDatasets = (datasets: readonly PlanDataset[], query: Query): SemanticPlan => ({ ...planOf(query), datasets });
const perCustomer = made(
  'orders_per_customer',
  aggregateQuery(['orders'], {
    dimensions: [dimension('customer_id', col('orders', 'customer_id'))],
    measures: [measure('order_count', rows('orders')), measure('weight', sum('orders', 'weight'))],
  }),
);
const averageCount = aggregateQuery(['orders_per_customer'], {
  measures: [measure('average', aggregate('avg', 'orders_per_customer', col('orders_per_customer', 'order_count')))],
});
const latest: PreparedDataset = {
  kind: 'prepared',
  name: 'latest_orders',
  description: '',
  from: ['orders'],
  columns: [
    { name: 'order_id', cast: null },
    { name: 'customer_id', cast: null },
    { name: 'status', cast: { to: types.bigint, onFailure: 'null' } },
  ],
  dedupe: { key: ['customer_id'], latestBy: ['order_id'] },
};

describe('tables that a plan makes', () => {
  it('are typed by what makes them, and are no sources', () => {
    const plan = withDatasets([perCustomer, latest], averageCount);
    expect(validatePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(() => checkPlan(plan, shop)).not.toThrow();
    expect(sourcesReadBy(plan)).toEqual(['orders']);
    const [perCustomerShape, latestShape] = planTables(plan, shop).slice(shop.length);
    expect(
      perCustomerShape?.columns.map(({ name, type, nullable, fractionDigits }) => [
        name,
        type,
        nullable,
        fractionDigits,
      ]),
    ).toEqual([
      ['customer_id', types.bigint, true, 0],
      ['order_count', types.bigint, false, null],
      ['weight', types.double, true, 1],
    ]);
    expect(perCustomerShape?.keys).toEqual([['customer_id']]);
    expect(latestShape?.columns.map(({ name, type, nullable }) => [name, type, nullable])).toEqual([
      ['order_id', types.bigint, false],
      ['customer_id', types.bigint, true],
      ['status', types.bigint, true],
    ]);
    expect(latestShape?.keys).toEqual([['customer_id'], ['order_id']]);
  });

  it('say why their keys are unique', () => {
    const listed = made(
      'listed',
      detailQuery(['orders'], { columns: [detailColumn('number', col('orders', 'order_id'))] }),
    );
    const plan = withDatasets([perCustomer, latest, listed], averageCount);
    expect(keyOriginOf(plan, 'orders_per_customer', ['customer_id'])).toEqual({ kind: 'made' });
    expect(keyOriginOf(plan, 'orders_per_customer', ['order_count'])).toEqual({ kind: 'unknown' });
    expect(keyOriginOf(plan, 'latest_orders', ['customer_id'])).toEqual({ kind: 'made' });
    expect(keyOriginOf(plan, 'latest_orders', ['order_id'])).toEqual({
      kind: 'source',
      dataset: 'orders',
      columns: ['order_id'],
    });
    expect(keyOriginOf(plan, 'latest_orders', ['status'])).toEqual({ kind: 'unknown' });
    expect(keyOriginOf(plan, 'listed', ['number'])).toEqual({
      kind: 'source',
      dataset: 'orders',
      columns: ['order_id'],
    });
  });

  it.each<[string, SemanticPlan, RegExp]>([
    [
      'the name of a source',
      withDatasets([{ ...perCustomer, name: 'orders' }], averageCount),
      /reads "orders"|name of a source/,
    ],
    [
      'a table made later',
      withDatasets([made('early', averageCount), perCustomer], averageCount),
      /not made before it/,
    ],
    ['one name twice', withDatasets([perCustomer, perCustomer], averageCount), /there twice/],
    [
      'a column of no dataset',
      withDatasets([{ ...latest, columns: [{ name: 'x', cast: null }], dedupe: null }], averageCount),
      /no column "x"/,
    ],
    [
      'a key that is not there',
      withDatasets([{ ...latest, dedupe: { key: ['x'], latestBy: [] } }], averageCount),
      /deduplicated by "x"/,
    ],
    [
      'a fill of what is no time',
      planOf(
        aggregateQuery(['orders'], {
          dimensions: [dimension('status', col('orders', 'status'), { fill: { from: null, to: null } })],
          measures: [measure('n', rows('orders'))],
        }),
      ),
      /must be a date or timestamp/,
    ],
    [
      'two fills',
      planOf(
        aggregateQuery(['orders'], {
          dimensions: ['a', 'b'].map((name) =>
            dimension(name, trunc('month', col('orders', 'ordered_on')), { fill: { from: null, to: null } }),
          ),
          measures: [measure('n', rows('orders'))],
        }),
      ),
      /at most one dimension/,
    ],
    [
      'a home of a dimension that is no table',
      planOf(
        aggregateQuery(['orders'], {
          dimensions: [
            dimension('status', col('orders', 'status'), {
              perHome: [{ home: 'nowhere', expression: col('orders', 'status') }],
            }),
          ],
        }),
      ),
      /no table of the query/,
    ],
    [
      'a validity that is no time',
      planOf(
        detailQuery(['orders', 'customers'], {
          columns: [detailColumn('region', col('customers', 'region'))],
          joins: [
            { ...join('orders', 'customers', 'customer_id'), during: { at: 'status', start: 'region', end: null } },
          ],
        }),
      ),
      /must be a date or timestamp/,
    ],
    [
      'a weight that is no number',
      planOf(
        detailQuery(['orders', 'customers'], {
          columns: [detailColumn('region', col('customers', 'region'))],
          joins: [{ ...join('orders', 'customers', 'customer_id'), weight: 'status' }],
        }),
      ),
      /is no number/,
    ],
  ])('are refused with %s', (_what, plan, problem) => {
    expect(() => checkPlan(plan, shop)).toThrow(problem);
  });

  it('depend on the as-of date where a history is met as it was then', () => {
    const today: DetailQuery = detailQuery(['orders', 'customers'], {
      columns: [detailColumn('region', col('customers', 'region'))],
      joins: [{ ...join('orders', 'customers', 'customer_id'), during: { at: null, start: 'since', end: null } }],
    });
    expect(usesAsOf(planOf(today))).toBe(true);
    expect(usesAsOf(withDatasets([made('seen', today)], averageCount))).toBe(true);
    expect(usesAsOf(withDatasets([perCustomer], averageCount))).toBe(false);
  });
});

describe('units', () => {
  const payments = [
    source(
      'payments',
      { amount: types.money, fee: types.money, weight: types.money, currency: types.text, region: types.text },
      [],
      {
        amount: { unitColumn: 'currency' },
        fee: { unit: 'EUR' },
        weight: { unit: 'kg' },
      },
    ),
  ];
  const amounts = aggregateQuery(['payments'], { measures: [measure('paid', sum('payments', 'amount'))] });
  const currency = dimension('currency', col('payments', 'currency'));
  const check = (query: Query, datasets: readonly PlanDataset[] = []): void => {
    const plan = withDatasets(datasets, query);
    checkPlan(plan, payments);
    checkUnits(plan, planTables(plan, payments));
  };
  const add = (left: string, right: string) =>
    ({ kind: 'arithmetic', operator: 'add', left: col('payments', left), right: col('payments', right) }) as const;
  const listed = (...names: string[]): PlanDataset =>
    made(
      'listed',
      detailQuery(['payments'], { columns: names.map((name) => detailColumn(name, col('payments', name))) }),
    );
  const listedSum = aggregateQuery(['listed'], { measures: [measure('paid', sum('listed', 'amount'))] });

  it.each<[string, Query, readonly PlanDataset[]]>([
    ['a sum over rows of several currencies', amounts, []],
    [
      'a sum of all currencies but one',
      { ...amounts, filter: compare('ne', col('payments', 'currency'), text('EUR')) },
      [],
    ],
    ['a sum of another grouping', { ...amounts, dimensions: [dimension('region', col('payments', 'region'))] }, []],
    [
      'adding what is counted differently',
      detailQuery(['payments'], { columns: [detailColumn('x', add('fee', 'weight'))] }),
      [],
    ],
    [
      'adding measures of different units',
      aggregateQuery(['payments'], {
        measures: [
          measure('x', {
            kind: 'combine',
            operator: 'add',
            left: sum('payments', 'fee'),
            right: sum('payments', 'weight'),
          }),
        ],
      }),
      [],
    ],
    [
      'a share over all currencies',
      {
        ...amounts,
        dimensions: [currency],
        measures: [measure('x', { kind: 'share', of: sum('payments', 'amount'), within: [], factor: 1 })],
      },
      [],
    ],
    [
      'a table that hides the currency',
      aggregateQuery(['listed'], { measures: [measure('n', rows('listed'))] }),
      [listed('amount')],
    ],
    ['a sum over a table that shows the currency', listedSum, [listed('amount', 'currency')]],
  ])('refuse %s', (_what, query, datasets) => {
    expect(() => check(query, datasets)).toThrow(/different units would be mixed/);
  });

  it.each<[string, Query]>([
    ['a sum for each currency', { ...amounts, dimensions: [currency] }],
    ['a sum of one currency', { ...amounts, filter: eq(col('payments', 'currency'), text('EUR')) }],
    [
      'a count',
      aggregateQuery(['payments'], {
        measures: [measure('n', aggregate('count', 'payments', col('payments', 'amount')))],
      }),
    ],
    [
      'a sum that is of one currency itself',
      aggregateQuery(['payments'], {
        measures: [
          measure('paid', sum('payments', 'amount', { filter: eq(col('payments', 'currency'), text('EUR')) })),
        ],
      }),
    ],
    ['rows', detailQuery(['payments'], { columns: [detailColumn('amount', col('payments', 'amount'))] })],
  ])('let pass %s', (_what, query) => {
    expect(() => check(query)).not.toThrow();
  });
});
