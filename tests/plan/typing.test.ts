import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { Expression, TimePart } from '../../src/plan/query.js';
import { typeOfExpression } from '../../src/plan/typing.js';
import {
  col,
  detailColumn,
  detailQuery,
  eq,
  int,
  isNull,
  lit,
  source,
  text,
  types,
} from '../transformation/plan-builder.js';
import { answer, engineWith } from '../transformation/running.js';

const columns = {
  small: { kind: 'integer', bits: 16 },
  whole: types.integer,
  big: types.bigint,
  money: types.money,
  rate: { kind: 'decimal', precision: 5, scale: 4 },
  float: types.double,
  word: types.text,
  day: types.date,
  moment: types.timestamp,
  flag: types.boolean,
} as const;
const sources = [source('t', columns)];
let engine: Engine;
beforeAll(async () => {
  engine = await engineWith([
    'CREATE TABLE t (small SMALLINT, whole INTEGER, big BIGINT, money DECIMAL(12, 2), rate DECIMAL(5, 4), float DOUBLE, word VARCHAR, day DATE, moment TIMESTAMP, flag BOOLEAN)',
    "INSERT INTO t VALUES (3, -7, 11, 12.34, 0.5, 2.5, 'Word ', '2024-02-29', '2024-02-29 23:59:58', true), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
  ]);
});
afterAll(() => engine.close());

const leaf = fc.constantFrom<Expression>(
  ...['small', 'whole', 'big', 'money', 'rate', 'float'].map((name) => col('t', name)),
  int(3),
  int(0),
  lit({ type: 'decimal', value: '1.25' }),
  lit({ type: 'double', value: -0.5 }),
);

const number: fc.Arbitrary<Expression> = fc.letrec<{ number: Expression }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.record({
      kind: fc.constant('arithmetic' as const),
      operator: fc.constantFrom('add', 'subtract', 'multiply', 'divide', 'modulo'),
      left: tie('number'),
      right: tie('number'),
    }),
    fc.record({ kind: fc.constant('negate' as const), operand: tie('number') }),
    fc.record({
      kind: fc.constant('call' as const),
      function: fc.constantFrom('abs', 'ceil', 'floor', 'round'),
      arguments: fc.tuple(tie('number')),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      function: fc.constantFrom('coalesce', 'greatest', 'least', 'nullif'),
      arguments: fc.tuple(tie('number'), tie('number')),
    }),
    fc
      .tuple(tie('number'), tie('number'))
      .map(
        ([then, otherwise]): Expression => ({ kind: 'case', branches: [{ when: col('t', 'flag'), then }], otherwise }),
      ),
  ),
})).number;

const show = (expression: Expression) => detailQuery(['t'], { columns: [detailColumn('x', expression)] });

describe('types of expressions', () => {
  it('are those that DuckDB gives, for any arithmetic', async () => {
    await fc.assert(
      fc.asyncProperty(number, async (expression) => {
        // `answer` compares the result's type and nulls with what typing says.
        await answer(engine, show(expression), sources);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, Expression]>([
    ['time_add of a date by months', { kind: 'time_add', operand: col('t', 'day'), amount: 1, unit: 'month' }],
    ['time_add of a date by hours', { kind: 'time_add', operand: col('t', 'day'), amount: -36, unit: 'hour' }],
    ['time_add of a timestamp', { kind: 'time_add', operand: col('t', 'moment'), amount: 2, unit: 'quarter' }],
    ...(
      [
        'year',
        'quarter',
        'month',
        'month_name',
        'week',
        'day_of_month',
        'day_of_week',
        'day_name',
        'day_of_year',
        'hour',
        'minute',
      ] as const
    ).map((part: TimePart): [string, Expression] => [part, { kind: 'time_part', part, operand: col('t', 'moment') }]),
    ...(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'fiscal_year'] as const).flatMap(
      (unit): [string, Expression][] =>
        ['day', 'moment'].map((name) => [
          `${unit} of ${name}`,
          { kind: 'time_truncate', unit, operand: col('t', name) },
        ]),
    ),
    ['days between', { kind: 'call', function: 'days_between', arguments: [col('t', 'day'), col('t', 'moment')] }],
    ['concat', { kind: 'call', function: 'concat', arguments: [col('t', 'word'), text('!')] }],
    ['substring', { kind: 'call', function: 'substring', arguments: [col('t', 'word'), int(1), int(2)] }],
    ['a lenient cast', { kind: 'cast', operand: col('t', 'word'), to: types.integer, onFailure: 'null' }],
    ['a truth', { kind: 'not', operand: eq(col('t', 'whole'), int(1)) }],
    [
      'null or date',
      { kind: 'case', branches: [{ when: col('t', 'flag'), then: lit({ type: 'null' }) }], otherwise: col('t', 'day') },
    ],
  ])('%s', async (_what, expression) => {
    expect(await answer(engine, show(expression), sources)).toHaveLength(2);
  });

  it.each<[string, Expression, RegExp]>([
    [
      'a sum of text',
      { kind: 'arithmetic', operator: 'add', left: col('t', 'word'), right: int(1) },
      /cannot add text/,
    ],
    ['text compared with a number', eq(col('t', 'word'), int(1)), /cannot compare/],
    ['a date compared with text', eq(col('t', 'day'), text('2024-01-01')), /cannot compare/],
    ['the month of a number', { kind: 'time_truncate', unit: 'month', operand: col('t', 'big') }, /no date/],
    [
      'a pattern on a number',
      { kind: 'like', operand: col('t', 'big'), pattern: '1%', ignoreCase: false, negated: false },
      /pattern/,
    ],
    [
      'a condition that is no truth',
      { kind: 'and', operands: [col('t', 'big'), isNull(col('t', 'big'))] },
      /true or false/,
    ],
    [
      'branches of two kinds',
      { kind: 'case', branches: [{ when: col('t', 'flag'), then: int(1) }], otherwise: text('x') },
      /do not fit/,
    ],
  ])('refuses %s', (_what, expression, problem) => {
    expect(() =>
      typeOfExpression(expression, (_table, name) => ({
        type: Object.entries(columns).find(([key]) => key === name)?.[1] ?? types.text,
        nullable: true,
      })),
    ).toThrow(problem);
  });
});
