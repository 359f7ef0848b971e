import type { Column, Dataset, Relationship } from './catalog.js';
import { nearNames } from './glossary.js';
import type { ResolvedColumn } from './sql-row-expression.js';
import { SqlTextError } from './sql-tree.js';

/** A name that stands for nothing, with near ones. */
export class UnknownNameError extends Error {
  readonly near: readonly string[];

  constructor(message: string, near: readonly string[]) {
    super(message);
    this.near = near;
  }
}

/** Finds datasets and columns by names as people write them, in any case. */
export class NameFinder {
  readonly #datasets: ReadonlyMap<string, Dataset>;
  readonly #names: readonly string[];

  constructor(datasets: readonly Dataset[]) {
    this.#datasets = new Map(datasets.map((dataset) => [dataset.name.toLowerCase(), dataset]));
    this.#names = datasets.map(({ name }) => name);
  }

  /** Raises UnknownNameError. */
  dataset(name: string): Dataset {
    const found = this.#datasets.get(name.toLowerCase());
    if (found !== undefined) return found;
    throw new UnknownNameError(`there is no table "${name}"`, nearNames(name, this.#names));
  }

  /** Raises UnknownNameError. */
  column(dataset: Dataset, name: string): Column {
    const found = dataset.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    const known = dataset.columns.map((column) => column.name);
    throw new UnknownNameError(`there is no column "${name}" in ${dataset.name}`, nearNames(name, known));
  }

  /** `table.column` or `table`. The table's own name may hold dots. Raises UnknownNameError. */
  target(text: string): { readonly dataset: Dataset; readonly column: Column | null } {
    const whole = this.#datasets.get(text.toLowerCase());
    if (whole !== undefined) return { dataset: whole, column: null };
    const dots = [...text.matchAll(/\./g)].map(({ index }) => index);
    const split = dots.find((dot) => this.#datasets.has(text.slice(0, dot).toLowerCase())) ?? dots[0];
    if (split === undefined) return { dataset: this.dataset(text), column: null };
    const dataset = this.dataset(text.slice(0, split));
    return { dataset, column: this.column(dataset, text.slice(split + 1)) };
  }
}

/**
 * Resolves column names of an SQL text: those of `home`, and `table.column` of tables that each row of it meets at most
 * one row of. `occurrenceOf` names the table in the plan.
 */
export function columnResolver(
  finder: NameFinder,
  home: Dataset | null,
  relationships: readonly Relationship[],
  occurrenceOf: (dataset: string) => string,
): (names: readonly string[], offset: number) => ResolvedColumn {
  const reachable = home === null ? null : reachableFrom(home.name, relationships);
  return (names, offset) => {
    try {
      const [table, column] = names.length === 1 ? [null, names[0] ?? ''] : [names[0] ?? '', names.slice(1).join('.')];
      if (table === null && home === null)
        throw new UnknownNameError(
          `"${column}" is no metric; for a column, name the table with "table" or as table.column`,
          [],
        );
      const dataset = table === null ? home : finder.dataset(table);
      if (dataset === null) throw new UnknownNameError('no table is named', []);
      const found = finder.column(dataset, column);
      if (reachable !== null && !reachable.has(dataset.name)) {
        throw new UnknownNameError(
          `a row of ${home?.name ?? ''} is not known to meet at most one row of ${dataset.name}; declare it under relationships`,
          [],
        );
      }
      return { occurrence: occurrenceOf(dataset.name), column: found.name, type: found.type };
    } catch (thrown) {
      if (thrown instanceof UnknownNameError) throw new SqlTextError(thrown.message, offset, thrown.near);
      throw thrown;
    }
  };
}

/** The datasets of which each row of `start` meets at most one row. */
function reachableFrom(start: string, relationships: readonly Relationship[]): ReadonlySet<string> {
  const reached = new Set([start]);
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const { from, to, cardinality } of relationships) {
      const forward = from.dataset === name && cardinality !== 'many_to_many' ? to.dataset : null;
      const backward = to.dataset === name && cardinality === 'one_to_one' ? from.dataset : null;
      for (const next of [forward, backward]) {
        if (next === null || reached.has(next)) continue;
        reached.add(next);
        open.push(next);
      }
    }
  }
  return reached;
}
