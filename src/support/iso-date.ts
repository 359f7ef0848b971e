import { dpbError } from './errors.js';

/** A calendar date as `YYYY-MM-DD`. */
export type IsoDate = string;

const isoDatePattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Reads `text` as a calendar date that exists; raises `input.invalid` naming `what` (a flag, a key) where it does not. */
export function parseIsoDate(text: string, what: string): IsoDate {
  const match = isoDatePattern.exec(text);
  const parsed = match ? new Date(`${text}T00:00:00Z`) : null;
  if (parsed === null || Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== text) {
    throw dpbError('input.invalid', { what, problem: `"${text}" is not a date like 2025-03-31` });
  }
  return text;
}

/** The calendar date of the instant `now` in the IANA time zone `zone`. */
export function dateInZone(now: Date, zone: string): IsoDate {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(now);
}

/** The date `days` after `date`; before it where negative. */
export function moveDate(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
