import type { DataType } from '../../plan/data-type.js';
import type { ArithmeticOperator } from '../../plan/query.js';
import { bug } from '../../support/errors.js';
import { decimalOf, doubleOf, fitted, rescaled } from './number.js';
import type { Present, Value } from './value.js';

/**
 * "Arithmetic with null is null. […] What does not fit its type is an error of the run. `divide` is DOUBLE; a zero divisor
 * gives null, also of `modulo`, whose sign is the dividend's." `type` is what the page's table of types gives.
 */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value, type: DataType): Value {
  if (left === null || right === null) return null;
  if (operator === 'divide') return quotient(left, right);
  if (operator === 'modulo' && doubleOf(right) === 0) return null;
  switch (type.kind) {
    case 'double':
      return { kind: 'double', value: ofDoubles(operator, doubleOf(left), doubleOf(right)) };
    case 'integer':
      return fitted({ kind: 'integer', value: ofIntegers(operator, wholeOf(left), wholeOf(right)) }, type);
    case 'decimal': {
      const [a, b] = [decimalOf(left), decimalOf(right)];
      const [from, to] = operator === 'multiply' ? [a, b] : [rescaled(a, type.scale), rescaled(b, type.scale)];
      return fitted(
        { kind: 'decimal', unscaled: ofIntegers(operator, from.unscaled, to.unscaled), scale: type.scale },
        type,
      );
    }
    default:
      throw bug(`arithmetic gives no ${type.kind}`);
  }
}

/** The number with the other sign, in its own type. */
export function negated(value: Value, type: DataType): Value {
  if (value === null) return null;
  switch (value.kind) {
    case 'integer':
      return fitted({ kind: 'integer', value: -value.value }, type);
    case 'decimal':
      return { ...value, unscaled: -value.unscaled };
    case 'double':
      return { kind: 'double', value: -value.value };
    default:
      throw bug(`a ${value.kind} has no sign`);
  }
}

/** Left over right as DOUBLE, null where the divisor is 0. */
export function quotient(left: Present, right: Present): Value {
  const divisor = doubleOf(right);
  return divisor === 0 ? null : { kind: 'double', value: doubleOf(left) / divisor };
}

function wholeOf(value: Present): bigint {
  if (value.kind === 'integer') return value.value;
  throw bug(`a ${value.kind} is no integer`);
}

function ofIntegers(operator: Exclude<ArithmeticOperator, 'divide'>, left: bigint, right: bigint): bigint {
  return {
    add: () => left + right,
    subtract: () => left - right,
    multiply: () => left * right,
    modulo: () => left % right,
  }[operator]();
}

function ofDoubles(operator: Exclude<ArithmeticOperator, 'divide'>, left: number, right: number): number {
  return { add: left + right, subtract: left - right, multiply: left * right, modulo: left % right }[operator];
}
