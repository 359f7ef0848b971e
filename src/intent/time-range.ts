import { partsWithYear, periodsAt, yearParts } from './time-period.js';
import type { PieceReader } from './time-pieces.js';
import { monthBefore, relativesAt, unitAt } from './time-relative.js';
import { type FoundStretch, found, type Stretch, shift, spanned } from './time-stretch.js';
import { monthNumbers, type Side, sideWords, timeUnits, trailingSides } from './words/time-words.js';

/** A stretch with what made it: `compared` for a side (`since 2020`), so that no comparison before it is wanted. */
export interface FoundRange extends FoundStretch {
  readonly compared: boolean;
  /** Of an enumeration of neighbours (`2010 and 2011`): the word that joins them. */
  readonly joined: 'and' | 'or' | null;
  /** Of an enumeration of stretches that do not touch: each of them. Else empty. */
  readonly pieces: readonly Stretch[];
}

const rangeLinks = ['to', 'until', 'till', 'through', 'thru', 'up to', '-', 'to the', 'up until', 'and up to'].concat([
  'through to',
  'until the end of',
  'to the end of',
  'through the end of',
  'ending',
  'ending in',
  'up to and including',
]);

/** All stretches that begin at `place`: single periods, ranges, one-sided ones and enumerations. */
export function rangesAt(reader: PieceReader, place: number): readonly FoundRange[] {
  return [
    ...singles(reader, place).map((period) => plain(period)),
    ...betweens(reader, place),
    ...sided(reader, place),
    ...trailed(reader, place),
    ...enumerated(reader, place),
  ];
}

function plain(period: FoundStretch): FoundRange {
  return { ...period, compared: false, joined: null, pieces: [] };
}

/** Periods and parts of periods: `March 2024`, `last month`, `the first 3 months of 2024`, `the week of March 4, 2024`. */
function singles(reader: PieceReader, place: number): readonly FoundStretch[] {
  return [...simple(reader, place), ...edges(reader, place), ...aroundDay(reader, place)];
}

/** Ranges ask for the same place again and again. */
const knownSimple = new WeakMap<PieceReader, Map<number, readonly FoundStretch[]>>();

function simple(reader: PieceReader, place: number): readonly FoundStretch[] {
  const places = knownSimple.get(reader) ?? new Map<number, readonly FoundStretch[]>();
  knownSimple.set(reader, places);
  const known = places.get(place) ?? [...periodsAt(reader, place), ...relativesAt(reader, place)];
  places.set(place, known);
  return known;
}

/** `the first 3 months of 2024`, `the last week of March 2024`. */
function edges(reader: PieceReader, place: number): readonly FoundStretch[] {
  const start = reader.past(place, 'the');
  const side = reader.is(start, 'first', 'last', 'final', 'opening', 'closing') ? reader.text(start) : null;
  if (side === null) return [];
  const counted = reader.count(start + 1);
  const unit = unitAt(reader, counted?.next ?? start + 1);
  const of = unit === null ? null : reader.after(unit.next, ['of', 'in', 'of the', 'in the']);
  if (unit === null || of === null) return [];
  const amount = counted?.value ?? 1;
  return simple(reader, of).flatMap((period) => {
    const { low, high } = period.stretch;
    if (low === null || high === null) return [];
    const ends =
      side === 'first' || side === 'opening'
        ? { low, high: shift(low, amount, unit.unit) }
        : { low: shift(high, -amount, unit.unit), high };
    return [{ ...period, bare: false, stretch: { ...period.stretch, ...ends, years: null } }];
  });
}

/** `the week of March 4, 2024`, `the month starting 2024-03-04`. */
function aroundDay(reader: PieceReader, place: number): readonly FoundStretch[] {
  const unit = unitAt(reader, reader.past(place, 'the'));
  if (unit === null || unit.unit === 'year') return [];
  const of = reader.after(unit.next, ['of', 'containing', 'around', 'with']);
  const starting = reader.after(unit.next, [
    'starting',
    'beginning',
    'starting on',
    'beginning on',
    'from',
    'commencing',
  ]);
  const ending = reader.after(unit.next, ['ending', 'ending on', 'up to', 'ended', 'ended on']);
  const next = starting ?? ending ?? of;
  if (next === null) return [];
  return periodsAt(reader, next).flatMap((day) => {
    const { low, high } = day.stretch;
    const oneDay = low !== null && JSON.stringify(shift(low, 1, 'day')) === JSON.stringify(high);
    if (!oneDay || high === null) return [];
    const first = { kind: 'time_truncate', unit: unit.unit, operand: low } as const;
    const ends =
      starting !== null
        ? { low, high: shift(low, 1, unit.unit) }
        : ending !== null
          ? { low: shift(high, -1, unit.unit), high }
          : { low: first, high: shift(first, 1, unit.unit) };
    return [{ ...day, stretch: { ...day.stretch, ...ends } }];
  });
}

/** `between A and B`, `from A to B`, `A - B`, `since A until B`: both ends included. */
function betweens(reader: PieceReader, place: number): readonly FoundRange[] {
  const opened = reader.after(place, ['between', 'in between', 'between the years', 'anywhere between']);
  const led = reader.after(place, [
    'from',
    'ranging from',
    'starting',
    'starting from',
    'starting in',
    'since',
    'from the',
  ]);
  const start = opened ?? led ?? reader.after(place, ['the years', 'years']) ?? place;
  const links = opened === null ? rangeLinks : ['and', '&', '-', 'to', 'and the'];
  const shared = opened === null ? [] : partsWithYear(reader, reader.past(opened, 'the'), true).map(plain);
  const separate = simple(reader, start).flatMap((left) => {
    const link = reader.after(reader.past(left.next, ','), links);
    if (link === null) return [];
    const ends = simple(reader, link).map((right) => ({
      ...plain(right),
      bare: left.bare && right.bare,
      assumption: left.assumption ?? right.assumption,
      stretch: spanned(left.stretch, right.stretch),
    }));
    const present = reader.after(link, ['now', 'present', 'the present', 'date', 'today']);
    if (present === null) return ends;
    const open = { low: left.stretch.low, high: shift({ kind: 'as_of' }, 1, 'day'), relative: true };
    const years = left.stretch.years === null ? null : { first: left.stretch.years.first, last: null };
    return [...ends, { ...plain(left), next: present, stretch: { ...open, years } }];
  });
  return [...shared, ...separate];
}

/** `since 2020`, `before March 2024`, `after 2010 and before 2015`, `by the end of last year`. */
function sided(reader: PieceReader, place: number): readonly FoundRange[] {
  return oneSided(reader, place).flatMap((first) => {
    const link = reader.after(first.next, ['and', 'but', ',', ', and', 'and up', 'yet']) ?? first.next;
    const pairs = oneSided(reader, link).flatMap((second) => {
      const isRange = first.stretch.high === null && second.stretch.low === null;
      const isReversed = first.stretch.low === null && second.stretch.high === null;
      if (!isRange && !isReversed) return [];
      const [low, high] = isRange ? [first, second] : [second, first];
      const assumption = first.assumption ?? second.assumption;
      return [{ ...second, bare: false, assumption, stretch: spanned(low.stretch, high.stretch) }];
    });
    return [first, ...pairs];
  });
}

function oneSided(reader: PieceReader, place: number): readonly FoundRange[] {
  return sideWords.flatMap(([side, words]) => {
    const next = reader.after(reader.past(place, 'only'), words);
    if (next === null || (side === 'since' && tellsWhich(reader, place))) return [];
    const start = reader.after(next, ['the year', 'the years', 'year']) ?? next;
    return [
      ...boundaries(reader, next, side),
      ...[...simple(reader, next), ...(start === next ? [] : simple(reader, start))].map((period) => cut(period, side)),
      ...monthAlone(reader, next, side),
    ];
  });
}

/** `contracts starting in 2024`: said of things, it tells in which period each began. */
function tellsWhich(reader: PieceReader, place: number): boolean {
  const before = reader.text(place - 1);
  return (
    reader.is(place, 'starting', 'beginning') &&
    reader.is(place + 1, 'in') &&
    /^\p{L}{3,}s$/u.test(before) &&
    !timeUnits.has(before)
  );
}

/** `the end of 2020`, `the beginning of March 2024`: a moment, with a side before it. */
function boundaries(reader: PieceReader, place: number, side: Side): readonly FoundRange[] {
  const begin = reader.after(place, ['the beginning of', 'beginning of', 'the start of', 'start of', 'the first of']);
  const end = reader.after(place, ['the end of', 'end of', 'the close of', 'close of']);
  const next = begin ?? end;
  if (next === null) return [];
  const upTo = side === 'before' || side === 'until';
  return simple(reader, next).map((period) =>
    cut(period, begin === null ? (upTo ? 'until' : 'after') : upTo ? 'before' : 'since'),
  );
}

/** `since March`: since the latest March that has begun. */
function monthAlone(reader: PieceReader, place: number, side: Side): readonly FoundRange[] {
  const month = monthNumbers.get(reader.text(place));
  if (month === undefined || side !== 'since' || yearFollows(reader, place)) return [];
  const low = monthBefore(month, month - 1);
  return [{ ...plain(found(place + 1, { low, high: null, years: null, relative: true })), compared: true }];
}

function yearFollows(reader: PieceReader, place: number): boolean {
  return yearParts(reader, place).length > 1;
}

function cut(period: FoundStretch, side: Side): FoundRange {
  const { low, high, years, relative } = period.stretch;
  const [first, last] = [years?.first ?? null, years?.last ?? null];
  const open = {
    before: { low: null, high: low, years: first === null ? null : { first: null, last: first - 1 } },
    until: { low: null, high, years: last === null ? null : { first: null, last } },
    since: { low, high: null, years: first === null ? null : { first, last: null } },
    after: { low: high, high: null, years: last === null ? null : { first: last + 1, last: null } },
  }[side];
  return { ...plain(period), compared: true, stretch: { ...open, relative } };
}

/** `2019 onwards`, `March 2024 or later`, `from 2019 on`. */
function trailed(reader: PieceReader, place: number): readonly FoundRange[] {
  const start = reader.after(place, ['from', 'in', 'since', 'on', 'from the year']) ?? place;
  return singles(reader, start).flatMap((period) =>
    trailingSides.flatMap(([side, words]) => {
      const next = reader.after(period.next, [...words, ...words.map((word) => `- ${word}`)]);
      // `2019 on` without an opener is a date followed by a place.
      if (next === null || (reader.is(next - 1, 'on', 'up') && !reader.is(place, 'from'))) return [];
      return [{ ...cut({ ...period, next }, side), bare: false }];
    }),
  );
}

/** `2010 or 2011`, `Q1 2024 and Q3 2024`, `2010, 2011 and 2012`: one stretch where neighbours touch, else several. */
function enumerated(reader: PieceReader, place: number): readonly FoundRange[] {
  const start = reader.after(place, ['the years', 'years', 'both', 'either', 'the months of', 'the quarters']) ?? place;
  return simple(reader, start).flatMap((first) => grow(reader, [first], null));
}

const membersMax = 12;

function grow(
  reader: PieceReader,
  members: readonly FoundStretch[],
  joined: 'and' | 'or' | null,
): readonly FoundRange[] {
  const last = members.at(-1);
  if (last === undefined || members.length > membersMax) return [];
  const results: FoundRange[] = [];
  for (const [words, word] of [
    [[','], null],
    [['and', '&', ', and', 'and in', 'and also', 'plus'], 'and'],
    [['or', ', or', 'or in'], 'or'],
  ] as const) {
    const link = reader.after(last.next, words);
    if (link === null) continue;
    // The longest reading of each member is enough: shorter ones end before the next link.
    const next = longest(simple(reader, link));
    if (next === null) continue;
    const whole = [...members, next];
    if (word !== null) results.push(enumeration(whole, word));
    else results.push(...grow(reader, whole, joined));
  }
  return results;
}

function longest(periods: readonly FoundStretch[]): FoundStretch | null {
  return periods.reduce<FoundStretch | null>(
    (best, period) => (best === null || period.next > best.next ? period : best),
    null,
  );
}

function enumeration(members: readonly FoundStretch[], joined: 'and' | 'or'): FoundRange {
  const stretches = members.map(({ stretch }) => stretch);
  const sorted = [...stretches].sort((left, right) => orderOf(left) - orderOf(right));
  const touching = sorted.every(
    (stretch, index) => index === 0 || JSON.stringify(sorted[index - 1]?.high) === JSON.stringify(stretch.low),
  );
  const spannedAll = sorted.reduce((left, right) => spanned(left, right));
  return {
    next: members.at(-1)?.next ?? 0,
    stretch: touching ? spannedAll : { ...spannedAll, years: null },
    bare: members.every(({ bare }) => bare),
    assumption: members.find(({ assumption }) => assumption !== null)?.assumption ?? null,
    compared: false,
    joined,
    pieces: touching ? [] : sorted,
  };
}

function orderOf({ low }: Stretch): number {
  return low?.kind === 'literal' && low.literal.type === 'date' ? Date.parse(low.literal.value) : 0;
}
