import { queriesOfPlan } from '../../../../src/plan/plan-datasets.js';
import type { SemanticPlan } from '../../../../src/plan/query.js';
import { occurrencesOf, reachOf } from '../../../../src/plan/traverse.js';

/**
 * Whether each attribute follows from a key beside it (the id of a table that leads to its own), also among the members of
 * `every`. Others break the grain, and what they mean beside changes over time is left open.
 */
export function attributesFollow(plan: SemanticPlan): boolean {
  return queriesOfPlan(plan).every((query) => {
    if (query.kind !== 'aggregate') return true;
    const keys = query.dimensions.flatMap(({ role, expression }) =>
      role === 'key' && expression.kind === 'column' && expression.column === 'id' ? [expression.table] : [],
    );
    const { every } = query;
    const met = every === null ? null : reachOf(every, query.joins);
    return query.dimensions
      .filter(({ role }) => role === 'attribute')
      .every(({ expression }) =>
        keys.some(
          (key) =>
            occurrencesOf(expression).every((table) => reachOf(key, query.joins).has(table)) &&
            (met === null || met.has(key) || occurrencesOf(expression).every((table) => !met.has(table))),
        ),
      );
  });
}
