import type { Expression, TimeUnit } from '../plan/query.js';
import type { PieceReader } from './time-pieces.js';
import { asOf, currentPeriod, type FoundStretch, found, shift, stretchOf } from './time-stretch.js';
import { monthNumbers, shortUnits, timeUnits } from './words/time-words.js';

/** Words before a number of periods that have passed. */
const pastWords = [
  'last',
  'past',
  'previous',
  'prior',
  'preceding',
  'trailing',
  'recent',
  'most recent',
  'latest',
].concat(
  ['rolling', 'the last', 'the past', 'the previous', 'the prior', 'these last', 'these past', 'the trailing'],
  [
    'the preceding',
    'the recent',
    'the most recent',
    'the latest',
    'the rolling',
    'a rolling',
    'our last',
    'a trailing',
  ],
);
/** Those that may stand without a number: `latest month` is the latest that has data, not the one before today. */
const pastAlone = ['last', 'past', 'previous', 'prior', 'preceding', 'the last', 'the past', 'the previous'].concat([
  'the prior',
  'the preceding',
]);
const comingWords = [
  'next',
  'the next',
  'coming',
  'the coming',
  'upcoming',
  'the upcoming',
  'following',
  'the following',
];
const thisWords = ['this', 'current', 'the current', 'the present', 'the ongoing', 'the running', 'our current'];
const insideWords = ['in', 'over', 'during', 'within', 'for', 'across', 'throughout', 'from', 'inside'];

/** All stretches around the as-of date that begin at `place`. `last 3 months` are complete periods before its own. */
export function relativesAt(reader: PieceReader, place: number): readonly FoundStretch[] {
  const bare = relativesFrom(reader, place);
  // `over the last year` as a whole, lest its `over` be taken for a comparison.
  const inside = reader.is(place, ...insideWords) ? lastPeriods(reader, place + 1, true) : [];
  return [...bare, ...inside];
}

function relativesFrom(reader: PieceReader, place: number): readonly FoundStretch[] {
  return [
    ...namedDays(reader, place),
    ...toDate(reader, place),
    ...lastPeriods(reader, place, reader.is(place - 1, ...insideWords)),
    ...otherPeriods(reader, place),
    ...shortForms(reader, place),
    ...ago(reader, place),
    ...nearMonths(reader, place),
  ];
}

function namedDays(reader: PieceReader, place: number): readonly FoundStretch[] {
  const days: readonly (readonly [number, readonly string[]])[] = [
    [0, ['today', 'todays', "today 's", 'the current day']],
    [-1, ['yesterday', "yesterday 's"]],
    [1, ['tomorrow', "tomorrow 's"]],
    [-2, ['the day before yesterday', 'day before yesterday']],
    [2, ['the day after tomorrow', 'day after tomorrow']],
  ];
  return days.flatMap(([offset, words]) => {
    const next = reader.after(place, words);
    return next === null ? [] : [found(next, stretchOf(shift(asOf, offset, 'day'), shift(asOf, offset + 1, 'day')))];
  });
}

/** `year to date`, `YTD`, `this month so far`, `so far this year`. */
function toDate(reader: PieceReader, place: number): readonly FoundStretch[] {
  const short: Readonly<Record<string, TimeUnit>> = {
    ytd: 'year',
    qtd: 'quarter',
    mtd: 'month',
    wtd: 'week',
    fytd: 'fiscal_year',
  };
  const start = reader.past(place, 'the');
  const unit = short[Object.hasOwn(short, reader.text(start)) ? reader.text(start) : ''];
  if (unit !== undefined) return [found(start + 1, untilToday(unit))];
  const led = reader.after(place, ['so far']);
  const named = unitAt(reader, reader.after(led ?? place, thisWords) ?? led ?? start);
  if (named === null) return [];
  if (led !== null) return reader.after(led, thisWords) === null ? [] : [found(named.next, untilToday(named.unit))];
  const next = reader.after(named.next, ['to date', 'to - date', 'so far', 'to today', 'to now', 'until now']);
  return next === null ? [] : [found(next, untilToday(named.unit))];
}

function untilToday(unit: TimeUnit): FoundStretch['stretch'] {
  return stretchOf(currentPeriod(unit), shift(asOf, 1, 'day'));
}

function lastPeriods(reader: PieceReader, place: number, inside: boolean): readonly FoundStretch[] {
  const opened = reader.after(place, pastWords);
  if (opened === null) return [];
  const counted = reader.count(opened);
  const unit = unitAt(reader, completeWords(reader, counted?.next ?? opened), counted !== null);
  if (unit === null) return [];
  if (counted === null) {
    if (reader.after(place, pastAlone) !== opened) return [];
    // `the last day` is more often the last one there is than yesterday.
    if (['day', 'hour', 'minute', 'second'].includes(unit.unit) && !inside) return [];
  }
  const amount = counted?.value ?? 1;
  if (amount < 1 || amount > 10000) return [];
  const end = currentPeriod(unit.unit);
  const low = shift(end, -amount, amountUnit(unit.unit));
  const including = reader.after(unit.next, [
    `including this ${unit.unit}`,
    'including the current',
    `including the current ${unit.unit}`,
    'including the current one',
    'including this one',
    'including current',
    'including today',
  ]);
  const whole = found(unit.next, stretchOf(low, end));
  if (including === null) return [whole];
  const first = shift(end, 1 - amount, amountUnit(unit.unit));
  return [whole, found(including, stretchOf(first, shift(asOf, 1, 'day')))];
}

/** `this month`, `next 2 weeks`, `the year before last`. */
function otherPeriods(reader: PieceReader, place: number): readonly FoundStretch[] {
  const results: FoundStretch[] = [];
  const current = unitAt(reader, reader.after(place, thisWords) ?? -1);
  if (current !== null) {
    const start = currentPeriod(current.unit);
    results.push(found(current.next, stretchOf(start, shift(start, 1, amountUnit(current.unit)))));
  }
  const coming = reader.after(place, comingWords);
  const counted = coming === null ? null : reader.count(coming);
  const next =
    coming === null ? null : unitAt(reader, completeWords(reader, counted?.next ?? coming), counted !== null);
  const isNext = coming !== null && !reader.is(coming - 1, 'following');
  if (next !== null && (counted !== null || isNext)) {
    const step = amountUnit(next.unit);
    const start = shift(currentPeriod(next.unit), 1, step);
    results.push(found(next.next, stretchOf(start, shift(start, counted?.value ?? 1, step))));
  }
  const before = unitAt(reader, reader.past(place, 'the'));
  const last = before === null ? null : reader.after(before.next, ['before last']);
  if (before !== null && last !== null) {
    const step = amountUnit(before.unit);
    const end = shift(currentPeriod(before.unit), -1, step);
    results.push(found(last, stretchOf(shift(end, -1, step), end)));
  }
  return results;
}

/** `TTM`, `LTM`, `L12M`, `L30D`. */
function shortForms(reader: PieceReader, place: number): readonly FoundStretch[] {
  const end = currentPeriod('month');
  const start = reader.past(place, 'the');
  if (reader.is(start, 'ttm', 'ltm', 'rtm')) return [found(start + 1, stretchOf(shift(end, -12, 'month'), end))];
  const units: Readonly<Record<string, TimeUnit>> = { d: 'day', w: 'week', m: 'month', q: 'quarter', y: 'year' };
  const unit = Object.hasOwn(units, reader.text(start + 2)) ? units[reader.text(start + 2)] : undefined;
  const amount = /^\d{1,3}$/u.test(reader.text(start + 1)) ? Number(reader.text(start + 1)) : 0;
  if (!reader.is(start, 'l', 't', 'r') || unit === undefined || amount < 1) return [];
  if (!reader.glued(start + 1) || !reader.glued(start + 2)) return [];
  return [found(start + 3, stretchOf(shift(currentPeriod(unit), -amount, unit), currentPeriod(unit)))];
}

/** `3 days ago`; with a comparison before it an open stretch: `more than 30 days ago`, `less than a year ago`. */
function ago(reader: PieceReader, place: number): readonly FoundStretch[] {
  const comparisons: readonly (readonly [kind: 'older' | 'oldest' | 'newer' | 'newest', readonly string[]])[] = [
    ['older', ['more than', 'over', 'longer than', 'earlier than', 'before', 'greater than', 'upwards of']],
    ['oldest', ['at least', 'no less than', 'not less than', 'a minimum of']],
    ['newer', ['less than', 'under', 'fewer than', 'later than', 'after', 'not more than']],
    ['newest', ['at most', 'no more than', 'within', 'up to', 'since', 'from', 'not longer than', 'starting']],
  ];
  const plain = agoAt(reader, place);
  const results = plain === null ? [] : [found(plain.next, stretchOf(plain.point, shift(plain.point, 1, 'day')))];
  for (const [kind, words] of comparisons) {
    const next = reader.after(place, words);
    const hit = next === null ? null : agoAt(reader, next);
    if (hit === null) continue;
    const after = shift(hit.point, 1, 'day');
    const ends = {
      older: { low: null, high: hit.point },
      oldest: { low: null, high: after },
      newer: { low: after, high: null },
      newest: { low: hit.point, high: null },
    }[kind];
    results.push(found(hit.next, { ...ends, years: null, relative: true }));
  }
  return results;
}

function agoAt(reader: PieceReader, place: number): { readonly point: Expression; readonly next: number } | null {
  const counted = reader.count(place);
  const unit = counted === null ? null : unitAt(reader, counted.next, true);
  if (counted === null || unit === null || counted.value > 10000) return null;
  const past = reader.after(unit.next, ['ago', 'back', 'before today', 'before now', 'prior to today']);
  if (past !== null) return { point: shift(asOf, -counted.value, amountUnit(unit.unit)), next: past };
  const coming = reader.after(unit.next, ['from now', 'from today', 'after today', 'hence', 'ahead']);
  return coming === null ? null : { point: shift(asOf, counted.value, amountUnit(unit.unit)), next: coming };
}

/** `this March`, `last March` (the latest that is over), `next March` (the first yet to begin). */
function nearMonths(reader: PieceReader, place: number): readonly FoundStretch[] {
  const sides: readonly (readonly ['this' | 'last' | 'next', readonly string[]])[] = [
    ['this', ['this']],
    ['last', ['last', 'this past', 'past', 'the last']],
    ['next', ['next', 'this coming', 'the coming']],
  ];
  return sides.flatMap(([side, words]) => {
    const next = reader.after(place, words);
    const month = next === null ? undefined : monthNumbers.get(reader.text(next));
    if (next === null || month === undefined || /^\d/u.test(reader.text(next + 1))) return [];
    const low = { this: monthOfThisYear(month), last: monthBefore(month, month), next: nextMonth(month) }[side];
    return [found(next + 1, stretchOf(low, shift(low, 1, 'month')))];
  });
}

function monthOfThisYear(month: number): Expression {
  return shift(currentPeriod('year'), month - 1, 'month');
}

/** The start of the latest such month that began (`back` = month - 1) or ended (`back` = month) by the as-of date. */
export function monthBefore(month: number, back: number): Expression {
  const year: Expression = {
    kind: 'time_truncate',
    unit: 'year',
    operand: shift(currentPeriod('month'), -back, 'month'),
  };
  return shift(year, month - 1, 'month');
}

function nextMonth(month: number): Expression {
  return shift(monthBefore(month, month - 1), 1, 'year');
}

function completeWords(reader: PieceReader, place: number): number {
  let next = place;
  while (reader.is(next, 'full', 'complete', 'completed', 'calendar', 'whole', 'consecutive', 'entire', '-')) next += 1;
  return next;
}

/** A unit of time; behind a number also in short. `fiscal year` counts as one. */
export function unitAt(
  reader: PieceReader,
  place: number,
  counted = false,
): { readonly unit: TimeUnit; readonly next: number } | null {
  const fiscal = reader.after(place, ['fiscal year', 'financial year', 'fiscal years', 'financial years']);
  if (fiscal !== null) return { unit: 'fiscal_year', next: fiscal };
  const start = reader.past(place, 'calendar', '-');
  const unit = timeUnits.get(reader.text(start)) ?? (counted ? shortUnits.get(reader.text(start)) : undefined);
  return unit === undefined ? null : { unit, next: start + 1 };
}

/** Fiscal years begin apart but last as long. */
function amountUnit(unit: TimeUnit): TimeUnit {
  return unit === 'fiscal_year' ? 'year' : unit;
}
