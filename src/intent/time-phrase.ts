import type { TimePart, TimeUnit } from '../plan/query.js';
import { type Piece, PieceReader, piecesOf } from './time-pieces.js';
import { type FoundRange, rangesAt } from './time-range.js';
import { clocksAt, type RecurringPart, recurringAt } from './time-recurring.js';
import { unitAt } from './time-relative.js';
import type { Stretch } from './time-stretch.js';
import type { Token } from './tokens.js';
import { numberOf } from './word-forms.js';
import {
  amountWords,
  askingOpeners,
  changeShortForms,
  cycleWords,
  grainOpeners,
  yearOpeners,
} from './words/time-words.js';

/** What a phrase of time says, whatever column it is about. */
export type TimeMeaning =
  /**
   * The moment lies in one of the stretches, which do not touch. `compared`: a side is part of it (`since 2020`).
   * `joined`: it was said as a list (`2010 and 2011`), which with `and` may also ask for what is in each of them.
   * `bare`: made of numbers alone, which may be amounts.
   */
  | {
      readonly kind: 'stretches';
      readonly stretches: readonly Stretch[];
      readonly compared: boolean;
      readonly joined: 'and' | 'or' | null;
      readonly bare: boolean;
    }
  /** The moment has, in all these parts, one of the values: `in May`, `on Mondays`, `March 5`. */
  | { readonly kind: 'recurring'; readonly parts: readonly RecurringPart[] }
  /** The minute of the day lies from `low` (included) to `high` (excluded); null for open. */
  | { readonly kind: 'clock'; readonly low: number | null; readonly high: number | null }
  /** A length of time, to compare a difference with; `amount` is plain decimal text. */
  | { readonly kind: 'duration'; readonly amount: string; readonly unit: TimeUnit }
  /** A comparison with an earlier period: `unit` of the period compared, null where only `previous period` was said. */
  | {
      readonly kind: 'change';
      readonly unit: TimeUnit | null;
      readonly against: 'previous_period' | 'same_period_last_year';
    }
  /** A grouping by a part that comes around: `by day of week`. */
  | { readonly kind: 'cycle'; readonly part: TimePart };

/** A phrase of time over the tokens from `from` to `to` (excluded); `assumption` is a sentence for the reader. */
export interface TimeReading {
  readonly from: number;
  readonly to: number;
  readonly meaning: TimeMeaning;
  readonly assumption: string | null;
}

type Found = { readonly next: number; readonly meaning: TimeMeaning; readonly assumption: string | null };

/** All readings of time at all places, also overlapping ones: who cuts the request picks. Longest first at each place. */
export function timeReadings(tokens: readonly Token[]): readonly TimeReading[] {
  const pieces = piecesOf(tokens);
  const reader = new PieceReader(pieces);
  return pieces.flatMap((piece, place) => (piece.first && piece.text !== '' ? readingsAt(reader, piece, place) : []));
}

function readingsAt(reader: PieceReader, piece: Piece, place: number): readonly TimeReading[] {
  const all: readonly Found[] = [
    ...rangesAt(reader, place)
      .filter((range) => !range.bare || range.compared || isTimePlace(reader, place, range))
      .map((range) => ({ next: range.next, meaning: stretchesOf(range), assumption: range.assumption })),
    ...recurringAt(reader, place).map(({ next, parts }) => plain(next, { kind: 'recurring', parts })),
    ...clocksAt(reader, place).map(({ next, low, high }) => plain(next, { kind: 'clock', low, high })),
    ...changesAt(reader, place),
    ...cyclesAt(reader, place),
    ...durationsAt(reader, place),
  ];
  const readings = new Map<string, TimeReading>();
  for (const { next, meaning, assumption } of all) {
    const last = reader.pieces[next - 1];
    if (last?.last !== true || next <= place) continue;
    const reading = { from: piece.token, to: last.token + 1, meaning, assumption };
    const key = `${reading.to} ${JSON.stringify(meaning)}`;
    if (!readings.has(key)) readings.set(key, reading);
  }
  return [...readings.values()].sort((left, right) => right.to - left.to);
}

function plain(next: number, meaning: TimeMeaning): Found {
  return { next, meaning, assumption: null };
}

function stretchesOf({ stretch, pieces, compared, joined, bare }: FoundRange): TimeMeaning {
  return { kind: 'stretches', stretches: pieces.length > 0 ? pieces : [stretch], compared, joined, bare };
}

/** A year standing alone is read as time only behind a word that asks for one: other numbers may be amounts. */
function isTimePlace(reader: PieceReader, place: number, range: FoundRange): boolean {
  if (amountWords.has(reader.text(range.next)) || unitAt(reader, range.next) !== null) return false;
  const link = reader.after(range.next, ['and', 'to', '-', 'or']);
  if (link !== null && (amountWords.has(reader.text(link + 1)) || unitAt(reader, link + 1) !== null)) return false;
  const ranged = range.stretch.years === null || range.stretch.years.first !== range.stretch.years.last;
  return ranged || yearOpeners.has(reader.text(place - 1)) || reader.is(place, 'year', 'years', 'the');
}

function durationsAt(reader: PieceReader, place: number): readonly Found[] {
  const half = reader.after(place, ['half a', 'half an', 'a half']);
  const halved = half === null ? null : unitAt(reader, half);
  if (halved !== null) return [plain(halved.next, { kind: 'duration', amount: '0.5', unit: halved.unit })];
  const text = reader.text(place);
  const decimal = /^\d+\.\d+$/u.test(text) ? numberOf(text) : null;
  const counted = decimal === null ? reader.count(place) : { value: 0, next: place + 1 };
  const unit = counted === null ? null : unitAt(reader, counted.next, true);
  if (counted === null || unit === null) return [];
  return [plain(unit.next, { kind: 'duration', amount: decimal ?? String(counted.value), unit: unit.unit })];
}

/** `month over month`, `YoY`, `compared with last year`, `same period last year`. */
function changesAt(reader: PieceReader, place: number): readonly Found[] {
  const short = changeShortForms.get(reader.text(place));
  if (short !== undefined) return [plain(place + 1, { kind: 'change', unit: short, against: against(short) })];
  const spelled = spelledChange(reader, place);
  if (spelled !== null) return [spelled];
  const links = [
    'compared with',
    'compared to',
    'versus',
    'vs',
    'vs .',
    'against',
    'relative to',
    'over',
    'from',
    'than',
  ];
  const before = unitBefore(reader, place);
  if (before !== null) return [before];
  const linked = reader.after(place, links);
  const start = reader.past(linked ?? place, 'the');
  const same = samePeriod(reader, start);
  if (same !== null) return [same];
  if (linked === null) return [];
  const previous = reader.after(start, ['previous', 'prior', 'preceding', 'last', 'one before', 'earlier']);
  if (previous === null) return [];
  const period = reader.after(previous, ['period', 'one', 'value']);
  if (period !== null) return [plain(period, { kind: 'change', unit: null, against: 'previous_period' })];
  const unit = unitAt(reader, previous);
  if (unit === null || reader.is(linked - 1, 'over', 'from', 'than')) return [];
  return [plain(unit.next, { kind: 'change', unit: unit.unit, against: against(unit.unit) })];
}

/** `on the year before`, `over the quarter before`. */
function unitBefore(reader: PieceReader, place: number): Found | null {
  const links = ['on', 'over', 'from', 'against', 'versus', 'vs', 'than', 'to', 'with', 'compared with', 'compared to'];
  const start = reader.after(
    place,
    links.flatMap((link) => [`${link} the`, `${link} that of the`]),
  );
  const unit = start === null ? null : unitAt(reader, start);
  const next = unit === null ? null : reader.after(unit.next, ['before', 'earlier', 'prior']);
  if (unit === null || next === null || reader.is(next, 'the', 'they', 'it')) return null;
  return plain(next, { kind: 'change', unit: unit.unit, against: against(unit.unit) });
}

/** A year against the year before is the same period of last year, whatever the periods are. */
function against(unit: TimeUnit): 'previous_period' | 'same_period_last_year' {
  return unit === 'year' || unit === 'fiscal_year' ? 'same_period_last_year' : 'previous_period';
}

function spelledChange(reader: PieceReader, place: number): Found | null {
  const left = unitAt(reader, place);
  const link = left === null ? null : reader.after(left.next, ['over', 'on', 'to', 'vs', 'versus', 'by']);
  const right = link === null ? null : unitAt(reader, link);
  if (left === null || right === null || left.unit !== right.unit || reader.is(left.next, 'by')) return null;
  return plain(right.next, { kind: 'change', unit: left.unit, against: against(left.unit) });
}

function samePeriod(reader: PieceReader, place: number): Found | null {
  const same = reader.after(place, ['same', 'same time', 'this time', 'the same', 'the same time', 'corresponding']);
  const unit = same === null ? null : (reader.after(same, ['period']) ?? unitAt(reader, same)?.next ?? same);
  const lastYear = ['last year', 'of last year', 'a year ago', 'in the previous year', 'of the previous year'];
  const others = ['the previous year', 'the year before', 'a year earlier', 'of the prior year', 'in last year'];
  const behind = unit === null ? null : reader.after(unit, [...lastYear, ...others, 'the prior year', 'previous year']);
  const reversed = reader.after(place, [
    'last year same period',
    'last year in the same period',
    'last year , same period',
  ]);
  const next = behind ?? reversed;
  return next === null ? null : plain(next, { kind: 'change', unit: 'year', against: 'same_period_last_year' });
}

/** `by day of week`, `per hour of the day`. */
function cyclesAt(reader: PieceReader, place: number): readonly Found[] {
  const start =
    reader.after(place, [...grainOpeners, ...askingOpeners, 'across', 'by the', 'over the', 'into the']) ?? place;
  return cycleWords.flatMap(([part, words]) => {
    const next = reader.after(start, words);
    // `on weekdays` narrows; only where it groups or is named in full is it a part to group by.
    if (next === null || (start === place && next - start === 1)) return [];
    return [plain(reader.past(next, 'interval', 'intervals'), { kind: 'cycle', part })];
  });
}
