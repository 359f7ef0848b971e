import { isTemporal } from '../plan/data-type.js';
import type { AggregateMeasure, Expression, MeasureDefinition, Snapshot } from '../plan/query.js';
import type { Dataset } from './catalog.js';

/** What a table that is written anew each day or month is of: one row for each of `per` at each `by`. */
export interface Series {
  readonly by: string;
  readonly per: readonly string[];
}

/** The series that a key of the table shows: things and one time; null where there is none. */
export function seriesOf({ keys, columns }: Pick<Dataset, 'keys' | 'columns'>): Series | null {
  for (const key of keys) {
    const parts = columns.filter(({ name }) => key.columns.includes(name));
    const [by, ...others] = parts.filter(({ type }) => isTemporal(type));
    const per = parts.filter(({ type }) => !isTemporal(type));
    if (by === undefined || others.length > 0 || per.length === 0) continue;
    if (per.every(({ role }) => role !== 'measure')) return { by: by.name, per: per.map(({ name }) => name) };
  }
  return null;
}

/** The definition with its sums over rows of `home` taken at one time of each series, as the glossary says; parts of a formula too. */
export function takenAtOneTime(
  definition: MeasureDefinition,
  home: Dataset,
  { over, take }: { readonly over: string; readonly take: Snapshot['take'] },
): MeasureDefinition {
  const series = seriesOf(home);
  const column = (name: string): Expression => ({ kind: 'column', table: home.name, column: name });
  const per = series?.by === over ? series.per : [];
  return withSnapshot(definition, home.name, { take, by: column(over), per: per.map(column) });
}

function withSnapshot(definition: MeasureDefinition, home: string, snapshot: Snapshot): MeasureDefinition {
  switch (definition.kind) {
    case 'aggregate':
      return definition.home === home && addsUp(definition) ? { ...definition, snapshot } : definition;
    case 'combine':
      return {
        ...definition,
        left: withSnapshot(definition.left, home, snapshot),
        right: withSnapshot(definition.right, home, snapshot),
      };
    case 'ratio':
      return {
        ...definition,
        numerator: withSnapshot(definition.numerator, home, snapshot),
        denominator: withSnapshot(definition.denominator, home, snapshot),
      };
    default:
      return definition;
  }
}

function addsUp({ function: name, snapshot }: AggregateMeasure): boolean {
  return (name === 'sum' || name === 'count') && (snapshot ?? null) === null;
}
