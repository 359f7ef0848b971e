import { describe, expect, it } from 'vitest';
import type { DataType } from '../../../src/plan/data-type.js';
import type { Expression, ScalarFunction, TimePart, TimeUnit } from '../../../src/plan/query.js';
import {
  aggregate,
  aggregateQuery,
  and,
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
  lit,
  measure,
  not,
  or,
  order,
  out,
  rows,
  sum,
  text,
  trunc,
} from '../../transformation/plan-builder.js';
import { customers, orders, targets } from './shop.js';
import { meaning, outcomeOf, tableOf } from './tables.js';

const one = tableOf('one', [{ name: 'id', type: { kind: 'integer', bits: 32 } }], [[1]]);
const nothing = lit({ type: 'null' });
const decimal = (value: string): Expression => lit({ type: 'decimal', value });
const double = (value: number): Expression => lit({ type: 'double', value });
const call = (name: ScalarFunction, ...given: Expression[]): Expression => ({
  kind: 'call',
  function: name,
  arguments: given,
});
const cast = (operand: Expression, to: DataType, onFailure: 'error' | 'null' = 'error'): Expression => ({
  kind: 'cast',
  operand,
  to,
  onFailure,
});

/** The value of an expression that reads no column. */
const constantValue = (expression: Expression, time = {}): unknown =>
  meaning(detailQuery(['one'], { columns: [detailColumn('value', expression)] }), [one], time)[0]?.[0];

const admitted = (filter: Expression): unknown =>
  meaning(detailQuery(['orders'], { columns: [detailColumn('id', col('orders', 'order_id'))], filter }), [
    orders,
  ]).flat();

describe('expressions', () => {
  it('admit only what is true, also under not', () => {
    const small = compare('lt', col('orders', 'amount'), int(8));
    expect(admitted(small)).toEqual([3, 5, 6]);
    expect(admitted(not(small))).toEqual([1, 2]);
    expect(admitted(or(small, isNull(col('orders', 'amount'))))).toEqual([3, 4, 5, 6]);
    expect(admitted({ kind: 'in', operand: int(1), values: [{ type: 'null' }], negated: true })).toEqual([]);
  });

  it('compute in the types of the page', () => {
    const of = (operator: 'add' | 'subtract' | 'multiply' | 'divide' | 'modulo', left: Expression, right: Expression) =>
      constantValue({ kind: 'arithmetic', operator, left, right });
    expect(of('divide', int(7), int(2))).toBe(3.5);
    expect(of('divide', int(7), int(0))).toBeNull();
    expect(of('modulo', int(-7), int(3))).toBe(-1);
    expect(of('modulo', int(7), int(0))).toBeNull();
    expect(of('multiply', decimal('1.50'), decimal('2.5'))).toBe('3.750');
    expect(of('add', decimal('1.50'), int(2))).toBe('3.50');
    const most = lit({ type: 'integer', value: '9223372036854775807' });
    expect(() => of('add', most, int(1))).toThrow('does not fit bigint');
  });

  it('coalesce to the first that is not null, and compute nothing after it', () => {
    const soon = cast(text('soon'), { kind: 'integer', bits: 32 });
    const first = (...given: readonly Expression[]) =>
      constantValue({ kind: 'call', function: 'coalesce', arguments: given });
    expect(first(int(1), soon)).toBe(1);
    expect(() => first(soon, int(1))).toThrow('is no integer');
  });

  it('compare text by code point, dates with timestamps, numbers across types', () => {
    expect(constantValue(compare('lt', text('Z'), text('a')))).toBe(true);
    expect(constantValue(compare('lt', text('\u{ff5e}'), text('\u{1f600}')))).toBe(true);
    expect(constantValue(eq(date('2024-01-01'), lit({ type: 'timestamp', value: '2024-01-01 00:00:00' })))).toBe(true);
    expect(constantValue(eq(decimal('0.10'), double(0.1)))).toBe(true);
  });

  it.each([
    ['10%', '10\\%', true],
    ['100', '10\\%', false],
    ['ĆAR', 'ća_', true],
    ['', '%', true],
    ['a\nb', 'a_b', true],
  ])('match %j like %j: %s', (value, pattern, expected) => {
    expect(constantValue({ kind: 'like', operand: text(value), pattern, ignoreCase: true, negated: false })).toBe(
      expected,
    );
  });

  it.each<[unknown, Expression]>([
    [3, cast(decimal('2.5'), { kind: 'integer', bits: 32 })],
    [-3, cast(double(-2.5), { kind: 'integer', bits: 32 })],
    [null, cast(text('x'), { kind: 'integer', bits: 32 }, 'null')],
    ['1.26', cast(text(' 1.255'), { kind: 'decimal', precision: 4, scale: 2 })],
    ['2024-02-29', cast(text('2024-02-29'), { kind: 'date' })],
    [null, cast(text('2023-02-29'), { kind: 'date' }, 'null')],
    ['1.0', cast(double(1), { kind: 'text' })],
    ['1e+16', cast(double(1e16), { kind: 'text' })],
    ['0.0001', cast(double(0.0001), { kind: 'text' })],
    ['12345.678', cast(double(12345.678), { kind: 'text' })],
  ])('cast to %j', (expected, expression) => {
    expect(constantValue(expression)).toEqual(expected);
  });

  it.each<[unknown, Expression]>([
    ['ab', call('concat', text('a'), nothing, text('b'))],
    [2, call('greatest', int(1), nothing, int(2))],
    [null, call('nullif', int(1), int(1))],
    ['é𝔸', call('substring', text('aé𝔸b'), int(2), int(2))],
    [3, call('length', text('é𝔸b'))],
    ['a b', call('trim', text('  a b '))],
    ['-2.5', call('round', decimal('-2.45'), int(1))],
    ['-1', call('ceil', decimal('-1.5'))],
    ['-2', call('floor', decimal('-1.5'))],
    [-1, call('days_between', lit({ type: 'timestamp', value: '2024-01-02 00:00:00' }), date('2024-01-01'))],
    [1, call('months_between', date('2024-01-31'), date('2024-02-01'))],
    [-1, call('seconds_between', date('2024-01-01'), lit({ type: 'timestamp', value: '2023-12-31 23:59:59.5' }))],
  ])('call gives %j', (expected, expression) => {
    expect(constantValue(expression)).toEqual(expected);
  });
});

describe('time', () => {
  const instant = lit({ type: 'timestamp', value: '2024-03-31 23:45:10.5' });

  it.each<[TimeUnit, string]>([
    ['minute', '2024-03-31T23:45:00'],
    ['day', '2024-03-31'],
    ['week', '2024-03-31'],
    ['month', '2024-03-01'],
    ['quarter', '2024-01-01'],
    ['fiscal_year', '2023-04-01'],
  ])('truncates to the %s', (unit, expected) => {
    expect(constantValue(trunc(unit, instant), { weekStart: 'sunday', fiscalYearStart: 4 })).toBe(expected);
  });

  it.each<[TimePart, unknown]>([
    ['week', 13],
    ['day_of_week', 7],
    ['day_name', 'Sunday'],
    ['day_of_year', 91],
    ['minute', 45],
    ['month_name', 'March'],
  ])('has the part %s', (part, expected) => {
    expect(constantValue({ kind: 'time_part', part, operand: instant })).toBe(expected);
  });

  it('moves within the month, and by hours to a timestamp', () => {
    const moved = (amount: number, unit: TimeUnit) =>
      constantValue({ kind: 'time_add', operand: date('2024-03-31'), amount, unit });
    expect(moved(-1, 'month')).toBe('2024-02-29');
    expect(moved(1, 'quarter')).toBe('2024-06-30');
    expect(moved(-1, 'hour')).toBe('2024-03-30T23:00:00');
  });

  it('reads zoned timestamps on the wall clock of the zone, over the change of summer time', () => {
    const query = detailQuery(['orders'], {
      columns: [detailColumn('placed', col('orders', 'placed'))],
      filter: compare('ge', col('orders', 'order_id'), int(3)),
    });
    expect(meaning(query, [orders], { zone: 'Europe/Berlin' }).flat()).toEqual([
      '2024-02-29T01:00:00',
      '2024-04-01T00:30:00',
      '2024-04-01T08:00:00',
      null,
    ]);
  });
});

describe('rows of joined tables', () => {
  const joins = [join('orders', 'customers', 'customer_id')];
  const byRegion = {
    joins,
    dimensions: [dimension('region', col('customers', 'region'))],
    measures: [measure('orders', rows('orders')), measure('amount', sum('orders', 'amount'))],
  };
  const both = ['orders', 'customers'];

  it('keep orphans under null, or drop them', () => {
    expect(meaning(aggregateQuery(both, byRegion), [orders, customers])).toEqual([
      ['EU', 2, '30.50'],
      [null, 4, '13.25'],
    ]);
    expect(meaning(aggregateQuery(both, { ...byRegion, unmatched: 'drop' }), [orders, customers])).toEqual([
      ['EU', 2, '30.50'],
      [null, 2, '5.25'],
    ]);
  });

  it('must match where the filter reads them, even a null test', () => {
    const filter = isNull(col('customers', 'region'));
    expect(meaning(aggregateQuery(both, { ...byRegion, filter }), [orders, customers])).toEqual([[null, 2, '5.25']]);
  });

  it("stay unmatched under a measure's own filter", () => {
    const own = { filter: isNull(col('customers', 'region')) };
    const query = aggregateQuery(both, { joins, measures: [measure('homeless', rows('orders', own))] });
    expect(meaning(query, [orders, customers])).toEqual([[4]]);
  });

  it('refuse a key that occurs twice, dimensions and conditions beyond reach', () => {
    const twice = tableOf(
      'customers',
      [
        { name: 'customer_id', type: { kind: 'text' } },
        { name: 'region', type: { kind: 'text' } },
      ],
      [
        ['a', 'EU'],
        ['a', 'US'],
      ],
    );
    expect(outcomeOf(aggregateQuery(both, byRegion), [orders, twice]).kind).toBe('refused');
    const fanOut = aggregateQuery(both, {
      joins,
      dimensions: [dimension('day', col('orders', 'ordered'))],
      measures: [measure('customers', rows('customers'))],
    });
    expect(outcomeOf(fanOut, [orders, customers]).kind).toBe('refused');
    const unreached = aggregateQuery(both, {
      measures: [measure('orders', rows('orders'))],
      filter: eq(col('customers', 'region'), text('EU')),
    });
    expect(outcomeOf(unreached, [orders, customers]).kind).toBe('refused');
  });

  it('are found by membership, where null is never a member', () => {
    const buyers = detailQuery(['orders'], { columns: [detailColumn('id', col('orders', 'customer_id'))] });
    const names = (negated: boolean) =>
      meaning(
        detailQuery(['customers'], {
          columns: [detailColumn('name', col('customers', 'name'))],
          filter: { kind: 'membership', keys: [col('customers', 'customer_id')], query: buyers, negated },
        }),
        [customers, orders],
      ).flat();
    expect(names(false)).toEqual(['Ann', 'Bob']);
    expect(names(true)).toEqual(['Ćar_l']);
  });
});

describe('aggregates', () => {
  it('ignore nulls and are null over none, but for counts', () => {
    const amount = col('orders', 'amount');
    const none = { filter: eq(col('orders', 'order_id'), int(0)) };
    const query = aggregateQuery(['orders'], {
      measures: [
        measure('rows', rows('orders')),
        measure('amounts', aggregate('count', 'orders', amount)),
        measure('average', aggregate('avg', 'orders', amount)),
        measure('weights', sum('orders', 'weight')),
        measure('middle', aggregate('median', 'orders', amount)),
        measure('last', aggregate('last', 'orders', amount, { orderedBy: col('orders', 'ordered') })),
        measure('nothing', sum('orders', 'amount', none)),
        measure('no_rows', rows('orders', none)),
        measure('spread', aggregate('stddev', 'orders', int(1), { filter: eq(col('orders', 'order_id'), int(1)) })),
        measure('equal', aggregate('stddev', 'orders', double(-88.0096774646))),
      ],
    });
    expect(meaning(query, [orders])).toEqual([[6, 5, '8.750000', 1.5, 7, '7.00', null, 0, null, 0]]);
  });

  it('of several homes meet on the dimensions; every member meets every value', () => {
    const parts = {
      joins: [
        join('orders', 'customers', 'customer_id'),
        join('targets', 'regions', 'region'),
        join('customers', 'regions', 'region'),
      ],
      dimensions: [dimension('region', col('regions', 'region'))],
      measures: [measure('orders', rows('orders')), measure('goal', sum('targets', 'goal'))],
    };
    const regions = tableOf('regions', [{ name: 'region', type: { kind: 'text' } }], [['EU'], ['US'], ['AP']]);
    const names = ['orders', 'customers', 'targets', 'regions'];
    const all = [orders, customers, targets, regions];
    expect(meaning(aggregateQuery(names, parts), all)).toEqual([
      ['EU', 2, 70],
      ['US', 0, 4_000_000_000],
      [null, 4, null],
    ]);
    expect(meaning(aggregateQuery(names, { ...parts, every: 'regions' }), all).map(([region]) => region)).toEqual([
      'AP',
      'EU',
      'US',
      null,
    ]);
  });
});

describe('derived measures', () => {
  const month = dimension('month', trunc('month', col('orders', 'ordered')));
  const amount = sum('orders', 'amount');
  const monthly = (definition: Parameters<typeof measure>[1], name = 'value') =>
    meaning(aggregateQuery(['orders'], { dimensions: [month], measures: [measure(name, definition)] }), [orders]);

  it('look at calendar periods, not at the row before', () => {
    expect(
      monthly({ kind: 'change', of: amount, time: 'month', against: 'previous_period', as: 'difference' }),
    ).toEqual([
      ['2024-01-01', null],
      ['2024-02-01', '-25.25'],
      ['2024-04-01', null],
      [null, null],
    ]);
    expect(
      monthly({ kind: 'rolling', of: amount, time: 'month', periods: 2, as: 'sum' }).map(([, sum]) => sum),
    ).toEqual(['30.50', '35.75', '7.00', null]);
    expect(
      monthly({ kind: 'period_to_date', of: amount, time: 'month', unit: 'quarter' }).map(([, sum]) => sum),
    ).toEqual(['30.50', '35.75', '7.00', null]);
    expect(monthly({ kind: 'running_total', of: amount, time: 'month' }).map(([, sum]) => sum)).toEqual([
      '30.50',
      '35.75',
      '42.75',
      null,
    ]);
  });

  it('rank with ties and nulls last, share of the total, refuse totals of averages', () => {
    const count = rows('orders');
    expect(monthly({ kind: 'rank', of: count, within: [], descending: true }).map(([, rank]) => rank)).toEqual([
      1, 3, 1, 3,
    ]);
    expect(monthly({ kind: 'share', of: count, within: [], factor: 100 })[0]?.[1]).toBeCloseTo(33.333, 2);
    const average = aggregate('avg', 'orders', col('orders', 'amount'));
    const refused = aggregateQuery(['orders'], {
      dimensions: [month],
      measures: [measure('value', { kind: 'running_total', of: average, time: 'month' })],
    });
    expect(outcomeOf(refused, [orders]).kind).toBe('refused');
    // Also where some value would stop the run before the refusal is met.
    const failing = cast(lit({ type: 'text', value: 'x' }), { kind: 'integer', bits: 32 });
    const both = measure('failing', aggregate('sum', 'orders', failing));
    expect(outcomeOf({ ...refused, measures: [both, ...refused.measures] }, [orders]).kind).toBe('refused');
    expect(outcomeOf({ ...refused, measures: [both] }, [orders]).kind).toBe('failed');
  });
});

describe('results', () => {
  const numbers = tableOf(
    'numbers',
    [
      { name: 'kind', type: { kind: 'text' } },
      { name: 'size', type: { kind: 'integer', bits: 32 } },
    ],
    [
      ['b', 2],
      ['a', 1],
      ['a', 2],
      ['a', 2],
      ['b', null],
    ],
  );
  const columns = [detailColumn('kind', col('numbers', 'kind')), detailColumn('size', col('numbers', 'size'))];

  it('come in a total order; limits cut it or keep ties', () => {
    const limited = (ties: 'cut' | 'include', per: string[] = []) =>
      meaning(
        detailQuery(['numbers'], {
          columns,
          orderBy: [order('size', 'descending', 'last')],
          limit: { count: 1, per, ties },
        }),
        [numbers],
      );
    expect(limited('cut')).toEqual([['a', 2]]);
    expect(limited('include')).toEqual([
      ['a', 2],
      ['a', 2],
      ['b', 2],
    ]);
    expect(limited('cut', ['kind'])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });

  it('are filtered by having over outputs', () => {
    const query = aggregateQuery(['numbers'], {
      dimensions: [dimension('kind', col('numbers', 'kind'))],
      measures: [measure('total', sum('numbers', 'size'))],
      having: and(compare('gt', out('total'), int(2)), eq(out('kind'), text('a'))),
    });
    expect(meaning(query, [numbers])).toEqual([['a', 5]]);
  });

  it('combine as sets, or as multiplicities with all', () => {
    const some = detailQuery(['numbers'], { columns });
    const few = detailQuery(['numbers'], {
      columns,
      filter: eq(col('numbers', 'kind'), text('a')),
      limit: { count: 2, per: [], ties: 'cut' },
    });
    const set = (operation: 'union' | 'intersect' | 'except', all: boolean) =>
      meaning({ kind: 'set', operation, all, inputs: [some, few], orderBy: [], limit: null }, [numbers]);
    expect(set('union', false)).toEqual([
      ['a', 1],
      ['a', 2],
      ['b', 2],
      ['b', null],
    ]);
    expect(set('except', true)).toEqual([
      ['a', 2],
      ['b', 2],
      ['b', null],
    ]);
    expect(set('intersect', true)).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
    expect(set('except', false)).toEqual([
      ['b', 2],
      ['b', null],
    ]);
  });
});
