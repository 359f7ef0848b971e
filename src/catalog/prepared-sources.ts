import { withDatasetsRenamed } from '../plan/map-query.js';
import { queriesOfPlan, sourcesReadBy } from '../plan/plan-datasets.js';
import type { PlanDataset, PreparedDataset, SemanticPlan } from '../plan/query.js';
import { freeName } from '../support/free-name.js';
import type { Catalog, Dataset, Deduplication } from './catalog.js';

/**
 * The plan over the rows that count: in place of a source that is deduplicated by the glossary it reads a table of its own,
 * with all columns of the source, so that every product takes the same rows. A plan that prepares the source itself is left so.
 */
export function withPreparedSources(
  plan: SemanticPlan,
  { datasets }: Pick<Catalog, 'datasets'>,
): { readonly plan: SemanticPlan; readonly prepared: readonly Dataset[] } {
  const own = new Set((plan.datasets ?? []).flatMap((made) => (made.kind === 'prepared' ? made.from : [])));
  const read = new Set(sourcesReadBy(plan));
  const deduplicated = datasets.filter(({ name, dedupe }) => dedupe && read.has(name) && !own.has(name));
  if (deduplicated.length === 0) return { plan, prepared: [] };
  const taken = new Set([
    ...datasets.map(({ name }) => name.toLowerCase()),
    ...(plan.datasets ?? []).map(({ name }) => name),
    ...queriesOfPlan(plan).flatMap((query) => (query.kind === 'set' ? [] : query.tables.map(({ id }) => id))),
  ]);
  const names = new Map(deduplicated.map(({ name }) => [name, latestName(name, taken)]));
  const rename = (dataset: string): string => names.get(dataset) ?? dataset;
  const made = deduplicated.flatMap((dataset) =>
    dataset.dedupe ? [preparedOf(rename(dataset.name), dataset, dataset.dedupe)] : [],
  );
  const others = (plan.datasets ?? []).map(
    (other): PlanDataset =>
      other.kind === 'query' ? { ...other, query: withDatasetsRenamed(other.query, rename) } : other,
  );
  return {
    plan: { ...plan, datasets: [...made, ...others], query: withDatasetsRenamed(plan.query, rename) },
    prepared: deduplicated,
  };
}

function preparedOf(name: string, dataset: Dataset, { key, latestBy }: Deduplication): PreparedDataset {
  return {
    kind: 'prepared',
    name,
    description: `The latest row of each ${key.join(', ')} of ${dataset.name}, by ${latestBy.join(', ')}`,
    from: [dataset.name],
    columns: dataset.columns.map((column) => ({ name: column.name, cast: null })),
    dedupe: { key, latestBy },
  };
}

/** `latest_customers`, in the letters of a table that a plan makes, with a number where that is taken. */
function latestName(dataset: string, taken: Set<string>): string {
  return freeName(`latest_${dataset.toLowerCase().replace(/[^a-z0-9_]+/g, '_')}`.slice(0, 55), taken);
}
