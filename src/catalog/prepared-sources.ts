import { withDatasetsRenamed } from '../plan/map-query.js';
import { queriesOfPlan, sourcesReadBy } from '../plan/plan-datasets.js';
import type { PlanDataset, PreparedCast, PreparedDataset, SemanticPlan } from '../plan/query.js';
import { freeName } from '../support/free-name.js';
import type { Catalog, Column, Dataset } from './catalog.js';

/**
 * The plan over the rows that count: in place of a source that is deduplicated or cast by the glossary it reads a table of its
 * own, with all columns of the source, so that every product takes the same rows. A plan that prepares the source itself is left so.
 */
export function withPreparedSources(
  plan: SemanticPlan,
  { datasets }: Pick<Catalog, 'datasets'>,
): { readonly plan: SemanticPlan; readonly prepared: readonly Dataset[] } {
  const own = new Set((plan.datasets ?? []).flatMap((made) => (made.kind === 'prepared' ? made.from : [])));
  const read = new Set(sourcesReadBy(plan));
  const changed = datasets.filter((dataset) => isChanged(dataset) && read.has(dataset.name) && !own.has(dataset.name));
  if (changed.length === 0) return { plan, prepared: [] };
  const taken = new Set([
    ...datasets.map(({ name }) => name.toLowerCase()),
    ...(plan.datasets ?? []).map(({ name }) => name),
    ...queriesOfPlan(plan).flatMap((query) => (query.kind === 'set' ? [] : query.tables.map(({ id }) => id))),
  ]);
  const names = new Map(changed.map((dataset) => [dataset.name, madeName(dataset, taken)]));
  const rename = (dataset: string): string => names.get(dataset) ?? dataset;
  const made = changed.map((dataset) => preparedOf(rename(dataset.name), dataset));
  const others = (plan.datasets ?? []).map(
    (other): PlanDataset =>
      other.kind === 'query' ? { ...other, query: withDatasetsRenamed(other.query, rename) } : other,
  );
  return {
    plan: { ...plan, datasets: [...made, ...others], query: withDatasetsRenamed(plan.query, rename) },
    prepared: changed,
  };
}

function isChanged({ dedupe, columns }: Dataset): boolean {
  return Boolean(dedupe) || columns.some(({ cast }) => cast !== undefined);
}

function preparedOf(name: string, dataset: Dataset): PreparedDataset {
  const { dedupe } = dataset;
  return {
    kind: 'prepared',
    name,
    description: dedupe
      ? `The latest row of each ${dedupe.key.join(', ')} of ${dataset.name}, by ${dedupe.latestBy.join(', ')}`
      : `The rows of ${dataset.name}, with values as they are meant`,
    from: [dataset.name],
    columns: dataset.columns.map((column) => ({ name: column.name, cast: castOf(column) })),
    dedupe: dedupe ? { key: dedupe.key, latestBy: dedupe.latestBy } : null,
  };
}

function castOf({ cast }: Column): PreparedCast | null {
  if (cast === undefined) return null;
  const { to, onFailure, formats } = cast;
  return { to, onFailure, ...(formats === undefined ? {} : { formats }) };
}

/** `latest_customers`, `read_customers`, in the letters of a table that a plan makes, with a number where that is taken. */
function madeName({ name, dedupe }: Dataset, taken: Set<string>): string {
  const letters = name.toLowerCase().replace(/[^a-z0-9_]+/g, '_');
  return freeName(`${dedupe ? 'latest' : 'read'}_${letters}`.slice(0, 55), taken);
}
