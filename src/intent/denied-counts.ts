import type { Condition } from './request-tree.js';

type Counted = Extract<Condition, { kind: 'compare' | 'between' }>;

/** `did not book two or more rooms`: those who booked none are meant too. */
export function deniesLeast(condition: Counted): boolean {
  return condition.kind === 'compare' && condition.negated && ['ge', 'gt'].includes(condition.operator);
}

/** `never had a single order` has none. */
export function deniesAny(condition: Counted): boolean {
  return (
    condition.kind === 'compare' &&
    condition.negated &&
    condition.operator === 'eq' &&
    condition.operand.kind === 'number' &&
    Number(condition.operand.value) === 1
  );
}

/** Those with fewer than two have none or one: they are all but those with at least two. */
export function withZero(condition: Counted): readonly [Counted, boolean] {
  if (condition.kind === 'between' || condition.operand.kind !== 'number') return [condition, false];
  if (condition.operator === 'lt') return [{ ...condition, operator: 'ge' }, true];
  if (condition.operator === 'le') return [{ ...condition, operator: 'gt' }, true];
  if (condition.operator === 'eq' && Number(condition.operand.value) === 0)
    return [{ ...condition, operator: 'gt' }, true];
  return [condition, false];
}
