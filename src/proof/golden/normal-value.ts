import type { CellValue } from '../../engine/engine.js';

/**
 * The form in which two cells are compared: numbers as doubles, dates and timestamps as ISO text (midnight is the date
 * alone), booleans as words, empty text and NaN as null. Values that mean the same become equal.
 */
export type NormalValue = number | string | null;

const numberPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const momentPattern = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?(?:Z|\+00(?::?00)?)?$/;
/** The comparable form of a cell as engine or results file give it. */
export function normalValue(cell: CellValue): NormalValue {
  if (cell === null) return null;
  if (typeof cell === 'boolean') return cell ? 'true' : 'false';
  if (typeof cell === 'number') return Number.isNaN(cell) ? null : cell;
  return normalText(stripped(cell));
}

/** Takes blanks off both ends, by the same notion of blank as Python's `str.strip`, which the referee uses. */
function stripped(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  if (code === 0x85 || (code >= 0x1c && code <= 0x1f)) return true;
  return code !== 0xfeff && String.fromCharCode(code).trim() === '';
}

function normalText(text: string): NormalValue {
  if (text === '') return null;
  if (numberPattern.test(text)) return Number(text);
  const moment = momentPattern.exec(text);
  if (moment) return normalMoment(moment) ?? text;
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : text;
}

/** ISO text to microseconds, or null where no such moment exists (February 30th). */
function normalMoment(parts: RegExpExecArray): string | null {
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = ''] = parts;
  const date = `${year}-${month}-${day}`;
  if (Number(year) < 1 || !isCalendarDate(date)) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  if (`${hour}${minute}${second}${micros}` === '000000000000') return date;
  return `${date} ${hour}:${minute}:${second}${micros === '000000' ? '' : `.${micros}`}`;
}

function isCalendarDate(date: string): boolean {
  const moment = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date);
}

/** Whether two values are equal, numbers within `tolerance` relative to the larger (absolute below 1). */
export function nearlyEqual(left: NormalValue, right: NormalValue, tolerance: number): boolean {
  if (left === right) return true;
  if (typeof left !== 'number' || typeof right !== 'number') return false;
  return Math.abs(left - right) <= tolerance * Math.max(1, Math.abs(left), Math.abs(right));
}

/** What a value is sorted by: nulls, then numbers at five significant digits, then text by code points. */
export interface SortKey {
  readonly rank: 0 | 1 | 2;
  readonly amount: number;
  readonly text: string;
}

/** The sort key of a value; values that are nearly equal mostly share one. */
export function sortKey(value: NormalValue): SortKey {
  if (value === null) return { rank: 0, amount: 0, text: '' };
  if (typeof value === 'number') return { rank: 1, amount: value === 0 ? 0 : fiveDigits(value), text: '' };
  return { rank: 2, amount: 0, text: value };
}

export function compareSortKeys(left: SortKey, right: SortKey): number {
  if (left.rank !== right.rank) return left.rank - right.rank;
  if (left.amount !== right.amount) return left.amount < right.amount ? -1 : 1;
  return compareCodePoints(left.text, right.text);
}

/** Five significant digits, halves to even as C's `%.4e` does; `toExponential` alone takes halves away from zero. */
function fiveDigits(value: number): number {
  const rounded = value.toExponential(4);
  const exact = /^(-?)(\d)\.(\d{4})50*e([+-]\d+)$/.exec(value.toExponential(30));
  if (!exact) return Number(rounded);
  const [, sign = '', first = '', rest = '', exponent = ''] = exact;
  const digits = Number(first + rest);
  const even = digits % 2 === 0 ? digits : digits + 1;
  return Number(`${sign}${even}e${Number(exponent) - 4}`);
}

function compareCodePoints(left: string, right: string): number {
  if (left === right) return 0;
  const leftPoints = [...left];
  const rightPoints = [...right];
  const shorter = Math.min(leftPoints.length, rightPoints.length);
  for (let index = 0; index < shorter; index += 1) {
    const difference = (leftPoints[index]?.codePointAt(0) ?? 0) - (rightPoints[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return leftPoints.length - rightPoints.length;
}
