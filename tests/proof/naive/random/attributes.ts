import { queriesOfPlan } from '../../../../src/plan/plan-datasets.js';
import type { SemanticPlan } from '../../../../src/plan/query.js';
import { occurrencesOf, reachOf } from '../../../../src/plan/traverse.js';

/**
 * Whether each attribute follows from a key beside it (the id of a table that leads to its own, or a reference to it), also among the members of
 * `every`. Others break the grain, and what they mean beside changes over time is left open.
 */
export function attributesFollow(plan: SemanticPlan): boolean {
  return queriesOfPlan(plan).every((query) => {
    if (query.kind !== 'aggregate') return true;
    const columns = query.dimensions.flatMap(({ role, expression }) =>
      role === 'key' && expression.kind === 'column' ? [expression] : [],
    );
    const { every } = query;
    // A reference names the row that it leads to, but for members of `every`, which have none.
    const referred = query.joins.filter(
      ({ from, on, during = null }) =>
        every === null &&
        during === null &&
        on.every((pair) => columns.some(({ table, column }) => table === from && column === pair.from)),
    );
    const keys = [
      ...columns.flatMap(({ table, column }) => (column === 'id' ? [table] : [])),
      ...referred.map(({ to }) => to),
    ];
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
