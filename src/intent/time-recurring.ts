import type { TimePart } from '../plan/query.js';
import { ordinalAt } from './time-numeric.js';
import type { PieceReader } from './time-pieces.js';
import { isDay } from './time-stretch.js';
import { monthNumbers, recurringOpeners, weekdayNames } from './words/time-words.js';

/** One part of the calendar or clock and the values of it that are meant, as `time_part` gives them. */
export interface RecurringPart {
  readonly part: TimePart;
  readonly values: readonly (number | string)[];
}

/** Time that comes around: all the parts hold at once (`March 5`: the month and the day). */
export interface FoundRecurring {
  readonly next: number;
  readonly parts: readonly RecurringPart[];
}

/** Minutes of the day, from `low` (included) to `high` (excluded), each null for open; exact to the minute. */
export interface FoundClock {
  readonly next: number;
  readonly low: number | null;
  readonly high: number | null;
}

interface Member {
  readonly next: number;
  readonly part: RecurringPart;
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `in May`, `on Mondays`, `from May to August`, `on weekends`, `in Q1`: without a year, behind a word that places it in time. */
export function recurringAt(reader: PieceReader, place: number): readonly FoundRecurring[] {
  const start = reader.past(place, 'the', 'a', 'an', 'each', 'every', 'any');
  const opened = isOpened(reader, place);
  const results: FoundRecurring[] = [];
  for (const first of membersAt(reader, start)) {
    if (opened || isPlural(reader, start)) results.push(single(reader, first));
    const ranged = range(reader, first);
    const spelledOut = ranged !== null && (opened || first.part.part === 'day_name');
    if (ranged !== null && spelledOut) results.push(ranged);
    const listed = enumeration(reader, first);
    if (listed !== null && (opened || isPlural(reader, start))) results.push(listed);
  }
  if (opened) results.push(...dayOfMonth(reader, place), ...monthDay(reader, start));
  return results;
}

function isOpened(reader: PieceReader, place: number): boolean {
  const before = reader.is(place - 1, 'the', 'a', 'each', 'every') ? place - 2 : place - 1;
  return (
    recurringOpeners.has(reader.text(before)) || reader.is(place, 'each', 'every') || reader.is(place - 1, 'every')
  );
}

/** Plural weekdays and weekends are always time that comes around. */
function isPlural(reader: PieceReader, place: number): boolean {
  return /^(\p{L}+days|weekends|workdays)$/u.test(reader.text(place)) && !reader.is(place, 'days', 'holidays');
}

function single(reader: PieceReader, member: Member): FoundRecurring {
  const behind = reader.after(member.next, ['of each year', 'of every year', 'each year', 'every year', 'of any year']);
  return { next: behind ?? member.next, parts: [member.part] };
}

function membersAt(reader: PieceReader, place: number): readonly Member[] {
  const start = reader.after(place, ['month of', 'months of', 'the month of']) ?? place;
  const text = reader.text(start);
  const month = monthNumbers.get(text);
  const members: Member[] = [];
  if (month !== undefined) members.push({ next: start + 1, part: { part: 'month', values: [month] } });
  const weekday = weekdayNames.get(text);
  if (weekday !== undefined && (text.length > 3 || reader.is(start - 1, 'on', 'to', '-', 'and', 'or')))
    members.push({ next: start + 1, part: { part: 'day_name', values: [weekday] } });
  if (['weekend', 'weekends'].includes(text))
    members.push({ next: start + 1, part: { part: 'day_name', values: weekdays.slice(5) } });
  if (['weekday', 'weekdays', 'workdays', 'workday'].includes(text))
    members.push({ next: start + 1, part: { part: 'day_name', values: weekdays.slice(0, 5) } });
  const business = reader.after(start, ['working days', 'business days', 'week days']);
  if (business !== null) members.push({ next: business, part: { part: 'day_name', values: weekdays.slice(0, 5) } });
  members.push(...quarters(reader, start));
  return members;
}

function quarters(reader: PieceReader, place: number): readonly Member[] {
  const letter = reader.is(place, 'q', 'qtr') && (reader.glued(place + 1) || reader.is(place, 'qtr'));
  const written = /^[1-4]$/u.test(reader.text(place + 1)) ? Number(reader.text(place + 1)) : null;
  if (letter && written !== null) return [{ next: place + 2, part: { part: 'quarter', values: [written] } }];
  const ordinal = ordinalAt(reader, place);
  const next = ordinal === null ? null : reader.after(ordinal.next, ['quarter']);
  if (ordinal === null || next === null || ordinal.value > 4) return [];
  return [{ next, part: { part: 'quarter', values: [ordinal.value] } }];
}

/** `May to August`, `Monday to Friday`; past the end it goes on from the start (`November to February`). */
function range(reader: PieceReader, first: Member): FoundRecurring | null {
  const links = ['to', 'through', 'thru', 'until', 'till', '-', 'and'];
  const link = reader.after(first.next, links);
  if (link === null || (reader.is(first.next, 'and') && !isBetween(reader, first.next))) return null;
  const second = membersAt(reader, reader.past(link, 'the')).find(({ part }) => part.part === first.part.part);
  if (second === undefined || second.part.values.length > 1 || first.part.values.length > 1) return null;
  const cycle = cycleOf(first.part.part);
  const from = cycle.indexOf(first.part.values[0] ?? '');
  const to = cycle.indexOf(second.part.values[0] ?? '');
  if (from < 0 || to < 0) return null;
  const length = ((to - from + cycle.length) % cycle.length) + 1;
  const values = Array.from({ length }, (_, index) => cycle[(from + index) % cycle.length] ?? 0);
  return { next: second.next, parts: [{ part: first.part.part, values }] };
}

function isBetween(reader: PieceReader, link: number): boolean {
  return [2, 3, 4].some((back) => reader.is(link - back, 'between'));
}

function cycleOf(part: TimePart): readonly (number | string)[] {
  if (part === 'day_name') return weekdays;
  return Array.from({ length: part === 'month' ? 12 : 4 }, (_, index) => index + 1);
}

/** `May, June and July`, `Mondays or Fridays`. */
function enumeration(reader: PieceReader, first: Member): FoundRecurring | null {
  const values = [...first.part.values];
  let next = first.next;
  for (;;) {
    const link = reader.after(next, [',', 'and', 'or', ', and', ', or', '&', 'and on', 'or on', 'and in', 'or in']);
    const place = link === null ? null : reader.past(link, 'the', 'on');
    const member =
      place === null ? undefined : membersAt(reader, place).find(({ part }) => part.part === first.part.part);
    if (member === undefined) break;
    values.push(...member.part.values);
    next = member.next;
  }
  if (next === first.next || isBetween(reader, first.next)) return null;
  const cycle = cycleOf(first.part.part);
  const unique = cycle.filter((value) => values.includes(value));
  return { next, parts: [{ part: first.part.part, values: unique }] };
}

/** What may follow `on the 15th` where it is a day: not `floor`. */
const behindDay = ['.', ',', '?', ';', 'and', 'or', 'for', 'in', 'by', 'from', 'at', 'with', 'when', 'only'];

/** `on the 5th`, `on the first of the month`, `on the 1st of each month`. */
function dayOfMonth(reader: PieceReader, place: number): readonly FoundRecurring[] {
  const start = reader.past(place, 'the');
  const ordinal = start === place && !reader.is(place - 1, 'the') ? null : ordinalAt(reader, start);
  if (ordinal === null || ordinal.value > 31) return [];
  const part: RecurringPart = { part: 'day_of_month', values: [ordinal.value] };
  const of = reader.after(ordinal.next, ['of the month', 'of each month', 'of every month', 'of any month']);
  const ofDay = reader.after(ordinal.next, ['day of the month', 'day of each month', 'day of every month']);
  const opened = reader.is(start - 2, 'on') || reader.is(place - 1, 'on');
  const end = of ?? ofDay;
  if (end !== null) return [{ next: end, parts: [part] }];
  const ends = reader.text(ordinal.next) === '' || reader.is(ordinal.next, ...behindDay);
  return opened && ends ? [{ next: ordinal.next, parts: [part] }] : [];
}

/** `March 5`, `5 March`, `5th of March`, every year. */
function monthDay(reader: PieceReader, place: number): readonly FoundRecurring[] {
  const suffix = (at: number): number => (reader.is(at, 'st', 'nd', 'rd', 'th') && reader.glued(at) ? at + 1 : at);
  const dayOf = (at: number): number | null => {
    const day = /^\d{1,2}$/u.test(reader.text(at)) ? Number(reader.text(at)) : 0;
    return day >= 1 && day <= 31 ? day : null;
  };
  const month = monthNumbers.get(reader.text(place));
  const behind = month === undefined ? null : dayOf(reader.past(place + 1, 'the'));
  if (month !== undefined && behind !== null && isDay(leapYear, month, behind))
    return [recurringDay(suffix(reader.past(place + 1, 'the') + 1), month, behind)];
  const day = dayOf(place);
  const named = reader.past(suffix(place + 1), 'of');
  const second = monthNumbers.get(reader.text(named));
  if (day === null || second === undefined || !isDay(leapYear, second, day)) return [];
  return [recurringDay(named + 1, second, day)];
}

function recurringDay(next: number, month: number, day: number): FoundRecurring {
  return {
    next,
    parts: [
      { part: 'month', values: [month] },
      { part: 'day_of_month', values: [day] },
    ],
  };
}

const leapYear = 2000;
const minutesOfDay = 1440;

/** `at 8am`, `after 17:30`, `between 9 and 5 pm`, `before noon`. */
export function clocksAt(reader: PieceReader, place: number): readonly FoundClock[] {
  const between = reader.after(place, ['between', 'from', 'from between']);
  if (between !== null) {
    const range = clockRange(reader, between);
    return range === null ? [] : [range];
  }
  const sides: readonly (readonly [readonly string[], (low: number, high: number) => Omit<FoundClock, 'next'>])[] = [
    [['after', 'later than', 'past'], (_, high) => ({ low: high, high: null })],
    [['since', 'from', 'starting at', 'at or after', 'on or after', 'no earlier than'], (low) => ({ low, high: null })],
    [['before', 'earlier than', 'prior to'], (low) => ({ low: null, high: low })],
    [['until', 'till', 'by', 'up to', 'at or before', 'no later than'], (_, high) => ({ low: null, high })],
  ];
  for (const [words, ends] of sides) {
    const next = reader.after(place, words);
    const clock = next === null ? null : clockAt(reader, next, null);
    if (clock === null) continue;
    // `after 8am` begins once it has struck eight, not at nine.
    return [{ next: clock.next, ...ends(clock.minute, clock.minute + 1) }];
  }
  const start = reader.past(place, 'at', 'around', '@');
  const clock = clockAt(reader, start, null);
  const range = clock === null ? null : clockRange(reader, start);
  if (clock === null) return [];
  const length = clock.exact ? 1 : 60;
  return [
    { next: clock.next, low: clock.minute, high: Math.min(minutesOfDay, clock.minute + length) },
    ...(range === null ? [] : [range]),
  ];
}

interface ClockTime {
  readonly next: number;
  readonly minute: number;
  /** Minutes were said. */
  readonly exact: boolean;
}

function clockRange(reader: PieceReader, place: number): FoundClock | null {
  for (const half of [null, 'am', 'pm'] as const) {
    const first = clockAt(reader, place, half);
    const link = first === null ? null : reader.after(first.next, ['and', 'to', '-', 'until', 'till', 'through']);
    const second = link === null ? null : clockAt(reader, link, null);
    if (first === null || second === null || second.minute <= first.minute) continue;
    // `between 2 and 5 pm` is in the afternoon as a whole, `between 9 and 5 pm` begins in the morning.
    const later = half === 'am' && second.minute >= 720 && first.minute + 720 < second.minute;
    const low = later ? first.minute + 720 : first.minute;
    return { next: second.next, low, high: second.minute + 1 };
  }
  return null;
}

/** A time of day; `half` is lent to an hour that stands alone. */
function clockAt(reader: PieceReader, place: number, half: 'am' | 'pm' | null): ClockTime | null {
  const named = { noon: 720, midday: 720, midnight: 0 }[reader.text(place)];
  if (named !== undefined) return { next: place + 1, minute: named, exact: true };
  const hour = /^\d{1,2}$/u.test(reader.text(place)) ? Number(reader.text(place)) : Number.NaN;
  if (Number.isNaN(hour) || hour > 24) return null;
  const colon = reader.is(place + 1, ':') && reader.glued(place + 1) && /^[0-5]\d$/u.test(reader.text(place + 2));
  const minute = colon ? Number(reader.text(place + 2)) : 0;
  const next = colon ? place + 3 : place + 1;
  const said = halfAt(reader, next);
  const oClock = reader.after(next, ["o'clock", 'o clock', "o 's clock", 'hours', 'h']);
  if (said === null && !colon && half === null && (oClock === null || !reader.is(next, "o'clock", 'o'))) return null;
  const meridiem = said?.half ?? (colon ? null : half);
  if (meridiem !== null && (hour < 1 || hour > 12)) return null;
  const full = meridiem === null ? hour : (hour % 12) + (meridiem === 'pm' ? 12 : 0);
  const end = said?.next ?? (oClock !== null && reader.is(next, "o'clock", 'o') ? oClock : next);
  return full * 60 + minute > minutesOfDay ? null : { next: end, minute: full * 60 + minute, exact: colon };
}

function halfAt(reader: PieceReader, place: number): { readonly half: 'am' | 'pm'; readonly next: number } | null {
  const morning = reader.after(place, ['am', 'a.m', 'a . m', 'a.m.', 'a . m .', 'in the morning']);
  const evening = reader.after(place, ['pm', 'p.m', 'p . m', 'p . m .', 'in the afternoon', 'in the evening']);
  if (morning !== null) return { half: 'am', next: morning };
  return evening === null ? null : { half: 'pm', next: evening };
}
