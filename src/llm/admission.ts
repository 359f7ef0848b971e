import { perDollar } from './cost.js';
import type { AttemptOutcome, LedgerEntry } from './ledger.js';
import type { LlmSettings } from './llm-settings.js';

export type Reservation = Extract<LedgerEntry, { kind: 'reserved' }>;

/** Whether an attempt that was booked may be sent. */
export type Admission =
  | { readonly kind: 'go' }
  /** It could cost more than a cap leaves. Amounts in billionths of a dollar. */
  | { readonly kind: 'over'; readonly cap: 'request' | 'day'; readonly booked: number; readonly most: number }
  /** Too many calls in a short time. */
  | { readonly kind: 'wait'; readonly milliseconds: number }
  /** The server failed so often that it is left alone for a while. */
  | { readonly kind: 'broken'; readonly milliseconds: number };

type Limits = Pick<LlmSettings, 'dollarsPerRequestMax' | 'dollarsPerDayMax' | 'callsPerMinute'>;

/** After so many failures in a row a server is left alone for so long; then one attempt shows whether it is back. */
const failuresMax = 5;
const breakMs = 60_000;
/** An attempt that was neither settled nor withdrawn for so long belongs to a process that died. */
const forgottenMs = 180_000;

/** Outcomes that say that the server is not well. */
const failures: ReadonlySet<AttemptOutcome> = new Set([
  'overbilled',
  'server_error',
  'unreachable',
  'too_slow',
  'too_large',
  'unreadable',
]);

/**
 * Judges the reservation `own` by all that was booked before it. `entries` are those of today, with yesterday's before them,
 * read after `own` was appended: whoever appended earlier is counted, at the most it can cost or at what it did cost. So the
 * last one that was let through shows that all before it and it together keep the cap, whatever processes did at once.
 */
export function admissionOf(own: Reservation, entries: readonly LedgerEntry[], limits: Limits): Admission {
  const { settled, withdrawn } = endsOf(entries);
  const place = entries.findIndex((entry) => entry.kind === 'reserved' && entry.id === own.id);
  const earlier = entries
    .slice(0, Math.max(0, place))
    .filter((entry) => entry.kind === 'reserved')
    .filter(({ id }) => !withdrawn.has(id));
  const booked = (reservations: readonly Reservation[]): number =>
    reservations.reduce((sum, { id, nano }) => sum + (settled.get(id)?.nano ?? nano), 0);
  const caps = [
    ['request', limits.dollarsPerRequestMax, earlier.filter(({ scope }) => scope === own.scope)],
    ['day', limits.dollarsPerDayMax, earlier.filter(({ at }) => isSameDay(at, own.at))],
  ] as const;
  for (const [cap, dollars, reservations] of caps) {
    const most = Math.floor(dollars * perDollar);
    const sum = booked(reservations);
    if (sum + own.nano > most) return { kind: 'over', cap, booked: sum, most };
  }
  const rest = breakLeft(own, earlier, settled);
  if (rest > 0) return { kind: 'broken', milliseconds: rest };
  const wait = waitOf(own, earlier, limits.callsPerMinute);
  return wait > 0 ? { kind: 'wait', milliseconds: wait } : { kind: 'go' };
}

type Settlement = Extract<LedgerEntry, { kind: 'settled' }>;

/** How the reservations among the entries ended. The last settlement of one counts. */
export function endsOf(entries: readonly LedgerEntry[]): {
  readonly settled: ReadonlyMap<string, Settlement>;
  readonly withdrawn: ReadonlySet<string>;
} {
  const settled = new Map<string, Settlement>();
  const withdrawn = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'settled') settled.set(entry.id, entry);
    if (entry.kind === 'withdrawn') withdrawn.add(entry.id);
  }
  return { settled, withdrawn };
}

function isSameDay(left: number, right: number): boolean {
  return new Date(left).toISOString().slice(0, 10) === new Date(right).toISOString().slice(0, 10);
}

/** Milliseconds that the server is still left alone; 0 where it may be asked. */
function breakLeft(
  own: Reservation,
  earlier: readonly Reservation[],
  settled: ReadonlyMap<string, Settlement>,
): number {
  const same = earlier.filter(({ server, model }) => server === own.server && model === own.model);
  const ends = same.flatMap(({ id }) => settled.get(id) ?? []).sort((left, right) => left.at - right.at);
  const lastGood = ends.findLastIndex(({ outcome }) => !failures.has(outcome));
  const failed = ends.slice(lastGood + 1);
  const last = failed.at(-1);
  if (last === undefined || failed.length < failuresMax) return 0;
  const end = last.at + breakMs;
  if (own.at < end) return end - own.at;
  // One attempt goes ahead; the others wait for how it ends.
  const isTried = same.some(({ id, at }) => at >= end && !settled.has(id) && own.at - at < forgottenMs);
  return isTried ? breakMs : 0;
}

/** Milliseconds until the bucket, which holds a minute's calls and fills evenly, has one for `own`. */
function waitOf(own: Reservation, earlier: readonly Reservation[], perMinute: number): number {
  const perMs = perMinute / 60_000;
  let level = perMinute;
  let last = earlier[0]?.at ?? own.at;
  const fill = (at: number): void => {
    level = Math.min(perMinute, level + Math.max(0, at - last) * perMs);
    last = Math.max(last, at);
  };
  for (const { at } of earlier) {
    fill(at);
    level -= 1;
  }
  fill(own.at);
  return level >= 1 ? 0 : Math.ceil((1 - level) / perMs);
}
