import type { TimePart, TimeSettings, TimeUnit } from '../../plan/query.js';
import { assertNever } from '../../support/assert-never.js';
import { bug } from '../../support/errors.js';
import type { Present, Value } from './value.js';

const microsPerSecond = 1_000_000n;
const microsPerDay = 86_400n * microsPerSecond;
const millisPerDay = 86_400_000;

/** A day of the calendar; months from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 of a day; a month beyond 12 (or below 1) counts on into the next (or last) years. */
export function dayNumber({ year, month, day }: CivilDate): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.floor(date.getTime() / millisPerDay);
}

/** The day of the calendar that is `day` days after 1970-01-01. */
export function civilDate(day: number): CivilDate {
  const date = new Date(day * millisPerDay);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The day of a date or timestamp. */
export function dayOf(value: Present): number {
  if (value.kind === 'date') return value.day;
  if (value.kind === 'timestamp') return Number(floorDivide(value.micros, microsPerDay));
  throw bug(`a ${value.kind} has no day`);
}

/** The microseconds of a timestamp, or of a date's midnight. */
export function wallMicros(value: Present): bigint {
  return value.kind === 'timestamp' ? value.micros : BigInt(dayOf(value)) * microsPerDay;
}

/**
 * "`time_truncate` is the first moment of the period. Units of a day and longer give a date, shorter ones a timestamp. Weeks
 * begin on `weekStart`. A fiscal year begins on the first of month `fiscalYearStart` and is named by that date."
 */
export function truncated(value: Value, unit: TimeUnit, time: TimeSettings): Value {
  if (value === null) return null;
  const day = dayOf(value);
  const { year, month } = civilDate(day);
  const firstOf = (of: Omit<CivilDate, 'day'>): Value => ({ kind: 'date', day: dayNumber({ ...of, day: 1 }) });
  switch (unit) {
    case 'second':
    case 'minute':
    case 'hour': {
      const length = { second: 1n, minute: 60n, hour: 3600n }[unit] * microsPerSecond;
      return { kind: 'timestamp', micros: floorDivide(wallMicros(value), length) * length };
    }
    case 'day':
      return { kind: 'date', day };
    case 'week':
      return { kind: 'date', day: day - (dayOfWeek(day, time) - 1) };
    case 'month':
      return firstOf({ year, month });
    case 'quarter':
      return firstOf({ year, month: month - ((month - 1) % 3) });
    case 'year':
      return firstOf({ year, month: 1 });
    case 'fiscal_year':
      return firstOf({ year: month >= time.fiscalYearStart ? year : year - 1, month: time.fiscalYearStart });
    case 'fiscal_quarter':
      // "Fiscal quarters begin there and every third month after."
      return firstOf({ year, month: month - ((((month - time.fiscalYearStart) % 3) + 3) % 3) });
    default:
      return assertNever(unit);
  }
}

/** "`time_part` is BIGINT, or English text for `month_name`, `day_name`." */
export function partOf(value: Value, part: TimePart, time: TimeSettings): Value {
  if (value === null) return null;
  const day = dayOf(value);
  const { year, month, day: dayOfMonth } = civilDate(day);
  const secondOfDay = floorDivide(wallMicros(value) - BigInt(day) * microsPerDay, microsPerSecond);
  const number = (of: bigint | number): Value => ({ kind: 'integer', value: BigInt(of) });
  switch (part) {
    case 'year':
      return number(year);
    case 'quarter':
      return number(Math.ceil(month / 3));
    case 'month':
      return number(month);
    case 'month_name':
      return { kind: 'text', value: monthNames[month - 1] ?? '' };
    case 'week':
      return number(isoWeek(day));
    case 'day_of_month':
      return number(dayOfMonth);
    case 'day_of_week':
      return number(dayOfWeek(day, time));
    case 'day_name':
      return { kind: 'text', value: dayNames[isoDayOfWeek(day) - 1] ?? '' };
    case 'day_of_year':
      return number(day - dayNumber({ year, month: 1, day: 1 }) + 1);
    case 'hour':
      return number(secondOfDay / 3600n);
    case 'minute':
      return number((secondOfDay / 60n) % 60n);
    case 'iso_year':
      return number(civilDate(isoThursday(day)).year);
    case 'us_week':
      return number(usWeek(day));
    default:
      return assertNever(part);
  }
}

/**
 * "`time_add` of months, quarters and years keeps the day of month, or takes the last day where there is none. A date moved
 * by days or more stays a date, by less becomes a timestamp."
 */
export function moved(value: Value, amount: number, unit: TimeUnit): Value {
  if (value === null) return null;
  switch (unit) {
    case 'second':
    case 'minute':
    case 'hour': {
      const length = { second: 1n, minute: 60n, hour: 3600n }[unit] * microsPerSecond;
      return { kind: 'timestamp', micros: wallMicros(value) + BigInt(amount) * length };
    }
    case 'day':
      return onDay(value, dayOf(value) + amount);
    case 'week':
      return onDay(value, dayOf(value) + 7 * amount);
    case 'month':
      return onDay(value, monthsLater(dayOf(value), amount));
    case 'quarter':
    case 'fiscal_quarter':
      return onDay(value, monthsLater(dayOf(value), 3 * amount));
    case 'year':
    case 'fiscal_year':
      return onDay(value, monthsLater(dayOf(value), 12 * amount));
    default:
      return assertNever(unit);
  }
}

/** "… count the boundaries of that unit crossed from `a` to `b` (b − a; negative backwards)." */
export function boundariesBetween(from: Present, to: Present, unit: 'day' | 'month' | 'second'): bigint {
  if (unit === 'day') return BigInt(dayOf(to) - dayOf(from));
  if (unit === 'second')
    return floorDivide(wallMicros(to), microsPerSecond) - floorDivide(wallMicros(from), microsPerSecond);
  const [a, b] = [civilDate(dayOf(from)), civilDate(dayOf(to))];
  return BigInt((b.year - a.year) * 12 + b.month - a.month);
}

/** `dividend / divisor` rounded down. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const cut = dividend / divisor;
  return dividend % divisor < 0n ? cut - 1n : cut;
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** 1 for Monday. 1970-01-01 was a Thursday. */
function isoDayOfWeek(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** "`day_of_week` is 1 on the day of `weekStart`." */
function dayOfWeek(day: number, { weekStart }: TimeSettings): number {
  return weekStart === 'monday' ? isoDayOfWeek(day) : (isoDayOfWeek(day) % 7) + 1;
}

/** The Thursday of the day's week from Monday: the week belongs to its year. */
function isoThursday(day: number): number {
  return day - isoDayOfWeek(day) + 4;
}

/** "`us_week` counts weeks from Sunday, the first being that of January 1 (1 to 54)." */
function usWeek(day: number): number {
  const newYear = dayNumber({ year: civilDate(day).year, month: 1, day: 1 });
  const firstSunday = newYear - (isoDayOfWeek(newYear) % 7);
  return Math.floor((day - firstSunday) / 7) + 1;
}

/** "`week` is the ISO week": the number of its Thursday's week in that Thursday's year. */
function isoWeek(day: number): number {
  const thursday = isoThursday(day);
  const { year } = civilDate(thursday);
  return Math.floor((thursday - dayNumber({ year, month: 1, day: 1 })) / 7) + 1;
}

function monthsLater(day: number, months: number): number {
  const { year, month, day: dayOfMonth } = civilDate(day);
  const first = dayNumber({ year, month: month + months, day: 1 });
  const next = dayNumber({ year, month: month + months + 1, day: 1 });
  return Math.min(first + dayOfMonth - 1, next - 1);
}

function onDay(value: Present, day: number): Value {
  if (value.kind === 'date') return { kind: 'date', day };
  return { kind: 'timestamp', micros: wallMicros(value) + BigInt(day - dayOf(value)) * microsPerDay };
}
