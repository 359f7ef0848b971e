import type { Expression, TimeUnit } from '../plan/query.js';
import type { Token } from './tokens.js';
import { numberOf } from './word-forms.js';
import { monthNumbers, ordinals, quarterNumbers, timeUnits } from './words/time-words.js';

/**
 * A stretch of time: from `low` (included) to `high` (excluded), each null for open. Relative phrases are expressions
 * over the as-of date, absolute ones date literals. `year` is set where the stretch is exactly that calendar year.
 */
export interface TimePhrase {
  readonly from: number;
  readonly to: number;
  readonly low: Expression | null;
  readonly high: Expression | null;
  readonly year: number | null;
  /** `years` where both ends are whole years, for columns that hold a year as a number: first and last included. */
  readonly years: { readonly first: number; readonly last: number } | null;
  readonly relative: boolean;
}

type Span = Omit<TimePhrase, 'from' | 'to'>;
type Found = { readonly to: number; readonly span: Span } | null;

const asOf: Expression = { kind: 'as_of' };

/** Adds `amount` units to a date expression. */
function timeAdd(operand: Expression, amount: number, unit: TimeUnit): Expression {
  return amount === 0 ? operand : { kind: 'time_add', operand, amount, unit };
}

function truncate(unit: TimeUnit): Expression {
  return unit === 'day' ? asOf : { kind: 'time_truncate', unit, operand: asOf };
}

/** A date literal of the calendar; month and day may overflow and are carried. */
function dateLiteral(year: number, month: number, day: number): Expression {
  const value = new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
  return { kind: 'literal', literal: { type: 'date', value } };
}

/** All time phrases of the request, longest first at each place, not overlapping. */
export function timePhrases(tokens: readonly Token[]): readonly TimePhrase[] {
  const found: TimePhrase[] = [];
  let from = 0;
  while (from < tokens.length) {
    const hit = phraseAt(tokens, from);
    if (hit === null) from += 1;
    else {
      found.push({ from, to: hit.to, ...hit.span });
      from = hit.to;
    }
  }
  return found;
}

function phraseAt(tokens: readonly Token[], from: number): Found {
  return rangeAt(tokens, from) ?? relativeAt(tokens, from) ?? absoluteAt(tokens, from, true);
}

function word(tokens: readonly Token[], index: number): string {
  return tokens[index]?.kind === 'quoted' ? '' : (tokens[index]?.lower ?? '');
}

/** `between A and B`, `from A to B`, `A to B`. */
function rangeAt(tokens: readonly Token[], from: number): Found {
  const opener = word(tokens, from);
  if (opener !== 'between' && opener !== 'from') return null;
  const left = absoluteAt(tokens, from + 1, false);
  if (left === null || !['and', 'to', 'until', 'through', 'till'].includes(word(tokens, left.to))) return null;
  const right = absoluteAt(tokens, left.to + 1, false);
  if (right === null) return null;
  const years =
    left.span.years && right.span.years ? { first: left.span.years.first, last: right.span.years.last } : null;
  return { to: right.to, span: { low: left.span.low, high: right.span.high, year: null, years, relative: false } };
}

function relativeAt(tokens: readonly Token[], from: number): Found {
  const start =
    ['the', 'over', 'in', 'during', 'within', 'for'].includes(word(tokens, from)) && word(tokens, from + 1) === 'the'
      ? from + 2
      : word(tokens, from) === 'the'
        ? from + 1
        : from;
  const first = word(tokens, start);
  if (first === 'today') return { to: start + 1, span: window(asOf, timeAdd(asOf, 1, 'day')) };
  if (first === 'yesterday') return { to: start + 1, span: window(timeAdd(asOf, -1, 'day'), asOf) };
  const toDate = toDateAt(tokens, start);
  if (toDate !== null) return toDate;
  if (['last', 'past', 'previous', 'trailing', 'recent'].includes(first)) return lastAt(tokens, start + 1);
  if (['this', 'current'].includes(first)) {
    const unit = unitOf(word(tokens, start + 1));
    return unit === null ? null : { to: start + 2, span: window(truncate(unit), timeAdd(truncate(unit), 1, unit)) };
  }
  const amount = numberOf(first);
  const unit = unitOf(word(tokens, start + 1));
  if (amount !== null && unit !== null && word(tokens, start + 2) === 'ago') {
    const point = timeAdd(asOf, -Number(amount), unit);
    return { to: start + 3, span: window(point, timeAdd(point, 1, 'day')) };
  }
  return null;
}

function lastAt(tokens: readonly Token[], start: number): Found {
  const amount = numberOf(word(tokens, start));
  const at = amount === null ? start : start + 1;
  const skip = ['full', 'complete', 'calendar', 'whole'].includes(word(tokens, at)) ? 1 : 0;
  const unit = unitOf(word(tokens, at + skip));
  const count = amount === null ? 1 : Number(amount);
  if (unit === null || !Number.isInteger(count) || count < 1 || count > 10000) return null;
  const end = truncate(unit);
  return { to: at + skip + 1, span: window(timeAdd(end, -count, unit), end) };
}

function toDateAt(tokens: readonly Token[], start: number): Found {
  const first = word(tokens, start);
  const short: Readonly<Record<string, TimeUnit>> = { ytd: 'year', mtd: 'month', qtd: 'quarter' };
  const unit = Object.hasOwn(short, first) ? (short[first] ?? null) : unitOf(first);
  const length = Object.hasOwn(short, first)
    ? 1
    : word(tokens, start + 1) === 'to' && word(tokens, start + 2) === 'date'
      ? 3
      : 0;
  if (unit === null || length === 0) return null;
  return { to: start + length, span: window(truncate(unit), timeAdd(asOf, 1, 'day')) };
}

function window(low: Expression, high: Expression): Span {
  return { low, high, year: null, years: null, relative: true };
}

function unitOf(text: string): TimeUnit | null {
  return Object.hasOwn(timeUnits, text) ? (timeUnits[text] ?? null) : null;
}

function absoluteAt(tokens: readonly Token[], from: number, cautious: boolean): Found {
  return isoAt(tokens, from) ?? monthAt(tokens, from) ?? quarterAt(tokens, from) ?? yearAt(tokens, from, cautious);
}

function isoAt(tokens: readonly Token[], from: number): Found {
  const text = tokens[from]?.text ?? '';
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  return { to: from + 1, span: days(year, month, day, year, month, day + 1) };
}

/** `March 2024`, `March 5, 2024`, `5 March 2024`, `5th of March 2024`. A month alone is not a stretch of time. */
function monthAt(tokens: readonly Token[], from: number): Found {
  const leading = dayOf(word(tokens, from));
  const monthPlace = leading === null ? from : word(tokens, from + 1) === 'of' ? from + 2 : from + 1;
  const month = monthOf(word(tokens, monthPlace));
  if (month === null) return null;
  let next = monthPlace + 1;
  let day = leading;
  const following = dayOf(word(tokens, next));
  if (day === null && following !== null && word(tokens, next).length <= 4 && yearOf(word(tokens, next)) === null) {
    day = following;
    next += 1;
  }
  if (word(tokens, next) === ',' || word(tokens, next) === 'of') next += 1;
  const year = yearOf(word(tokens, next));
  if (year === null) return null;
  return day === null
    ? { to: next + 1, span: days(year, month, 1, year, month + 1, 1) }
    : { to: next + 1, span: days(year, month, day, year, month, day + 1) };
}

/** `Q1 2024`, `Q1 of 2024`, `the first quarter of 2024`, `Q1 to Q3 2024`. */
function quarterAt(tokens: readonly Token[], from: number): Found {
  const spelled = ordinals[word(tokens, from)];
  const isSpelled = spelled !== undefined && word(tokens, from + 1) === 'quarter';
  const first = isSpelled ? spelled : quarterNumbers[word(tokens, from)];
  if (first === undefined) return null;
  let next = from + (isSpelled ? 2 : 1);
  let last = first;
  const other = quarterNumbers[word(tokens, next + 1)];
  if (['to', 'through', 'until', 'and'].includes(word(tokens, next)) && other !== undefined) {
    last = other;
    next += 2;
  }
  if (['of', 'in', ','].includes(word(tokens, next))) next += 1;
  const year = yearOf(word(tokens, next));
  if (year === null) return null;
  return { to: next + 1, span: days(year, first * 3 - 2, 1, year, last * 3 + 1, 1) };
}

/** A year standing alone is read as time only after a word that asks for one: other numbers may be amounts. */
function yearAt(tokens: readonly Token[], from: number, cautious: boolean): Found {
  const named = word(tokens, from) === 'year' || word(tokens, from) === 'years';
  const place = named ? from + 1 : from;
  const year = yearOf(word(tokens, place));
  if (year === null) return null;
  const before = word(tokens, from - 1);
  const openers = [
    'in',
    'during',
    'of',
    'since',
    'before',
    'after',
    'until',
    'for',
    'from',
    'to',
    'throughout',
    'through',
    'the',
    'by',
    'year',
    'and',
    'between',
    'or',
  ];
  if (cautious && !named && !openers.includes(before)) return null;
  const years = { first: year, last: year };
  return { to: place + 1, span: { ...days(year, 1, 1, year + 1, 1, 1), year, years } };
}

function days(year: number, month: number, day: number, endYear: number, endMonth: number, endDay: number): Span {
  return {
    low: dateLiteral(year, month, day),
    high: dateLiteral(endYear, endMonth, endDay),
    year: null,
    years: null,
    relative: false,
  };
}

function monthOf(text: string): number | null {
  return Object.hasOwn(monthNumbers, text) ? (monthNumbers[text] ?? null) : null;
}

function dayOf(text: string): number | null {
  const match = /^(\d{1,2})(st|nd|rd|th)?$/u.exec(text);
  const day = match === null ? Number.NaN : Number(match[1]);
  return day >= 1 && day <= 31 ? day : null;
}

function yearOf(text: string): number | null {
  const match = /^(1[5-9]\d\d|20\d\d|2100)s?$/u.exec(text);
  return match === null ? null : Number(match[1]);
}
