import { queriesOfPlan } from './plan-datasets.js';
import type { RuleCheck } from './product.js';
import type { Expression, Query, SemanticPlan } from './query.js';
import { datasetOf, expressionsOf, innerQueriesOf, nodesOf, queriesOf } from './traverse.js';

/** Whether the plan means another thing on another day: its SQL then has the parameter `$as_of`. */
export function usesAsOf(plan: SemanticPlan): boolean {
  const queries = queriesOfPlan(plan);
  return queries.some(looksUpAsOf) || queries.flatMap(expressionsOf).some(holdsAsOf);
}

/** A history is met as it was on the as-of date where its join names no other. */
function looksUpAsOf(query: Query): boolean {
  return query.kind !== 'set' && query.joins.some(({ during }) => during?.at === null);
}

/** Whether what the rule asks for depends on the as-of date: its SQL then has the parameter `$as_of`. */
export function checkUsesAsOf(check: RuleCheck): boolean {
  return check.kind === 'freshness' || (check.kind === 'condition' && expressionUsesAsOf(check.condition));
}

/** Whether the expression, or a query inside it, refers to the as-of date. */
function expressionUsesAsOf(expression: Expression): boolean {
  const inner = innerQueriesOf(expression).flatMap(queriesOf);
  return holdsAsOf(expression) || inner.some(looksUpAsOf) || inner.flatMap(expressionsOf).some(holdsAsOf);
}

function holdsAsOf(expression: Expression): boolean {
  return nodesOf(expression).some(({ kind }) => kind === 'as_of');
}

/** Whether the query, or one inside it, says of a column where it lies against the as-of date. */
export function comparesWithAsOf(query: Query, dataset: string, column: string): boolean {
  return queriesOf(query).some(
    (inner) =>
      inner.kind !== 'set' &&
      expressionsOf(inner)
        .flatMap((expression) => nodesOf(expression))
        .some(
          (node) =>
            node.kind === 'comparison' &&
            node.right.kind === 'as_of' &&
            node.left.kind === 'column' &&
            node.left.column === column &&
            datasetOf(inner, node.left.table) === dataset,
        ),
  );
}
