import { assertNever } from '../support/assert-never.js';
import { bug, dpbError } from '../support/errors.js';
import { type DataType, isNumeric, isTemporal, typeText } from './data-type.js';
import type { ArithmeticOperator, Expression, Literal, TimeUnit } from './query.js';

/** What is known of a value before it is computed. `nullable: false` is a promise. */
export interface Typed {
  readonly type: DataType;
  readonly nullable: boolean;
}

const bigint: DataType = { kind: 'integer', bits: 64 };
const double: DataType = { kind: 'double' };
const boolean: DataType = { kind: 'boolean' };

/** Decimal digits of the largest value that an integer of each width holds. */
const integerDigits = { 8: 3, 16: 5, 32: 10, 64: 19, 128: 38 } as const;

/** The type of a sum: integers BIGINT (128 bits: decimal), decimals widen to 38 digits, DOUBLE stays. */
export function sumType(type: DataType): DataType {
  requireThat(isNumeric(type), `cannot add up ${typeText(type)}`);
  if (type.kind === 'integer') return type.bits === 128 ? { kind: 'decimal', precision: 38, scale: 0 } : bigint;
  return type.kind === 'decimal' ? { kind: 'decimal', precision: 38, scale: type.scale } : double;
}

/** The type of an average: decimals give a decimal of at least six digits after the point, other numbers DOUBLE. */
export function averageType(type: DataType): DataType {
  requireThat(isNumeric(type), `cannot average ${typeText(type)}`);
  return type.kind === 'decimal' ? { kind: 'decimal', precision: 38, scale: Math.max(type.scale, 6) } : double;
}

/** The type that holds values of both; raises `plan.invalid` where there is none. */
export function unifiedType(left: DataType, right: DataType): DataType {
  if (typeText(left) === typeText(right)) return left;
  if (isNumeric(left) && isNumeric(right)) return unifiedNumber(left, right);
  if (isTemporal(left) && isTemporal(right)) return { kind: 'timestamp', zoned: false };
  throw dpbError('plan.invalid', { problem: `${typeText(left)} and ${typeText(right)} do not fit into one column` });
}

/** Whether a truncation to the unit, or a step of it, leaves a calendar date. */
export function isDateUnit(unit: TimeUnit): boolean {
  return unit !== 'second' && unit !== 'minute' && unit !== 'hour';
}

/** The type of a literal: the narrowest of integer and bigint that holds it. */
export function typeOfLiteral(literal: Literal): Typed {
  switch (literal.type) {
    case 'null':
      return { type: { kind: 'other', name: 'null' }, nullable: true };
    case 'boolean':
      return { type: boolean, nullable: false };
    case 'integer': {
      const value = BigInt(literal.value);
      const bits = fits(value, 32) ? 32 : fits(value, 64) ? 64 : 128;
      return { type: { kind: 'integer', bits }, nullable: false };
    }
    case 'decimal': {
      const [whole = '', fraction = ''] = literal.value.replace('-', '').split('.');
      const digits = whole.replace(/^0+/, '').length;
      return {
        type: { kind: 'decimal', precision: Math.max(digits + fraction.length, 1), scale: fraction.length },
        nullable: false,
      };
    }
    case 'double':
      return { type: double, nullable: false };
    case 'text':
      return { type: { kind: 'text' }, nullable: false };
    case 'date':
      return { type: { kind: 'date' }, nullable: false };
    case 'timestamp':
      return { type: { kind: 'timestamp', zoned: false }, nullable: false };
    default:
      return assertNever(literal);
  }
}

/** The type of an operation on two numbers; `divisor` tells whether it may be zero, which gives null. */
export function typeOfArithmetic(
  operator: ArithmeticOperator,
  left: Typed,
  right: Typed,
  divisor: Expression | null,
): Typed {
  for (const { type } of [left, right]) requireThat(isNumeric(type), `cannot ${operator} ${typeText(type)}`);
  const nullable = left.nullable || right.nullable;
  if (operator === 'divide') return { type: double, nullable: nullable || !isNonZero(divisor) };
  const byZero = operator === 'modulo' && !isNonZero(divisor);
  return { type: arithmeticType(operator, left.type, right.type), nullable: nullable || byZero };
}

/** The truth of comparing values, which must be of one family: numbers, texts, times, truths. */
export function typeOfComparison(operands: readonly Typed[]): Typed {
  const families = new Set(operands.map(({ type }) => familyOf(type)).filter((family) => family !== 'any'));
  requireThat(families.size <= 1, `cannot compare ${operands.map(({ type }) => typeText(type)).join(' with ')}`);
  return { type: boolean, nullable: operands.some(({ nullable }) => nullable) };
}

/** The truth of conditions put together. */
export function typeOfLogic(operands: readonly Typed[]): Typed {
  for (const operand of operands) requireBoolean(operand, 'a condition');
  return { type: boolean, nullable: operands.some(({ nullable }) => nullable) };
}

/** The narrowest type that holds all values; nulls have none of their own. */
export function commonType(values: readonly Typed[]): DataType {
  const types = values.map(({ type }) => type).filter((type) => !isNullType(type));
  const [first, ...others] = types;
  if (first === undefined) throw dpbError('plan.invalid', { problem: 'a value that is always null has no type' });
  return others.reduce(unifiedType, first);
}

/** Raises `plan.invalid` where `what` is no truth. */
export function requireBoolean(operand: Typed, what: string): void {
  requireThat(
    operand.type.kind === 'boolean' || isNullType(operand.type),
    `${what} must be true or false, not ${typeText(operand.type)}`,
  );
}

/** Raises `plan.invalid` where no value of `from` could be cast: casts are within a family, between numbers and truths, and with text. */
export function requireCast(from: DataType, to: DataType): void {
  if (isNullType(from)) return;
  const families = [familyOf(from), familyOf(to)];
  const isWithin = families[0] === families[1] && families[0] !== 'any';
  const isTruthOfNumber = families.every((family) => family === 'number' || family === 'boolean');
  const isOfText = families.includes('text') && !families.includes('any');
  requireThat(isWithin || isTruthOfNumber || isOfText, `cannot cast ${typeText(from)} to ${typeText(to)}`);
}

/** Raises `plan.invalid` with `problem` where it does not hold. */
export function requireThat(holds: boolean, problem: string): void {
  if (!holds) throw dpbError('plan.invalid', { problem });
}

/** A zoned timestamp is read as wall-clock time in the plan's zone wherever it is used. */
export function wallClockType(type: DataType): DataType {
  return type.kind === 'timestamp' ? { kind: 'timestamp', zoned: false } : type;
}

/** Types of one family can be compared with each other. */
export function familyOf(type: DataType): 'number' | 'text' | 'time' | 'boolean' | 'clock' | 'any' {
  if (isNumeric(type)) return 'number';
  if (isTemporal(type)) return 'time';
  switch (type.kind) {
    case 'boolean':
    case 'text':
      return type.kind;
    case 'time':
      return 'clock';
    default:
      return 'any';
  }
}

function arithmeticType(operator: Exclude<ArithmeticOperator, 'divide'>, left: DataType, right: DataType): DataType {
  if (left.kind === 'double' || right.kind === 'double') return double;
  if (left.kind === 'integer' && right.kind === 'integer') {
    return left.bits === 128 || right.bits === 128 ? { kind: 'integer', bits: 128 } : bigint;
  }
  const [a, b] = [asDecimal(left), asDecimal(right)];
  if (operator === 'multiply') {
    const scale = a.scale + b.scale;
    requireThat(scale <= 38, 'the product would need more than 38 digits after the point');
    return { kind: 'decimal', precision: Math.min(a.precision + b.precision, 38), scale };
  }
  const scale = Math.max(a.scale, b.scale);
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  return { kind: 'decimal', precision: Math.min(whole + scale + (operator === 'modulo' ? 0 : 1), 38), scale };
}

function unifiedNumber(left: DataType, right: DataType): DataType {
  if (left.kind === 'double' || right.kind === 'double') return double;
  if (left.kind === 'integer' && right.kind === 'integer') return left.bits > right.bits ? left : right;
  const [a, b] = [asDecimal(left), asDecimal(right)];
  const scale = Math.max(a.scale, b.scale);
  return {
    kind: 'decimal',
    precision: Math.min(Math.max(a.precision - a.scale, b.precision - b.scale) + scale, 38),
    scale,
  };
}

function asDecimal(type: DataType): { readonly precision: number; readonly scale: number } {
  if (type.kind === 'decimal') return type;
  if (type.kind === 'integer') return { precision: integerDigits[type.bits], scale: 0 };
  throw bug(`${typeText(type)} is no exact number`);
}

function isNullType(type: DataType): boolean {
  return type.kind === 'other' && type.name === 'null';
}

function isNonZero(divisor: Expression | null): boolean {
  return divisor?.kind === 'literal' && 'value' in divisor.literal && Number(divisor.literal.value) !== 0;
}

function fits(value: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, value) === value;
}
