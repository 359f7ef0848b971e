import type { SemanticPlan } from '../plan/query.js';

/**
 * The plan of a product shows its whole grain: without its keys a table of measures cannot be read, nor its grain
 * checked. Keys that the question hid (to order by) become visible, except where one row answers it.
 */
export function showGrain(plan: SemanticPlan): SemanticPlan {
  const { query } = plan;
  if (query.kind !== 'aggregate' || hasOneRow(query.limit)) return plan;
  if (query.dimensions.every(({ role, shown }) => shown || role !== 'key')) return plan;
  const dimensions = query.dimensions.map((dimension) =>
    dimension.role === 'key' ? { ...dimension, shown: true } : dimension,
  );
  return { ...plan, query: { ...query, dimensions } };
}

function hasOneRow(
  limit: { readonly count: number; readonly per: readonly string[]; readonly ties: string } | null,
): boolean {
  return limit !== null && limit.count <= 1 && limit.per.length === 0 && limit.ties === 'cut';
}
