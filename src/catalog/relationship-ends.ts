import type { Relationship } from './catalog.js';

/** One side of a relationship: columns of one dataset. */
export type RelationshipEnd = Relationship['from'];

/** Whether both are the same columns of the same dataset. */
export function isSameEnd(left: RelationshipEnd, right: RelationshipEnd): boolean {
  return left.dataset === right.dataset && left.columns.join('\n') === right.columns.join('\n');
}

/** What relationships are told apart and sorted by: where they lead from and to. */
export function relationshipKey({ from, to }: Pick<Relationship, 'from' | 'to'>): string {
  return [from.dataset, ...from.columns, '>', to.dataset, ...to.columns].join('\n');
}
