import type { DataType } from '../plan/data-type.js';
import type { Literal } from '../plan/query.js';
import type {
  IntervalUnit,
  SqlAggregateFunction,
  SqlBinaryOperator,
  SqlExpression,
  SqlFold,
  SqlScalarFunction,
  SqlWindowFunction,
} from './ast.js';

/** What differs between the SQLs that are printed. All else is standard SQL and belongs to the printer. Parts come as SQL text. */
export interface SqlDialect {
  readonly name: 'duckdb' | 'spark';
  /** Lower-case words that cannot stand as a bare name. */
  readonly reserved: ReadonlySet<string>;
  readonly quote: '"' | '`';
  /** What stands before the text of a timestamp without a zone. */
  readonly timestampWord: 'TIMESTAMP' | 'TIMESTAMP_NTZ';
  typeName(type: DataType): string;
  text(value: string): string;
  double(value: number): string;
  interval(amount: number, unit: IntervalUnit): string;
  /** A row of `type` for each step from `start` up to, not including, `before`. */
  series(start: string, before: string, step: string, type: DataType): string;
  parameter(name: string): string;
  /** The sides of an operation as the engine must see them for it to mean what the AST says. */
  sides(
    operator: SqlBinaryOperator,
    left: SqlExpression,
    right: SqlExpression,
  ): readonly [SqlExpression, SqlExpression];
  cast(operand: string, to: DataType, parts: { readonly from: DataType | null; readonly lenient: boolean }): string;
  call(name: SqlScalarFunction, operands: readonly string[], type: DataType | null): string;
  aggregate(parts: AggregateParts): string;
  window(parts: WindowParts): string;
  /** The operator, the pattern and the escape clause of a pattern match, after the operand as it is matched. */
  like(operand: string, pattern: string, ignoreCase: boolean): { readonly operand: string; readonly match: string };
}

/** An aggregate in parts. `orderBy` are whole sort keys, `keys` their expressions alone. */
export interface AggregateParts {
  readonly name: SqlAggregateFunction;
  readonly operands: readonly string[];
  readonly distinct: boolean;
  readonly orderBy: readonly string[];
  readonly keys: readonly string[];
  /** Whether all keys go up: the way that values are folded in order. */
  readonly isAscending: boolean;
  readonly filter: string | null;
  readonly fold: SqlFold | null;
}

/** A window function in parts; `over` is what stands in the parentheses after OVER. */
export interface WindowParts {
  readonly name: SqlWindowFunction;
  readonly operands: readonly string[];
  readonly over: string;
  readonly isOrdered: boolean;
  readonly fold: SqlFold | null;
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
      return `${dialect.timestampWord} ${dialect.text(literal.value)}`;
  }
}

/** A name, bare where it is a simple lower-case word that means nothing else, else quoted. */
export function identifierText(name: string, dialect: SqlDialect): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !dialect.reserved.has(name)) return name;
  return `${dialect.quote}${name.replaceAll(dialect.quote, dialect.quote + dialect.quote)}${dialect.quote}`;
}
