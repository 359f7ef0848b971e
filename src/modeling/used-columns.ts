import { queriesOfPlan } from '../plan/plan-datasets.js';
import type { SourceTable } from '../plan/product.js';
import type { SemanticPlan } from '../plan/query.js';
import { columnsOf, expressionsOf } from '../plan/traverse.js';

/**
 * The sources with what the plan depends on and nothing else: the columns that it reads or joins by, and those of the
 * keys that make its joins and its rows safe; of a CSV file that is read by the places of its columns all of them. In the
 * order of the sources.
 */
export function usedSources(plan: SemanticPlan, sources: readonly SourceTable[]): readonly SourceTable[] {
  const used = new Map<string, Set<string>>();
  const use = (dataset: string, column: string): void => {
    const columns = used.get(dataset) ?? new Set<string>();
    used.set(dataset, columns.add(column));
  };
  for (const inner of queriesOfPlan(plan)) {
    if (inner.kind === 'set') continue;
    const datasets = new Map(inner.tables.map(({ id, dataset }) => [id, dataset]));
    for (const dataset of datasets.values()) if (!used.has(dataset)) used.set(dataset, new Set());
    const useOf = (occurrence: string, column: string): void => {
      const dataset = datasets.get(occurrence);
      if (dataset !== undefined) use(dataset, column);
    };
    for (const { table, column } of expressionsOf(inner).flatMap(columnsOf)) useOf(table, column);
    for (const join of inner.joins) {
      for (const pair of join.on) {
        useOf(join.from, pair.from);
        useOf(join.to, pair.to);
      }
      const { during, weight } = join;
      if (typeof weight === 'string') useOf(join.from, weight);
      if (typeof during?.at === 'string') useOf(during.atTable ?? join.from, during.at);
      for (const bound of [during?.start, during?.end]) if (typeof bound === 'string') useOf(join.to, bound);
    }
  }
  for (const dataset of plan.datasets ?? []) {
    if (dataset.kind === 'prepared')
      for (const from of dataset.from) for (const { name } of dataset.columns) use(from, name);
  }
  return sources.flatMap((source) => {
    const columns = used.get(source.dataset);
    return columns === undefined ? [] : [withColumns(source, columns)];
  });
}

/** The smallest key stays, also where no column of it is read: it tells rows apart in evidence. */
function withColumns(source: SourceTable, used: ReadonlySet<string>): SourceTable {
  const [primary = []] = source.keys;
  const units = source.columns.flatMap(({ name, unitColumn }) => (used.has(name) ? (unitColumn ?? []) : []));
  const isPositional = source.format.kind === 'csv' && source.format.byName !== true;
  const stated = isPositional ? source.columns.map(({ name }) => name) : [];
  const kept = new Set([...used, ...primary, ...units, ...stated]);
  // A table of which nothing is named (its rows are only counted) keeps one column: an empty source is no source.
  const [first] = source.columns;
  if (kept.size === 0 && first !== undefined) kept.add(first.name);
  return {
    ...source,
    columns: source.columns.filter(({ name }) => kept.has(name)),
    keys: source.keys.filter((key) => key.every((name) => kept.has(name))),
  };
}
