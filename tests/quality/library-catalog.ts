import type { Catalog, Column, Dataset, GlossaryRule } from '../../src/catalog/catalog.js';
import type { SourceTable } from '../../src/plan/product.js';
import { sampleProduct } from '../packaging/sample-product.js';

const profiles: Readonly<Record<string, Partial<Column>>> = {
  'loans.fee': {
    role: 'measure',
    profile: { nulls: 1, distinct: 4, min: '0.50', max: '9.99', mean: 3, fractionDigits: 2 },
  },
  'members.branch': {
    role: 'category',
    values: [
      { value: 'Süd', count: 1, label: null },
      { value: "King's Road", count: 1, label: null },
    ],
  },
};

function datasetOf(source: SourceTable, changes: Readonly<Record<string, Partial<Column>>>): Dataset {
  return {
    name: source.dataset,
    description: source.description,
    synonyms: [],
    owner: source.owner,
    domain: null,
    freshness: source.freshness,
    format: source.format,
    root: '/nowhere',
    files: source.files.map((path) => ({ path, size: 1, modifiedMs: 0, sha256: '' })),
    rows: 6,
    columns: source.columns.map((column) => ({
      name: column.name,
      type: column.type,
      nullable: column.nullable,
      description: column.description,
      synonyms: [],
      unit: null,
      role: 'text',
      pii: column.pii === null ? null : { kind: column.pii, evidence: 'name' },
      profile: { nulls: 0, distinct: 2, min: null, max: null, mean: null, fractionDigits: null },
      values: null,
      ...profiles[`${source.dataset}.${column.name}`],
      ...changes[`${source.dataset}.${column.name}`],
    })),
    keys: source.keys.map((columns) => ({ columns, source: 'measured' })),
    popularity: 0,
  };
}

/** The catalog of the library that the hand-made product is about; `changes` of columns by `dataset.column`. */
export function libraryCatalog(
  rules: readonly GlossaryRule[] = [],
  changes: Readonly<Record<string, Partial<Column>>> = {},
): Catalog {
  return {
    id: 'library',
    datasets: sampleProduct.file.sources.map((source) => datasetOf(source, changes)),
    relationships: [],
    terms: [],
    metrics: [],
    rules,
    owners: [],
    sla: { freshness: null, latency: null, completeness: null, accuracy: null },
    answers: [],
    warnings: [],
    unreadable: [],
  };
}

/** A rule of the glossary: the fee of a loan is at most ten. */
export const feeRule: GlossaryRule = {
  id: 'fee-limit',
  dataset: 'loans',
  column: 'fee',
  condition: {
    kind: 'comparison',
    operator: 'le',
    left: { kind: 'column', table: 'row', column: 'fee' },
    right: { kind: 'literal', literal: { type: 'integer', value: '5' } },
  },
  severity: 'error',
  description: 'No fee is over 5.',
};
