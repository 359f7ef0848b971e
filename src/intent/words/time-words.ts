import type { TimeUnit } from '../../plan/query.js';

/** Months by name and abbreviation, 1 to 12. */
export const monthNumbers: Readonly<Record<string, number>> = {
  january: 1,
  jan: 1,
  february: 2,
  feb: 2,
  march: 3,
  mar: 3,
  april: 4,
  apr: 4,
  may: 5,
  june: 6,
  jun: 6,
  july: 7,
  jul: 7,
  august: 8,
  aug: 8,
  september: 9,
  sep: 9,
  sept: 9,
  october: 10,
  oct: 10,
  november: 11,
  nov: 11,
  december: 12,
  dec: 12,
};

/** Units of time as people say them. */
export const timeUnits: Readonly<Record<string, TimeUnit>> = {
  day: 'day',
  days: 'day',
  week: 'week',
  weeks: 'week',
  month: 'month',
  months: 'month',
  quarter: 'quarter',
  quarters: 'quarter',
  year: 'year',
  years: 'year',
  hour: 'hour',
  hours: 'hour',
  minute: 'minute',
  minutes: 'minute',
};

/** Quarters in words. */
export const quarterNumbers: Readonly<Record<string, number>> = {
  q1: 1,
  q2: 2,
  q3: 3,
  q4: 4,
};

/** `first` to `fourth`, before the word quarter. */
export const ordinals: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  '1st': 1,
  '2nd': 2,
  '3rd': 3,
  '4th': 4,
};
