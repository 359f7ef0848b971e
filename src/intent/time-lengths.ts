import type { Column, Dataset } from '../catalog/catalog.js';
import type { Expression, TimeUnit } from '../plan/query.js';
import { columnRef } from './column-reference.js';

/** A column with a date, of a table. */
interface DateColumn {
  readonly dataset: Dataset;
  readonly column: Column;
}

const secondsIn: Readonly<Partial<Record<TimeUnit, number>>> = {
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};

/** How long it is from one date to another (null: today) in the unit, with its fractions where times of day are known. */
export function lengthBetween(from: DateColumn, to: DateColumn | null, unit: TimeUnit): Expression {
  const start = columnRef(from.dataset.name, from.column.name);
  const end: Expression = to === null ? { kind: 'as_of' } : columnRef(to.dataset.name, to.column.name);
  const between = (name: 'days_between' | 'months_between' | 'seconds_between'): Expression => ({
    kind: 'call',
    function: name,
    arguments: [start, end],
  });
  if (unit === 'month' || unit === 'quarter') return between('months_between');
  if (unit === 'year') return divided(between('days_between'), '365.25');
  const dated = isDay(from) && (to === null || isDay(to));
  if (unit === 'day' && (dated || to === null)) return between('days_between');
  if (unit === 'week' && dated) return divided(between('days_between'), '7');
  const seconds = secondsIn[unit];
  return seconds === undefined ? between('seconds_between') : divided(between('seconds_between'), String(seconds));
}

/** Whether the column knows no time of day. */
export function isDay({ column }: DateColumn): boolean {
  return column.type.kind === 'date';
}

function divided(left: Expression, by: string): Expression {
  const literal = by.includes('.')
    ? ({ type: 'decimal', value: by } as const)
    : ({ type: 'integer', value: by } as const);
  return { kind: 'arithmetic', operator: 'divide', left, right: { kind: 'literal', literal } };
}
