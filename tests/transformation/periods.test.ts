import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { Dimension, Expression, PeriodFill, TimeUnit } from '../../src/plan/query.js';
import {
  aggregate,
  aggregateQuery,
  col,
  compare,
  date,
  dimension,
  eq,
  join,
  measure,
  rows,
  sum,
  text,
  trunc,
} from './plan-builder.js';
import { answer, engineWith, rowsOf } from './running.js';
import { shop, shopStatements } from './shop.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith([
    ...shopStatements,
    `CREATE TABLE days AS SELECT (DATE '2019-12-20' + n::INT) AS day, (TIMESTAMP '2019-12-20 13:07:11' + INTERVAL (n) DAY) AS moment FROM range(800) AS t(n)`,
  ]);
});
afterAll(() => engine.close());

const orderMonth = trunc('month', col('orders', 'ordered_on'));
const revenue = measure('revenue', sum('orders', 'amount'));
const orderCount = measure('order_count', rows('orders'));
const filled = (fill: PeriodFill = { from: null, to: null }, parts: Partial<Dimension> = {}): Dimension =>
  dimension('month', orderMonth, { fill, ...parts });
const spine = (from: string, to: string): string =>
  `SELECT unnest(generate_series(DATE '${from}', DATE '${to}', INTERVAL 1 MONTH))::DATE AS month`;

describe('filled periods', () => {
  it('are all those between the first and the last that occur', async () => {
    const query = aggregateQuery(['orders'], { dimensions: [filled()], measures: [revenue, orderCount] });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `WITH p AS (${spine('2024-01-01', '2025-01-01')}), o AS (SELECT date_trunc('month', ordered_on)::DATE AS month, sum(amount) AS revenue, count(*) AS n FROM orders GROUP BY 1)
         SELECT coalesce(p.month, o.month), revenue, coalesce(n, 0) FROM p FULL JOIN o ON p.month = o.month ORDER BY 1 NULLS LAST`,
      ),
    );
  });

  it('reach from a bound to before another, and lose no group', async () => {
    const fill = { from: date('2023-12-15'), to: date('2024-03-01') };
    const query = aggregateQuery(['orders'], { dimensions: [filled(fill)], measures: [orderCount] });
    expect(await answer(engine, query, shop)).toEqual([
      ['2023-12-01', 0],
      ['2024-01-01', 2],
      ['2024-02-01', 2],
      ['2024-04-01', 2],
      ['2025-01-01', 1],
      [null, 1],
    ]);
    const upToNow: Expression = { kind: 'as_of' };
    const open = aggregateQuery(['orders'], {
      dimensions: [filled({ from: null, to: upToNow })],
      measures: [orderCount],
      filter: compare('lt', col('orders', 'ordered_on'), date('2024-02-01')),
    });
    expect(await answer(engine, open, shop)).toEqual([
      ['2024-01-01', 2],
      ['2024-02-01', 0],
      ['2024-03-01', 0],
      ['2024-04-01', 0],
      ['2024-05-01', 0],
    ]);
  });

  it('are bounded by what occurs where a bound is null', async () => {
    const none: Expression = {
      kind: 'cast',
      operand: { kind: 'literal', literal: { type: 'null' } },
      to: { kind: 'date' },
      onFailure: 'error',
    };
    const open = aggregateQuery(['orders'], {
      dimensions: [filled({ from: none, to: none })],
      measures: [orderCount],
    });
    const plain = { ...open, dimensions: [filled()] };
    expect(await answer(engine, open, shop)).toEqual(await answer(engine, plain, shop));
  });

  it('are none where nothing occurs, but for those that are named', async () => {
    const nothing = compare('lt', col('orders', 'ordered_on'), date('2000-01-01'));
    const query = { dimensions: [filled()], measures: [orderCount], filter: nothing };
    expect(await answer(engine, aggregateQuery(['orders'], query), shop)).toEqual([]);
    const named = { ...query, dimensions: [filled({ from: date('2024-01-31'), to: date('2024-02-02') })] };
    expect(await answer(engine, aggregateQuery(['orders'], named), shop)).toEqual([
      ['2024-01-01', 0],
      ['2024-02-01', 0],
    ]);
  });

  it('meet each combination of the other dimensions, and say what the period decides', async () => {
    const next: Expression = { kind: 'time_add', operand: orderMonth, amount: 1, unit: 'month' };
    const query = aggregateQuery(['orders', 'customers'], {
      joins: [join('orders', 'customers', 'customer_id')],
      dimensions: [
        dimension('region', col('customers', 'region')),
        filled({ from: date('2024-01-01'), to: date('2024-03-01') }),
        dimension('year', { kind: 'time_part', part: 'year', operand: col('orders', 'ordered_on') }),
        dimension('is_finished', compare('le', next, { kind: 'as_of' }), { role: 'attribute' }),
      ],
      measures: [orderCount, measure('running', { kind: 'running_total', of: rows('orders'), time: 'month' })],
      filter: eq(col('orders', 'status'), text('done')),
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `WITH o AS (SELECT region, date_trunc('month', ordered_on)::DATE AS month, count(*) AS n FROM orders LEFT JOIN customers USING (customer_id) WHERE status = 'done' GROUP BY 1, 2),
          g AS (SELECT region, month FROM o UNION SELECT region, month FROM (SELECT DISTINCT region FROM o), (${spine('2024-01-01', '2024-02-01')})),
          f AS (SELECT g.region, g.month, coalesce(n, 0) AS n FROM g LEFT JOIN o ON g.region IS NOT DISTINCT FROM o.region AND g.month IS NOT DISTINCT FROM o.month)
         SELECT region, month, year(month), month + INTERVAL 1 MONTH <= DATE '2024-05-15', n, CASE WHEN month IS NOT NULL THEN CAST(sum(n) OVER (PARTITION BY region ORDER BY month) AS BIGINT) END FROM f ORDER BY 1 NULLS LAST, 2 NULLS LAST`,
      ),
    );
  });

  it('decide what they equal: fiscal quarters that are those of the calendar', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [
        dimension('fiscal', trunc('fiscal_quarter', col('orders', 'ordered_on')), { fill: { from: null, to: null } }),
        dimension('quarter', { kind: 'time_part', part: 'quarter', operand: col('orders', 'ordered_on') }),
        dimension('fiscal_year', trunc('fiscal_year', col('orders', 'ordered_on'))),
      ],
      measures: [orderCount],
    });
    const rowsWith = async (fiscalYearStart: number) =>
      (await answer(engine, query, shop, { fiscalYearStart })).filter(([fiscal]) => fiscal !== null);
    // 2024 Q1 to 2025 Q1, one row each; where fiscal quarters lie across two of the calendar, each meets all that occur.
    expect((await rowsWith(1)).map(([, quarter]) => quarter)).toEqual([1, 2, 3, 4, 1]);
    expect((await rowsWith(4)).length).toBe(5);
    expect((await rowsWith(2)).length).toBeGreaterThan(5);
  });

  it('of several homes and of every member', async () => {
    const query = aggregateQuery(['tickets', 'orders', 'customers'], {
      joins: [join('tickets', 'orders', 'order_id'), join('orders', 'customers', 'customer_id')],
      every: 'customers',
      dimensions: [
        dimension('region', col('customers', 'region')),
        filled(
          { from: date('2024-01-01'), to: date('2024-04-01') },
          { perHome: [{ home: 'tickets', expression: trunc('month', col('tickets', 'opened_on')) }] },
        ),
      ],
      measures: [orderCount, measure('ticket_count', rows('tickets'))],
    });
    const answered = await answer(engine, query, shop);
    expect(answered).toEqual(
      await rowsOf(
        engine,
        `WITH o AS (SELECT region, date_trunc('month', ordered_on)::DATE AS month, count(*) AS n FROM orders LEFT JOIN customers USING (customer_id) GROUP BY 1, 2),
          t AS (SELECT region, date_trunc('month', opened_on)::DATE AS month, count(*) AS n FROM tickets LEFT JOIN orders USING (order_id) LEFT JOIN customers USING (customer_id) GROUP BY 1, 2),
          months AS (SELECT month FROM o UNION SELECT month FROM t UNION ${spine('2024-01-01', '2024-03-01')}),
          seen AS (SELECT month FROM o UNION SELECT month FROM t),
          members AS (SELECT DISTINCT region FROM customers),
          occurring AS (SELECT region, month FROM members, seen UNION SELECT region, month FROM o UNION SELECT region, month FROM t),
          g AS (SELECT * FROM occurring UNION SELECT * FROM (SELECT DISTINCT region FROM occurring), (${spine('2024-01-01', '2024-03-01')}))
         SELECT g.region, g.month, coalesce(o.n, 0), coalesce(t.n, 0) FROM g LEFT JOIN o ON g.region IS NOT DISTINCT FROM o.region AND g.month IS NOT DISTINCT FROM o.month LEFT JOIN t ON g.region IS NOT DISTINCT FROM t.region AND g.month IS NOT DISTINCT FROM t.month ORDER BY 1 NULLS LAST, 2 NULLS LAST`,
      ),
    );
    expect(answered.length).toBeGreaterThan(12);
  });

  it.each<[TimeUnit, string, string]>([
    ['hour', 'ordered_at', 'INTERVAL 1 HOUR'],
    ['day', 'ordered_on', 'INTERVAL 1 DAY'],
    ['week', 'ordered_on', 'INTERVAL 7 DAY'],
    ['quarter', 'ordered_on', 'INTERVAL 3 MONTH'],
    ['year', 'ordered_on', 'INTERVAL 12 MONTH'],
  ])('are of each %s', async (unit, column, step) => {
    const query = aggregateQuery(['orders'], {
      dimensions: [dimension('period', trunc(unit, col('orders', column)), { fill: { from: null, to: null } })],
      measures: [orderCount],
    });
    const found = await answer(engine, query, shop);
    const [[count = null] = []] = await rowsOf(
      engine,
      `SELECT count(*) + 1 FROM (SELECT unnest(generate_series(date_trunc('${unit}', min(${column})), date_trunc('${unit}', max(${column})), ${step})) FROM orders)`,
    );
    expect(found.length).toBe(count);
  });
});

describe('a dimension of its own for each home', () => {
  it('brings facts together that have no table in common', async () => {
    const query = aggregateQuery(['tickets', 'orders'], {
      dimensions: [
        dimension('month', orderMonth, {
          perHome: [{ home: 'tickets', expression: trunc('month', col('tickets', 'opened_on')) }],
        }),
      ],
      measures: [
        revenue,
        measure('minutes', aggregate('avg', 'tickets', col('tickets', 'minutes'))),
        measure('tickets_per_order', {
          kind: 'ratio',
          numerator: rows('tickets'),
          denominator: rows('orders'),
          factor: 1,
        }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `WITH o AS (SELECT date_trunc('month', ordered_on)::DATE AS month, sum(amount) AS revenue, count(*) AS n FROM orders GROUP BY 1),
          t AS (SELECT date_trunc('month', opened_on)::DATE AS month, avg(minutes) AS minutes, count(*) AS n FROM tickets GROUP BY 1)
         SELECT coalesce(o.month, t.month), revenue, minutes, coalesce(t.n, 0) / nullif(coalesce(o.n, 0), 0) FROM o FULL JOIN t ON o.month IS NOT DISTINCT FROM t.month ORDER BY 1 NULLS LAST`,
      ),
    );
  });

  it('widens what it is made of', async () => {
    const query = aggregateQuery(['tickets', 'orders'], {
      dimensions: [
        dimension('number', col('orders', 'quantity'), {
          perHome: [{ home: 'tickets', expression: col('tickets', 'ticket_id') }],
        }),
      ],
      measures: [orderCount, measure('ticket_count', rows('tickets'))],
    });
    expect((await answer(engine, query, shop)).slice(0, 2)).toEqual([
      [1, 4, 0],
      [2, 2, 0],
    ]);
  });
});

describe('weeks and fiscal quarters', () => {
  const parts = (start: number) =>
    aggregateQuery(['days'], {
      dimensions: [
        dimension('moment', col('days', 'moment')),
        dimension('iso_year', { kind: 'time_part', part: 'iso_year', operand: col('days', 'day') }),
        dimension('iso_week', { kind: 'time_part', part: 'week', operand: col('days', 'day') }),
        dimension('us_week', { kind: 'time_part', part: 'us_week', operand: col('days', 'moment') }),
        dimension('fiscal_quarter', trunc('fiscal_quarter', col('days', 'day'))),
        dimension('fiscal_year', trunc('fiscal_year', col('days', 'day'))),
      ],
      filter: compare('ge', col('days', 'day'), date(`20${start + 10}-01-01`)),
    });

  it.each([1, 2, 3, 4, 10, 12])('with years that begin in month %s', async (start) => {
    const days = [
      {
        ...shop[0],
        dataset: 'days',
        keys: [],
        columns: [
          { name: 'day', type: { kind: 'date' }, nullable: false, description: '', pii: null },
          { name: 'moment', type: { kind: 'timestamp', zoned: false }, nullable: false, description: '', pii: null },
        ],
      } as (typeof shop)[number],
    ];
    const query = { ...parts(start), filter: null };
    // By counting: a week of the US begins with each Sunday and with January 1.
    const expected = await rowsOf(
      engine,
      `WITH w AS (SELECT day, moment, (SELECT count(*) FROM range(dayofyear(day)) AS n(i) WHERE i = 0 OR dayofweek(make_date(year(day), 1, 1) + i::INT) = 0) AS us FROM days)
       SELECT moment, isoyear(day), strftime(day, '%V')::BIGINT, us,
         (SELECT max(m)::DATE FROM (SELECT unnest(generate_series(make_date(2017, ${start}, 1)::TIMESTAMP, make_date(2024, 1, 1)::TIMESTAMP, INTERVAL 3 MONTH)) AS m) WHERE m <= day),
         (SELECT max(m)::DATE FROM (SELECT unnest(generate_series(make_date(2017, ${start}, 1)::TIMESTAMP, make_date(2024, 1, 1)::TIMESTAMP, INTERVAL 12 MONTH)) AS m) WHERE m <= day)
       FROM w ORDER BY moment`,
    );
    expect(await answer(engine, query, days, { fiscalYearStart: start })).toEqual(expected);
  });
});
