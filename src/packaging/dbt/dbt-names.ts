import type { ProductFile, SourceTable } from '../../plan/product.js';
import { freeName } from '../../support/free-name.js';

/** Letters, digits and `_` of a name that may be a model, a test or a source; two names may become one. */
function wordOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60)
    .replace(/_+$/, '');
}

/** What stands in every file of a product: whose it is, and where to change it. */
export function madeBy(file: ProductFile): string {
  return `${ownMark} ${file.name}.dpb.yaml: change that file, not this one.`;
}

/** Marks a file of a dbt project as one that dpb made and may replace. */
export const ownMark = 'Made by dpb from';

/** The name that a product has where dbt allows letters, digits and `_` alone: of its project, its source, its exposure. */
export function dbtWord(file: ProductFile): string {
  return `dpb_${file.name.replaceAll('-', '__')}`;
}

/** The names of the source tables in dbt, by dataset: the dataset's own where dbt can take it, else a numbered one. */
export function sourceTableNames(sources: readonly SourceTable[]): ReadonlyMap<string, string> {
  const plain = sources.filter(({ dataset }) => /^[A-Za-z_][A-Za-z0-9_]{0,59}$/.test(dataset));
  const taken = new Set(plain.map(({ dataset }) => dataset.toLowerCase()));
  const names = new Map(plain.map(({ dataset }) => [dataset, dataset]));
  for (const [index, { dataset }] of sources.entries()) {
    if (names.has(dataset)) continue;
    names.set(dataset, freeName(`source_${index + 1}`, taken));
  }
  return names;
}

/** A name for each of `ids`, by id: the product's, then its words; numbered where two would be the same. */
export function testNames(file: ProductFile, ids: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(ids.map((id) => [id, freeName(`${dbtWord(file)}__${wordOf(id) || 'rule'}`, taken)]));
}
