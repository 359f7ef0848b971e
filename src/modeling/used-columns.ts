import type { SourceTable } from '../plan/product.js';
import type { Query } from '../plan/query.js';
import { columnsOf, expressionsOf, queriesOf } from '../plan/traverse.js';

/**
 * The sources with what the plan depends on and nothing else: the columns that it reads or joins by, and those of the
 * keys that make its joins and its rows safe. In the order of the sources.
 */
export function usedSources(query: Query, sources: readonly SourceTable[]): readonly SourceTable[] {
  const used = new Map<string, Set<string>>();
  const use = (dataset: string, column: string): void => {
    const columns = used.get(dataset) ?? new Set<string>();
    used.set(dataset, columns.add(column));
  };
  for (const inner of queriesOf(query)) {
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
    }
  }
  return sources.flatMap((source) => {
    const columns = used.get(source.dataset);
    return columns === undefined ? [] : [withColumns(source, columns)];
  });
}

/** The smallest key stays, also where no column of it is read: it tells rows apart in evidence. */
function withColumns(source: SourceTable, used: ReadonlySet<string>): SourceTable {
  const [primary = []] = source.keys;
  const kept = new Set([...used, ...primary]);
  // A table of which nothing is named (its rows are only counted) keeps one column: an empty source is no source.
  const [first] = source.columns;
  if (kept.size === 0 && first !== undefined) kept.add(first.name);
  return {
    ...source,
    columns: source.columns.filter(({ name }) => kept.has(name)),
    keys: source.keys.filter((key) => key.every((name) => kept.has(name))),
  };
}
