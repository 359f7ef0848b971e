import type { Expression, TimeUnit } from '../plan/query.js';

/**
 * A stretch of time: from `low` (included) to `high` (excluded), each null for open. Relative phrases are expressions
 * over the as-of date, absolute ones literals. `years` is set where its ends are whole calendar years, for columns that
 * hold a year as a number: first and last included, null for open.
 */
export interface Stretch {
  readonly low: Expression | null;
  readonly high: Expression | null;
  readonly years: { readonly first: number | null; readonly last: number | null } | null;
  readonly relative: boolean;
}

/** A stretch found in the words: `next` is the place behind it. */
export interface FoundStretch {
  readonly next: number;
  readonly stretch: Stretch;
  /** A year that stands as a mere number: it may as well be an amount. */
  readonly bare: boolean;
  /** What was taken for granted, as a sentence for the reader; null for nothing. */
  readonly assumption: string | null;
}

/** The date that counts as today. */
export const asOf: Expression = { kind: 'as_of' };

/** A stretch with both ends. */
export function stretchOf(low: Expression, high: Expression, years: Stretch['years'] = null): Stretch {
  return { low, high, years, relative: dependsOnAsOf(low) || dependsOnAsOf(high) };
}

/** A found stretch without doubts. */
export function found(next: number, stretch: Stretch, assumption: string | null = null): FoundStretch {
  return { next, stretch, bare: false, assumption };
}

/** Whether the expression changes with the as-of date. */
function dependsOnAsOf(expression: Expression | null): boolean {
  if (expression === null) return false;
  if (expression.kind === 'as_of') return true;
  return (expression.kind === 'time_add' || expression.kind === 'time_truncate') && dependsOnAsOf(expression.operand);
}

/** A date literal of the calendar; month and day may overflow and are carried. */
export function dateLiteral(year: number, month: number, day: number): Expression {
  const value = new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
  return { kind: 'literal', literal: { type: 'date', value } };
}

/** Whether the calendar has that day. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The start of the period around the as-of date. */
export function currentPeriod(unit: TimeUnit): Expression {
  return unit === 'day' ? asOf : { kind: 'time_truncate', unit, operand: asOf };
}

/** `amount` units later; literals are computed at once where the calendar alone decides. */
export function shift(operand: Expression, amount: number, unit: TimeUnit): Expression {
  if (amount === 0) return operand;
  if (operand.kind === 'literal' && operand.literal.type === 'date') {
    const folded = shiftDate(operand.literal.value, amount, unit);
    if (folded !== null) return folded;
  }
  if (operand.kind === 'time_add' && operand.unit === unit && unit !== 'month') {
    return shift(operand.operand, operand.amount + amount, unit);
  }
  return { kind: 'time_add', operand, amount, unit };
}

/** Null for units shorter than a day, and where a day at a month's end would have to be moved. */
function shiftDate(text: string, amount: number, unit: TimeUnit): Expression | null {
  const [year = 0, month = 1, day = 1] = text.split('-').map(Number);
  switch (unit) {
    case 'day':
      return dateLiteral(year, month, day + amount);
    case 'week':
      return dateLiteral(year, month, day + 7 * amount);
    case 'month':
      return day > 28 ? null : dateLiteral(year, month + amount, day);
    case 'quarter':
      return day > 28 ? null : dateLiteral(year, month + 3 * amount, day);
    case 'year':
      return day > 28 ? null : dateLiteral(year + amount, month, day);
    default:
      return null;
  }
}

/** From the start of the first to the end of the second. */
export function spanned(left: Stretch, right: Stretch): Stretch {
  return {
    low: left.low,
    high: right.high,
    years: left.years === null || right.years === null ? null : { first: left.years.first, last: right.years.last },
    relative: left.relative || right.relative,
  };
}
