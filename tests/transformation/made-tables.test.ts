import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { PlanDataset, PreparedDataset, Query } from '../../src/plan/query.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregate,
  aggregateQuery,
  col,
  compare,
  detailColumn,
  detailQuery,
  dimension,
  eq,
  isNull,
  join,
  measure,
  order,
  out,
  planOf,
  rows,
  source,
  sum,
  text,
  types,
} from './plan-builder.js';
import { answer, engineWith, rowsOf } from './running.js';
import { shop, shopStatements } from './shop.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith([
    ...shopStatements,
    'CREATE TABLE staff (staff_id BIGINT, name VARCHAR, department VARCHAR, salary DECIMAL(12,2), manager_id BIGINT)',
    `INSERT INTO staff VALUES (1, 'Ann', 'it', 100, NULL), (2, 'Ben', 'it', 50, 1), (3, 'Cy', 'hr', 70, 1), (4, 'Di', 'hr', 70, 3), (5, 'Ed', NULL, 500, 1), (6, 'Flo', 'it', NULL, 9)`,
    'CREATE TABLE readings_a (meter VARCHAR, day VARCHAR, value VARCHAR)',
    `INSERT INTO readings_a VALUES ('m1', '2024-01-01', '10.5'), ('m1', '2024-01-01', '11.5'), ('m2', 'soon', '3'), (NULL, '2024-01-03', '1'), (NULL, '2024-01-03', '1'), ('m3', NULL, '4'), ('m3', '2024-01-02', 'x'), ('m6', '2024-01-02', NULL)`,
    'CREATE TABLE readings_b (meter VARCHAR, day VARCHAR, value INTEGER, note VARCHAR, seal VARCHAR)',
    `INSERT INTO readings_b VALUES ('m1', '2024-01-01', 9, 'b', 's'), ('m4', ' 2024-02-01 ', 7, NULL, 's'), ('m1', '2024-03-01', 1, NULL, 's'), ('m4', NULL, 8, NULL, 's'), ('m5', '2024-01-01', 1, NULL, 's'), ('m5', '2024-01-01', 2, NULL, 's')`,
  ]);
});
afterAll(() => engine.close());

const sources = [
  ...shop,
  source(
    'staff',
    { staff_id: types.bigint, name: types.text, department: types.text, salary: types.money, manager_id: types.bigint },
    [['staff_id']],
  ),
  source('readings_a', { meter: types.text, day: types.text, value: types.text }),
  source(
    'readings_b',
    { meter: types.text, day: types.text, value: types.integer, note: types.text, seal: types.text },
    [],
    { seal: { nullable: false } },
  ),
];
const made = (name: string, query: Query): PlanDataset => ({ kind: 'query', name, description: '', query });
const answerWith = (datasets: readonly PlanDataset[], query: Query) => answer(engine, query, sources, {}, datasets);

describe('a query over what the plan made', () => {
  const perCustomer = made(
    'orders_per_customer',
    aggregateQuery(['orders', 'customers'], {
      joins: [join('orders', 'customers', 'customer_id')],
      every: 'customers',
      dimensions: [dimension('customer_id', col('customers', 'customer_id'))],
      measures: [measure('order_count', rows('orders')), measure('spent', sum('orders', 'weight'))],
    }),
  );

  it('aggregates aggregates, members without rows included', async () => {
    const query = aggregateQuery(['orders_per_customer'], {
      measures: [
        measure('average', aggregate('avg', 'orders_per_customer', col('orders_per_customer', 'order_count'))),
        measure('spent', sum('orders_per_customer', 'spent')),
      ],
      filter: isNull(col('orders_per_customer', 'customer_id'), true),
    });
    expect(await answerWith([perCustomer], query)).toEqual(
      await rowsOf(
        engine,
        `SELECT avg(n), CAST(sum(s) AS DOUBLE) FROM (SELECT c.customer_id, count(o.order_id) AS n, sum(CAST(o.weight AS DECIMAL(38,1))) AS s FROM customers c LEFT JOIN orders o USING (customer_id) GROUP BY 1)`,
      ),
    );
  });

  it('compares rows with the average of their own group', async () => {
    const byDepartment = made(
      'department_pay',
      aggregateQuery(['staff'], {
        dimensions: [dimension('department', col('staff', 'department'))],
        measures: [measure('average_salary', aggregate('avg', 'staff', col('staff', 'salary')))],
      }),
    );
    const query = detailQuery(['staff', 'department_pay'], {
      joins: [join('staff', 'department_pay', 'department')],
      columns: [detailColumn('name', col('staff', 'name'))],
      filter: compare('ge', col('staff', 'salary'), col('department_pay', 'average_salary')),
    });
    expect(await answerWith([byDepartment], query)).toEqual(
      await rowsOf(
        engine,
        `SELECT name FROM staff s WHERE salary >= (SELECT avg(salary) FROM staff t WHERE t.department = s.department) ORDER BY 1`,
      ),
    );
  });

  it('compares groups with the average group', async () => {
    const byRegion = made(
      'region_revenue',
      aggregateQuery(['orders', 'customers'], {
        joins: [join('orders', 'customers', 'customer_id')],
        dimensions: [dimension('region', col('customers', 'region'))],
        measures: [measure('revenue', sum('orders', 'amount'))],
      }),
    );
    const average = aggregateQuery(['region_revenue'], {
      measures: [measure('average', aggregate('avg', 'region_revenue', col('region_revenue', 'revenue')))],
    });
    const query = detailQuery(['region_revenue'], {
      columns: [
        detailColumn('region', col('region_revenue', 'region')),
        detailColumn('revenue', col('region_revenue', 'revenue')),
      ],
      filter: compare('gt', col('region_revenue', 'revenue'), { kind: 'scalar_query', query: average }),
    });
    expect(await answerWith([byRegion], query)).toEqual(
      await rowsOf(
        engine,
        `WITH r AS (SELECT region, sum(amount) AS revenue FROM orders LEFT JOIN customers USING (customer_id) GROUP BY 1) SELECT * FROM r WHERE revenue > (SELECT avg(revenue) FROM r) ORDER BY 1`,
      ),
    );
  });

  it('makes one table of another, and looks into inner queries of both', async () => {
    const dear = made(
      'dear_orders',
      detailQuery(['orders'], {
        columns: [
          detailColumn('order_id', col('orders', 'order_id')),
          detailColumn('customer_id', col('orders', 'customer_id')),
        ],
        filter: compare('gt', col('orders', 'amount'), {
          kind: 'scalar_query',
          query: aggregateQuery(['orders'], {
            measures: [measure('a', aggregate('avg', 'orders', col('orders', 'amount')))],
          }),
        }),
      }),
    );
    const counted = made(
      'dear_counts',
      aggregateQuery(['dear_orders'], {
        dimensions: [dimension('customer_id', col('dear_orders', 'customer_id'))],
        measures: [measure('n', rows('dear_orders'))],
      }),
    );
    const query = detailQuery(['customers', 'dear_counts'], {
      joins: [join('customers', 'dear_counts', 'customer_id')],
      columns: [detailColumn('name', col('customers', 'name')), detailColumn('n', col('dear_counts', 'n'))],
    });
    expect(await answerWith([dear, counted], query)).toEqual([
      ['Ada', 2],
      ['Bob', 1],
      ['Cyd', null],
      ['Dee', null],
    ]);
  });

  it('may be met by the keys of its groups alone where their attributes follow from them', async () => {
    const named = (key: 'orders' | 'customers', every: string | null) =>
      made(
        'spending',
        aggregateQuery(['orders', 'customers', 'countries'], {
          joins: [join('orders', 'customers', 'customer_id'), join('customers', 'countries', 'country_id')],
          every,
          dimensions: [
            dimension('customer_id', col(key, 'customer_id')),
            dimension('country', col('countries', 'country'), { role: 'attribute' }),
          ],
          measures: [measure('n', rows('orders'))],
        }),
      );
    const query = detailQuery(['customers', 'spending'], {
      joins: [join('customers', 'spending', 'customer_id')],
      columns: [
        detailColumn('name', col('customers', 'name')),
        detailColumn('country', col('spending', 'country')),
        detailColumn('n', col('spending', 'n')),
      ],
    });
    const expected = await rowsOf(
      engine,
      `SELECT name, country, n FROM customers LEFT JOIN countries USING (country_id)
       LEFT JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY 1) USING (customer_id)
       ORDER BY ALL NULLS LAST`,
    );
    const withOrders = expected.map(([name, country, n]) => [name, n === null ? null : country, n]);
    expect(await answerWith([named('customers', null)], query)).toEqual(withOrders);
    expect(await answerWith([named('orders', null)], query)).toEqual(withOrders);
    const counted = expected.map(([name, country, n]) => [name, country, n ?? 0]);
    expect(await answerWith([named('customers', 'customers')], query)).toEqual(counted);
    // Members have no orders: the customer of an order names no row of theirs.
    const unnamed = { ...planOf(query), datasets: [named('orders', 'customers')] };
    expect(() => compile(unnamed, sources, { asOf: null })).toThrow(/may meet several rows of "spending"/);
  });

  it('is refused where the join could meet several rows', () => {
    const listed = made(
      'listed',
      aggregateQuery(['orders'], {
        dimensions: [
          dimension('customer_id', col('orders', 'customer_id')),
          dimension('day', col('orders', 'ordered_on'), { role: 'attribute' }),
        ],
      }),
    );
    const query = detailQuery(['customers', 'listed'], {
      joins: [join('customers', 'listed', 'customer_id')],
      columns: [detailColumn('day', col('listed', 'day'))],
    });
    expect(() => compile({ ...planOf(query), datasets: [listed] }, sources, { asOf: null })).toThrow(
      /may meet several rows of "listed"/,
    );
  });

  it('is told by the name of the source that it was made fit from', () => {
    const prepared: PreparedDataset = {
      kind: 'prepared',
      name: 'latest_customers',
      description: '',
      from: ['customers'],
      columns: ['customer_id', 'name'].map((name) => ({ name, cast: null })),
      dedupe: { key: ['customer_id'], latestBy: ['name'] },
    };
    const query = aggregateQuery(['latest_customers', 'orders'], {
      joins: [join('orders', 'latest_customers', 'customer_id')],
      dimensions: [dimension('order_id', col('orders', 'order_id'))],
      measures: [measure('n', rows('latest_customers'))],
    });
    const refused = () => compile({ ...planOf(query), datasets: [prepared] }, sources, { asOf: null });
    expect(refused).toThrow(/one row of customers has many rows of orders: totals of customers would/);
    expect(refused).not.toThrow(/latest_/);
  });

  it('reads as a person would write it', () => {
    const query = aggregateQuery(['orders_per_customer'], {
      measures: [
        measure('average', aggregate('avg', 'orders_per_customer', col('orders_per_customer', 'order_count'))),
      ],
    });
    const simple = made(
      'orders_per_customer',
      aggregateQuery(['orders'], {
        dimensions: [dimension('customer_id', col('orders', 'customer_id'))],
        measures: [measure('order_count', rows('orders'))],
        having: compare('gt', out('order_count'), { kind: 'literal', literal: { type: 'integer', value: '1' } }),
      }),
    );
    expect(compile({ ...planOf(query), datasets: [simple] }, sources, { asOf: null }).sql).toMatchInlineSnapshot(`
      "WITH
        -- Rows of orders, one row per customer_id: order_count; groups that the condition on them admits
        orders_per_customer AS (
          SELECT
            orders.customer_id,
            count(*) AS order_count
          FROM orders
          GROUP BY 1
          HAVING count(*) > 1
        )
      SELECT
        avg(order_count) AS average
      FROM orders_per_customer"
    `);
  });
});

describe('a table beside itself', () => {
  it('is two tables', async () => {
    const query = detailQuery([], {
      tables: [
        { id: 'worker', dataset: 'staff' },
        { id: 'boss', dataset: 'staff' },
      ],
      home: 'worker',
      joins: [join('worker', 'boss', 'manager_id', 'staff_id')],
      columns: [detailColumn('name', col('worker', 'name')), detailColumn('boss', col('boss', 'name'))],
      filter: compare('lt', col('worker', 'salary'), col('boss', 'salary')),
    });
    expect(await answer(engine, query, sources)).toEqual(
      await rowsOf(
        engine,
        'SELECT w.name, b.name FROM staff w JOIN staff b ON w.manager_id = b.staff_id WHERE w.salary < b.salary ORDER BY 1',
      ),
    );
  });
});

describe('a prepared table', () => {
  const prepared: PreparedDataset = {
    kind: 'prepared',
    name: 'readings',
    description: '',
    from: ['readings_a', 'readings_b'],
    columns: [
      { name: 'meter', cast: null },
      { name: 'day', cast: { to: types.date, onFailure: 'null' } },
      { name: 'value', cast: { to: { kind: 'decimal', precision: 8, scale: 1 }, onFailure: 'drop' } },
      { name: 'note', cast: null },
    ],
    dedupe: null,
  };
  const all = detailQuery(['readings'], {
    columns: ['meter', 'day', 'value', 'note'].map((name) => detailColumn(name, col('readings', name))),
  });
  const byHand = `SELECT meter, TRY_CAST(day AS DATE) AS day, TRY_CAST(value AS DECIMAL(8,1)) AS value, NULL AS note FROM readings_a WHERE value IS NULL OR TRY_CAST(value AS DECIMAL(8,1)) IS NOT NULL
    UNION ALL SELECT meter, TRY_CAST(day AS DATE), value, note FROM readings_b`;

  it('puts rows one under the other, casts, and leaves out what does not fit', async () => {
    expect(await answerWith([prepared], all)).toEqual(
      await rowsOf(engine, `SELECT * FROM (${byHand}) ORDER BY ALL NULLS LAST`),
    );
  });

  it('keeps the latest row of each key, and all without one', async () => {
    const latest: PreparedDataset = { ...prepared, dedupe: { key: ['meter'], latestBy: ['day'] } };
    const expected = await rowsOf(
      engine,
      `WITH r AS (${byHand}) SELECT * FROM r QUALIFY meter IS NULL OR row_number() OVER (PARTITION BY meter ORDER BY day DESC NULLS LAST, value DESC NULLS LAST, note DESC NULLS LAST) = 1 ORDER BY ALL NULLS LAST`,
    );
    expect(await answerWith([latest], all)).toEqual(expected);
    expect(expected.filter(([meter]) => meter === null)).toHaveLength(2);
    const joined = aggregateQuery(['readings_b', 'readings'], {
      joins: [join('readings_b', 'readings', 'meter')],
      measures: [measure('n', rows('readings_b'))],
      filter: eq(col('readings', 'meter'), text('m1')),
    });
    expect(await answerWith([latest], joined)).toEqual([[2]]);
  });

  it('promises no value of a column that a file lacks', async () => {
    const sealed = { ...prepared, columns: [{ name: 'seal', cast: null }] };
    const seals = detailQuery(['readings'], {
      columns: [detailColumn('seal', col('readings', 'seal'))],
      distinct: true,
    });
    expect(await answerWith([sealed], seals)).toEqual([['s'], [null]]);
  });

  it('stops at a value that must fit', async () => {
    const strict: PreparedDataset = {
      ...prepared,
      columns: [{ name: 'day', cast: { to: types.date, onFailure: 'error' } }],
    };
    await expect(
      answerWith([strict], detailQuery(['readings'], { columns: [detailColumn('day', col('readings', 'day'))] })),
    ).rejects.toThrow(/soon/);
  });

  it('orders what it made', async () => {
    const query = aggregateQuery(['readings'], {
      dimensions: [dimension('meter', col('readings', 'meter'))],
      measures: [measure('total', sum('readings', 'value'))],
      orderBy: [order('total', 'descending')],
    });
    expect(await answerWith([prepared], query)).toEqual(
      await rowsOf(
        engine,
        `SELECT meter, sum(value) AS total FROM (${byHand}) GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1`,
      ),
    );
  });
});

describe('a fold of one row', () => {
  it('is not written into the fold that makes it', async () => {
    const count = made('order_count', aggregateQuery(['orders'], { measures: [measure('n', rows('orders'))] }));
    const query = aggregateQuery(['order_count'], { measures: [measure('total', sum('order_count', 'n'))] });
    expect(await answerWith([count], query)).toEqual([[8]]);
  });
});
