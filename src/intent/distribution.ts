import { isTableFirst } from './reader.js';
import type { RequestTree } from './request-tree.js';

/**
 * `a bar chart of the number of countries`, `the number of countries, sorted by name`: one number cannot be drawn or put in
 * order. Where a column is counted and nothing is grouped by, its values are what is grouped by and rows are counted.
 */
export function distributed(tree: RequestTree): RequestTree {
  const [only] = tree.items;
  const ordered = tree.orderings.length > 0 || tree.drawn !== null;
  if (!ordered || tree.items.length !== 1 || tree.groups.length > 0 || tree.trend || tree.top !== null) return tree;
  if (only?.kind !== 'count' || only.noun?.slot === null || only.noun?.slot === undefined) return tree;
  if (isTableFirst(only.noun.slot)) return tree;
  return {
    ...tree,
    items: [{ kind: 'count', noun: null, quantity: false }],
    groups: [{ kind: 'noun', noun: { ...only.noun, distinct: false }, aside: false, per: false }],
  };
}
