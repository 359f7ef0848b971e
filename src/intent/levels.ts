import type { Column, Dataset, Metric } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import type { AggregateMeasure, MeasureDefinition, Snapshot } from '../plan/query.js';
import { columnRef } from './column-reference.js';
import { singularOf } from './word-forms.js';
import { levelWords } from './words/level-words.js';

/** What a table that is written anew each day or month is of: one row for each of `per` at each `by`. */
interface Series {
  readonly by: string;
  readonly per: readonly string[];
}

/** The series that a key of the table shows: things and one time; null where there is none. */
export function seriesOf({ keys, columns }: Dataset): Series | null {
  for (const key of keys) {
    const parts = columns.filter(({ name }) => key.columns.includes(name));
    const [by, ...others] = parts.filter(({ type }) => isTemporal(type));
    const per = parts.filter(({ type }) => !isTemporal(type));
    if (by === undefined || others.length > 0 || per.length === 0) continue;
    if (per.every(({ role }) => role !== 'measure')) return { by: by.name, per: per.map(({ name }) => name) };
  }
  return null;
}

/** Whether the column is called like how much there is at a time. */
export function isLevel(dataset: Dataset, column: Column): boolean {
  return columnWords(dataset, column).some((word) => levelWords.has(word) || levelWords.has(singularOf(word)));
}

/** What of a series counts in each group: its last row, or its first. */
export function levelSnapshot(dataset: string, { by, per }: Series, take: Snapshot['take']): Snapshot {
  return { take, by: columnRef(dataset, by), per: per.map((name) => columnRef(dataset, name)) };
}

/** The definition of a metric, of which sums are taken at one time of each series where the glossary says so. */
export function semiAdditiveDefinition({ definition, semiAdditive }: Metric, home: Dataset): MeasureDefinition {
  if (semiAdditive === null) return definition;
  const { over, take } = semiAdditive;
  const series = seriesOf(home);
  const per = series?.by === over ? series.per : [];
  return withSnapshot(definition, home.name, levelSnapshot(home.name, { by: over, per }, take));
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

function addsUp({ function: name }: AggregateMeasure): boolean {
  return name === 'sum' || name === 'count';
}
