import { type DataType, typeText } from '../plan/data-type.js';
import type { SqlDialect } from './dialect.js';
import { duckdbAggregate, duckdbWindow } from './duckdb-aggregate.js';

/** DuckDB's keywords that are not free to be names (duckdb_keywords(), all categories but unreserved). */
const reservedWords = `
  all analyse analyze and anti any array as asc asof asymmetric at authorization between bigint binary bit
  boolean both by case cast char character check coalesce collate collation column columns concurrently
  constraint create cross dec decimal default deferrable desc describe distinct do else end except exists
  extract false fetch float for foreign freeze from full generated glob group grouping grouping_id having
  ilike in initially inner inout int integer intersect interval into is isnull join lambda lateral leading
  left like limit map national natural nchar none not notnull null nullif numeric offset on only or order
  out outer overlaps overlay pivot pivot_longer pivot_wider placing position positional precision primary
  qualify real references returning right row select semi setof show similar smallint some struct substring
  summarize symmetric table tablesample then time timestamp to trailing treat trim true try_cast union
  unique unpack unpivot using values varchar variadic verbose when where window with xmlattributes
  xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
`;

/** SQL for DuckDB 1.5. */
export const duckdbDialect: SqlDialect = {
  name: 'duckdb',
  reserved: new Set(reservedWords.trim().split(/\s+/)),
  quote: '"',
  typeName,
  text: textLiteral,
  double: (value) => `CAST('${value}' AS DOUBLE)`,
  interval: (amount, unit) => `INTERVAL ${amount} ${unit.toUpperCase()}`,
  timestampWord: 'TIMESTAMP',
  series: (start, before, step, type) => `CAST(unnest(range(${start}, ${before}, ${step})) AS ${typeName(type)})`,
  parameter: (name) => `$${name}`,
  sides: (_operator, left, right) => [left, right],
  cast: (operand, to, { lenient }) => `${lenient ? 'TRY_CAST' : 'CAST'}(${operand} AS ${typeName(to)})`,
  call: (name, operands) => `${name}(${operands.join(', ')})`,
  aggregate: duckdbAggregate,
  window: duckdbWindow,
  like: (operand, pattern, ignoreCase) => ({
    operand,
    match: `${ignoreCase ? 'ILIKE' : 'LIKE'} ${textLiteral(pattern)}${pattern.includes('\\') ? " ESCAPE '\\'" : ''}`,
  }),
};

function textLiteral(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function typeName(type: DataType): string {
  switch (type.kind) {
    case 'text':
      return 'VARCHAR';
    case 'other':
      // Never pasted: a plan may show such columns but casts none to their type.
      return 'VARCHAR';
    default:
      return typeText(type).toUpperCase();
  }
}
