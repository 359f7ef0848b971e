import { isNarrowed } from './meant-items.js';
import { isTableFirst } from './reader.js';
import type { Item, Noun, RequestTree } from './request-tree.js';

/**
 * `a bar chart of the number of countries`, `the number of countries, sorted by name`: one number cannot be drawn or put in
 * order. Where a column is counted and nothing is grouped by, its values are what is grouped by and rows are counted: where
 * something is denied (`classes of ships without a captain`), those of which it is not so. A pie shows what it is a share of in the same way.
 */
export function distributed(tree: RequestTree): RequestTree {
  const [only] = tree.items;
  const ordered = tree.orderings.length > 0 || tree.drawn !== null;
  if (!ordered || tree.items.length !== 1 || tree.groups.length > 0 || tree.trend || tree.top !== null) return tree;
  const noun = only === undefined ? null : countedNoun(only, tree);
  if (noun === null || noun.slot === null || isTableFirst(noun.slot)) return tree;
  const plain = { ...noun, distinct: false };
  const isDenied = [...noun.modifiers, ...(noun.owner?.modifiers ?? [])].some(
    (condition) => 'negated' in condition && condition.negated,
  );
  return isDenied
    ? distribution(tree, plain, withoutModifiers(plain))
    : // Rows of whatever the values are met in: of those that relate them to what they are said to have.
      distribution(tree, null, plain);
}

function distribution(tree: RequestTree, counted: Noun | null, grouped: Noun): RequestTree {
  return {
    ...tree,
    items: [{ kind: 'count', noun: counted, quantity: false }],
    groups: [{ kind: 'noun', noun: grouped, aside: false, link: 'by' }],
  };
}

function withoutModifiers(noun: Noun): Noun {
  const owner = noun.owner === null ? null : { ...noun.owner, modifiers: [] };
  return { ...noun, owner, modifiers: [], said: null };
}

/** What the item counts; null where it counts nothing named. */
function countedNoun(item: Item, { drawn }: RequestTree): Noun | null {
  if (item.kind === 'count') return item.noun;
  if (item.kind !== 'derived' || item.how.kind !== 'share') return null;
  if (drawn !== 'pie' && (drawn !== 'parts' || isNarrowed(item.of))) return null;
  return item.of.kind === 'noun' ? item.of.noun : item.of.kind === 'count' ? item.of.noun : null;
}
