import type { DataType } from '../plan/data-type.js';
import { dpbError } from '../support/errors.js';
import type { SqlScalarFunction } from './ast.js';
import { lowerText, upperText } from './spark-text.js';

type Template = (operands: readonly string[], type: DataType | null) => string;

const plain =
  (name: string): Template =>
  (operands) =>
    `${name}(${operands.join(', ')})`;

/** Parts of time are BIGINT in plans and INT in Spark. */
const bigint =
  (text: (operand: string) => string): Template =>
  ([operand = '']) =>
    `CAST(${text(operand)} AS BIGINT)`;

const part = (name: string): Template => bigint((operand) => `${name}(${operand})`);

/** How Spark says each scalar function; none of them depends on a locale or, the session being in UTC, on a zone. */
const templates = {
  abs: plain('abs'),
  ceil: (operands, type) => wholeNumber('ceil', operands, type),
  coalesce: plain('coalesce'),
  concat: (operands) => `concat_ws('', ${operands.join(', ')})`,
  date_diff: ([unit = '', from = '', to = '']) => dateDifference(unit, from, to),
  date_trunc: ([unit = '', operand = '']) => truncatedTime(unit, operand),
  dayname: ([operand = '']) => `date_format(${operand}, 'EEEE')`,
  dayofmonth: part('dayofmonth'),
  dayofweek: bigint((operand) => `dayofweek(${operand}) - 1`),
  dayofyear: part('dayofyear'),
  floor: (operands, type) => wholeNumber('floor', operands, type),
  greatest: plain('greatest'),
  hour: part('hour'),
  isodow: bigint((operand) => `weekday(${operand}) + 1`),
  isoyear: bigint((operand) => `extract(YEAROFWEEK FROM ${operand})`),
  least: plain('least'),
  length: part('char_length'),
  lower: ([operand = '']) => lowerText(operand),
  minute: part('minute'),
  month: part('month'),
  monthname: ([operand = '']) => `date_format(${operand}, 'MMMM')`,
  nullif: plain('nullif'),
  quarter: part('quarter'),
  regexp_extract: plain('regexp_extract'),
  regexp_matches: plain('regexp_like'),
  round: rounded,
  substring: partOfText,
  timezone: ([zone = '', operand = '']) => `CAST(from_utc_timestamp(${operand}, ${zone}) AS TIMESTAMP_NTZ)`,
  trim: ([operand = '', characters = "' '"]) => `trim(BOTH ${characters} FROM ${operand})`,
  upper: ([operand = '']) => upperText(operand),
  weekofyear: part('weekofyear'),
  year: part('year'),
} as const satisfies Record<SqlScalarFunction, Template>;

/** The call as Spark SQL that binds as tightly as a call. Raises `spark.refused` where digits are not said as a number. */
export function sparkCall(name: SqlScalarFunction, operands: readonly string[], type: DataType | null): string {
  const template: Template = templates[name];
  return template(operands, type);
}

/** Spark's ceil and floor of a DOUBLE are BIGINT, which does not hold all: from 2^52 on a DOUBLE is whole. */
function wholeNumber(name: 'ceil' | 'floor', [operand = '']: readonly string[], type: DataType | null): string {
  if (type?.kind !== 'double') return `${name}(${operand})`;
  return `CASE WHEN abs(${operand}) < 4503599627370496D THEN CAST(${name}(${operand}) AS DOUBLE) ELSE ${operand} END`;
}

/** A DOUBLE is scaled first, then rounded: Spark by itself would round the decimal number that it prints. */
function rounded([operand = '', digits = '0']: readonly string[], type: DataType | null): string {
  if (!/^-?\d{1,3}$/.test(digits))
    throw dpbError('spark.refused', {
      reason: 'it rounds to as many digits as a constant says, not a column',
      remedy: 'Give the number of digits as a number.',
    });
  const places = Number(digits);
  if (type?.kind !== 'double' || places === 0) return `round(${operand}, ${digits})`;
  const scale = `1E${Math.abs(places)}D`;
  return places > 0
    ? `(round((${operand}) * ${scale}, 0) / ${scale})`
    : `(round((${operand}) / ${scale}, 0) * ${scale})`;
}

/** Spark counts positions below 1 from the end, plans do not. */
function partOfText([operand = '', start = '1', length]: readonly string[]): string {
  const isWhole = (text: string): boolean => /^\d{1,9}$/.test(text);
  if (isWhole(start) && Number(start) > 0 && (length === undefined || isWhole(length)))
    return `substring(${[operand, start, ...(length === undefined ? [] : [length])].join(', ')})`;
  const first = `greatest(CAST(${start} AS INT), 1)`;
  const rest = length === undefined ? [] : [`greatest(CAST((${start}) + (${length}) AS INT) - ${first}, 0)`];
  return `substring(${[operand, first, ...rest].join(', ')})`;
}

/** Dates for periods of days and longer, timestamps for shorter ones. Weeks begin on Monday. */
function truncatedTime(unit: string, operand: string): string {
  const isClock = ["'hour'", "'minute'", "'second'"].includes(unit);
  return isClock ? `CAST(date_trunc(${unit}, ${operand}) AS TIMESTAMP_NTZ)` : `trunc(${operand}, ${unit})`;
}

/** How many boundaries of the unit lie between the two. */
function dateDifference(unit: string, from: string, to: string): string {
  const difference = (count: (operand: string) => string): string => `CAST(${count(to)} - ${count(from)} AS BIGINT)`;
  switch (unit) {
    case "'day'":
      return `CAST(datediff(CAST(${to} AS DATE), CAST(${from} AS DATE)) AS BIGINT)`;
    case "'month'":
      return difference((operand) => `(year(${operand}) * 12 + month(${operand}))`);
    case "'second'":
      return difference((operand) => `unix_seconds(CAST(${operand} AS TIMESTAMP))`);
    default:
      throw dpbError('spark.refused', {
        reason: `no count of the boundaries of ${unit} is known for it`,
        remedy: 'Count days, months or seconds.',
      });
  }
}
