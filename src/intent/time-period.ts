import type { Expression } from '../plan/query.js';
import { century, longPeriods, numericDays, numericMonths, ordinalAt, yearAt } from './time-numeric.js';
import type { PieceReader } from './time-pieces.js';
import {
  currentPeriod,
  dateLiteral,
  type FoundStretch,
  found,
  isDay,
  type Stretch,
  shift,
  spanned,
  stretchOf,
} from './time-stretch.js';
import { monthNumbers } from './words/time-words.js';

/** A year that parts of a year refer to: its first day, and its number where it is a calendar year known by number. */
interface YearReference {
  readonly next: number;
  readonly start: Expression;
  readonly year: number | null;
  readonly bare: boolean;
  readonly assumption: string | null;
}

/** A month, quarter, half, week or day that still wants its year. */
export interface YearPart {
  readonly next: number;
  readonly of: (start: Expression) => Stretch;
  /** Whether it has this day in that year; weeks and months always have. */
  readonly fits: (year: number) => boolean;
}

const fiscalNote = (year: number): string => `Fiscal year ${year} is the one that ends in ${year}.`;

const partLinks = ['to', 'through', 'thru', 'until', 'till', '-', 'and', '&', 'to the', 'up to'];

/** All calendar periods that begin at `place`: days, weeks, months, quarters, halves, years, decades, centuries. */
export function periodsAt(reader: PieceReader, place: number): readonly FoundStretch[] {
  const start = reader.past(place, 'the');
  return [
    ...numericDays(reader, start),
    ...partsWithYear(reader, start),
    ...numericMonths(reader, start),
    ...partsBehindYear(reader, start),
    ...longPeriods(reader, start),
    ...yearsAlone(reader, start),
  ];
}

/**
 * `March 2024`, `the third quarter of last year`, `Q1 to Q3 2024`, `March 5 to April 2, 2024`. Behind `between` its
 * `and` spans what lies between, else it only joins neighbours.
 */
export function partsWithYear(reader: PieceReader, place: number, between = false): readonly FoundStretch[] {
  const results: FoundStretch[] = [];
  for (const first of yearParts(reader, place)) {
    results.push(...completed(reader, first.next, [first]));
    // Of `Jan-Mar` the tokens leave two months in a row.
    const hyphenated = monthNumbers.has(reader.text(first.next)) ? first.next : null;
    const link = reader.after(first.next, partLinks) ?? hyphenated;
    if (link === null) continue;
    const joined = !between && reader.is(first.next, 'and', '&');
    for (const second of yearParts(reader, reader.past(link, 'the'))) {
      for (const whole of completed(reader, second.next, [first, second])) {
        // `Q1 and Q3` are two stretches, not one: only neighbours join.
        if (!joined || touches(first, second)) results.push(whole);
      }
    }
  }
  return results;
}

function touches(first: YearPart, second: YearPart): boolean {
  const start = dateLiteral(2001, 1, 1);
  return JSON.stringify(first.of(start).high) === JSON.stringify(second.of(start).low);
}

function completed(reader: PieceReader, place: number, parts: readonly YearPart[]): readonly FoundStretch[] {
  return ['', ',', 'of', 'of the', 'in', 'in the', '-', ', of'].flatMap((separator) => {
    const next = separator === '' ? place : reader.after(place, [separator]);
    const year = next === null ? null : (yearReference(reader, next) ?? gluedYear(reader, next));
    if (year === null) return [];
    const [first, last] = [parts[0], parts.at(-1)];
    if (first === undefined || last === undefined) return [];
    if (year.year !== null && !parts.every((part) => part.fits(year.year ?? 0))) return [];
    return [found(year.next, spanned(first.of(year.start), last.of(year.start)), year.assumption)];
  });
}

/** `2024 Q3`, `2024Q3`, `2024-Q3`, `2024 March`, `2024-W12`, `2024-03`. */
function partsBehindYear(reader: PieceReader, place: number): readonly FoundStretch[] {
  const year = yearReference(reader, place);
  if (year === null) return [];
  const next = reader.after(year.next, ['-', '/', ',', "'s"]) ?? year.next;
  return yearParts(reader, next)
    .filter((part) => year.year === null || part.fits(year.year))
    .map((part) => found(part.next, part.of(year.start), year.assumption));
}

/** The parts of a year that begin at `place`, without their year. */
export function yearParts(reader: PieceReader, place: number): readonly YearPart[] {
  return [
    ...monthParts(reader, place),
    ...dayBeforeMonth(reader, place),
    ...numberedParts(reader, place),
    ...ordinalParts(reader, place),
  ];
}

function monthParts(reader: PieceReader, place: number): readonly YearPart[] {
  const start = reader.after(place, ['month of', 'the month of']) ?? place;
  const month = monthNumbers.get(reader.text(start));
  if (month === undefined) return [];
  const next = start + (reader.is(start + 1, '.') && reader.glued(start + 1) ? 2 : 1);
  const parts = [part(next, month, 1, month + 1, 1)];
  const first = dayAt(reader, reader.past(next, 'the'));
  if (first === null) return parts;
  parts.push(dayPart(first.next, month, first.day, first.day));
  const link = reader.after(first.next, ['to', '-', 'through', 'until', 'till', 'thru']);
  const second = link === null ? null : dayAt(reader, reader.past(link, 'the'));
  if (second !== null && second.day >= first.day) parts.push(dayPart(second.next, month, first.day, second.day));
  return parts;
}

/** `5 March`, `5th of March`, `5 to 10 March`. */
function dayBeforeMonth(reader: PieceReader, place: number): readonly YearPart[] {
  const first = dayAt(reader, place);
  if (first === null) return [];
  const link = reader.after(first.next, ['to', '-', 'through', 'until', 'till', 'thru']);
  const second = link === null ? null : dayAt(reader, reader.past(link, 'the'));
  return [first, ...(second === null ? [] : [second])].flatMap((last) => {
    const monthPlace = reader.after(last.next, ['of', '-', 'day of']) ?? last.next;
    const month = monthNumbers.get(reader.text(monthPlace));
    return month === undefined || last.day < first.day ? [] : [dayPart(monthPlace + 1, month, first.day, last.day)];
  });
}

function dayAt(reader: PieceReader, place: number): { readonly day: number; readonly next: number } | null {
  const text = reader.text(place);
  const suffixed = reader.is(place + 1, 'st', 'nd', 'rd', 'th') && reader.glued(place + 1);
  const day = /^\d{1,2}$/u.test(text) ? Number(text) : Number.NaN;
  return day >= 1 && day <= 31 ? { day, next: place + (suffixed ? 2 : 1) } : null;
}

/** `Q3`, `3Q`, `quarter 3`, `H1`, `1H`, `W12`, `week 12`, `month 3`. */
function numberedParts(reader: PieceReader, place: number): readonly YearPart[] {
  const byName: Readonly<Record<string, readonly [kind: string, max: number]>> = {
    q: ['quarter', 4],
    qtr: ['quarter', 4],
    quarter: ['quarter', 4],
    h: ['half', 2],
    w: ['week', 53],
    wk: ['week', 53],
    cw: ['week', 53],
    kw: ['week', 53],
    week: ['week', 53],
    month: ['month', 12],
  };
  const start = reader.after(place, ['calendar', 'iso']) ?? place;
  const ordered: readonly (readonly [name: number, number: number])[] = [
    [start, start + 1],
    [start + 1, start],
  ];
  return ordered.flatMap(([name, number]) => {
    const text = reader.text(name);
    const kind = Object.hasOwn(byName, text) ? byName[text] : undefined;
    const value = /^\d{1,2}$/u.test(reader.text(number)) ? Number(reader.text(number)) : 0;
    const short = text.length === 1 || text === 'cw' || text === 'kw';
    if (kind === undefined || value < 1 || value > kind[1]) return [];
    if ((short || number < name) && !reader.glued(start + 1)) return [];
    return [countedPart(kind[0], value, start + 2)];
  });
}

/** `first quarter`, `2nd half`, `last quarter`, `12th week`. */
function ordinalParts(reader: PieceReader, place: number): readonly YearPart[] {
  const number = ordinalAt(reader, place);
  const isLast = reader.is(place, 'last', 'final');
  if (number === null && !isLast) return [];
  const next = number?.next ?? place + 1;
  const unit = reader.text(reader.past(next, 'calendar', 'fiscal'));
  const behind = reader.past(next, 'calendar', 'fiscal') + 1;
  const max = { quarter: 4, half: 2, week: 53, month: 12 };
  if (unit !== 'quarter' && unit !== 'half' && unit !== 'week' && unit !== 'month') return [];
  if (isLast && (unit === 'week' || !reader.is(behind, 'of', 'in'))) return [];
  const value = number?.value ?? max[unit];
  return value > max[unit] ? [] : [countedPart(unit, value, behind)];
}

function countedPart(kind: string, value: number, next: number): YearPart {
  if (kind === 'quarter') return part(next, value * 3 - 2, 1, value * 3 + 1, 1);
  if (kind === 'half') return part(next, value * 6 - 5, 1, value * 6 + 1, 1);
  if (kind === 'month') return part(next, value, 1, value + 1, 1);
  return {
    next,
    // The first week of a year is the one that holds its fourth day, as ISO 8601 has it.
    of: (start) => {
      const first: Expression = { kind: 'time_truncate', unit: 'week', operand: shift(start, 3, 'day') };
      return stretchOf(shift(first, value - 1, 'week'), shift(first, value, 'week'));
    },
    fits: () => true,
  };
}

function part(next: number, month: number, day: number, endMonth: number, endDay: number): YearPart {
  const at = (start: Expression, months: number, days: number): Expression =>
    shift(shift(start, months - 1, 'month'), days - 1, 'day');
  return {
    next,
    of: (start) => stretchOf(at(start, month, day), at(start, endMonth, endDay)),
    fits: () => true,
  };
}

function dayPart(next: number, month: number, first: number, last: number): YearPart {
  return {
    ...part(next, month, first, month, last + 1),
    fits: (year) => isDay(year, month, first) && isDay(year, month, last),
  };
}

/** `2024`, `'24`, `FY24`, `fiscal year 2024`, `calendar year 2024`, `this year`, `last year`, `next year`. */
function yearReference(reader: PieceReader, place: number): YearReference | null {
  const relative = relativeYear(reader, reader.past(place, 'the'));
  if (relative !== null) return relative;
  const fiscal = reader.after(place, [
    'fy',
    'fiscal',
    'fiscal year',
    'financial year',
    'the fiscal year',
    "fy '",
    'f y',
  ]);
  if (fiscal !== null) return fiscalYear(reader, fiscal);
  const named =
    reader.after(place, ['year', 'the year', 'year of', 'the year of', 'calendar year', 'cy', 'the calendar year']) ??
    place;
  // The tokens know a lone apostrophe as a possessive.
  const short = reader.is(named, "'", "'s") && /^\d\d$/u.test(reader.text(named + 1)) && reader.glued(named + 1);
  if (short && named > 0) return calendarYear(named + 2, century(Number(reader.text(named + 1))), false);
  const year = yearAt(reader, named);
  if (year === null) return null;
  const fiscalBehind = reader.after(named + 1, ['fiscal year', 'financial year', 'fy']);
  if (fiscalBehind !== null) return fiscalYear(reader, named, fiscalBehind);
  const behind = reader.after(named + 1, ['calendar year']);
  return calendarYear(behind ?? named + 1, year, named === place && behind === null);
}

/** `3Q24`, `1H24`. */
function gluedYear(reader: PieceReader, place: number): YearReference | null {
  if (!reader.is(place - 1, 'q', 'h') || !reader.glued(place) || !/^\d\d$/u.test(reader.text(place))) return null;
  return calendarYear(place + 1, century(Number(reader.text(place))), false);
}

function calendarYear(next: number, year: number, bare: boolean): YearReference {
  return { next, start: dateLiteral(year, 1, 1), year, bare, assumption: null };
}

function fiscalYear(reader: PieceReader, place: number, behind?: number): YearReference | null {
  const text = reader.text(place);
  const year = yearAt(reader, place) ?? (/^\d\d$/u.test(text) ? century(Number(text)) : null);
  if (year === null) return null;
  // FY2023/24 is named by both of its years; the later one is the one it ends in.
  const second = reader.is(place + 1, '/', '-') && /^\d\d(\d\d)?$/u.test(reader.text(place + 2));
  const last = second ? year + 1 : year;
  const next = behind ?? place + (second ? 3 : 1);
  const start: Expression = { kind: 'time_truncate', unit: 'fiscal_year', operand: dateLiteral(last, 1, 1) };
  return { next, start, year: last, bare: false, assumption: fiscalNote(last) };
}

function relativeYear(reader: PieceReader, place: number): YearReference | null {
  const offsets: readonly (readonly [number, readonly string[]])[] = [
    [0, ['this', 'current', 'the current']],
    [-1, ['last', 'previous', 'prior', 'past', 'the previous', 'the prior']],
    [1, ['next', 'coming']],
  ];
  for (const [offset, words] of offsets) {
    const next = reader.after(place, words);
    if (next === null) continue;
    const fiscal = reader.after(next, ['fiscal year', 'financial year']);
    const end = fiscal ?? reader.after(next, ['year', 'calendar year']);
    if (end === null) continue;
    const unit = fiscal === null ? 'year' : 'fiscal_year';
    return { next: end, start: shift(currentPeriod(unit), offset, 'year'), year: null, bare: false, assumption: null };
  }
  return null;
}

function yearsAlone(reader: PieceReader, place: number): readonly FoundStretch[] {
  const year = yearReference(reader, place);
  // A lone `'24` may be anything, and relative years are found with the other relative units.
  if (year === null || year.start.kind === 'time_add' || reader.is(place, "'", "'s")) return [];
  if (year.year === null) return [];
  const years = { first: year.year, last: year.year };
  const stretch = stretchOf(year.start, shift(year.start, 1, 'year'), years);
  return [{ next: year.next, stretch, bare: year.bare, assumption: year.assumption }];
}
