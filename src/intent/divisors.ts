import type { Column } from '../catalog/catalog.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import type { Concept } from './concept.js';
import { conceptOf, type Draft } from './draft.js';
import type { Group, Item } from './frame.js';
import type { Slot } from './request-tree.js';
import { isSummable } from './schema-model.js';
import { singularOf, stemOf } from './word-forms.js';

/** What is measured, and by what it is grouped. */
interface Measured {
  readonly measures: readonly Item[];
  readonly groups: readonly Group[];
}

type SlotGroup = Extract<Group, { kind: 'slot' }>;

/** `cost per mile`, `cost divided by miles`: such a number is what is divided by, not what is grouped by. */
export function withRatio<Sorted extends Measured>(draft: Draft, roles: Sorted): Sorted {
  for (const group of roles.groups) {
    if (group.kind !== 'slot' || group.link === 'by') continue;
    const place = roles.measures.findLastIndex((item) => (firstSlotOf(item)?.id ?? 0) < group.slot.id);
    const above = roles.measures[place];
    if (above === undefined || !isDivisor(draft, group, above)) continue;
    const share = above.kind === 'derived' && above.how.kind === 'share' ? above.how : null;
    if (above.kind === 'derived' && share === null) continue;
    const numerator = summed(above.kind === 'derived' ? above.of : above);
    const denominator: Item = { kind: 'plain', slot: group.slot, distinct: false };
    const ratio: Item = { kind: 'ratio', numerator, denominator, factor: share?.factor ?? 1 };
    const groups = roles.groups.filter((other) => other !== group);
    return { ...roles, measures: roles.measures.with(place, ratio), groups };
  }
  return roles;
}

/** `average cost per mile` is all of the cost over all miles. */
function summed(item: Item): Item {
  return item.kind === 'aggregate' && item.function === 'avg' ? { ...item, function: 'sum' } : item;
}

/** The first thing that an item names; null where it names none. */
export function firstSlotOf(item: Item): Slot | null {
  switch (item.kind) {
    case 'plain':
    case 'count':
    case 'aggregate':
      return item.slot;
    case 'ratio':
      return firstSlotOf(item.numerator);
    case 'derived':
    case 'mean':
      return firstSlotOf(item.of);
    case 'span':
      return item.to ?? item.from;
  }
}

/**
 * Whether what stands behind `per` or `divided by` is a number to divide by: one that hardly anyone would group by, as it has
 * more values than a list of choices, counts what is said in the singular (`fee per seat` of `seats`), or is called like what
 * stands above (`tests failed per tests done`).
 */
function isDivisor(draft: Draft, { slot, link }: SlotGroup, above: Item): boolean {
  const concept = conceptOf(draft, slot);
  if (concept?.kind === 'dataset' || concept?.kind === 'metric') return link === 'divided';
  const column = measureColumn(draft, concept);
  if (column === undefined) return false;
  if (link === 'divided' || column.profile.distinct > choicesMax) return true;
  return countsThing(column, slot, concept, above, draft) || calledAlike(draft, concept, firstSlotOf(above));
}

/** Whether the column is called by several of what is said to be one, beside a measure of its own table. */
function countsThing(column: Column, slot: Slot, concept: Concept | null, above: Item, draft: Draft): boolean {
  const measured = firstSlotOf(above);
  const other = measured === null ? null : conceptOf(draft, measured);
  if (measureColumn(draft, other) === undefined || concept?.kind !== 'column' || other?.kind !== 'column') return false;
  const last = wordsOfName(column.name).at(-1) ?? '';
  const said = slot.text.toLowerCase().split(' ').at(-1) ?? '';
  return other.dataset === concept.dataset && singularOf(last) !== last && said === singularOf(said);
}

function measureColumn(draft: Draft, concept: Concept | null): Column | undefined {
  const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
  return column !== undefined && column.role === 'measure' && isSummable(column) ? column : undefined;
}

/** Whether both are measures of one table whose names share a word. */
function calledAlike(draft: Draft, concept: Concept | null, slot: Slot | null): boolean {
  const other = slot === null ? null : conceptOf(draft, slot);
  if (concept?.kind !== 'column' || other?.kind !== 'column' || other.dataset !== concept.dataset) return false;
  const dataset = draft.model.dataset(concept.dataset);
  const [one, two] = [measureColumn(draft, concept), measureColumn(draft, other)];
  if (dataset === undefined || one === undefined || two === undefined || one === two) return false;
  const words = new Set(columnWords(dataset, one).map(stemOf));
  return columnWords(dataset, two).some((word) => words.has(stemOf(word)));
}

const choicesMax = 24;

/**
 * `per plants grown by month`: what is no time cannot be cut by month, it is a group or number of its own. Of a period that is
 * a word of its name (`founding year`) that is all.
 */
export function withDates(draft: Draft, groups: readonly Group[]): Group[] {
  return groups.flatMap((group): readonly Group[] => {
    const concept = group.kind === 'grain' && group.slot !== null ? conceptOf(draft, group.slot) : null;
    const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
    if (group.kind !== 'grain' || group.slot === null || column === undefined || isTemporal(column.type))
      return [group];
    const named: Group = { kind: 'slot', slot: group.slot, link: 'by' };
    if (group.told) return [named];
    return measureColumn(draft, concept) === undefined ? [group] : [named, { ...group, slot: null }];
  });
}
