import { isTemporal } from '../plan/data-type.js';
import { conceptOf, type Draft } from './draft.js';
import type { Group, Item } from './frame.js';
import type { Roles, ShownThing } from './roles.js';
import { nameColumns } from './schema-model.js';

/** `for each guest, grouped by the guest's first name`: the thing is told by the name that is grouped by. */
export function isToldByName(draft: Draft, group: Group, groups: readonly Group[]): boolean {
  const thing = group.kind === 'slot' ? conceptOf(draft, group.slot) : null;
  const dataset = thing?.kind === 'dataset' ? draft.model.dataset(thing.dataset) : undefined;
  if (dataset === undefined) return false;
  return groups.some((other) => {
    const concept = other.kind === 'slot' ? conceptOf(draft, other.slot) : null;
    if (concept?.kind !== 'column' || concept.dataset !== dataset.name) return false;
    return nameColumns(dataset).some(({ name }) => name === concept.column);
  });
}

/** `order date by month`: the shown date is the one that the grain cuts. */
export function foldGrains(
  draft: Draft,
  roles: Roles,
): { readonly shown: readonly ShownThing[]; readonly groups: readonly Group[] } {
  const grouped = foldGroupedDate(draft, roles.groups);
  if (grouped !== null) return { shown: roles.shown, groups: grouped };
  const grain = roles.groups.find((group) => group.kind === 'grain' && group.slot === null);
  const item = draft.frame.items.find((candidate) => candidate.kind === 'plain' && isDateItem(draft, candidate));
  if (grain?.kind !== 'grain' || item?.kind !== 'plain') return roles;
  const concept = conceptOf(draft, item.slot);
  const shown = roles.shown.filter(
    ({ dataset, column }) =>
      !(concept?.kind === 'column' && dataset.name === concept.dataset && column?.name === concept.column),
  );
  return { shown, groups: roles.groups.map((group) => (group === grain ? { ...grain, slot: item.slot } : group)) };
}

/** `monthly … by order date`: the grain cuts the date that is grouped by. */
function foldGroupedDate(draft: Draft, groups: readonly Group[]): readonly Group[] | null {
  const grain = groups.find((group) => group.kind === 'grain' && group.slot === null);
  const date = groups.find((group) => {
    const concept = group.kind === 'slot' ? conceptOf(draft, group.slot) : null;
    const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
    return column !== undefined && isTemporal(column.type);
  });
  if (grain?.kind !== 'grain' || date?.kind !== 'slot') return null;
  return groups.flatMap((group) => (group === date ? [] : group === grain ? [{ ...grain, slot: date.slot }] : [group]));
}

function isDateItem(draft: Draft, item: Extract<Item, { kind: 'plain' }>): boolean {
  const concept = conceptOf(draft, item.slot);
  const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
  return column !== undefined && isTemporal(column.type);
}
