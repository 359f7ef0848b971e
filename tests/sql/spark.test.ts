import { describe, expect, it } from 'vitest';
import type { DataType } from '../../src/plan/data-type.js';
import {
  aggregate,
  binary,
  call,
  cast,
  column,
  integerLiteral,
  type SqlExpression,
  select,
  textLiteral,
} from '../../src/sql/ast.js';
import { castSql } from '../../src/sql/cast-sql.js';
import { sparkDialect } from '../../src/sql/dialect-spark.js';
import { commentText, printSql, printSqlExpression } from '../../src/sql/print.js';

const text = (expression: SqlExpression): string => printSqlExpression(expression, sparkDialect);
const x = column(null, 'x');
const y = column(null, 'y');
const bigint: DataType = { kind: 'integer', bits: 64 };
const double: DataType = { kind: 'double' };
const words: DataType = { kind: 'text' };
const date: DataType = { kind: 'date' };
const decimal = (precision: number, scale: number): DataType => ({ kind: 'decimal', precision, scale });
const hour: SqlExpression = { kind: 'interval', amount: 1, unit: 'hour' };
const month: SqlExpression = { kind: 'interval', amount: 1, unit: 'month' };

/** Texts whose every character is ASCII and which no Spark reader can leave. */
describe('names and texts', () => {
  it.each<[string, SqlExpression, string]>([
    ['a plain name', x, 'x'],
    ['a word of Spark', column(null, 'order'), '`order`'],
    ['a name with a backtick', column('t', 'a`b'), 't.`a``b`'],
    ['quotes', textLiteral(`o'brien "x"`), `'o\\'brien "x"'`],
    ['a backslash', textLiteral('a\\'), "'a\\\\'"],
    ['a variable', textLiteral(`\${HOME}`), "'\\u0024{HOME}'"],
    ['line ends', textLiteral('a\nb\u2028c\u0085'), "'a\\u000ab\\u2028c\\u0085'"],
    ['the parameter', { kind: 'parameter', name: 'as_of', type: date }, 'CAST(:as_of AS DATE)'],
  ])('%s', (_what, expression, expected) => {
    expect(text(expression)).toBe(expected);
  });

  it('end a comment before a backslash that would take the next line into it', () => {
    expect(commentText('path C:\\')).toBe('-- path C:');
    expect(commentText('a \\ b \\ \\\\ ')).toBe('-- a \\ b');
  });
});

describe('arithmetic', () => {
  it.each<[string, SqlExpression, string]>([
    ['division is of DOUBLE', binary('/', x, y), 'CAST(x AS DOUBLE) / CAST(y AS DOUBLE)'],
    ['its sides need no parentheses', binary('/', x, binary('*', x, y)), 'CAST(x AS DOUBLE) / CAST(x * y AS DOUBLE)'],
    ['an hour makes a timestamp of a date', binary('+', x, hour), "CAST(x AS TIMESTAMP_NTZ) + INTERVAL '1' HOUR"],
    ['a month leaves a date one', binary('-', x, month), "x - INTERVAL '1' MONTH"],
    ['null-safe equality', binary('is not distinct from', x, y), 'x IS NOT DISTINCT FROM y'],
  ])('%s', (_what, expression, expected) => {
    expect(text(expression)).toBe(expected);
  });
});

describe('casts', () => {
  it.each<[string, DataType, DataType, string]>([
    ['a decimal to an integer is rounded', decimal(8, 2), bigint, 'CAST(round(x, 0) AS BIGINT)'],
    ['text to an integer is rounded', words, bigint, 'CAST(CAST(x AS DECIMAL(38,0)) AS BIGINT)'],
    [
      'a DOUBLE is scaled in DOUBLE',
      double,
      decimal(38, 2),
      'CAST(CAST(round((x) * 1E2D, 0) AS DECIMAL(38,0)) * 0.01 AS DECIMAL(38,2))',
    ],
    ['a DOUBLE to a whole decimal', double, decimal(38, 0), 'CAST(round(x, 0) AS DECIMAL(38,0))'],
    ['a DOUBLE to text', double, words, 'dpb_double_text(x)'],
    ['an integer to text', bigint, words, 'CAST(x AS STRING)'],
    ['a number to fewer digits', decimal(8, 4), decimal(6, 2), 'CAST(x AS DECIMAL(6,2))'],
    ['a date to a timestamp', date, { kind: 'timestamp', zoned: false }, 'CAST(x AS TIMESTAMP_NTZ)'],
    ['128 bits', bigint, { kind: 'integer', bits: 128 }, 'CAST(x AS DECIMAL(38,0))'],
  ])('%s', (_what, from, to, expected) => {
    expect(text(cast(x, to, from))).toBe(expected);
  });

  it('give null instead of an error at every step where they are lenient', () => {
    const lenient = (to: DataType): string => text(castSql(x, words, to, true));
    expect(lenient(bigint)).toMatch(
      /^TRY_CAST\(TRY_CAST\(regexp_extract\(x, '[^']*', 1\) AS DECIMAL\(38,0\)\) AS BIGINT\)$/,
    );
    expect(lenient(date)).toMatch(/^TRY_CAST\(regexp_extract\(x, '\^ \*\([^']*\) \*\\\\z', 1\) AS DATE\)$/);
    expect(lenient(double)).toMatch(/^TRY_CAST\(regexp_extract\(x, '[^']*', 1\) AS DOUBLE\)$/);
  });

  it('stop the run with the text that has not the form', () => {
    expect(text(castSql(x, words, date, false))).toMatch(
      /^CAST\(CASE WHEN NOT regexp_like\(x, '([^']*)'\) THEN concat_ws\('', 'no date: ', x\) ELSE regexp_extract\(x, '\1', 1\) END AS DATE\)$/,
    );
  });

  it.each<[DataType]>([[{ kind: 'time' }], [{ kind: 'other', name: 'STRUCT(a INTEGER)' }]])(
    'to %j are refused, for Spark has no such type',
    (to) => {
      expect(() => text(cast(x, to))).toThrow(expect.objectContaining({ code: 'spark.refused' }));
    },
  );
});

describe('functions', () => {
  it.each<[string, SqlExpression, string]>([
    ['parts of time are BIGINT', call('year', x), 'CAST(year(x) AS BIGINT)'],
    ['Sunday is 0', call('dayofweek', x), 'CAST(dayofweek(x) - 1 AS BIGINT)'],
    ['Monday is 1', call('isodow', x), 'CAST(weekday(x) + 1 AS BIGINT)'],
    ['the start of a month is a date', call('date_trunc', textLiteral('month'), x), "trunc(x, 'month')"],
    [
      'the start of an hour is a timestamp',
      call('date_trunc', textLiteral('hour'), x),
      "CAST(date_trunc('hour', x) AS TIMESTAMP_NTZ)",
    ],
    [
      'days between',
      call('date_diff', textLiteral('day'), x, y),
      'CAST(datediff(CAST(y AS DATE), CAST(x AS DATE)) AS BIGINT)',
    ],
    ['nulls are skipped in texts', call('concat', x, y), "concat_ws('', x, y)"],
    ['spaces alone are trimmed', call('trim', x, textLiteral(' ')), "trim(BOTH ' ' FROM x)"],
    ['a part from a position', call('substring', x, integerLiteral(2), integerLiteral(3)), 'substring(x, 2, 3)'],
    [
      'a part from before the start',
      call('substring', x, integerLiteral(-1), integerLiteral(3)),
      'substring(x, greatest(CAST(-1 AS INT), 1), greatest(CAST((-1) + (3) AS INT) - greatest(CAST(-1 AS INT), 1), 0))',
    ],
    [
      'a DOUBLE is rounded after it is scaled',
      { kind: 'call', function: 'round', arguments: [x, integerLiteral(2)], type: double },
      '(round((x) * 1E2D, 0) / 1E2D)',
    ],
    [
      'a decimal is rounded as it is',
      { kind: 'call', function: 'round', arguments: [x, integerLiteral(-2)], type: decimal(8, 2) },
      'round(x, -2)',
    ],
    [
      'the wall clock of a zone',
      call('timezone', textLiteral('Europe/Oslo'), x),
      "CAST(from_utc_timestamp(x, 'Europe/Oslo') AS TIMESTAMP_NTZ)",
    ],
    [
      'a pattern keeps the escapes that it needs',
      { kind: 'like', operand: x, pattern: '5\\%\\a_', ignoreCase: false, negated: true },
      "x NOT LIKE '5\\\\%a_'",
    ],
  ])('%s', (_what, expression, expected) => {
    expect(text(expression)).toBe(expected);
  });

  it('refuse digits that are no constant', () => {
    expect(() => text(call('round', x, y))).toThrow(expect.objectContaining({ code: 'spark.refused' }));
  });
});

describe('aggregates', () => {
  /** The average of DECIMAL(12,2): ten-millionths divided without a rest, then rounded. */
  const averageInUnits = (sum: string, count: string): string => {
    const units = `CAST(CAST(${sum} AS DECIMAL(38,2)) * 10000000 AS DECIMAL(38,0))`;
    const divisor = `CAST(nullif(${count}, 0) AS DECIMAL(20,0))`;
    return `CAST((${units} - ${units} % ${divisor}) / ${divisor} * 0.0000001 AS DECIMAL(38,6))`;
  };
  const upwards = [{ expression: y, direction: 'ascending', nulls: 'last' } as const];
  const filter = binary('>', y, integerLiteral(1));
  it.each<[string, SqlExpression, string]>([
    [
      'a sum of decimals has all digits',
      aggregate('sum', [x], { fold: { of: decimal(12, 2), to: decimal(38, 2) } }),
      'CAST(sum(x) AS DECIMAL(38,2))',
    ],
    [
      'an average of decimals is divided once, exactly',
      aggregate('avg', [x], { filter, fold: { of: decimal(12, 2), to: decimal(38, 6) } }),
      averageInUnits('sum(x) FILTER (WHERE y > 1)', 'count(x) FILTER (WHERE y > 1)'),
    ],
    [
      'an average of decimals with many digits has ten more in the division',
      aggregate('avg', [x], { fold: { of: decimal(28, 10), to: decimal(38, 10) } }),
      'CAST(CAST(sum(x) AS DECIMAL(38,10)) / CAST(nullif(count(x), 0) AS DECIMAL(20,0)) AS DECIMAL(38,10))',
    ],
    [
      'an average of integers does not overflow',
      aggregate('avg', [x], { fold: { of: bigint, to: double } }),
      '(CAST(sum(CAST(x AS DECIMAL(38,0))) AS DOUBLE) / CAST(nullif(count(x), 0) AS DOUBLE))',
    ],
    [
      'percentiles interpolate',
      aggregate('quantile_cont', [x, integerLiteral(1)], { filter }),
      'percentile(x, 1) FILTER (WHERE y > 1)',
    ],
    [
      'the first by an order',
      aggregate('first', [x], { orderBy: upwards, filter }),
      'min_by(x, struct(y)) FILTER (WHERE y > 1)',
    ],
    ['the last by an order', aggregate('last', [x], { orderBy: upwards }), 'max_by(x, struct(y))'],
    [
      'a sum in the order of its values',
      aggregate('sum', [y], { orderBy: upwards, filter }),
      'aggregate(array_sort(collect_list(y) FILTER (WHERE y > 1)), CAST(NULL AS DOUBLE), (total, value) -> coalesce(total + value, value))',
    ],
    ['distinct values', aggregate('count', [x], { distinct: true }), 'count(DISTINCT x)'],
  ])('%s', (_what, expression, expected) => {
    expect(text(expression)).toBe(expected);
  });

  it('give places in windows as BIGINT, also where all rows are equal', () => {
    const rank: SqlExpression = {
      kind: 'window',
      function: 'rank',
      arguments: [],
      partitionBy: [x],
      orderBy: [],
      frame: null,
    };
    expect(text(rank)).toBe('CAST(rank() OVER (PARTITION BY x ORDER BY NULL) AS BIGINT)');
    expect(text({ ...rank, orderBy: upwards })).toBe(
      'CAST(rank() OVER (PARTITION BY x ORDER BY y NULLS LAST) AS BIGINT)',
    );
  });
});

it('makes a series that leaves its end out', () => {
  const series: SqlExpression = { kind: 'series', start: x, before: y, amount: 3, unit: 'month', type: date };
  const sql = printSql({ with: [], body: select([{ expression: series, alias: 'period' }], null) }, sparkDialect);
  expect(sql.split('\n').map((line) => line.trim())).toEqual([
    'SELECT',
    "explode(CAST(CASE WHEN CAST(x AS TIMESTAMP_NTZ) < CAST(y AS TIMESTAMP_NTZ) THEN filter(sequence(CAST(x AS TIMESTAMP_NTZ), CAST(y AS TIMESTAMP_NTZ), INTERVAL '3' MONTH), period -> period < CAST(y AS TIMESTAMP_NTZ)) END AS ARRAY<DATE>)) AS period",
  ]);
});
