import type { ColumnsOf, Dataset } from './catalog.js';

/** All columns of the datasets. */
export function columnsOfAll(datasets: readonly Dataset[]): readonly ColumnsOf[] {
  return datasets.map(({ name, columns }) => ({ dataset: name, columns: columns.map((column) => column.name) }));
}
