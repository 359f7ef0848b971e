import { type DataType, typeText } from '../../plan/data-type.js';
import { bug } from '../../support/errors.js';
import { RunFailure } from './run-failure.js';
import type { Decimal, Present, Value } from './value.js';

/** 10 to the power `digits`, exactly. */
export function powerOfTen(digits: number): bigint {
  return 10n ** BigInt(digits);
}

/** `dividend / divisor`, rounded half away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const [size, by] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const rounded = (2n * size + by) / (2n * by);
  return dividend < 0n === divisor < 0n ? rounded : -rounded;
}

/** The decimal with `scale` digits after the point, rounded half away from zero where it had more. */
export function rescaled({ unscaled, scale: had }: Decimal, scale: number): Decimal {
  const moved = scale >= had ? unscaled * powerOfTen(scale - had) : divideRounded(unscaled, powerOfTen(had - scale));
  return { kind: 'decimal', unscaled: moved, scale };
}

/** An integer or decimal as a decimal of the same value. */
export function decimalOf(value: Present): Decimal {
  if (value.kind === 'decimal') return value;
  if (value.kind === 'integer') return { kind: 'decimal', unscaled: value.value, scale: 0 };
  throw bug(`a ${value.kind} is no exact number`);
}

/** A decimal as people write it, with all digits of its scale. */
export function decimalText({ unscaled, scale }: Decimal): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(digits.length - scale)}`;
}

/** The DOUBLE nearest to the number. Reading its digits is the one conversion that JavaScript rounds correctly. */
export function doubleOf(value: Present): number {
  if (value.kind === 'double') return value.value;
  return Number(decimalText(decimalOf(value)));
}

/** "rounds half away from zero": of a DOUBLE to a whole number. */
export function roundedDouble(value: number): number {
  const size = Math.abs(value);
  const whole = Math.trunc(size);
  return Math.sign(value) * (size - whole >= 0.5 ? whole + 1 : whole);
}

/** "A DOUBLE is scaled in DOUBLE before it is rounded." Null where it is no finite number. */
export function decimalOfDouble(value: number, scale: number): Decimal | null {
  const moved = roundedDouble(value * 10 ** scale);
  return Number.isFinite(moved) ? { kind: 'decimal', unscaled: BigInt(moved), scale } : null;
}

/** "What does not fit its type is an error of the run, never a wrapped value." Gives back a number that fits `type`. */
export function fitted(value: Value, type: DataType): Value {
  if (value === null) return null;
  if (value.kind === 'integer' && type.kind === 'integer' && BigInt.asIntN(type.bits, value.value) !== value.value)
    throw new RunFailure(`${value.value} does not fit ${typeText(type)}`);
  if (value.kind === 'decimal' && type.kind === 'decimal') {
    const size = value.unscaled < 0n ? -value.unscaled : value.unscaled;
    if (size >= powerOfTen(type.precision))
      throw new RunFailure(`${decimalText(value)} does not fit ${typeText(type)}`);
  }
  return value;
}

/**
 * The value in the type that holds all values of its column ("the narrowest that holds all: the wider integer, decimal of
 * both, DOUBLE; date with timestamp: timestamp").
 */
export function widened(value: Value, type: DataType): Value {
  if (value === null) return null;
  switch (type.kind) {
    case 'integer':
      return fitted(value, type);
    case 'decimal':
      return fitted(rescaled(decimalOf(value), type.scale), type);
    case 'double':
      return { kind: 'double', value: doubleOf(value) };
    case 'timestamp':
      return value.kind === 'date' ? { kind: 'timestamp', micros: BigInt(value.day) * 86_400_000_000n } : value;
    default:
      return value;
  }
}
