import type { Column, Dataset } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import type { Expression, TimePart, TimeUnit } from '../plan/query.js';
import { labelOf } from './column-label.js';
import { columnRef } from './column-reference.js';
import { defaultDate, narrowedDate } from './compose-time.js';
import { conceptOf, type DimensionDraft, type Draft } from './draft.js';
import type { Group } from './frame.js';
import type { CyclePart, Slot } from './request-tree.js';
import { dateColumns, isSummable, isYearColumn, keyOf, nameColumns } from './schema-model.js';

/** A column as a grouping key. */
export function columnDimension(
  draft: Draft,
  dataset: Dataset,
  column: Column,
  role: 'key' | 'attribute',
  shown = true,
): DimensionDraft {
  const label = labelOf(dataset, column);
  return {
    name: draft.names.take(label),
    label: label.charAt(0).toUpperCase() + label.slice(1),
    description: column.description === '' ? `${column.name} of ${dataset.name}.` : column.description,
    expression: columnRef(dataset.name, column.name),
    role,
    shown,
    dataset: dataset.name,
  };
}

/** A table as the thing grouped by: its key, hidden, with the columns that name it; `shown` are columns asked for instead. */
export function entityDimensions(draft: Draft, dataset: Dataset, shown: readonly Column[]): readonly DimensionDraft[] {
  const columns = shown.length > 0 ? shown : nameColumns(dataset);
  const key = keyOf(dataset);
  if (key === null) return columns.map((column) => columnDimension(draft, dataset, column, 'key'));
  const keys = dataset.columns.filter((column) => key.includes(column.name));
  const hidden = keys.filter((column) => !columns.includes(column));
  return [
    ...columns.map((column) => columnDimension(draft, dataset, column, keys.includes(column) ? 'key' : 'attribute')),
    ...hidden.map((column) => columnDimension(draft, dataset, column, 'key', false)),
  ];
}

/** The dimensions that one group of the frame asks for; null where it can be none. */
export function groupDimensions(
  draft: Draft,
  group: Group,
  home: string,
  shown: readonly Column[],
): readonly DimensionDraft[] | null {
  if (group.kind === 'grain') return grainDimension(draft, group.unit, group.slot, home);
  const concept = conceptOf(draft, group.slot);
  if (concept === null || concept.kind === 'metric' || concept.kind === 'value') return null;
  const dataset = draft.model.dataset(concept.dataset);
  if (dataset === undefined) return null;
  // Things of a kind that was said (`per wholesaler`) are told apart by a name of their own, or hardly meant.
  if (group.slot.id < 0 && !hasOwnName(dataset)) return null;
  if (concept.kind === 'dataset')
    return entityDimensions(
      draft,
      dataset,
      shown.filter((column) => dataset.columns.includes(column)),
    );
  const column = draft.model.column(concept.dataset, concept.column);
  if (column === undefined) return null;
  if (column.role === 'measure' && column.profile.distinct > 200) draft.penalty += 0.3;
  const thing = referredThing(draft, dataset, column, group.slot.text);
  if (thing !== null) return entityDimensions(draft, thing, []);
  return [columnDimension(draft, dataset, column, 'key')];
}

function hasOwnName(dataset: Dataset): boolean {
  const key = keyOf(dataset) ?? [];
  return nameColumns(dataset).some(({ name }) => !key.includes(name));
}

const identifierWords = /\b(?:ids?|codes?|keys?|numbers?|no|nr|identifiers?)\b/iu;

/**
 * `each manager` of a `manager_id`: the person that it refers to is told by name, unless the words ask for the key itself or the
 * column is a name of its own. Null where the column refers to nothing that has a name.
 */
function referredThing(draft: Draft, dataset: Dataset, column: Column, text: string): Dataset | null {
  if (text === '' || identifierWords.test(text) || !identifierWords.test(column.name.replaceAll('_', ' '))) return null;
  const step = draft.model.catalog.relationships.find(
    ({ from }) => from.dataset === dataset.name && from.columns.length === 1 && from.columns[0] === column.name,
  );
  const thing = step === undefined ? undefined : draft.model.dataset(step.to.dataset);
  if (step === undefined || thing === undefined) return null;
  const [walked, ...more] = draft.model.reach(dataset.name).get(thing.name)?.steps ?? [];
  const direct = more.length === 0 && walked?.on.length === 1 && walked.on[0]?.from === column.name;
  return direct && hasOwnName(thing) ? thing : null;
}

const partWords: Readonly<Record<TimePart, string>> = {
  year: 'year',
  quarter: 'quarter of year',
  month: 'month of year',
  month_name: 'month',
  week: 'week of year',
  day_of_month: 'day of month',
  day_of_week: 'day of week',
  day_name: 'weekday',
  day_of_year: 'day of year',
  hour: 'hour of day',
  minute: 'minute of hour',
  iso_year: 'ISO year',
  us_week: 'week of year',
};

/** `monthly`: the date column of the home, cut to the unit. */
function grainDimension(
  draft: Draft,
  unit: TimeUnit | CyclePart,
  slot: Slot | null,
  home: string,
): readonly DimensionDraft[] | null {
  const named = slot === null ? null : namedDate(draft, slot);
  const found = named ?? narrowedDate(draft, home) ?? defaultDate(draft, home);
  if (found === null) {
    const written = slot === null && typeof unit === 'string' ? writtenPeriod(draft, unit, home) : null;
    return written === null ? null : [columnDimension(draft, written.dataset, written.column, 'key')];
  }
  const { dataset, column } = found;
  if (!isTemporal(column.type)) return unit === 'year' ? [columnDimension(draft, dataset, column, 'key')] : null;
  const operand = columnRef(dataset.name, column.name);
  const expression: Expression =
    typeof unit === 'string'
      ? { kind: 'time_truncate', unit, operand }
      : { kind: 'time_part', part: unit.part, operand };
  const word = typeof unit === 'string' ? unit.replace('_', ' ') : partWords[unit.part];
  return [
    {
      name: draft.names.take(word),
      label: word.charAt(0).toUpperCase() + word.slice(1),
      description: `${word.charAt(0).toUpperCase() + word.slice(1)} of ${dataset.name}.${column.name}.`,
      expression,
      role: 'key',
      shown: true,
      dataset: dataset.name,
    },
  ];
}

/** Where no column is a date, one may be called like the period: a `season_month`, a day that is kept as text. */
function writtenPeriod(draft: Draft, unit: TimeUnit, home: string): { dataset: Dataset; column: Column } | null {
  const names = unit === 'day' ? ['day', 'date'] : [unit];
  const reached = [...draft.model.reach(home)].sort((left, right) => left[1].cost - right[1].cost);
  for (const [name] of reached) {
    const dataset = draft.model.dataset(name);
    const column = dataset?.columns.find(
      (candidate) => !isSummable(candidate) && columnWords(dataset, candidate).some((word) => names.includes(word)),
    );
    if (dataset === undefined || column === undefined) continue;
    draft.penalty += 0.15;
    return { dataset, column };
  }
  return null;
}

function namedDate(draft: Draft, slot: Slot): { dataset: Dataset; column: Column } | null {
  const concept = conceptOf(draft, slot);
  if (concept?.kind === 'dataset') {
    const dataset = draft.model.dataset(concept.dataset);
    const column = dataset === undefined ? undefined : dateColumns(dataset)[0];
    return dataset === undefined || column === undefined ? null : { dataset, column };
  }
  if (concept?.kind !== 'column') return null;
  const dataset = draft.model.dataset(concept.dataset);
  const column = draft.model.column(concept.dataset, concept.column);
  return dataset !== undefined && column !== undefined && (isTemporal(column.type) || isYearColumn(dataset, column))
    ? { dataset, column }
    : null;
}
