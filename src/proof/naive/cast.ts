import { type DataType, typeText } from '../../plan/data-type.js';
import { civilDate, dayNumber, dayOf, floorDivide, wallMicros } from './calendar.js';
import {
  decimalOf,
  decimalOfDouble,
  decimalText,
  doubleOf,
  fitted,
  powerOfTen,
  rescaled,
  roundedDouble,
} from './number.js';
import { RunFailure } from './run-failure.js';
import { trimmed } from './text.js';
import type { Decimal, Present, Value } from './value.js';

/**
 * The value in the type `to`, by the page's paragraph on `cast`: "To an integer, or to fewer digits, it rounds half away from
 * zero." Raises `RunFailure` where that cannot be done.
 */
export function castTo(value: Value, to: DataType): Value {
  if (value === null) return null;
  switch (to.kind) {
    case 'text':
      return { kind: 'text', value: textOf(value) };
    case 'boolean':
      return { kind: 'boolean', value: booleanOf(value) };
    case 'integer':
      return fitted({ kind: 'integer', value: exactNumberOf(value, 0, to).unscaled }, to);
    case 'decimal':
      return fitted(exactNumberOf(value, to.scale, to), to);
    case 'double':
      return { kind: 'double', value: doubleFrom(value) };
    case 'date':
      return { kind: 'date', day: dayOf(momentOf(value)) };
    case 'timestamp':
      return momentOf(value);
    default:
      throw new RunFailure(`nothing is cast to ${typeText(to)}`);
  }
}

/** "As text: integers and decimals with all digits of their type, DOUBLE the shortest that reads back, times as ISO 8601." */
export function textOf(value: Present): string {
  switch (value.kind) {
    case 'boolean':
      return String(value.value);
    case 'integer':
      return String(value.value);
    case 'decimal':
      return decimalText(value);
    case 'double':
      return textOfDouble(value.value);
    case 'text':
      return value.value;
    case 'opaque':
      return value.text;
    case 'date':
      return textOfDay(value.day);
    case 'clock':
      return textOfTime(value.micros);
    case 'timestamp':
    case 'instant': {
      const day = floorDivide(value.micros, 86_400_000_000n);
      return `${textOfDay(Number(day))} ${textOfTime(value.micros - day * 86_400_000_000n)}`;
    }
  }
}

/** The day of a text `YYYY-MM-DD`. */
export function dayOfText(value: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(trimmed(value));
  const [year, month, day] = (match ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) throw notReadable(value, 'date');
  const number = dayNumber({ year, month, day });
  if (civilDate(number).month !== month || civilDate(number).day !== day) throw notReadable(value, 'date');
  return number;
}

/** The microseconds of a text `YYYY-MM-DD`, or that and ` HH:MM:SS` with up to six digits of a second. */
export function microsOfText(value: string): bigint {
  const [, date = '', time = '00:00:00', fraction = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?)?$/.exec(trimmed(value)) ?? [];
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  if (date === '' || hour > 23 || minute > 59 || second > 59) throw notReadable(value, 'timestamp');
  const seconds = ((dayOfText(date) * 24 + hour) * 60 + minute) * 60 + second;
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

/** A text or date as a timestamp. */
function momentOf(value: Present): Present {
  return { kind: 'timestamp', micros: value.kind === 'text' ? microsOfText(value.value) : wallMicros(value) };
}

function booleanOf(value: Present): boolean {
  if (value.kind === 'boolean') return value.value;
  if (value.kind !== 'text') return doubleOf(value) !== 0;
  const word = trimmed(value.value).toLowerCase();
  if (word !== 'true' && word !== 'false') throw notReadable(value.value, 'boolean');
  return word === 'true';
}

function exactNumberOf(value: Present, scale: number, to: DataType): Decimal {
  if (value.kind === 'boolean') return rescaled({ kind: 'decimal', unscaled: BigInt(value.value), scale: 0 }, scale);
  if (value.kind === 'text') return rescaled(decimalOfText(value.value, to), scale);
  if (value.kind !== 'double') return rescaled(decimalOf(value), scale);
  const decimal =
    scale === 0 && Number.isFinite(value.value)
      ? { kind: 'decimal' as const, unscaled: BigInt(roundedDouble(value.value)), scale }
      : decimalOfDouble(value.value, scale);
  if (decimal === null) throw new RunFailure(`${value.value} does not fit ${typeText(to)}`);
  return decimal;
}

/** Digits with an optional sign, point and exponent. */
const numberPattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

function decimalOfText(value: string, to: DataType): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = numberPattern.exec(trimmed(value)) ?? [];
  if (whole + fraction === '') throw notReadable(value, typeText(to));
  const unscaled = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0
    ? { kind: 'decimal', unscaled, scale }
    : { kind: 'decimal', unscaled: unscaled * powerOfTen(-scale), scale: 0 };
}

function doubleFrom(value: Present): number {
  if (value.kind === 'boolean') return Number(value.value);
  if (value.kind !== 'text') return doubleOf(value);
  decimalOfText(value.value, { kind: 'double' });
  const read = Number(trimmed(value.value));
  if (!Number.isFinite(read)) throw notReadable(value.value, 'double');
  return read;
}

/** At least one digit after the point; an exponent of at least two digits from 1e16 on and below 0.0001. */
function textOfDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= 16 || exponent < -4)
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const significant = digits.replace('-', '').replace('.', '').length - 1;
  return value.toFixed(Math.max(significant - exponent, 1));
}

function textOfDay(day: number): string {
  const { year, month, day: dayOfMonth } = civilDate(day);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
}

function textOfTime(micros: bigint): string {
  const second = micros / 1_000_000n;
  const two = (number: bigint): string => String(number).padStart(2, '0');
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const clock = `${two(second / 3600n)}:${two((second / 60n) % 60n)}:${two(second % 60n)}`;
  return fraction === '' ? clock : `${clock}.${fraction}`;
}

function notReadable(value: string, type: string): RunFailure {
  return new RunFailure(`"${value}" is no ${type}`);
}
