import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeDirectory, readTextIfThere } from '../support/atomic-files.js';
import { dpbError, messageOf } from '../support/errors.js';
import { compareText } from '../support/text-order.js';

/**
 * The book of all attempts to reach a model: one file a day (UTC), only ever appended to, by any number of processes at once.
 * Nothing is locked and nothing can stay locked: a line is appended whole, so the order of lines is the order of reservations,
 * and each process counts all that stands before its own line. What a killed process reserved stays booked.
 */
export type LedgerEntry =
  | {
      readonly kind: 'reserved';
      readonly id: string;
      readonly at: number;
      /** The run, or the one request, whose cap this counts against. */
      readonly scope: string;
      readonly purpose: string;
      readonly server: string;
      readonly model: string;
      /** The most that it can cost, in billionths of a dollar. */
      readonly nano: number;
      /** Which attempt at its question it is, from 1; left out by ledgers of before. */
      readonly attempt?: number | undefined;
    }
  | {
      readonly kind: 'settled';
      readonly id: string;
      readonly at: number;
      /** What it did cost; as reserved where that is not known. */
      readonly nano: number;
      readonly outcome: AttemptOutcome;
      readonly input: number | null;
      readonly output: number | null;
      readonly milliseconds: number;
    }
  /** It was over a cap, or had to wait, and was not sent. */
  | { readonly kind: 'withdrawn'; readonly id: string; readonly at: number }
  | {
      readonly kind: 'cached';
      readonly at: number;
      readonly scope: string;
      readonly purpose: string;
      readonly model: string;
    };

/** How an attempt ended. */
export type AttemptOutcome = (typeof attemptOutcomes)[number];

const attemptOutcomes = [
  'answered',
  /** Answered, and billed more than can have been used. */
  'overbilled',
  'busy',
  'server_error',
  'unreachable',
  'too_slow',
  'too_large',
  'unreadable',
  'refused',
] as const;

const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('reserved'),
    id: z.string(),
    at: z.number(),
    scope: z.string(),
    purpose: z.string(),
    server: z.string(),
    model: z.string(),
    nano: z.number().min(0),
    attempt: z.int().min(1).optional(),
  }),
  z.object({
    kind: z.literal('settled'),
    id: z.string(),
    at: z.number(),
    nano: z.number().min(0),
    outcome: z.enum(attemptOutcomes),
    input: z.number().nullable(),
    output: z.number().nullable(),
    milliseconds: z.number(),
  }),
  z.object({ kind: z.literal('withdrawn'), id: z.string(), at: z.number() }),
  z.object({
    kind: z.literal('cached'),
    at: z.number(),
    scope: z.string(),
    purpose: z.string(),
    model: z.string(),
  }),
]);

const dayPattern = /^\d{4}-\d{2}-\d{2}\.jsonl$/;

/** The day of a moment, UTC, as files are named. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export class Ledger {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Appends to the day of `at`. Raises `io.write`. */
  append(entry: LedgerEntry, day = entry.at): void {
    makeDirectory(this.#folder);
    const path = this.#path(dayOf(day));
    try {
      // A line begins with the end of the one before: a torn line of a full disk spoils itself alone.
      appendFileSync(path, `\n${JSON.stringify(entry)}`, { flush: true });
    } catch (cause) {
      throw dpbError('io.write', { path, reason: messageOf(cause) }, { cause });
    }
  }

  /** All entries of the day of `at` in order; with `before`, those of the day before it first. */
  entries(at: number, before = false): readonly LedgerEntry[] {
    const days = before ? [dayOf(at - 86_400_000), dayOf(at)] : [dayOf(at)];
    return days.flatMap((day) => this.#read(day));
  }

  /** Everything that was ever booked, day by day. */
  all(): readonly LedgerEntry[] {
    if (!existsSync(this.#folder)) return [];
    const files = readdirSync(this.#folder).filter((name) => dayPattern.test(name));
    return files.sort(compareText).flatMap((name) => this.#read(name.slice(0, 10)));
  }

  #read(day: string): readonly LedgerEntry[] {
    return (readTextIfThere(this.#path(day)) ?? '').split('\n').flatMap((line) => entryOf(line));
  }

  #path(day: string): string {
    return join(this.#folder, `${day}.jsonl`);
  }
}

/** A new name for an attempt. */
export function attemptId(): string {
  return randomUUID();
}

/** The entry of a line; none of an empty line and of one that was torn: what was not booked whole was never sent. */
function entryOf(line: string): readonly LedgerEntry[] {
  if (line === '') return [];
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return [];
  }
  const parsed = entrySchema.safeParse(value);
  return parsed.success ? [parsed.data] : [];
}
