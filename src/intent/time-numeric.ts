import type { Expression } from '../plan/query.js';
import type { PieceReader } from './time-pieces.js';
import { dateLiteral, type FoundStretch, found, isDay, shift, stretchOf } from './time-stretch.js';
import { decades, ordinals } from './words/time-words.js';

/** A year in four digits; null for other numbers. */
export function yearAt(reader: PieceReader, place: number): number | null {
  return /^(1[5-9]\d\d|20\d\d|2100)$/u.test(reader.text(place)) ? Number(reader.text(place)) : null;
}

/** Two digits are of the years 1970 to 2069. */
export function century(year: number): number {
  return year < 70 ? 2000 + year : 1900 + year;
}

/** `third`, `3rd`, with the place behind it. */
export function ordinalAt(
  reader: PieceReader,
  place: number,
): { readonly value: number; readonly next: number } | null {
  const spelled = ordinals.get(reader.text(place));
  if (spelled !== undefined) return { value: spelled, next: place + 1 };
  const unit = reader.past(place + 1, '-');
  const ones = ordinals.get(reader.text(unit));
  if (reader.is(place, 'twenty') && ones !== undefined && ones < 10) return { value: 20 + ones, next: unit + 1 };
  const suffixed = reader.is(place + 1, 'st', 'nd', 'rd', 'th') && reader.glued(place + 1);
  return suffixed && /^\d{1,2}$/u.test(reader.text(place))
    ? { value: Number(reader.text(place)), next: place + 2 }
    : null;
}

/** `2024-03-05`, `2024/3/5`, `03/05/2024`, `5.3.2024`, each also with a time behind it. */
export function numericDays(reader: PieceReader, place: number): readonly FoundStretch[] {
  const dotted = /^(\d{1,2})\.(\d{1,2})$/u.exec(reader.text(place));
  if (dotted !== null && reader.is(place + 1, '.') && reader.glued(place + 1) && reader.glued(place + 2)) {
    const year = yearAt(reader, place + 2);
    if (year === null) return [];
    const [day, month] = [Number(dotted[1]), Number(dotted[2])];
    return days(reader, place + 3, year, month, day, `${reader.text(place)}.${year} is read as day.month.year.`);
  }
  const sign = reader.text(place + 1);
  const texts = [0, 2, 4].map((offset) => reader.text(place + offset));
  const glued = [1, 2, 3, 4].every((offset) => reader.glued(place + offset));
  if (!['-', '/'].includes(sign) || reader.text(place + 3) !== sign || !glued) return [];
  if (!texts.every((text) => /^\d{1,4}$/u.test(text))) return [];
  const [first = 0, second = 0, third = 0] = texts.map(Number);
  const next = place + 5;
  if (yearAt(reader, place) !== null) return days(reader, next, first, second, third, null);
  if (yearAt(reader, place + 4) === null) return [];
  const written = texts.join(sign);
  if (first > 12) return days(reader, next, third, second, first, null);
  if (second > 12 || first === second) return days(reader, next, third, first, second, null);
  return days(reader, next, third, first, second, `${written} is read as month${sign}day${sign}year.`);
}

function days(
  reader: PieceReader,
  next: number,
  year: number,
  month: number,
  day: number,
  assumption: string | null,
): readonly FoundStretch[] {
  if (!isDay(year, month, day)) return [];
  const whole = found(next, stretchOf(dateLiteral(year, month, day), dateLiteral(year, month, day + 1)), assumption);
  const clock = reader.after(next, ['at', 't']) ?? next;
  const [hour, minute] = [reader.text(clock), reader.text(clock + 2)];
  if (!/^\d{1,2}$/u.test(hour) || !reader.is(clock + 1, ':') || !/^\d\d$/u.test(minute)) return [whole];
  if (Number(hour) > 23 || Number(minute) > 59) return [whole];
  const seconds = reader.is(clock + 3, ':') && /^\d\d$/u.test(reader.text(clock + 4)) ? reader.text(clock + 4) : null;
  const date = `${String(year)}-${pad(month)}-${pad(day)}`;
  const value = `${date} ${pad(Number(hour))}:${minute}:${seconds ?? '00'}`;
  const low: Expression = { kind: 'literal', literal: { type: 'timestamp', value } };
  const high = shift(low, 1, seconds === null ? 'minute' : 'second');
  return [whole, found(clock + (seconds === null ? 3 : 5), stretchOf(low, high), assumption)];
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** `2024-03`, `2024/03`, `03/2024`. */
export function numericMonths(reader: PieceReader, place: number): readonly FoundStretch[] {
  if (!reader.is(place + 1, '-', '/') || !reader.glued(place + 1) || !reader.glued(place + 2)) return [];
  if (reader.is(place + 3, '-', '/', ':') && reader.glued(place + 3)) return [];
  const [left, right] = [reader.text(place), reader.text(place + 2)];
  const yearFirst = yearAt(reader, place);
  const [year, month] = yearFirst === null ? [yearAt(reader, place + 2), left] : [yearFirst, right];
  if (year === null || !/^\d\d?$/u.test(month) || (yearFirst !== null && month.length !== 2)) return [];
  const number = Number(month);
  if (number < 1 || number > 12) return [];
  return [found(place + 3, stretchOf(dateLiteral(year, number, 1), dateLiteral(year, number + 1, 1)))];
}

/** `the 90s`, `1990s`, `the nineties`, `the 1990's`, `21st century`. */
export function longPeriods(reader: PieceReader, place: number): readonly FoundStretch[] {
  const ordinal = ordinalAt(reader, place);
  const centuryNext = ordinal === null ? null : reader.after(ordinal.next, ['century', '- century']);
  if (ordinal !== null && centuryNext !== null && ordinal.value >= 10 && ordinal.value <= 30) {
    const first = (ordinal.value - 1) * 100 + 1;
    return [wholeYears(centuryNext, first, first + 99)];
  }
  const spelled = decades.get(reader.text(place));
  const article = reader.is(place - 1, 'the') || reader.is(place - 1, 'early', 'late', 'mid');
  if (spelled !== undefined && article) return [wholeYears(place + 1, century(spelled), century(spelled) + 9)];
  const apostrophe = reader.is(place, "'", "'s") ? 1 : 0;
  const text = reader.text(place + apostrophe);
  const ending = place + apostrophe + 1;
  if (!reader.is(ending, 's', "'s") || !reader.glued(ending) || !/0$/u.test(text)) return [];
  const year = yearAt(reader, place + apostrophe);
  if (year !== null) return [wholeYears(ending + 1, year, year + 9)];
  if (!/^\d0$/u.test(text) || (apostrophe === 0 && !article)) return [];
  return [wholeYears(ending + 1, century(Number(text)), century(Number(text)) + 9)];
}

function wholeYears(next: number, first: number, last: number): FoundStretch {
  return found(next, stretchOf(dateLiteral(first, 1, 1), dateLiteral(last + 1, 1, 1), { first, last }));
}
