import type { Column, Dataset } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { onlyAmount, saysMoney } from './amounts.js';
import type { Found } from './compose-columns.js';
import { conceptOf, type Draft } from './draft.js';
import type { Condition, Item } from './frame.js';
import type { Slot } from './request-tree.js';
import { isSummable } from './schema-model.js';
import { type LengthUnit, lengthUnitOf } from './time-lengths.js';

/** The columns that the request measures: those that are folded, or shown of their own accord. */
function measuredColumns(draft: Draft): readonly Found[] {
  return draft.frame.items.flatMap(slotsOf).flatMap((slot) => {
    const concept = conceptOf(draft, slot);
    const dataset = concept?.kind === 'column' ? draft.model.dataset(concept.dataset) : undefined;
    const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
    return dataset !== undefined && column !== undefined && isAmount(column) ? [{ dataset, column }] : [];
  });
}

function isAmount(column: Column): boolean {
  return isSummable(column) && column.role === 'measure';
}

function slotsOf(item: Item): readonly Slot[] {
  switch (item.kind) {
    case 'plain':
      return [item.slot];
    case 'aggregate':
    case 'count':
      return item.slot === null ? [] : [item.slot];
    case 'ratio':
      return [...slotsOf(item.numerator), ...slotsOf(item.denominator)];
    case 'derived':
    case 'mean':
      return slotsOf(item.of);
    case 'span':
      return [];
  }
}

/**
 * `invoices above 500`: what of them is above it, where they themselves are asked for: the column that is measured, else what
 * each of them amounts to. Null where nothing of theirs says how much, or several do: then a number of them may be meant.
 */
export function comparedAmount(
  draft: Draft,
  condition: Extract<Condition, { kind: 'compare' | 'between' }>,
): Found | null {
  const { subject } = condition;
  if (subject?.kind !== 'plain') return null;
  if (condition.kind === 'compare') {
    const { nouns, operator, operand } = condition;
    if (nouns.length > 0 || operand.kind !== 'number' || operator === 'eq' || operator === 'ne') return null;
  }
  const concept = conceptOf(draft, subject.slot);
  const dataset = concept?.kind === 'dataset' ? draft.model.dataset(concept.dataset) : undefined;
  if (dataset === undefined) return null;
  const measured = measuredColumns(draft).filter((found) => found.dataset === dataset);
  const asked = draft.frame.items.flatMap(slotsOf).some((slot) => {
    const item = conceptOf(draft, slot);
    return item?.kind === 'dataset' && item.dataset === dataset.name;
  });
  if (measured.length === 0 && !asked) return null;
  if (measured.length === 1) return measured[0] ?? null;
  const column = onlyAmount(draft.model, dataset.name) ?? onlyMoney(dataset);
  return column === null ? null : { dataset, column };
}

function onlyMoney(dataset: Dataset): Column | null {
  const [only, ...others] = dataset.columns.filter(
    (column) => isAmount(column) && columnWords(dataset, column).some((word) => saysMoney(word)),
  );
  return only === undefined || others.length > 0 ? null : only;
}

/**
 * `over 5 hours` of what has a column that is told in time: what is measured goes first, then what `home` has, told in the unit
 * that is said before one that it is turned into. Null where none is, or several are alike.
 */
export function timedColumn(
  draft: Draft,
  home: string,
  unit: LengthUnit,
): (Found & { readonly unit: LengthUnit }) | null {
  const dataset = draft.model.dataset(home);
  const own = (dataset?.columns ?? [])
    .filter(isAmount)
    .flatMap((column) => (dataset === undefined ? [] : [{ dataset, column }]));
  for (const columns of [measuredColumns(draft), own]) {
    const timed = columns.flatMap((found) => {
      const told = lengthUnitOf(found.dataset, found.column);
      return told === null ? [] : [{ ...found, unit: told }];
    });
    const exact = timed.filter((found) => found.unit === unit);
    const [only, ...others] = exact.length > 0 ? exact : timed;
    if (only !== undefined) return others.length > 0 ? null : only;
  }
  return null;
}
