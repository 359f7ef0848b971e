import { type DataType, typeText } from '../plan/data-type.js';
import type { SparkSql } from '../plan/product.js';
import { DpbError, dpbError } from '../support/errors.js';
import type { IntervalUnit, SqlBinaryOperator, SqlExpression } from './ast.js';
import { cast } from './ast.js';
import type { SqlDialect } from './dialect.js';
import { sparkAggregate, sparkWindow } from './spark-aggregate.js';
import { sparkCall } from './spark-call.js';
import { sparkCast } from './spark-cast.js';
import { sparkLike, sparkText } from './spark-text.js';

/** Spark's reserved words of ANSI mode, and those that it keeps from names of relations. */
const reservedWords = `
  all and anti any array as at authorization between both by call case cast check collate collation column commit
  constraint create cross cube current current_date current_time current_timestamp current_user cursor date day
  declare default delete describe distinct div drop else end escape except exists explode extract false fetch
  filter for foreign from full function global grant group grouping having hour identity in inner insert
  intersect interval into is join lateral leading left like limit local map merge minus minute month natural no
  not null of offset on only open or order outer overlaps parameter partition pivot position primary qualify
  range recursive references rename return revoke right rlike rollback rollup row rows second select semi
  session_user set similar some start sql struct system table tablesample then time timestamp to trailing true
  truncate try_cast type union unique unknown unpivot update user using values var variable when where window
  with within without year zone
`;

/**
 * Spark SQL, version 3.5 and later. The session must have ANSI mode on, UTC as its zone, no variable substitution, and
 * decimals that keep their digits (`spark.sql.decimalOperations.allowPrecisionLoss` false): see specs/semantics.md. What Spark
 * cannot say exactly raises `spark.refused`.
 */
export const sparkDialect: SqlDialect = {
  name: 'spark',
  reserved: new Set(reservedWords.trim().split(/\s+/)),
  quote: '`',
  timestampWord: 'TIMESTAMP_NTZ',
  typeName: sparkTypeName,
  text: sparkText,
  double: (value) => `CAST('${value}' AS DOUBLE)`,
  interval: (amount, unit) => `INTERVAL '${amount}' ${unit.toUpperCase()}`,
  series,
  parameter: (name) => `:${name}`,
  sides,
  cast: (operand, to, parts) => sparkCast(operand, to, { ...parts, typeName: sparkTypeName }),
  call: sparkCall,
  aggregate: sparkAggregate,
  window: sparkWindow,
  like: sparkLike,
};

/** What `print` gives, or the reason of the `spark.refused` that it raises. */
export function saidOrRefused(print: () => string): SparkSql {
  try {
    return { kind: 'said', sql: print() };
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.code === 'spark.refused')
      return { kind: 'refused', reason: thrown.message };
    throw thrown;
  }
}

/** The type as Spark names it; 128-bit integers are decimals there, whose overflow is an error. */
export function sparkTypeName(type: DataType): string {
  switch (type.kind) {
    case 'integer':
      return type.bits === 128 ? 'DECIMAL(38,0)' : typeText({ ...type }).toUpperCase();
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'text':
      return 'STRING';
    case 'timestamp':
      return type.zoned ? 'TIMESTAMP' : 'TIMESTAMP_NTZ';
    case 'boolean':
    case 'double':
    case 'date':
      return type.kind.toUpperCase();
    case 'time':
    case 'other':
      throw dpbError('spark.refused', {
        reason: `it has no type ${typeText(type)}`,
        remedy: 'Leave the column out, or cast it to text in the sources.',
      });
  }
}

const timestamp: DataType = { kind: 'timestamp', zoned: false };
const clockUnits: readonly IntervalUnit[] = ['second', 'minute', 'hour'];

/** Division is of DOUBLE, and what is moved by less than a day is a timestamp without zone. */
function sides(
  operator: SqlBinaryOperator,
  left: SqlExpression,
  right: SqlExpression,
): readonly [SqlExpression, SqlExpression] {
  if (operator === '/') return [cast(left, { kind: 'double' }), cast(right, { kind: 'double' })];
  const isClock = right.kind === 'interval' && clockUnits.includes(right.unit);
  return isClock ? [cast(left, timestamp), right] : [left, right];
}

/** Spark's sequence holds its end and wants it after the start. */
function series(start: string, before: string, step: string, type: DataType): string {
  const [first, end] = [start, before].map((bound) => `CAST(${bound} AS TIMESTAMP_NTZ)`);
  const periods = `filter(sequence(${first}, ${end}, ${step}), period -> period < ${end})`;
  const array = `CASE WHEN ${first} < ${end} THEN ${periods} END`;
  return `explode(CAST(${array} AS ARRAY<${sparkTypeName(type)}>))`;
}
