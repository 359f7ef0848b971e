import { saysAmount } from './amounts.js';
import { isTableFirst } from './reader.js';
import type { Group, Item, Noun, RequestTree } from './request-tree.js';
import { nounOf, withToldShares } from './told-shares.js';

/** `average number of orders per customer`: what it is per is no group, but what the mean is over. */
export function withMeans(tree: RequestTree): RequestTree {
  const place = tree.items.findIndex(
    (item) =>
      item.kind === 'aggregate' && item.function === 'avg' && (addsUp(item.of) || isOfEach(item.of, tree.groups)),
  );
  const item = tree.items[place];
  if (item?.kind !== 'aggregate') return tree;
  const per = groupOfMean(tree, nounOf(item)?.slot?.id ?? 0);
  if (per === null) return tree;
  const of: Item = addsUp(item.of) ? item.of : { kind: 'aggregate', function: 'sum', of: item.of };
  const mean: Item = { kind: 'mean', of, per };
  return { ...tree, items: tree.items.with(place, mean), groups: tree.groups.filter((group) => group !== per) };
}

/** Counts and sums differ from group to group; of a column that counts, the mean is over its rows. */
function addsUp(item: Item): boolean {
  if (item.kind === 'aggregate') return item.function === 'sum';
  return item.kind === 'count' && (item.noun?.slot === null || item.noun === null || isTableFirst(item.noun.slot));
}

/** `average price per order by region`: in each region the mean over its orders of what each adds up to. */
function isOfEach(item: Item, groups: readonly Group[]): boolean {
  const isPer = (group: Group): boolean =>
    group.kind === 'noun' && group.link === 'per' && group.noun.slot !== null && isTableFirst(group.noun.slot);
  const column = item.kind === 'noun' && item.noun.slot !== null && !isTableFirst(item.noun.slot);
  return (
    column && groups.filter(isPer).length === 1 && groups.some((group) => group.kind === 'grain' || group.link === 'by')
  );
}

/** The first group named behind the measure, one said with `per` before others. */
function groupOfMean(tree: RequestTree, measure: number): Group | null {
  const behind = tree.groups.filter((group) => placeOf(group) > measure);
  return behind.find((group) => group.kind === 'noun' && group.link === 'per') ?? behind[0] ?? null;
}

function placeOf(group: Group): number {
  return group.kind === 'grain' ? group.place : (group.noun.slot?.id ?? 0);
}

/** The items of a tree as they are meant: names of things as the things, owners shared, shares as ratios, what is compared shown. */
export function meantItems(read: RequestTree): readonly Item[] {
  const tree = withToldShares(read);
  return sharedConditions(countedThing(shareOwners(countedOnce(tree, withCompared(tree)).map(ownerNamed)), tree), tree);
}

/** `on which days do trains run? The number of trains per day`: what is counted was only named before. */
function countedOnce({ groups }: RequestTree, items: readonly Item[]): readonly Item[] {
  if (groups.length === 0) return items;
  const counted = items.flatMap((item) => (item.kind === 'count' && item.noun?.slot ? [item.noun.slot] : []));
  return items.filter((item) => {
    if (item.kind !== 'noun' || item.listed === true || item.noun.slot === null) return true;
    const { slot, owner, modifiers } = item.noun;
    const bare = owner === null && modifiers.length === 0 && isTableFirst(slot);
    return !(bare && counted.some(({ id, word }) => id > slot.id && word !== '' && word === slot.word));
  });
}

/** `which regions sold more than 50 units, and how many`: what is compared is shown. */
function withCompared(tree: RequestTree): readonly Item[] {
  const compared = tree.items.flatMap((item) =>
    item.kind === 'noun' ? [...item.noun.modifiers, ...(item.noun.owner?.modifiers ?? [])] : [],
  );
  const subject = compared.find(
    (condition) => condition.kind === 'compare' && condition.subject !== null && countsRows(condition.subject),
  );
  if (subject?.kind !== 'compare') return tree.items;
  return tree.items.map((item) => (item.kind === 'count' && item.noun === null ? (subject.subject ?? item) : item));
}

/** `names of studios` where a studio is a column: the name is the studio. */
export function ownerNamed(item: Item): Item {
  if (item.kind !== 'noun') return item;
  const { slot, owner } = item.noun;
  const naming = slot !== null && (slot.word === 'name' || slot.word === 'names');
  if (!naming || owner?.slot === null || owner?.slot === undefined || isTableFirst(owner.slot)) return item;
  return { kind: 'noun', noun: { ...owner, modifiers: [...owner.modifiers, ...item.noun.modifiers] } };
}

/** `id and name of each student`: things shown in one breath have one owner. */
function shareOwners(items: readonly Item[]): readonly Item[] {
  const shared = [...items];
  for (let index = shared.length - 2; index >= 0; index -= 1) {
    const item = shared[index];
    const next = shared[index + 1];
    const owner = measuredOwner(next);
    if (item?.kind === 'count' && item.noun === null && owner !== null) shared[index] = { ...item, noun: owner };
    // `names and average salaries of all departments`: the names are theirs as well.
    const other = next?.kind === 'noun' ? next.noun.owner : owner;
    if (item?.kind !== 'noun' || item.noun.owner !== null || other === null) continue;
    if (item.noun.modifiers.length > 0 || item.noun.slot === null) continue;
    shared[index] = { kind: 'noun', noun: { ...item.noun, owner: { ...other, modifiers: [] } } };
  }
  return shared;
}

/** Whose the measured column is: `the number and average price of rooms` counts the rooms. */
function measuredOwner(item: Item | undefined): Noun | null {
  const owner = item?.kind === 'aggregate' && item.of.kind === 'noun' ? item.of.noun.owner : null;
  return owner === null ? null : { ...owner, modifiers: [] };
}

/** `orders per month`: of a thing alone, grouped by something else, its rows are counted. */
function countedThing(items: readonly Item[], tree: RequestTree): readonly Item[] {
  const [only] = items;
  if (items.length !== 1 || only?.kind !== 'noun' || tree.groups.length === 0 || tree.top !== null) return items;
  const { noun } = only;
  if (noun.slot === null || !isTableFirst(noun.slot) || noun.modifiers.some(({ kind }) => kind === 'extreme'))
    return items;
  // `fees per month` are added up.
  return [saysAmount(noun.slot.text) ? sizeOf(only) : { kind: 'count', noun, quantity: false }];
}

/**
 * `percentage of customers who are active` is a ratio of two counts, of each group where there are some. What cannot be
 * shared out, is drawn as a pie, or is asked for by its parts (`the proportion of each kind`), is shown as it is.
 */
function sharedConditions(items: readonly Item[], tree: RequestTree): readonly Item[] {
  return items.map((item) => {
    if (item.kind !== 'derived' || item.how.kind !== 'share') return item;
    const counted = item.of.kind === 'noun' ? sizeOf(item.of) : item.of;
    const whole = wholeOf(counted);
    const isCounted = item.of.kind === 'count' && tree.groups.length > 0;
    if (tree.drawn === 'parts' && (whole === null || isCounted)) return counted;
    if (tree.drawn === 'pie' || (item.of.kind === 'aggregate' && item.of.function !== 'sum')) return counted;
    return whole === null ? item : { kind: 'ratio', numerator: counted, denominator: whole, factor: item.how.factor };
  });
}

/** How much of a thing there is: fees are added up, what else is a thing is counted. */
export function sizeOf(item: Extract<Item, { kind: 'noun' }>): Item {
  const { slot } = item.noun;
  const isAmount = slot !== null && isTableFirst(slot) && saysAmount(slot.text);
  return isAmount
    ? { kind: 'aggregate', function: 'sum', of: item }
    : { kind: 'count', noun: item.noun, quantity: true };
}

/** What the item is a part of: without what is said of it, in the same stretch of time; null where nothing is said. */
function wholeOf(item: Item): Item | null {
  const noun = nounOf(item);
  if (noun === null) return null;
  const kept = noun.said === null ? 0 : noun.said;
  const modifiers = noun.modifiers.filter((condition, index) => index < kept || condition.kind === 'time');
  const owner = noun.said === null && noun.owner !== null ? { ...noun.owner, modifiers: [] } : noun.owner;
  const narrower =
    modifiers.length < noun.modifiers.length || (owner?.modifiers.length ?? 0) < (noun.owner?.modifiers.length ?? 0);
  return narrower ? withNoun(item, { ...noun, modifiers, owner }) : null;
}

function withNoun(item: Item, noun: Noun): Item {
  if (item.kind === 'aggregate') return { ...item, of: withNoun(item.of, noun) };
  return item.kind === 'noun' || item.kind === 'count' ? { ...item, noun } : item;
}

/** Whether anything narrows what the item folds. */
export function isNarrowed(item: Item): boolean {
  const noun = nounOf(item);
  return noun !== null && noun.modifiers.length + (noun.owner?.modifiers.length ?? 0) > 0;
}

/** `at least 2 events` counts rows; `more than 30 credits` compares the column. */
export function countsRows(item: Item): boolean {
  if (item.kind !== 'count') return item.kind === 'aggregate';
  if (!item.quantity || item.noun?.slot === null || item.noun?.slot === undefined) return true;
  const { groundings } = item.noun.slot;
  const best = groundings[0]?.score ?? 0;
  return groundings.some(({ concept, score }) =>
    concept.kind === 'dataset' ? score >= best - 0.22 : concept.kind === 'metric' && score >= best - 0.02,
  );
}
