import { isTableFirst } from './reader.js';
import type { Item, Noun, RequestTree } from './request-tree.js';

/** The items of a tree as they are meant: names of things as the things, owners shared, shares as ratios, what is compared shown. */
export function meantItems(tree: RequestTree): readonly Item[] {
  return sharedConditions(countedThing(shareOwners(withCompared(tree).map(ownerNamed)), tree), tree);
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
function ownerNamed(item: Item): Item {
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
    if (item?.kind !== 'noun' || next?.kind !== 'noun' || item.noun.owner !== null || next.noun.owner === null)
      continue;
    if (item.noun.modifiers.length > 0 || item.noun.slot === null) continue;
    shared[index] = { kind: 'noun', noun: { ...item.noun, owner: { ...next.noun.owner, modifiers: [] } } };
  }
  return shared;
}

/** `orders per month`: of a thing alone, grouped by something else, its rows are counted. */
function countedThing(items: readonly Item[], tree: RequestTree): readonly Item[] {
  const [only] = items;
  if (items.length !== 1 || only?.kind !== 'noun' || tree.groups.length === 0 || tree.top !== null) return items;
  const { noun } = only;
  if (noun.slot === null || !isTableFirst(noun.slot) || noun.modifiers.some(({ kind }) => kind === 'extreme'))
    return items;
  return [{ kind: 'count', noun, quantity: false }];
}

/** `percentage of customers who are active` is a ratio of two counts, where nothing is grouped by. What cannot be shared out, or is drawn as a pie, is shown as it is. */
function sharedConditions(items: readonly Item[], tree: RequestTree): readonly Item[] {
  return items.map((item) => {
    if (item.kind !== 'derived' || item.how.kind !== 'share') return item;
    const counted: Item = item.of.kind === 'noun' ? { kind: 'count', noun: item.of.noun, quantity: true } : item.of;
    if (tree.pie || (item.of.kind === 'aggregate' && item.of.function !== 'sum')) return counted;
    if (tree.groups.length > 0) return item;
    const whole = bareItem(counted);
    return whole === null ? item : { kind: 'ratio', numerator: counted, denominator: whole, factor: item.how.factor };
  });
}

/** The item without what narrows it; null where nothing does. */
export function bareItem(item: Item): Item | null {
  if (item.kind === 'aggregate') {
    const of = bareItem(item.of);
    return of === null ? null : { ...item, of };
  }
  const noun = item.kind === 'noun' || item.kind === 'count' ? item.noun : null;
  if (noun === null || (noun.modifiers.length === 0 && (noun.owner?.modifiers.length ?? 0) === 0)) return null;
  const bare: Noun = { ...noun, modifiers: [], owner: noun.owner === null ? null : { ...noun.owner, modifiers: [] } };
  return item.kind === 'noun' ? { kind: 'noun', noun: bare } : item.kind === 'count' ? { ...item, noun: bare } : null;
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
