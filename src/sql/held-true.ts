import { call, type SqlExpression } from './ast.js';

/** The condition, FALSE where it is null. */
export function falseWhereNull(condition: SqlExpression): SqlExpression {
  return call('coalesce', condition, { kind: 'literal', literal: { type: 'boolean', value: false } });
}

/**
 * A condition that is true of the same rows, for a place where null says no more than false (WHERE, a branch of CASE, the
 * filter of an aggregate): memberships need not say there what they are of a null.
 */
export function heldTrue(condition: SqlExpression): SqlExpression {
  if (condition.kind === 'logical') return { ...condition, operands: condition.operands.map(heldTrue) };
  if (condition.kind !== 'call' || condition.function !== 'coalesce') return condition;
  const [first] = condition.arguments;
  return first?.kind === 'in_query' ? first : condition;
}
