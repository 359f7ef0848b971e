import type { TimeMeaning } from '../../src/intent/time-phrase.js';
import type { Expression, TimeUnit } from '../../src/plan/query.js';

/** What "today" is in the tables of time phrases: a Saturday in the middle of a month and a quarter. */
const today = '2024-06-15';

/** Computes a date expression for `today`, weeks from Monday and fiscal years from October, apart from dpb's compiler. */
function resolved(expression: Expression): string {
  switch (expression.kind) {
    case 'as_of':
      return today;
    case 'literal':
      return expression.literal.type === 'null' ? 'null' : String(expression.literal.value);
    case 'time_truncate':
      return truncated(resolved(expression.operand), expression.unit);
    case 'time_add':
      return added(resolved(expression.operand), expression.amount, expression.unit);
    default:
      throw new Error(`no date: ${expression.kind}`);
  }
}

function dayText(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

function truncated(text: string, unit: TimeUnit): string {
  const [year = 0, month = 1, day = 1] = text.slice(0, 10).split('-').map(Number);
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  switch (unit) {
    case 'hour':
    case 'minute':
      return text.length > 10 ? text : `${text} 00:00:00`;
    case 'day':
      return text.slice(0, 10);
    case 'week':
      return dayText(year, month, day - weekday);
    case 'month':
      return dayText(year, month, 1);
    case 'quarter':
      return dayText(year, month - ((month - 1) % 3), 1);
    case 'year':
      return dayText(year, 1, 1);
    case 'fiscal_year':
      return dayText(month >= 10 ? year : year - 1, 10, 1);
    default:
      throw new Error(unit);
  }
}

function added(text: string, amount: number, unit: TimeUnit): string {
  const [year = 0, month = 1, day = 1] = text.slice(0, 10).split('-').map(Number);
  const seconds = { second: 1, minute: 60, hour: 3600 }[unit as string];
  if (seconds !== undefined) {
    const moment = new Date(`${text.slice(0, 10)}T${text.slice(11) || '00:00:00'}Z`);
    return new Date(moment.getTime() + amount * seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  }
  const months = { month: 1, quarter: 3, year: 12 }[unit as string];
  if (months === undefined) return dayText(year, month, day + amount * (unit === 'week' ? 7 : 1));
  const last = new Date(Date.UTC(year, month - 1 + amount * months + 1, 0)).getUTCDate();
  return dayText(year, month + amount * months, Math.min(day, last));
}

function clock(minutes: number | null): string {
  if (minutes === null) return '';
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** A meaning as one line of text, computed for `today`. */
export function said(meaning: TimeMeaning): string {
  switch (meaning.kind) {
    case 'stretches':
      return meaning.stretches
        .map(({ low, high }) => `${low === null ? '' : resolved(low)}..${high === null ? '' : resolved(high)}`)
        .join(' + ');
    case 'recurring':
      return meaning.parts.map(({ part, values }) => `${part}=${values.join(',')}`).join(' ');
    case 'clock':
      return `${clock(meaning.low)}-${clock(meaning.high)}`;
    case 'duration':
      return `${meaning.amount} ${meaning.unit}`;
    case 'change':
      return `${meaning.unit ?? 'period'} against ${meaning.against}`;
    case 'cycle':
      return `cycle ${meaning.part}`;
  }
}
