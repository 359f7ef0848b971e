import type { Extreme, Item } from './request-tree.js';
import type { Operator } from './words/operator.js';

/** The superlative that an operator says, ranking by `item`. */
export function extremeOf(
  operator: Extract<Operator, { kind: 'superlative' | 'adjective' | 'frequent' }>,
  item: Item | null,
): Extreme {
  return {
    direction: operator.direction,
    count: null,
    item,
    nouns: operator.kind === 'adjective' ? operator.nouns : [],
    fallback: operator.kind === 'superlative' ? operator.nouns : [],
    reversed: operator.kind === 'adjective' ? operator.reversed : [],
    frequent: operator.kind === 'frequent',
  };
}
