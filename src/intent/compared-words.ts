import type { ComparisonOperator, Expression, Query } from '../plan/query.js';
import { expressionsOf, nodesOf, queriesOf } from '../plan/traverse.js';
import type { Chunk } from './chunk.js';
import { isComparison } from './fidelity.js';
import type { Frame } from './frame.js';
import type { Signs } from './ranking.js';

/** Whether a comparison was said (`above the average`) and the plan compares nothing so. */
export function comparesNothing(chunks: readonly Chunk[], signs: Signs, query: Query): boolean {
  const nodes = queriesOf(query).flatMap(expressionsOf).flatMap(nodesOf);
  const bySize = chunks.some(
    (chunk) => chunk.kind === 'operator' && chunk.operator.kind === 'compare' && isOrder(chunk.operator.operator),
  );
  return bySize ? !nodes.some(comparesSizes) : signs.uncompared > 0 && !nodes.some(isComparison);
}

function comparesSizes(node: Expression): boolean {
  // `with at least one order` only asks whether there are any.
  if (node.kind === 'membership' || node.kind === 'between') return true;
  return node.kind === 'is_null' || (node.kind === 'comparison' && isOrder(node.operator));
}

function isOrder(operator: ComparisonOperator): boolean {
  return operator !== 'eq' && operator !== 'ne';
}

/** Whether what is compared with the year before was narrowed to a time that leaves that out. */
export function lacksYearBefore(frame: Frame): boolean {
  const compared = frame.items.some(
    ({ kind, ...item }) =>
      kind === 'derived' && 'how' in item && item.how.kind === 'growth' && item.how.against === 'same_period_last_year',
  );
  return compared && frame.conditions.some(({ kind }) => kind === 'time');
}
