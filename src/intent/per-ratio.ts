import { firstSlotOf } from './divisors.js';
import { conceptOf, type Draft } from './draft.js';
import type { Group as FlatGroup } from './frame.js';
import { isTableFirst } from './reader.js';
import type { Group, Item, RequestTree } from './request-tree.js';
import { nameColumns } from './schema-model.js';

type NounGroup = Extract<Group, { kind: 'noun' }>;

/**
 * `cost per visit by ward`: what is per a thing and by something else is a ratio in each group, where the thing tells the
 * group, as each visit is in one ward. Null where nothing is said so.
 */
export function ratioTree(tree: RequestTree): RequestTree | null {
  const [only, ...others] = tree.items;
  const [per, ...groups] = tree.groups;
  if (only === undefined || others.length > 0 || per === undefined || !isThingPer(per) || groups.length === 0)
    return null;
  if (tree.top !== null || groups.some((group) => group.kind === 'noun' && (group.link !== 'by' || group.aside)))
    return null;
  const item = measured(only, per);
  const over: Group = { ...per, noun: { ...per.noun, modifiers: [] }, link: 'over' };
  return item === null ? null : { ...tree, items: [item], groups: [over, ...groups] };
}

function isThingPer(group: Group): group is NounGroup {
  return group.kind === 'noun' && group.link === 'per' && group.noun.slot !== null && isTableFirst(group.noun.slot);
}

/** What is divided by how many of the things there are; an average is over those that have any. */
function measured(item: Item, per: NounGroup): Item | null {
  const sums = item.kind === 'aggregate' && (item.function === 'sum' || item.function === 'avg') ? item : null;
  if (sums?.of.kind === 'noun') {
    const sum: Item = { ...sums, function: 'sum' };
    return sums.function === 'avg'
      ? { kind: 'mean', of: sum, per: { ...per, noun: { ...per.noun, modifiers: [] } } }
      : overThings(sum, per);
  }
  return item.kind === 'noun' || item.kind === 'count' ? overThings(item, per) : null;
}

function overThings(numerator: Item, { noun }: NounGroup): Item {
  return { kind: 'ratio', numerator, denominator: { kind: 'count', noun, quantity: false }, factor: 1 };
}

/**
 * Whether the things that something is per tell all that it is by as well, so that the groups of the second add nothing to
 * those of the first.
 */
export function tellsOthers(draft: Draft, groups: readonly FlatGroup[]): boolean {
  const [per, ...others] = groups;
  const thing = per?.kind === 'slot' && (per.link === 'per' || per.link === 'over') ? conceptOf(draft, per.slot) : null;
  const dataset = thing?.kind === 'dataset' ? draft.model.dataset(thing.dataset) : undefined;
  if (dataset === undefined || others.length === 0) return false;
  const reach = draft.model.reach(dataset.name);
  return others.every((group) => {
    // A date of the things themselves is told by them as well.
    if (group.kind === 'grain') return group.slot === null && measuresOf(draft, dataset.name);
    const concept = conceptOf(draft, group.slot);
    if (concept === null || concept.kind === 'metric' || !reach.has(concept.dataset)) return false;
    const names = concept.kind === 'column' && concept.dataset === dataset.name ? nameColumns(dataset) : [];
    return !names.some(({ name }) => concept.kind === 'column' && name === concept.column);
  });
}

/** Whether all that is measured is of the table. */
function measuresOf({ frame, assignment }: Draft, dataset: string): boolean {
  return frame.items.every((item) => {
    const id = firstSlotOf(item)?.id;
    const concept = id === undefined ? undefined : assignment.get(id)?.concept;
    return concept !== undefined && concept.kind !== 'metric' && concept.dataset === dataset;
  });
}
