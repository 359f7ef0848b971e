import { type Flat, flatCondition, flatMeasure, flatNoun, groupOf, setPick, withoutMetrics } from './flat-scope.js';
import type { Item as FlatItem, Frame, Ordering } from './frame.js';
import { meantItems, withMeans } from './meant-items.js';
import { isTableFirst } from './reader.js';
import type { Group, Item, Noun, RequestTree, Slot } from './request-tree.js';

/** The tree as one scope: nouns give their slots, owners and conditions to the whole request. */
export function flatten(given: RequestTree): Frame {
  const tree = withMeans(given);
  const flat: Flat = {
    items: [],
    groups: [],
    conditions: [],
    denied: [],
    alternatives: new Set(),
    owners: [],
    scopes: [],
    loose: [...tree.loose],
    pick: null,
    apart: false,
    date: dateAside(tree),
  };
  const meant = meantItems(tree);
  for (const item of meant) flatItem(flat, item);
  for (const group of tree.groups)
    if (group.kind === 'grain' || !group.aside || flat.date === null) flatGroup(flat, group);
  ownByGroup(flat, tree);
  for (const condition of tree.conditions) flatCondition(flat, condition, subjectOf(tree), 'top');
  const orderings: Ordering[] = tree.orderings.map(({ item, direction, axis }) => ({
    axis,
    item: item === null ? null : flatMeasure(flat, item, false),
    direction,
  }));
  const { top } = tree;
  if (top !== null && top.by === null && flat.pick !== null) flat.pick = { ...flat.pick, count: top.count };
  else if (top !== null)
    flat.pick = {
      direction: top.direction,
      count: top.count,
      item: top.by === null ? null : flatMeasure(flat, top.by, false),
      nouns: [],
      fallback: [],
      reversed: [],
      frequent: false,
      shown: true,
    };
  return {
    items: flat.items,
    groups: flat.groups,
    conditions: [...flat.conditions, ...flat.denied],
    alternatives: flat.alternatives,
    owners: flat.owners,
    scopes: flat.scopes.map(withoutMetrics),
    orderings,
    pick: flat.pick,
    limit: top?.count ?? null,
    unit: tree.unit,
    parts: tree.drawn === 'parts' && !meant.some(({ kind }) => kind === 'ratio' || kind === 'derived'),
    trend: tree.trend,
    every: tree.every,
    headline: tree.headline,
    together: tree.together,
    loose: flat.loose,
    absorbed: tree.absorbed,
  };
}

/** `last month (by order date)`: where time was narrowed, a date in brackets tells which time is meant. */
function dateAside(tree: RequestTree): Slot | null {
  const aside = tree.groups.find((group) => group.kind === 'noun' && group.aside);
  const slot = aside?.kind === 'noun' ? aside.noun.slot : null;
  return slot !== null && JSON.stringify(tree).includes('"kind":"time"') ? slot : null;
}

/** What conditions said of the whole request are about: the first thing shown or counted. */
function subjectOf(tree: RequestTree): Noun | null {
  const [first] = tree.items;
  if (first === undefined) return null;
  return first.kind === 'noun' ? first.noun : first.kind === 'count' ? first.noun : null;
}

/** `id and name for each student`: what is shown is the group's own. */
function ownByGroup(flat: Flat, tree: RequestTree): void {
  const [group, ...others] = tree.groups;
  if (group?.kind !== 'noun' || others.length > 0 || group.noun.slot === null || !isTableFirst(group.noun.slot)) return;
  for (const item of tree.items) {
    if (item.kind !== 'noun' || item.noun.slot === null || item.noun.owner !== null) continue;
    if (!isTableFirst(item.noun.slot)) flat.owners.push([item.noun.slot.id, group.noun.slot.id]);
  }
}

function flatItem(flat: Flat, item: Item): void {
  if (item.kind !== 'noun') {
    flat.items.push(flatMeasure(flat, item, false));
    return;
  }
  const { noun } = item;
  const extreme = noun.modifiers.find((condition) => condition.kind === 'extreme' && condition.extreme.item === null);
  // What is said with it (`ships with the name of the owner`) is shown behind it.
  const place = flat.items.length;
  flatNoun(flat, { ...noun, modifiers: noun.modifiers.filter((condition) => condition !== extreme) }, 'top');
  if (noun.slot === null) return;
  const plain: FlatItem = {
    kind: 'plain',
    slot: noun.slot,
    distinct: noun.distinct,
    whole: item.whole ?? false,
    listed: item.listed ?? false,
  };
  if (extreme?.kind !== 'extreme') {
    if (!isConditionOnly(noun)) flat.items.splice(place, 0, plain);
    else flat.scopes.push(noun.slot);
    return;
  }
  const named = extreme.extreme.nouns.length > 0 || extreme.extreme.frequent;
  const count = extreme.extreme.count ?? noun.count;
  setPick(flat, { ...extreme.extreme, count }, named ? (extreme.extreme.frequent ? plain : null) : plain, true);
  if (named) flat.items.splice(place, 0, plain);
}

/** `airline American Airlines`: the column only says where the value is meant. */
function isConditionOnly(noun: Noun): boolean {
  return noun.modifiers.some(
    (condition) =>
      (condition.kind === 'value' &&
        condition.column !== null &&
        condition.column.id === noun.slot?.id &&
        condition.value.id === noun.slot.id + 1) ||
      (condition.kind === 'compare' &&
        condition.operator === 'eq' &&
        condition.operand.kind !== 'item' &&
        condition.subject?.kind === 'noun' &&
        condition.subject.noun.slot?.id === noun.slot?.id),
  );
}

function flatGroup(flat: Flat, group: Group): void {
  const found = groupOf(flat, group);
  if (found !== null) flat.groups.push(found);
}
