import type { DataType } from '../plan/data-type.js';
import type { Literal } from '../plan/query.js';
import type { IntervalUnit, SqlAggregateFunction, SqlScalarFunction } from './ast.js';

/** What differs between the SQLs that are printed. All else is standard SQL and belongs to the printer. */
export interface SqlDialect {
  readonly name: 'duckdb' | 'spark';
  /** Lower-case words that cannot stand as a bare name. */
  readonly reserved: ReadonlySet<string>;
  readonly quote: '"' | '`';
  typeName(type: DataType): string;
  text(value: string): string;
  double(value: number): string;
  interval(amount: number, unit: IntervalUnit): string;
  /** A row for each step from `start` up to, not including, `before`; all three as SQL. */
  series(start: string, before: string, step: string): string;
  scalarFunction(name: SqlScalarFunction): string;
  aggregateFunction(name: SqlAggregateFunction): string;
  parameter(name: string): string;
  /** The operator and the escape clause of a pattern match. */
  like(ignoreCase: boolean): { readonly operator: string; readonly escape: string };
}

/** A literal as the dialect writes it. Control characters and quotes in text stay inside the literal. */
export function literalText(literal: Literal, dialect: SqlDialect): string {
  switch (literal.type) {
    case 'null':
      return 'NULL';
    case 'boolean':
      return literal.value ? 'TRUE' : 'FALSE';
    case 'integer':
    case 'decimal':
      return literal.value;
    case 'double':
      return dialect.double(literal.value);
    case 'text':
      return dialect.text(literal.value);
    case 'date':
      return `DATE ${dialect.text(literal.value)}`;
    case 'timestamp':
      return `TIMESTAMP ${dialect.text(literal.value)}`;
  }
}

/** A name, bare where it is a simple lower-case word that means nothing else, else quoted. */
export function identifierText(name: string, dialect: SqlDialect): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !dialect.reserved.has(name)) return name;
  return `${dialect.quote}${name.replaceAll(dialect.quote, dialect.quote + dialect.quote)}${dialect.quote}`;
}
