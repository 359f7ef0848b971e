import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CellValue, Engine } from '../../src/engine/engine.js';
import type { Expression, MeasureDefinition } from '../../src/plan/query.js';
import {
  aggregate,
  aggregateQuery,
  col,
  compare,
  dimension,
  eq,
  int,
  isNull,
  join,
  measure,
  order,
  out,
  rows,
  source,
  sum,
  text,
  trunc,
  types,
} from './plan-builder.js';
import { answer, engineWith, rowsOf } from './running.js';
import { shop, shopStatements } from './shop.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith(shopStatements);
});
afterAll(() => engine.close());

const month = dimension('month', trunc('month', col('orders', 'ordered_on')));
const status = dimension('status', col('orders', 'status'));
const revenue = sum('orders', 'amount');
const orders = rows('orders');
const known = isNull(col('orders', 'ordered_on'), true);

const byMonth = (name: string, definition: MeasureDefinition) =>
  aggregateQuery(['orders'], {
    dimensions: [month],
    measures: [measure('revenue', revenue), measure(name, definition)],
  });

/** Months of the shop with their revenue, straight from the table. */
const months = `SELECT CAST(date_trunc('month', ordered_on) AS DATE) AS m, sum(amount) AS r FROM orders GROUP BY 1`;

describe('arithmetic of measures', () => {
  it('gives null for a zero denominator and DOUBLE for integers', async () => {
    const cancelled = rows('orders', { filter: eq(col('orders', 'status'), text('cancelled')) });
    const query = aggregateQuery(['orders'], {
      dimensions: [month],
      measures: [
        measure('per_cancelled', { kind: 'ratio', numerator: orders, denominator: cancelled, factor: 1 }),
        measure('cancelled_percent', { kind: 'ratio', numerator: cancelled, denominator: orders, factor: 100 }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['2024-01-01', null, 0],
      ['2024-02-01', 2, 50],
      ['2024-04-01', null, 0],
      ['2025-01-01', 1, 100],
      [null, null, 0],
    ]);
  });

  it('combines measures and constants, nulls included', async () => {
    const tenth: MeasureDefinition = {
      kind: 'combine',
      operator: 'multiply',
      left: revenue,
      right: { kind: 'constant', value: '0.1' },
    };
    const query = aggregateQuery(['orders'], {
      dimensions: [month],
      measures: [
        measure('tenth', tenth),
        measure('net', { kind: 'combine', operator: 'subtract', left: revenue, right: tenth }),
        measure('one', { kind: 'constant', value: '1' }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(engine, `SELECT m, r * 0.1, r - r * 0.1, 1 FROM (${months}) ORDER BY m NULLS LAST`),
    );
  });

  it('names the parts of a ratio once, also beside the measures themselves', async () => {
    const query = aggregateQuery(['orders'], {
      measures: [
        measure('revenue', revenue),
        measure('mean', { kind: 'ratio', numerator: revenue, denominator: orders, factor: 1 }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([['360.75', 360.75 / 8]]);
  });
});

describe('shares and ranks', () => {
  it('shares the grand total, or that of a group, before having and limit', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [status, month],
      measures: [
        measure('of_all', { kind: 'share', of: revenue, within: [], factor: 100 }),
        measure('of_status', { kind: 'share', of: revenue, within: ['status'], factor: 1 }),
      ],
      having: compare('gt', out('of_all'), int(20)),
    });
    expect(await answer(engine, query, shop)).toEqual(
      await rowsOf(
        engine,
        `WITH g AS (SELECT status, CAST(date_trunc('month', ordered_on) AS DATE) AS m, sum(amount) AS r FROM orders GROUP BY 1, 2)
       SELECT * FROM (SELECT status, m, r / (SELECT sum(r) FROM g) * 100 AS a, r / (SELECT sum(s.r) FROM g AS s WHERE s.status = g.status) FROM g) WHERE a > 20 ORDER BY 1, 2`,
      ),
    );
  });

  it('ranks with equal places for equal values, nulls last', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [month],
      measures: [measure('place', { kind: 'rank', of: orders, within: [], descending: true })],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['2024-01-01', 1],
      ['2024-02-01', 1],
      ['2024-04-01', 1],
      ['2025-01-01', 4],
      [null, 4],
    ]);
    const byRevenue = aggregateQuery(['orders'], {
      dimensions: [month],
      measures: [measure('place', { kind: 'rank', of: revenue, within: [], descending: true })],
      orderBy: [order('place')],
    });
    expect(await answer(engine, byRevenue, shop)).toEqual([
      ['2024-01-01', 1],
      ['2025-01-01', 2],
      ['2024-02-01', 3],
      ['2024-04-01', 4],
      [null, 5],
    ]);
  });

  it('ranks a share: a window over a window', async () => {
    const share: MeasureDefinition = { kind: 'share', of: revenue, within: [], factor: 1 };
    const query = aggregateQuery(['orders'], {
      dimensions: [status],
      measures: [measure('place', { kind: 'rank', of: share, within: [], descending: true })],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['cancelled', 2],
      ['done', 1],
    ]);
  });

  it('shares a DOUBLE and a distinct count of a key', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [status],
      measures: [
        measure('weight', { kind: 'share', of: sum('orders', 'weight'), within: [], factor: 1 }),
        measure('orders', {
          kind: 'share',
          of: aggregate('count_distinct', 'orders', col('orders', 'order_id')),
          within: [],
          factor: 1,
        }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['cancelled', 0.7 / 5.7, 0.25],
      ['done', 5 / 5.7, 0.75],
    ]);
  });
});

describe('periods', () => {
  it.each(['difference', 'rate', 'percent'] as const)(
    'compares with the previous period as %s, never with one further back',
    async (as) => {
      const change = { difference: 'r - p', rate: '(r - p) / nullif(p, 0)', percent: '(r - p) / nullif(p, 0) * 100' }[
        as
      ];
      expect(
        await answer(
          engine,
          byMonth('change', { kind: 'change', of: revenue, time: 'month', against: 'previous_period', as }),
          shop,
        ),
      ).toEqual(
        await rowsOf(
          engine,
          `WITH g AS (${months}) SELECT m, r, ${change} FROM (SELECT g.m, g.r, b.r AS p FROM g LEFT JOIN g AS b ON b.m = CAST(g.m - INTERVAL 1 MONTH AS DATE)) ORDER BY m NULLS LAST`,
        ),
      );
    },
  );

  it('compares with the same period of last year', async () => {
    const query = byMonth('change', {
      kind: 'change',
      of: revenue,
      time: 'month',
      against: 'same_period_last_year',
      as: 'difference',
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['2024-01-01', '150.50', null],
      ['2024-02-01', '80.25', null],
      ['2024-04-01', '30.00', null],
      ['2025-01-01', '100.00', '-50.50'],
      [null, null, null],
    ]);
  });

  it('adds up over time within the other dimensions', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [status, month],
      measures: [measure('running', { kind: 'running_total', of: orders, time: 'month' })],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['cancelled', '2024-02-01', 1],
      ['cancelled', '2025-01-01', 2],
      ['done', '2024-01-01', 2],
      ['done', '2024-02-01', 3],
      ['done', '2024-04-01', 5],
      ['done', null, null],
    ]);
  });

  it('begins anew in each period, and runs on past a year that stands beside the month', async () => {
    const year = dimension('year', trunc('year', col('orders', 'ordered_on')));
    const query = aggregateQuery(['orders'], {
      dimensions: [year, month],
      filter: known,
      measures: [
        measure('to_date', { kind: 'period_to_date', of: revenue, time: 'month', unit: 'year' }),
        measure('running', { kind: 'running_total', of: revenue, time: 'month' }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['2024-01-01', '2024-01-01', '150.50', '150.50'],
      ['2024-01-01', '2024-02-01', '230.75', '230.75'],
      ['2024-01-01', '2024-04-01', '260.75', '260.75'],
      ['2025-01-01', '2025-01-01', '100.00', '360.75'],
    ]);
  });

  it('rolls over calendar periods, not over rows', async () => {
    const query = aggregateQuery(['orders'], {
      dimensions: [month],
      filter: known,
      measures: [
        measure('three', { kind: 'rolling', of: orders, time: 'month', periods: 3, as: 'sum' }),
        measure('mean', {
          kind: 'rolling',
          of: aggregate('avg', 'orders', col('orders', 'quantity')),
          time: 'month',
          periods: 2,
          as: 'avg',
        }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['2024-01-01', 2, 1.5],
      ['2024-02-01', 4, 2.5],
      ['2024-04-01', 4, 1],
      ['2025-01-01', 1, 2],
    ]);
  });

  it('takes a year as a number, and weeks by 52', async () => {
    const year = dimension('year', { kind: 'time_part', part: 'year', operand: col('orders', 'ordered_on') });
    const change = (time: string): MeasureDefinition => ({
      kind: 'change',
      of: orders,
      time,
      against: 'same_period_last_year',
      as: 'difference',
    });
    expect(
      await answer(
        engine,
        aggregateQuery(['orders'], {
          dimensions: [year],
          filter: known,
          measures: [measure('change', change('year'))],
        }),
        shop,
      ),
    ).toEqual([
      [2024, null],
      [2025, -5],
    ]);
    const week = dimension('week', trunc('week', col('orders', 'ordered_on')));
    const weekly = aggregateQuery(['orders'], {
      dimensions: [week],
      filter: known,
      measures: [measure('change', change('week'))],
      orderBy: [order('week', 'descending')],
      limit: { count: 1, per: [], ties: 'cut' },
    });
    expect(await answer(engine, weekly, shop)).toEqual([['2025-01-06', null]]);
  });

  it.each<[string, Expression, 'monday' | 'sunday', readonly CellValue[]]>([
    ['the month', trunc('month', col('visits', 'day')), 'monday', ['2024-01-01', '2024-02-01']],
    ['the ISO week', { kind: 'time_part', part: 'week', operand: col('visits', 'day') }, 'sunday', [4, 5]],
  ])('runs within %s beside a week that lies across two of them', async (_what, across, weekStart, [one, two]) => {
    const visits = source('visits', { day: types.date });
    const days = weekStart === 'monday' ? ['01-30', '02-01', '02-06'] : ['01-28', '01-29', '02-04'];
    const own = await engineWith([
      'CREATE TABLE visits (day DATE)',
      ...days.map((day, at) => `INSERT INTO visits SELECT DATE '2024-${day}' FROM range(${[2, 3, 5][at]})`),
    ]);
    const query = aggregateQuery(['visits'], {
      dimensions: [dimension('week', trunc('week', col('visits', 'day'))), dimension('across', across)],
      measures: [measure('so_far', { kind: 'running_total', of: rows('visits'), time: 'week' })],
    });
    const weeks = weekStart === 'monday' ? ['2024-01-29', '2024-02-05'] : ['2024-01-28', '2024-02-04'];
    expect(await answer(own, query, [visits], { weekStart })).toEqual([
      [weeks[0], one, 2],
      [weeks[0], two, 3],
      [weeks[1], two, 8],
    ]);
    own.close();
  });

  it('has nothing to compare rows without a time with', async () => {
    const change = { kind: 'change', of: orders, time: 'month', against: 'previous_period', as: 'difference' } as const;
    const query = aggregateQuery(['orders'], { dimensions: [month], measures: [measure('change', change)] });
    const [last] = (await answer(engine, query, shop)).slice(-1);
    expect(last).toEqual([null, null]);
  });

  it('finds the week of last year, which begins on another date', async () => {
    const visits = source('visits', { day: types.date });
    const own = await engineWith([
      'CREATE TABLE visits (day DATE)',
      `INSERT INTO visits SELECT CAST(d AS DATE) FROM (VALUES ('2024-01-07', 1), ('2024-01-08', 3), ('2024-12-31', 2), ('2025-01-06', 5)) AS v(d, n), range(n)`,
    ]);
    const query = aggregateQuery(['visits'], {
      dimensions: [dimension('week', trunc('week', col('visits', 'day')))],
      measures: [
        measure('change', {
          kind: 'change',
          of: rows('visits'),
          time: 'week',
          against: 'same_period_last_year',
          as: 'difference',
        }),
      ],
    });
    expect(await answer(own, query, [visits])).toEqual([
      ['2024-01-01', null],
      ['2024-01-08', null],
      ['2024-12-30', 1],
      ['2025-01-06', 2],
    ]);
    own.close();
  });
});

describe('what cannot be added up', () => {
  const mean = aggregate('avg', 'orders', col('orders', 'amount'));
  const buyers = aggregate('count_distinct', 'orders', col('orders', 'customer_id'));
  it.each([
    ['a running total of a distinct count', { kind: 'running_total', of: buyers, time: 'month' }],
    ['a share of an average', { kind: 'share', of: mean, within: [], factor: 1 }],
    [
      'a rolling sum of a ratio',
      {
        kind: 'rolling',
        of: { kind: 'ratio', numerator: revenue, denominator: orders, factor: 1 },
        time: 'month',
        periods: 2,
        as: 'sum',
      },
    ],
    [
      'a running total of a product of sums',
      {
        kind: 'running_total',
        of: { kind: 'combine', operator: 'multiply', left: revenue, right: orders },
        time: 'month',
      },
    ],
    ['a period to date of an average', { kind: 'period_to_date', of: mean, time: 'month', unit: 'year' }],
  ] as const)('refuses %s', async (_what, definition) => {
    await expect(answer(engine, byMonth('x', definition), shop)).rejects.toThrow(/cannot be added up/);
  });

  it('refuses a comparison of months without their year', async () => {
    const number = dimension('month', { kind: 'time_part', part: 'month', operand: col('orders', 'ordered_on') });
    const query = aggregateQuery(['orders'], {
      dimensions: [number],
      measures: [measure('x', { kind: 'change', of: orders, time: 'month', against: 'previous_period', as: 'rate' })],
    });
    await expect(answer(engine, query, shop)).rejects.toThrow(/not a sequence of periods/);
  });
});

describe('derived measures of several homes', () => {
  it('computes shares and changes beside each other', async () => {
    const toOrders = join('tickets', 'orders', 'order_id');
    const query = aggregateQuery(['tickets', 'orders'], {
      joins: [toOrders],
      dimensions: [status],
      measures: [
        measure('minutes_per_order', {
          kind: 'ratio',
          numerator: sum('tickets', 'minutes'),
          denominator: orders,
          factor: 1,
        }),
        measure('ticket_share', { kind: 'share', of: rows('tickets'), within: [], factor: 1 }),
      ],
    });
    expect(await answer(engine, query, shop)).toEqual([
      ['cancelled', 15, 0.2],
      ['done', 5, 0.4],
      [null, null, 0.4],
    ]);
  });
});
