import { compareText } from '../support/text-order.js';
import type { Query, QueryDataset, SemanticPlan } from './query.js';
import { datasetsOf, queriesOf } from './traverse.js';

/** All queries of the plan, at any depth: those of its own datasets in order, then the product's. */
export function queriesOfPlan({ datasets = [], query }: SemanticPlan): readonly Query[] {
  return [...datasets.filter(isQueryDataset).map((dataset) => dataset.query), query].flatMap(queriesOf);
}

/** The names of the sources that the plan reads, each once, in reading order: none that it makes itself. */
export function sourcesReadBy(plan: SemanticPlan): readonly string[] {
  const { datasets = [], query } = plan;
  const made = new Set(datasets.map(({ name }) => name));
  const read = [
    ...datasets.flatMap((dataset) => (dataset.kind === 'query' ? datasetsOf(dataset.query) : dataset.from)),
    ...datasetsOf(query),
  ];
  return [...new Set(read)].filter((name) => !made.has(name));
}

function isQueryDataset(dataset: { readonly kind: string }): dataset is QueryDataset {
  return dataset.kind === 'query';
}

/** What people call a table of the plan: one that was made fit from one source has the name of that. */
export function toldName({ datasets = [] }: Pick<SemanticPlan, 'datasets'>, name: string): string {
  const made = datasets.find((dataset) => dataset.name === name);
  const [only, ...others] = made?.kind === 'prepared' ? made.from : [];
  return only === undefined || others.length > 0 ? name : only;
}

/** Whether each of `columns` is among `others`. */
export function isCovered(columns: readonly string[], others: readonly string[]): boolean {
  return columns.every((name) => others.includes(name));
}

/** `columns` each once, in one order, so that equal keys read alike. */
export function canonicalKey(columns: readonly string[]): readonly string[] {
  return [...new Set(columns)].sort(compareText);
}
