import type { MeasuredDataset } from './keys.js';
import { type NamedColumn, nameColumn } from './name-affinity.js';
import { datasetWords } from './name-words.js';
import type { MeasuredColumn } from './profile.js';

/** A measured dataset with its keys, best first. */
export interface KeyedDataset extends MeasuredDataset {
  readonly keys: readonly (readonly string[])[];
  /** Columns that are no key of all rows, but that others refer to all the same: nearly a key, or that of a history. */
  readonly targets: readonly (readonly string[])[];
  /** Whose versions its rows are; null or left out where they are none. */
  readonly historyKey?: readonly string[] | null | undefined;
}

/** Measured datasets with what the names of their columns say, read once. */
export class NamedCatalog {
  readonly datasets: readonly KeyedDataset[];
  readonly #byName: ReadonlyMap<string, KeyedDataset>;
  readonly #columns: ReadonlyMap<string, NamedColumn>;

  constructor(datasets: readonly KeyedDataset[]) {
    this.datasets = datasets;
    this.#byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
    const names = datasets.map(({ name }) => name);
    this.#columns = new Map(
      datasets.flatMap((dataset) => {
        const words = datasetWords(names, dataset.name);
        return dataset.columns.map(
          (column) => [`${dataset.name}\n${column.name}`, nameColumn(dataset, column, words)] as const,
        );
      }),
    );
  }

  dataset(name: string): KeyedDataset | undefined {
    return this.#byName.get(name);
  }

  named(dataset: string, column: string): NamedColumn | undefined {
    return this.#columns.get(`${dataset}\n${column}`);
  }

  column(dataset: string, column: string): MeasuredColumn | undefined {
    return this.#byName.get(dataset)?.columns.find(({ name }) => name === column);
  }

  isKey(dataset: string, columns: readonly string[]): boolean {
    return isAmong(columns, this.#byName.get(dataset)?.keys ?? []);
  }

  /** Whether several rows of the table itself have one value of these columns: versions of what they may refer to. */
  isHistoryKey(dataset: string, columns: readonly string[]): boolean {
    const history = this.#byName.get(dataset)?.historyKey ?? null;
    return history !== null && isSameSet(history, columns) && !this.isKey(dataset, columns);
  }

  /** Whether each row of another table is to meet one row of this by these columns. */
  isTarget(dataset: string, columns: readonly string[]): boolean {
    return this.isKey(dataset, columns) || isAmong(columns, this.#byName.get(dataset)?.targets ?? []);
  }
}

function isAmong(columns: readonly string[], keys: readonly (readonly string[])[]): boolean {
  return keys.some((key) => isSameSet(key, columns));
}

/** Whether the two name the same columns, in any order. */
export function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return [...left].sort().join('\n') === [...right].sort().join('\n');
}

/** Whole numbers meet whole numbers, text meets text, days meet days. */
export function areComparable(left: MeasuredColumn, right: MeasuredColumn): boolean {
  const kind = comparisonKind(left);
  return kind !== null && kind === comparisonKind(right);
}

export function comparisonKind({ type, profile }: MeasuredColumn): string | null {
  switch (type.kind) {
    case 'integer':
      return 'whole';
    case 'decimal':
    case 'double':
      return profile.fractionDigits === 0 ? 'whole' : null;
    case 'text':
      return 'text';
    default:
      return null;
  }
}
