import type { RuleCheck } from './product.js';
import type { Expression, SemanticPlan } from './query.js';
import { expressionsOf, innerQueriesOf, nodesOf, queriesOf } from './traverse.js';

/** Whether the plan means another thing on another day: its SQL then has the parameter `$as_of`. */
export function usesAsOf(plan: SemanticPlan): boolean {
  return queriesOf(plan.query).flatMap(expressionsOf).some(holdsAsOf);
}

/** Whether what the rule asks for depends on the as-of date: its SQL then has the parameter `$as_of`. */
export function checkUsesAsOf(check: RuleCheck): boolean {
  return check.kind === 'freshness' || (check.kind === 'condition' && expressionUsesAsOf(check.condition));
}

/** Whether the expression, or a query inside it, refers to the as-of date. */
function expressionUsesAsOf(expression: Expression): boolean {
  return holdsAsOf(expression) || innerQueriesOf(expression).flatMap(queriesOf).flatMap(expressionsOf).some(holdsAsOf);
}

function holdsAsOf(expression: Expression): boolean {
  return nodesOf(expression).some(({ kind }) => kind === 'as_of');
}
