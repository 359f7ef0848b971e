import type { DataType } from '../plan/data-type.js';
import { dpbError } from '../support/errors.js';

interface CastParts {
  readonly from: DataType | null;
  readonly lenient: boolean;
  readonly typeName: (type: DataType) => string;
}

/**
 * A cast with the meaning of specs/semantics.md, where Spark's own has another: it cuts what is to be rounded, and
 * writes a DOUBLE in its own way. Text comes in a form that all engines read alike.
 */
export function sparkCast(operand: string, to: DataType, { from, lenient, typeName }: CastParts): string {
  const word = lenient ? 'TRY_CAST' : 'CAST';
  const as = (inner: string, type: string): string => `${word}(${inner} AS ${type})`;
  const plain = as(operand, typeName(to));
  if (to.kind === 'text') return fromText(from) ? plain : textOf(operand, plain, from);
  if (from === null) return plain;
  switch (to.kind) {
    case 'integer':
      if (from.kind === 'decimal') return as(`round(${operand}, 0)`, typeName(to));
      // As a decimal text may have a fraction or an exponent, and is rounded half away from zero.
      return from.kind === 'text' ? as(as(operand, 'DECIMAL(38,0)'), typeName(to)) : plain;
    case 'decimal':
      return from.kind === 'double' ? scaledDecimal(operand, to, as) : plain;
    default:
      return plain;
  }
}

function fromText(from: DataType | null): boolean {
  return from?.kind === 'text';
}

function textOf(operand: string, plain: string, from: DataType | null): string {
  return from?.kind === 'double' ? `${doubleTextFunction}(${operand})` : plain;
}

/** The function that the job registers for DOUBLE as text: Spark 4 on Java 17 does not always take the shortest, and writes 1.0E16. */
export const doubleTextFunction = 'dpb_double_text';

/** A DOUBLE as a decimal: scaled in DOUBLE, rounded half away from zero, and scaled back exactly. */
function scaledDecimal(
  operand: string,
  to: Extract<DataType, { kind: 'decimal' }>,
  as: (inner: string, type: string) => string,
): string {
  const type = `DECIMAL(${to.precision},${to.scale})`;
  if (to.scale === 0) return as(`round(${operand}, 0)`, type);
  if (to.scale > 22)
    throw dpbError('spark.refused', {
      reason: `a DOUBLE becomes a decimal with ${to.scale} digits after the point`,
      remedy: 'Ask for at most 22 digits after the point.',
    });
  const whole = as(`round((${operand}) * 1E${to.scale}D, 0)`, 'DECIMAL(38,0)');
  return as(`${whole} * 0.${'0'.repeat(to.scale - 1)}1`, type);
}
