import type { Item, Noun, RequestTree } from './request-tree.js';

/**
 * `late trips as a percentage of all trips`: the one number over the other, where the share stands behind what it is of. Of what
 * is not narrowed, and of a total that is not named again, the part that each group has of all.
 */
export function withToldShares(tree: RequestTree): RequestTree {
  const items: Item[] = [];
  for (const item of tree.items) {
    const before = items.at(-1);
    const share = before === undefined ? null : shareOf(before, item, tree);
    if (share === null) items.push(item);
    else items.splice(-1, 1, share);
  }
  return items.length === tree.items.length ? tree : { ...tree, items };
}

function shareOf(before: Item, { kind, ...item }: Item, { groups }: RequestTree): Item | null {
  const share =
    kind === 'derived' && 'how' in item && item.how.kind === 'share' && item.how.told === true ? item : null;
  if (share === null || share.how.kind !== 'share' || before.kind === 'derived' || before.kind === 'ratio') return null;
  const [part, whole] = [nounOf(before), nounOf(share.of)];
  if (part === null) return null;
  const isSame = whole !== null && whole.slot?.word === part.slot?.word && narrowings(part) === 0;
  if (whole?.slot === null || whole === null || (isSame && narrowings(whole) === 0))
    return groups.length === 0 ? null : { kind: 'derived', how: share.how, of: before };
  return { kind: 'ratio', numerator: before, denominator: share.of, factor: share.how.factor };
}

/** The noun that a measure folds; null where it folds none, or a measure of measures. */
export function nounOf(item: Item): Noun | null {
  if (item.kind === 'aggregate') return nounOf(item.of);
  return item.kind === 'noun' || item.kind === 'count' ? item.noun : null;
}

function narrowings({ modifiers, owner }: Noun): number {
  return modifiers.length + (owner === null ? 0 : narrowings(owner));
}
