import { bug } from '../../support/errors.js';
import { decimalOf, doubleOf, rescaled } from './number.js';
import type { Present, Value } from './value.js';

/**
 * Negative where `left` is less, positive where it is greater, 0 where they are equal. "Text compares by code point"; "a
 * date compared with a timestamp is its midnight"; integers and decimals exactly, "with a DOUBLE both as DOUBLE"; false is less than true.
 */
export function compareValues(left: Present, right: Present): number {
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right);
  if (left.kind === 'text' && right.kind === 'text') return compareCodePoints(left.value, right.value);
  if (left.kind === 'boolean' && right.kind === 'boolean') return Number(left.value) - Number(right.value);
  if (left.kind === 'opaque' && right.kind === 'opaque') return compareCodePoints(left.text, right.text);
  const [from, to] = [microsOf(left), microsOf(right)];
  return from < to ? -1 : Number(from > to);
}

/** Whether two values are the same member of a group: "null is a group of its own, met null-safely everywhere". */
export function sameValue(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  return compareValues(left, right) === 0;
}

/** `sameValue` for tuples, position by position. */
export function sameTuple(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((value, position) => sameValue(value, right[position] ?? null));
}

/** The tuples without repetitions, in the order in which each first occurs. */
export function distinctTuples<Tuple extends readonly Value[]>(tuples: readonly Tuple[]): readonly Tuple[] {
  const kept: Tuple[] = [];
  for (const tuple of tuples) if (!kept.some((earlier) => sameTuple(earlier, tuple))) kept.push(tuple);
  return kept;
}

/** The three-valued answer to "is `left` equal to `right`": null where either is. */
export function equal(left: Value, right: Value): boolean | null {
  return left === null || right === null ? null : compareValues(left, right) === 0;
}

function isNumber(value: Present): boolean {
  return value.kind === 'integer' || value.kind === 'decimal' || value.kind === 'double';
}

function compareNumbers(left: Present, right: Present): number {
  if (left.kind === 'double' || right.kind === 'double') return compareDoubles(doubleOf(left), doubleOf(right));
  const [a, b] = [decimalOf(left), decimalOf(right)];
  const scale = Math.max(a.scale, b.scale);
  const difference = rescaled(a, scale).unscaled - rescaled(b, scale).unscaled;
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** "NaN is equal to itself and greater than every other number." */
function compareDoubles(left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left < right ? -1 : Number(left > right);
}

function compareCodePoints(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function microsOf(value: Present): bigint {
  if (value.kind === 'date') return BigInt(value.day) * 86_400_000_000n;
  if (value.kind === 'timestamp' || value.kind === 'instant' || value.kind === 'clock') return value.micros;
  throw bug(`a ${value.kind} has no place in time`);
}
