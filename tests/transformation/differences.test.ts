import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CellValue, Engine } from '../../src/engine/engine.js';
import type { DataType } from '../../src/plan/data-type.js';
import type { Expression, PreparedDataset } from '../../src/plan/query.js';
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
  lit,
  measure,
  not,
  or,
  order,
  rows,
  source,
  sum,
  text,
  trunc,
  types,
} from './plan-builder.js';
import { answer, engineWith, rowsOf } from './running.js';

/** Cases in which the compiler once differed from the independent evaluation, each as small as it became. */
let engine: Engine;
beforeAll(async () => {
  engine = await engineWith([
    'CREATE TABLE facts (id BIGINT, label VARCHAR, day DATE, moment TIMESTAMP, big BIGINT, rate DECIMAL(4,4), weight DOUBLE, small INTEGER)',
    `INSERT INTO facts VALUES (1, ' a ', '2022-12-31', '2022-12-31 10:00:00', 9223372036854775807, -0.2814, 2.5, 3), (2, 'b' || chr(160), '2023-01-01', '2023-12-31 10:00:00', 4, 0.5, -2.5, 3), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
  ]);
});
afterAll(() => engine.close());

const sources = [
  source('facts', {
    id: types.bigint,
    label: types.text,
    day: types.date,
    moment: types.timestamp,
    big: types.bigint,
    rate: { kind: 'decimal', precision: 4, scale: 4 },
    weight: types.double,
    small: types.integer,
  }),
];
const of = (name: string): Expression => col('facts', name);
const call = (name: Extract<Expression, { kind: 'call' }>['function'], ...operands: Expression[]): Expression => ({
  kind: 'call',
  function: name,
  arguments: operands,
});
const half = lit({ type: 'decimal', value: '0.5' });
const values = async (expression: Expression): Promise<readonly (CellValue | undefined)[]> => {
  const query = detailQuery(['facts'], {
    columns: [detailColumn('value', expression), detailColumn('id', of('id'), false)],
    orderBy: [order('id')],
  });
  return (await answer(engine, query, sources)).map(([value]) => value);
};

describe('once different', () => {
  it('a constant orders nothing', async () => {
    const query = detailQuery(['facts'], {
      columns: [
        detailColumn('word', text('x')),
        detailColumn('id', of('id')),
        detailColumn('tenth', int(10), false),
        detailColumn('first', int(1), false),
      ],
      orderBy: [order('first', 'descending'), order('word'), order('id', 'descending')],
    });
    expect((await answer(engine, query, sources)).map(([, id]) => id)).toEqual([3, 2, 1]);
    const alone = { ...query, columns: query.columns.slice(0, 1), orderBy: [] };
    expect(await answer(engine, alone, sources)).toEqual([['x'], ['x'], ['x']]);
  });

  it('first and last by or of a constant', async () => {
    const query = aggregateQuery(['facts'], {
      measures: [
        measure('by_constant', aggregate('last', 'facts', of('id'), { orderedBy: half })),
        measure('of_constant', aggregate('first', 'facts', int(7), { orderedBy: of('day') })),
        measure('deviation', aggregate('stddev', 'facts', int(7))),
        measure('total', aggregate('sum', 'facts', lit({ type: 'double', value: 0.1 }))),
      ],
    });
    expect(await answer(engine, query, sources)).toEqual([[3, 7, 0, 0.30000000000000004]]);
  });

  it('a rank by a constant', async () => {
    const query = aggregateQuery(['facts'], {
      dimensions: [dimension('id', of('id'))],
      measures: [
        measure('place', { kind: 'rank', of: { kind: 'constant', value: '10' }, within: [], descending: true }),
      ],
      limit: { count: 2, per: [], ties: 'include' },
      orderBy: [order('place')],
    });
    expect(await answer(engine, query, sources)).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  it('truths inside tests, and conditions of one part', async () => {
    const less = compare('lt', of('small'), of('big'));
    expect(
      await values({ kind: 'in', operand: or(less), values: [{ type: 'boolean', value: true }], negated: true }),
    ).toEqual([false, false, null]);
    expect(await values(compare('ne', and(less), compare('le', of('small'), int(2))))).toEqual([true, true, null]);
    expect(await values(not(or(less)))).toEqual([false, false, null]);
    expect(
      await values({ kind: 'between', operand: and(less), low: or(less), high: and(or(less)), negated: false }),
    ).toEqual([true, true, null]);
    expect(await values({ kind: 'is_null', operand: or(less), negated: false })).toEqual([false, false, true]);
  });

  it('seconds against last year', async () => {
    const query = aggregateQuery(['facts'], {
      dimensions: [dimension('second', trunc('second', of('moment')))],
      measures: [
        measure('change', {
          kind: 'change',
          of: rows('facts'),
          time: 'second',
          against: 'same_period_last_year',
          as: 'difference',
        }),
      ],
    });
    expect((await answer(engine, query, sources)).map(([, change]) => change)).toEqual([null, 0, null]);
  });

  it('distinct rows with a limit that keeps ties', async () => {
    const query = detailQuery(['facts'], {
      columns: [detailColumn('small', of('small'))],
      distinct: true,
      orderBy: [order('small', 'ascending', 'first')],
      limit: { count: 5, per: [], ties: 'include' },
    });
    expect(await answer(engine, query, sources)).toEqual([[null], [3]]);
  });

  it('types of constants', async () => {
    const query = aggregateQuery(['facts'], {
      measures: [
        measure('least', aggregate('min', 'facts', half)),
        measure('last', aggregate('last', 'facts', half, { orderedBy: of('id') })),
        measure(
          'rest',
          aggregate('sum', 'facts', {
            kind: 'arithmetic',
            operator: 'modulo',
            left: of('big'),
            right: {
              kind: 'case',
              branches: [
                {
                  when: compare('ne', lit({ type: 'boolean', value: true }), lit({ type: 'boolean', value: true })),
                  then: lit({ type: 'decimal', value: '99.99' }),
                },
              ],
              otherwise: null,
            },
          }),
        ),
      ],
    });
    expect(await answer(engine, query, sources)).toEqual([['0.5', '0.5', null]]);
  });

  it('ceil and floor of integers', async () => {
    expect(await values(call('ceil', of('big')))).toEqual(
      (await rowsOf(engine, 'SELECT big FROM facts ORDER BY id')).map(([value]) => value),
    );
    expect(await values(call('concat', call('floor', of('small'))))).toEqual(['3', '3', '']);
  });

  it('decimals without whole digits as text', async () => {
    expect(await values(call('concat', of('rate')))).toEqual(['-0.2814', '0.5000', '']);
    expect(await values({ kind: 'cast', operand: of('rate'), to: types.text, onFailure: 'error' })).toEqual([
      '-0.2814',
      '0.5000',
      null,
    ]);
  });

  it('two dimensions of one time', async () => {
    const query = aggregateQuery(['facts'], {
      dimensions: [dimension('time', of('day')), dimension('again', of('day'))],
      measures: [
        measure('rolling', { kind: 'rolling', of: sum('facts', 'small'), time: 'time', periods: 4, as: 'sum' }),
      ],
      filter: eq(of('small'), int(3)),
    });
    expect((await answer(engine, query, sources)).map(([, , rolling]) => rolling)).toEqual([3, 6]);
  });

  it('trim of spaces alone', async () => {
    expect(await values(call('trim', of('label')))).toEqual(['a', 'b\u00a0', null]);
  });

  it.each<[string, DataType, readonly string[], readonly string[]]>([
    [
      'dates',
      types.date,
      ['2024-02-29', ' 2024-02-29 ', '2024-02-29T10:00:00'],
      ['12023-07-15', '2024-2-9', '2024/02/09'],
    ],
    [
      'dates',
      types.date,
      ['2024-02-29 23:59:59.5'],
      ['epoch', '2024-02-29 24:00:00', '2023-02-29', '29.02.2024', '2024-02-29x'],
    ],
    [
      'moments',
      types.timestamp,
      ['2024-02-29 10:00:00 ', '2024-02-29'],
      ['2024-02-29 1:2:3', 'infinity', '2024-02-29 10:00:00Z'],
    ],
    [
      'integers',
      types.bigint,
      ['+5', ' 7 ', '1e2', '.5', '5.'],
      ['1_000', '0x10', '0b1', '1,000', '', '.', '5 7', '7\t'],
    ],
    ['decimals', types.money, ['-0.5', '1e2'], ['1_0.5', '1e', 'e1', '\u00a07']],
    ['numbers', types.double, ['-0.5', '1e-7'], ['inf', 'nan', '1_0.5']],
    ['truth', types.boolean, ['true', ' FALSE '], ['t', 'yes', '1', 'truely']],
  ])('texts read as %s', async (_what, to, read, others) => {
    const readings = (written: readonly string[]): Promise<readonly (CellValue | undefined)[]> => {
      const columns = written.map((value, at) =>
        detailColumn(`value_${at}`, {
          kind: 'is_null',
          operand: { kind: 'cast', operand: call('coalesce', of('label'), text(value)), to, onFailure: 'null' },
          negated: true,
        }),
      );
      const query = detailQuery(['facts'], { columns, filter: eq(of('id'), int(3)) });
      return answer(engine, query, sources).then(([row = []]) => row);
    };
    expect(await readings(read)).toEqual(read.map(() => true));
    expect(await readings(others)).toEqual(others.map(() => false));
    const [other = ''] = others;
    const strict = (value: string): Promise<unknown> =>
      values({ kind: 'cast', operand: call('nullif', text(value), of('label')), to, onFailure: 'error' });
    expect(await strict(read[0] ?? '')).toHaveLength(3);
    await expect(strict(other)).rejects.toThrow(other);
    expect(
      await values({ kind: 'cast', operand: call('nullif', of('label'), of('label')), to, onFailure: 'error' }),
    ).toEqual([null, null, null]);
  });

  it('halves of DOUBLE cast to an integer', async () => {
    expect(await values({ kind: 'cast', operand: of('weight'), to: types.bigint, onFailure: 'null' })).toEqual([
      3,
      -3,
      null,
    ]);
  });

  it('integers rounded to tens', async () => {
    const rounded = (operand: Expression): Expression => call('round', operand, int(-1));
    expect(await values(rounded(of('small')))).toEqual([0, 0, null]);
    await expect(values(rounded(of('big')))).rejects.toThrow(/out of range|Conversion/);
    const tiny = { kind: 'cast', operand: int(-128), to: { kind: 'integer', bits: 8 }, onFailure: 'error' } as const;
    await expect(values(rounded(tiny))).rejects.toThrow(/out of range|Conversion/);
  });

  it('decimals rounded to as many digits as they have', async () => {
    const price = (value: string): Expression => lit({ type: 'decimal', value });
    const rounded = (value: string, digits: number): Expression =>
      call('round', { kind: 'call', function: 'nullif', arguments: [price(value), of('small')] }, int(digits));
    expect(await values(rounded('99.99', -2))).toEqual(['100', '100', '100']);
    expect(await values(rounded('49.99', -2))).toEqual(['0', '0', '0']);
    expect(await values(call('round', price('-99.99'), int(-2)))).toEqual(['-100', '-100', '-100']);
    expect(await values(rounded('99.99', -3))).toEqual(['0', '0', '0']);
    // Nothing is left of any value, but none is still none.
    expect(await values(call('round', of('rate'), int(-1)))).toEqual(['0', '0', null]);
  });

  it('a zoned timestamp of a prepared table is on the wall clock', async () => {
    const zoned = [source('events', { id: types.bigint, happened: types.zoned })];
    await engine.run(
      `CREATE OR REPLACE TABLE events AS SELECT * FROM (VALUES (1, TIMESTAMPTZ '2023-03-31 23:30:00+00'), (1, TIMESTAMPTZ '2023-03-01 00:00:00+00')) AS t(id, happened)`,
    );
    const made: PreparedDataset = {
      kind: 'prepared',
      name: 'latest',
      description: '',
      from: ['events'],
      columns: [
        { name: 'id', cast: null },
        { name: 'happened', cast: null },
      ],
      dedupe: { key: ['id'], latestBy: ['happened'] },
    };
    const query = aggregateQuery(['latest'], {
      dimensions: [dimension('month', trunc('month', col('latest', 'happened')))],
      measures: [measure('n', rows('latest'))],
    });
    expect(await answer(engine, query, zoned, { zone: 'Pacific/Apia' }, [made])).toEqual([['2023-04-01', 1]]);
  });

  it('an OR inside an OR of one part, beside another condition', async () => {
    const never = lit({ type: 'boolean', value: false });
    const query = detailQuery(['facts'], {
      columns: [detailColumn('id', of('id'))],
      filter: and(or(or(compare('le', of('id'), int(2)), never)), compare('ge', of('id'), int(2))),
    });
    expect(await answer(engine, query, sources)).toEqual([[2]]);
    expect(await values(or(and(or(eq(of('id'), int(1)), eq(of('id'), int(2))), eq(of('id'), int(2)))))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('the greatest of numbers of several types', async () => {
    const wide = { kind: 'decimal', precision: 30, scale: 10 } as const;
    const fine = { kind: 'cast', operand: of('rate'), to: wide, onFailure: 'error' } as const;
    const huge = {
      kind: 'cast',
      operand: of('small'),
      to: { kind: 'integer', bits: 128 },
      onFailure: 'error',
    } as const;
    const numbers = [lit({ type: 'decimal', value: '-1.25' }), huge, fine];
    expect(await values(call('greatest', ...numbers))).toEqual(['3.0000000000', '3.0000000000', '-1.2500000000']);
    expect(await values(call('least', huge, fine))).toEqual(['-0.2814000000', '0.5000000000', null]);
  });

  it('choices and remainders of decimals that need all 38 digits', async () => {
    const money = { kind: 'decimal', precision: 38, scale: 2 } as const;
    const wide = { kind: 'decimal', precision: 38, scale: 6 } as const;
    const coarse: Expression = { kind: 'cast', operand: of('small'), to: money, onFailure: 'error' };
    const fine: Expression = { kind: 'cast', operand: of('rate'), to: wide, onFailure: 'error' };
    const unknown: Expression = { kind: 'cast', operand: of('label'), to: money, onFailure: 'null' };
    const isSecond = eq(of('id'), int(2));
    expect(await values(call('coalesce', unknown, fine))).toEqual(['-0.281400', '0.500000', null]);
    expect(await values({ kind: 'case', branches: [{ when: isSecond, then: coarse }], otherwise: fine })).toEqual([
      '-0.281400',
      '3.000000',
      null,
    ]);
    const remainder: Expression = { kind: 'arithmetic', operator: 'modulo', left: coarse, right: fine };
    expect(await values({ kind: 'cast', operand: remainder, to: types.text, onFailure: 'error' })).toEqual([
      '0.186000',
      '0.000000',
      null,
    ]);
  });

  it('the first of each group where the measure that groups is null', async () => {
    const never = compare('gt', of('id'), int(99));
    const none = (column: string) => aggregate('max', 'facts', of(column), { filter: never });
    const query = aggregateQuery(['facts'], {
      dimensions: [dimension('day', of('day'))],
      measures: [measure('least', none('small')), measure('most', none('big'))],
      limit: { count: 1, per: ['least'], ties: 'cut' },
    });
    expect(await answer(engine, query, sources)).toEqual([['2022-12-31', null, null]]);
  });
});
