import type { TableShape } from './product.js';
import type { AggregateQuery, DetailQuery, Expression } from './query.js';
import { sourceColumn } from './query-typing.js';

/** Beyond this many digits after the point a DOUBLE is not taken for a decimal number. */
const digitsMax = 12;

/**
 * The most decimal digits that a value of `expression` can have, from those of its columns; null where it is not known
 * (a division, an unmeasured column) or too many. It decides whether a sum of DOUBLE may be taken exactly.
 */
export function fractionDigitsOf(
  expression: Expression,
  query: AggregateQuery | DetailQuery,
  tables: readonly TableShape[],
): number | null {
  const digits = digitsOf(expression, (table, name) => columnDigits(sourceColumn(query, table, name, tables)));
  return digits === null || digits > digitsMax ? null : digits;
}

/** The most decimal digits of a column's values; null where it was not measured. */
export function columnDigits({
  type,
  fractionDigits,
}: Pick<TableShape['columns'][number], 'type' | 'fractionDigits'>): number | null {
  if (type.kind === 'integer') return 0;
  return type.kind === 'decimal' ? type.scale : (fractionDigits ?? null);
}

function digitsOf(expression: Expression, column: (table: string, name: string) => number | null): number | null {
  const of = (inner: Expression): number | null => digitsOf(inner, column);
  switch (expression.kind) {
    case 'column':
      return column(expression.table, expression.column);
    case 'literal':
      return digitsOfLiteral(expression.literal);
    case 'negate':
      return of(expression.operand);
    case 'arithmetic': {
      if (expression.operator === 'divide') return null;
      const [left, right] = [of(expression.left), of(expression.right)];
      if (left === null || right === null) return null;
      return expression.operator === 'multiply' ? left + right : Math.max(left, right);
    }
    case 'case':
      return most([
        ...expression.branches.map(({ then }) => of(then)),
        expression.otherwise === null ? 0 : of(expression.otherwise),
      ]);
    case 'call':
      return ['abs', 'coalesce', 'greatest', 'least'].includes(expression.function)
        ? most(expression.arguments.map(of))
        : null;
    default:
      return null;
  }
}

function digitsOfLiteral(literal: Extract<Expression, { kind: 'literal' }>['literal']): number | null {
  if (literal.type === 'null' || literal.type === 'integer') return 0;
  return literal.type === 'decimal' ? (literal.value.split('.')[1] ?? '').length : null;
}

function most(digits: readonly (number | null)[]): number | null {
  return digits.includes(null) ? null : Math.max(...digits.map((count) => count ?? 0));
}
