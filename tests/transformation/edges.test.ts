import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CellValue, Engine } from '../../src/engine/engine.js';
import type { Expression, ScalarFunction, SemanticPlan, TimePart, TimeUnit } from '../../src/plan/query.js';
import {
  aggregate,
  aggregateQuery,
  col,
  compare,
  date,
  detailColumn,
  detailQuery,
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
  times,
  trunc,
  types,
} from './plan-builder.js';
import { answer, engineWith } from './running.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith([
    'CREATE TABLE one (small SMALLINT, whole INTEGER, rate DECIMAL(3,2), none INTEGER)',
    'INSERT INTO one VALUES (30000, 100000, 9.99, 0)',
    'CREATE TABLE visits (shop VARCHAR, day DATE, value INTEGER)',
    `INSERT INTO visits VALUES ('a', '2024-01-01', 1), ('a', '2024-01-03', 5), ('a', '2024-01-03', 4), ('a', NULL, 9), ('a', '2024-01-04', NULL), ('b', NULL, 7), ('c', '2024-01-01', 3), ('c', '2024-01-01', 2)`,
    'CREATE TABLE calls (shop VARCHAR)',
    `INSERT INTO calls VALUES ('a'), ('z')`,
    'CREATE TABLE shops (shop VARCHAR, opened INTEGER)',
    `INSERT INTO shops VALUES ('a', 1990), ('b', 2000), ('c', 2010), ('d', 2020)`,
  ]);
});
afterAll(() => engine.close());

const sources = [
  source('one', {
    small: { kind: 'integer', bits: 16 },
    whole: types.integer,
    rate: { kind: 'decimal', precision: 3, scale: 2 },
    none: types.integer,
  }),
  source('visits', { shop: types.text, day: types.date, value: types.integer }),
  source('calls', { shop: types.text }),
  source('shops', { shop: types.text, opened: types.integer }, [['shop']], {
    shop: { nullable: false },
    opened: { nullable: false },
  }),
];

/** The value of an expression over the one row of `one`. */
async function computed(
  expression: Expression,
  time: Partial<SemanticPlan['time']> = {},
): Promise<CellValue | undefined> {
  const query = detailQuery(['one'], { columns: [detailColumn('x', expression)] });
  const [row] = await answer(engine, query, sources, time);
  return row?.[0];
}

describe('the calendar', () => {
  // By hand: 2023 begins on a Sunday, 2028 on a Saturday and is a leap year, 2020 has 53 ISO weeks.
  it.each<[string, TimePart, number]>([
    ['2023-01-01', 'iso_year', 2022],
    ['2023-01-01', 'week', 52],
    ['2023-01-01', 'us_week', 1],
    ['2023-01-08', 'us_week', 2],
    ['2024-12-30', 'iso_year', 2025],
    ['2024-12-30', 'week', 1],
    ['2024-12-30', 'us_week', 53],
    ['2021-01-03', 'iso_year', 2020],
    ['2021-01-03', 'week', 53],
    ['2021-01-03', 'us_week', 2],
    ['2028-12-31', 'us_week', 54],
  ])('%s: %s is %d', async (day, part, value) => {
    expect(await computed({ kind: 'time_part', part, operand: date(day) })).toBe(value);
  });

  it.each<[TimeUnit, string, string]>([
    ['week', '2024-01-06', '2023-12-31'],
    ['week', '2024-01-07', '2024-01-07'],
    ['fiscal_year', '2024-03-31', '2023-04-01'],
    ['fiscal_year', '2024-04-01', '2024-04-01'],
    ['fiscal_year', '2024-05-31', '2024-04-01'],
    ['fiscal_quarter', '2024-06-30', '2024-04-01'],
    ['fiscal_quarter', '2024-07-31', '2024-07-01'],
  ])('with weeks from Sunday and years from April, the %s of %s begins on %s', async (unit, day, start) => {
    const time = { weekStart: 'sunday', fiscalYearStart: 4 } as const;
    expect(await computed(trunc(unit, date(day)), time)).toBe(start);
  });

  it.each<[ScalarFunction, string, string, number]>([
    ['months_between', '2024-01-31', '2024-02-01', 1],
    ['months_between', '2024-02-01', '2024-02-29', 0],
    ['months_between', '2024-03-01', '2023-12-31', -3],
    ['days_between', '2024-02-28', '2024-03-01', 2],
  ])('%s %s and %s is the boundaries crossed: %d', async (name, from, to, count) => {
    expect(await computed({ kind: 'call', function: name, arguments: [date(from), date(to)] })).toBe(count);
  });
});

describe('numbers', () => {
  it('narrow ones are multiplied in 64 bits', async () => {
    expect(await computed(times(col('one', 'whole'), col('one', 'whole')))).toBe(10_000_000_000);
    expect(await computed(times(col('one', 'small'), col('one', 'small')))).toBe(900_000_000);
  });

  it('decimals have room for what is carried', async () => {
    const rate = col('one', 'rate');
    expect(await computed({ kind: 'arithmetic', operator: 'add', left: rate, right: rate })).toBe('19.98');
  });

  it.each(['divide', 'modulo'] as const)('a zero divisor gives null: %s', async (operator) => {
    const none = { kind: 'arithmetic', operator, left: col('one', 'whole'), right: col('one', 'none') } as const;
    expect(await computed(none)).toBeNull();
    expect(await computed({ kind: 'is_null', operand: none, negated: false })).toBe(true);
  });
});

describe('first and last', () => {
  it('take no row without value or place, and of several the least or the greatest', async () => {
    const fold = (name: 'first' | 'last') =>
      aggregate(name, 'visits', col('visits', 'value'), { orderedBy: col('visits', 'day') });
    const query = aggregateQuery(['visits'], {
      dimensions: [dimension('shop', col('visits', 'shop'))],
      measures: [measure('first', fold('first')), measure('last', fold('last'))],
    });
    expect(await answer(engine, query, sources)).toEqual([
      ['a', 1, 5],
      ['b', null, null],
      ['c', 2, 3],
    ]);
  });
});

describe('groups', () => {
  it('promise no value of a measure that another table alone gives rows of', async () => {
    const query = aggregateQuery(['shops', 'visits'], {
      joins: [join('visits', 'shops', 'shop')],
      unmatched: 'drop',
      dimensions: [dimension('shop', col('shops', 'shop'))],
      measures: [
        measure('opened', aggregate('max', 'visits', col('shops', 'opened'))),
        measure('visits', rows('visits')),
        measure('days', aggregate('count_distinct', 'visits', col('visits', 'day'))),
        measure('shops', rows('shops')),
        measure('years', sum('shops', 'opened')),
      ],
    });
    expect(await answer(engine, query, sources)).toEqual([
      ['a', 1990, 5, 3, 1, 1990],
      ['b', 2000, 1, 0, 1, 2000],
      ['c', 2010, 2, 1, 1, 2010],
      ['d', null, 0, 0, 1, 2020],
    ]);
  });

  it('are ordered by a hidden column, also where a measure bears the name of its source', async () => {
    const query = aggregateQuery(['visits'], {
      dimensions: [dimension('place', col('visits', 'shop'), { shown: false })],
      measures: [
        measure('shop', { kind: 'ratio', numerator: rows('visits'), denominator: rows('visits'), factor: 3 }),
        measure('n', rows('visits')),
      ],
      orderBy: [order('place', 'descending')],
    });
    expect((await answer(engine, query, sources)).map(([, n]) => n)).toEqual([2, 1, 5]);
  });

  it('are met under null also where one of the tables has none there', async () => {
    const query = aggregateQuery(['shops', 'calls'], {
      joins: [join('calls', 'shops', 'shop')],
      dimensions: [dimension('shop', col('shops', 'shop'))],
      measures: [measure('shops', rows('shops')), measure('calls', rows('calls'))],
    });
    expect(await answer(engine, query, sources)).toEqual([
      ['a', 1, 1],
      ['b', 1, 0],
      ['c', 1, 0],
      ['d', 1, 0],
      [null, 0, 1],
    ]);
  });

  it('are filled to the last period for each of the others', async () => {
    const query = aggregateQuery(['visits'], {
      dimensions: [
        dimension('day', col('visits', 'day'), { fill: { from: null, to: null } }),
        dimension('shop', col('visits', 'shop')),
      ],
      measures: [measure('n', rows('visits'))],
      filter: isNull(col('visits', 'day'), true),
    });
    expect(await answer(engine, query, sources)).toEqual([
      ['2024-01-01', 'a', 1],
      ['2024-01-01', 'c', 2],
      ['2024-01-02', 'a', 0],
      ['2024-01-02', 'c', 0],
      ['2024-01-03', 'a', 2],
      ['2024-01-03', 'c', 0],
      ['2024-01-04', 'a', 1],
      ['2024-01-04', 'c', 0],
    ]);
  });

  it('add up to date within the other dimensions', async () => {
    const query = aggregateQuery(['visits'], {
      dimensions: [dimension('day', col('visits', 'day')), dimension('shop', col('visits', 'shop'))],
      measures: [measure('so_far', { kind: 'period_to_date', of: rows('visits'), time: 'day', unit: 'month' })],
      filter: isNull(col('visits', 'day'), true),
    });
    expect(await answer(engine, query, sources)).toEqual([
      ['2024-01-01', 'a', 1],
      ['2024-01-01', 'c', 2],
      ['2024-01-03', 'a', 3],
      ['2024-01-04', 'a', 4],
    ]);
  });
});

describe('a limit for each pair', () => {
  const query = aggregateQuery(['visits'], {
    dimensions: ['shop', 'day', 'value'].map((name) => dimension(name, col('visits', name))),
    measures: [measure('n', rows('visits'))],
    orderBy: [order('value', 'descending')],
    limit: { count: 1, per: ['shop', 'day'], ties: 'cut' },
  });

  it('takes the first of each', async () => {
    expect(await answer(engine, query, sources)).toEqual([
      ['a', null, 9, 1],
      ['b', null, 7, 1],
      ['a', '2024-01-03', 5, 1],
      ['c', '2024-01-01', 3, 1],
      ['a', '2024-01-01', 1, 1],
      ['a', '2024-01-04', null, 1],
    ]);
  });

  it('comes after having', async () => {
    const small = { ...query, having: compare('lt', out('value'), int(5)) };
    expect(await answer(engine, small, sources)).toEqual([
      ['a', '2024-01-03', 4, 1],
      ['c', '2024-01-01', 3, 1],
      ['a', '2024-01-01', 1, 1],
    ]);
  });
});

describe('conditions', () => {
  it('find no null among nulls', async () => {
    const days = detailQuery(['visits'], {
      columns: [detailColumn('day', col('visits', 'day'))],
      filter: eq(col('visits', 'shop'), text('b')),
    });
    const counted = (negated: boolean) =>
      aggregateQuery(['visits'], {
        measures: [measure('n', rows('visits'))],
        filter: { kind: 'membership', keys: [col('visits', 'day')], query: days, negated },
      });
    expect(await answer(engine, counted(false), sources)).toEqual([[0]]);
    expect(await answer(engine, counted(true), sources)).toEqual([[8]]);
  });

  it('over two tables are refused where no home reaches both', async () => {
    const query = aggregateQuery(['shops', 'visits'], {
      joins: [join('visits', 'shops', 'shop')],
      measures: [measure('shops', rows('shops'))],
      filter: compare('lt', col('visits', 'value'), col('shops', 'opened')),
    });
    await expect(answer(engine, query, sources)).rejects.toThrow(/cannot be applied to rows of shops/);
  });
});
