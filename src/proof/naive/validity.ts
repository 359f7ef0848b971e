import type { Validity } from '../../plan/query.js';
import { dayOfText } from './cast.js';
import { compareValues } from './comparison.js';
import type { Present, Table, Value } from './value.js';
import { valueAt, type World } from './world.js';
import { wallClock } from './zone.js';

/** A row of a history with the time that it is in force: `start <= at < end`, open where null. */
export interface Interval {
  readonly row: readonly Value[];
  readonly start: Value;
  readonly end: Value;
}

/** The date that counts as today. */
export function asOfDate({ asOf }: World): Present {
  return { kind: 'date', day: dayOfText(asOf) };
}

/**
 * The intervals of the rows of one key: "A null `start` or `end` is open; where `end` names no column, a row ends at the next
 * later `start` of its key, and rows with a null `start` count as the earliest."
 */
export function intervalsOf(
  rows: readonly (readonly Value[])[],
  table: Table,
  { start, end }: Validity,
  { time }: World,
): readonly Interval[] {
  const timeAt = (row: readonly Value[], column: string): Value => wallClock(valueAt(table, row, column), time.zone);
  return rows.map((row) => {
    const from = timeAt(row, start);
    if (end !== null) return { row, start: from, end: timeAt(row, end) };
    const later = rows
      .map((other) => timeAt(other, start))
      .filter((other) => other !== null)
      .filter((other) => from === null || compareValues(other, from) > 0);
    return { row, start: from, end: [...later].sort(compareValues)[0] ?? null };
  });
}

/** "`start <= at < end`." */
export function isInForce({ start, end }: Interval, at: Present): boolean {
  return (start === null || compareValues(start, at) <= 0) && (end === null || compareValues(at, end) < 0);
}

/** Whether there is a moment in both. "An interval that ends at or before its start is never in force." */
export function overlap(left: Interval, right: Interval): boolean {
  const [one, other] = [left, right].map(({ start, end }) => ({ start, end }));
  if (one === undefined || other === undefined || isNever(left) || isNever(right)) return false;
  return isBefore(one.start, other.end) && isBefore(other.start, one.end);
}

function isNever({ start, end }: Interval): boolean {
  return !isBefore(start, end);
}

/** Whether a start, open where null, lies before an end, open where null. */
function isBefore(start: Value, end: Value): boolean {
  return start === null || end === null || compareValues(start, end) < 0;
}
