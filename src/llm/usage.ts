import { type Admission, admissionOf, endsOf, type Reservation } from './admission.js';
import { type AttemptOutcome, attemptId, type LedgerEntry } from './ledger.js';
import type { LlmSettings } from './llm-settings.js';

/** What asking models came to, over all that is booked. Money in dollars, times in milliseconds. */
export interface LlmUsage {
  /** HTTP requests that were sent. */
  readonly attempts: number;
  /** Those of them that came after one of the same question had failed. */
  readonly retries: number;
  readonly outcomes: Readonly<Partial<Record<AttemptOutcome, number>>>;
  /** Attempts of which nothing is booked but that they began: their process died. */
  readonly unsettled: number;
  /** Questions that were answered before. */
  readonly cached: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly dollars: number;
  readonly dollarsToday: number;
  readonly latencyMedianMs: number | null;
  readonly latencyP95Ms: number | null;
  /** Whether the configured server is left alone at the moment. */
  readonly breakerOpen: boolean;
}

/** Adds up the ledger. */
export function usageOf(entries: readonly LedgerEntry[], settings: LlmSettings, now: number): LlmUsage {
  const { settled, withdrawn } = endsOf(entries);
  const sent = entries.filter((entry) => entry.kind === 'reserved').filter(({ id }) => !withdrawn.has(id));
  const ends = sent.flatMap(({ id }) => settled.get(id) ?? []);
  const times = ends.map(({ milliseconds }) => milliseconds).sort((left, right) => left - right);
  const booked = (reservations: readonly Reservation[]): number =>
    reservations.reduce((sum, { id, nano }) => sum + (settled.get(id)?.nano ?? nano), 0) / 1e9;
  const outcomes: Partial<Record<AttemptOutcome, number>> = {};
  for (const { outcome } of ends) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    attempts: sent.length,
    retries: sent.filter(({ attempt = 1 }) => attempt > 1).length,
    outcomes,
    unsettled: sent.length - ends.length,
    cached: entries.filter(({ kind }) => kind === 'cached').length,
    inputTokens: ends.reduce((sum, { input }) => sum + (input ?? 0), 0),
    outputTokens: ends.reduce((sum, { output }) => sum + (output ?? 0), 0),
    dollars: booked(sent),
    dollarsToday: booked(sent.filter(({ at }) => Math.floor(at / 86_400_000) === Math.floor(now / 86_400_000))),
    latencyMedianMs: times[Math.floor(times.length / 2)] ?? null,
    latencyP95Ms: times[Math.floor(times.length * 0.95)] ?? null,
    breakerOpen: nextAdmission(entries, settings, now).kind === 'broken',
  };
}

/** How an attempt of no cost would fare now. */
function nextAdmission(entries: readonly LedgerEntry[], settings: LlmSettings, now: number): Admission {
  const { baseUrl: server, model } = settings;
  const id = attemptId();
  const next = { kind: 'reserved', id, at: now, scope: '', purpose: '', server, model: model ?? '', nano: 0 } as const;
  const unlimited = { dollarsPerRequestMax: 1e6, dollarsPerDayMax: 1e6, callsPerMinute: 1e6 };
  return admissionOf(next, [...entries, next], unlimited);
}
