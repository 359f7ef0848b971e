import type { Column, Dataset } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import type { Expression, TimeUnit } from '../plan/query.js';
import { columnRef } from './column-reference.js';

/** A column with a date, of a table. */
interface DateColumn {
  readonly dataset: Dataset;
  readonly column: Column;
}

/** Units of time that are so many seconds each, whatever the calendar. */
export type LengthUnit = 'second' | 'minute' | 'hour' | 'day' | 'week';

const secondsIn: Readonly<Record<LengthUnit, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};

const lengthUnits: ReadonlyMap<string, LengthUnit> = new Map(
  (
    [
      ['second', 'second seconds sec secs'],
      ['minute', 'minute minutes mins'],
      ['hour', 'hour hours hrs'],
      ['day', 'day days'],
      ['week', 'week weeks'],
    ] as const
  ).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit] as const)),
);

/** The unit of time that numbers of the column are told in, as its name ends in it (`minutes`, `run_time_secs`); null where it does not. */
export function lengthUnitOf(dataset: Dataset, column: Column): LengthUnit | null {
  return lengthUnits.get(columnWords(dataset, column).at(-1) ?? '') ?? null;
}

/** The unit, where it is so many seconds; null for months and years. */
export function fixedUnit(unit: TimeUnit): LengthUnit | null {
  return unit === 'second' || unit === 'minute' || unit === 'hour' || unit === 'day' || unit === 'week' ? unit : null;
}

/** How often the one unit goes into the other, as the times that each is to be multiplied by for both to be whole. */
export function ratioOf(said: LengthUnit, told: LengthUnit): { readonly said: number; readonly told: number } {
  const [large, small] = [secondsIn[said], secondsIn[told]];
  return large >= small ? { said: large / small, told: 1 } : { said: 1, told: small / large };
}

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
  const fixed = fixedUnit(unit);
  return fixed === null || fixed === 'second'
    ? between('seconds_between')
    : divided(between('seconds_between'), String(secondsIn[fixed]));
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
