import type { DataType } from '../plan/data-type.js';
import type { Literal } from '../plan/query.js';
import { dpbError } from '../support/errors.js';
import type { SqlExpression } from './ast.js';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const timestampPattern = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?$/;
const numberPattern = /^-?\d+(\.\d+)?$/;

/**
 * The bound of a range, written as text, as a literal that compares with a column of `type`. Raises `input.invalid` where
 * it does not: a bound that could mean nothing must not pass every row.
 */
export function boundOf(bound: string, type: DataType, columnName: string): SqlExpression {
  const literal = literalOf(bound, type);
  if (literal !== null) return { kind: 'literal', literal };
  throw dpbError('input.invalid', {
    what: `quality rule on ${columnName}`,
    problem: `the bound "${bound}" does not fit the type of the column`,
  });
}

function literalOf(bound: string, type: DataType): Literal | null {
  switch (type.kind) {
    case 'integer':
    case 'decimal':
      if (!numberPattern.test(bound)) return null;
      return bound.includes('.') ? { type: 'decimal', value: bound } : { type: 'integer', value: bound };
    case 'double':
      return Number.isFinite(Number(bound)) && bound.trim() !== '' ? { type: 'double', value: Number(bound) } : null;
    case 'date':
    case 'timestamp':
      if (datePattern.test(bound)) return { type: 'date', value: bound };
      return type.kind === 'timestamp' && timestampPattern.test(bound)
        ? { type: 'timestamp', value: bound.replace('T', ' ') }
        : null;
    case 'text':
      return { type: 'text', value: bound };
    default:
      return null;
  }
}
