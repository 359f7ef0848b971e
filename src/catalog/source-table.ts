import { sourcesReadBy } from '../plan/plan-datasets.js';
import type { SourceTable } from '../plan/product.js';
import type { SemanticPlan } from '../plan/query.js';
import type { Catalog, Column, Dataset } from './catalog.js';

/** The sources that the plan reads, as product files hold them, in the order of the catalog. */
export function sourcesOf({ datasets }: Pick<Catalog, 'datasets'>, plan: SemanticPlan): readonly SourceTable[] {
  const used = new Set(sourcesReadBy(plan));
  return datasets.filter(({ name }) => used.has(name)).map(sourceTableOf);
}

/** The dataset as people read it: columns that the glossary casts have the type that they are cast to. */
export function readTableOf(dataset: Dataset): SourceTable {
  const types = new Map(dataset.columns.map(({ name, type }) => [name, type]));
  const stored = sourceTableOf(dataset);
  return {
    ...stored,
    columns: stored.columns.map((column) => ({ ...column, type: types.get(column.name) ?? column.type })),
  };
}

/** The dataset as plans and product files hold it: all columns as stored, files relative to the data root, nothing of the machine. */
export function sourceTableOf(dataset: Dataset): SourceTable {
  return {
    dataset: dataset.name,
    description: dataset.description,
    owner: dataset.owner,
    format: dataset.format,
    files: dataset.files.map(({ path }) => path),
    columns: dataset.columns.map((column) => ({
      name: column.name,
      type: column.cast?.stored ?? column.type,
      nullable: column.nullable,
      description: column.description,
      pii: column.pii === null ? null : column.pii.kind,
      ...exactDigits(column),
      ...(column.partial === true ? { partial: true } : {}),
      ...(column.masked === true ? { masked: true } : {}),
      ...(column.unit === null ? {} : { unit: column.unit }),
      ...(column.unit === null && typeof column.unitColumn === 'string' ? { unitColumn: column.unitColumn } : {}),
    })),
    // A declared key is one of the table without the rows that `dedupe` leaves out, not of the source.
    keys: dataset.keys.flatMap(({ columns, source }) => (source === 'measured' ? [columns] : [])),
    freshness: dataset.freshness,
  };
}

/**
 * The decimal digits up to which sums over a DOUBLE column are taken exactly. Left out where values are so large that a
 * DOUBLE holds fewer digits than were counted: such a column is no decimal number in disguise.
 */
function exactDigits({ type, profile }: Column): { readonly fractionDigits?: number } {
  const { fractionDigits, min, max } = profile;
  if (type.kind !== 'double' || fractionDigits === null) return {};
  const largest = Math.max(Math.abs(Number(min ?? 0)), Math.abs(Number(max ?? 0)));
  return largest * 10 ** fractionDigits <= Number.MAX_SAFE_INTEGER ? { fractionDigits } : {};
}
