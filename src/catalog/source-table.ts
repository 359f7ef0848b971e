import type { SourceTable } from '../plan/product.js';
import type { Dataset } from './catalog.js';

/** The dataset as plans and product files hold it: all columns, files relative to the data root, nothing of the machine. */
export function sourceTableOf(dataset: Dataset): SourceTable {
  return {
    dataset: dataset.name,
    description: dataset.description,
    owner: dataset.owner,
    format: dataset.format,
    files: dataset.files.map(({ path }) => path),
    columns: dataset.columns.map(({ name, type, nullable, description, pii }) => ({
      name,
      type,
      nullable,
      description,
      pii: pii === null ? null : pii.kind,
    })),
    keys: dataset.keys.map(({ columns }) => columns),
    freshness: dataset.freshness,
  };
}
