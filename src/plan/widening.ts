import { type DataType, typeText } from './data-type.js';

/** Decimal digits of the largest value that an integer of each width holds. */
const integerDigits = { 8: 3, 16: 5, 32: 10, 64: 19, 128: 39 } as const;

/** Decimal digits that every DOUBLE keeps. */
export const doubleDigits = 15;

/**
 * The type that holds the values of all `types` without a loss: of the parts of one dataset, where a later part is written
 * with another type than an earlier one. Null where there is none. Text holds everything that can be written down; whole
 * numbers of 64 bits count as held by DOUBLE, which is so up to 2^53 (`mayRound`).
 */
export function widenedType(types: readonly DataType[]): DataType | null {
  const [first, ...others] = types;
  if (first === undefined) return null;
  if (others.every((other) => typeText(other) === typeText(first))) return first;
  if (types.some(({ kind }) => kind === 'other')) return null;
  if (types.some(({ kind }) => kind === 'text')) return { kind: 'text' };
  return others.reduce<DataType | null>((wide, other) => (wide === null ? null : widened(wide, other)), first);
}

/** Whether a column of `wide` holds the values of `narrow` without a loss. */
export function holdsAll(wide: DataType, narrow: DataType): boolean {
  const both = widenedType([wide, narrow]);
  return both !== null && typeText(both) === typeText(wide);
}

/** Whether values of `narrow` beyond 2^53 would be rounded in a column of `wide`. */
export function mayRound(wide: DataType, narrow: DataType): boolean {
  return wide.kind === 'double' && narrow.kind === 'integer' && narrow.bits > 32;
}

function widened(left: DataType, right: DataType): DataType | null {
  if (typeText(left) === typeText(right)) return left;
  if (left.kind === 'integer' && right.kind === 'integer') return left.bits > right.bits ? left : right;
  const [a, b] = [digitsOf(left), digitsOf(right)];
  if (a !== null && b !== null) {
    const whole = Math.max(a.whole, b.whole);
    const scale = Math.max(a.scale, b.scale);
    return whole + scale > 38 ? null : { kind: 'decimal', precision: whole + scale, scale };
  }
  if (left.kind === 'double') return fitsDouble(right) ? left : null;
  if (right.kind === 'double') return fitsDouble(left) ? right : null;
  const days = [left, right].find(({ kind }) => kind === 'date');
  const moments = [left, right].find(({ kind }) => kind === 'timestamp');
  return days !== undefined && moments?.kind === 'timestamp' && !moments.zoned ? moments : null;
}

function digitsOf(type: DataType): { readonly whole: number; readonly scale: number } | null {
  if (type.kind === 'integer') return { whole: integerDigits[type.bits], scale: 0 };
  return type.kind === 'decimal' ? { whole: type.precision - type.scale, scale: type.scale } : null;
}

function fitsDouble(type: DataType): boolean {
  return type.kind === 'integer' ? type.bits < 128 : type.kind === 'decimal' && type.precision <= doubleDigits;
}
