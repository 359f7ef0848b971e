import type { Column } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import { labelOf } from './column-label.js';
import { aggregate } from './column-reference.js';
import type { Found } from './compose-columns.js';
import { commonHome } from './compose-joins.js';
import { conceptOf, type Draft, type MeasureDraft } from './draft.js';
import type { Item } from './frame.js';
import type { Slot } from './request-tree.js';
import { dateColumns } from './schema-model.js';
import { lengthBetween } from './time-lengths.js';

/** The time between two events folded over rows; null where an end names no date. */
export function spanMeasure(draft: Draft, item: Extract<Item, { kind: 'span' }>): MeasureDraft | null {
  const to = item.to === null ? null : eventOf(draft, item.to);
  const from = item.from === null ? beginningOf(to) : eventOf(draft, item.from);
  if (from === null || (item.to !== null && to === null)) return null;
  if (to !== null && from.dataset === to.dataset && from.column === to.column) return null;
  const datasets = [...new Set([from.dataset.name, ...(to === null ? [] : [to.dataset.name])])];
  const home = commonHome(draft.model, datasets);
  if (home === null) return null;
  const unit = item.unit ?? draft.frame.unit ?? 'day';
  if (item.unit === null && draft.frame.unit === null)
    draft.assumptions.push({ code: 'unit', text: 'The time between is told in days.' });
  const length = lengthBetween(from, to, unit);
  const end = to === null ? 'today' : labelOf(to.dataset, to.column);
  const said = `${unit}s from ${labelOf(from.dataset, from.column)} to ${end}`;
  const prefix = { avg: 'Average ', sum: 'Total ', min: 'Least ', max: 'Most ', median: 'Median ' }[
    String(item.function)
  ];
  const label = `${prefix ?? ''}${said}`;
  return {
    name: draft.names.take(label),
    label,
    description: `${label}.`,
    unit: `${unit}s`,
    home,
    datasets,
    define: (given) => (given === home ? aggregate(item.function, given, length) : null),
  };
}

/** The date that the words name: a column, or when the thing happened. */
export function eventOf(draft: Draft, slot: Slot): Found | null {
  const concept = conceptOf(draft, slot);
  if (concept === null || concept.kind === 'metric' || concept.kind === 'value') return null;
  const dataset = draft.model.dataset(concept.dataset);
  if (dataset === undefined) return null;
  const column =
    concept.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : dateColumns(dataset)[0];
  return column !== undefined && isTemporal(column.type) ? { dataset, column } : null;
}

const beginnings = [
  'start',
  'started',
  'begin',
  'began',
  'open',
  'opened',
  'created',
  'create',
  'placed',
  'issued',
  'requested',
  'received',
];
const notBeginnings = ['birth', 'due', 'expected', 'updated', 'modified', 'loaded', 'planned', 'scheduled'];

/** When began what ends at `end`: another date of the same row. */
export function beginningOf(end: Found | null): Found | null {
  if (end === null) return null;
  const { dataset } = end;
  const others = dataset.columns.filter((column) => isTemporal(column.type) && column !== end.column);
  const says = (column: Column, words: readonly string[]): boolean =>
    columnWords(dataset, column).some((word) => words.includes(word));
  const fitting = others.filter((column) => !says(column, notBeginnings));
  const column = fitting.find((candidate) => says(candidate, beginnings)) ?? fitting[0];
  return column === undefined ? null : { dataset, column };
}
