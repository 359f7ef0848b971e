import type { Catalog } from '../catalog.js';
import { singularOf, wordsOfName } from '../name-words.js';

/** Where a word of something stands: what it is called, what else it is called, what people wrote of it. */
export type SearchField = 'name' | 'synonym' | 'description';

/** Something of the catalog that can be searched for. */
export interface SearchDocument {
  readonly kind: 'dataset' | 'column' | 'term' | 'metric';
  /** Null for terms, and for metrics over several datasets. */
  readonly dataset: string | null;
  readonly name: string;
  readonly words: ReadonlyMap<string, readonly SearchField[]>;
  /** The number of its words, each as often as its field counts. */
  readonly length: number;
}

/** The documents that have a word, with how much the word counts in each. */
type Postings = ReadonlyMap<number, number>;

/** An inverted index over all that a catalog names. */
export interface SearchIndex {
  readonly documents: readonly SearchDocument[];
  readonly postings: ReadonlyMap<string, Postings>;
  readonly averageLength: number;
}

const fieldWeights = { name: 3, synonym: 2, description: 1 } as const satisfies Record<SearchField, number>;

/** The words of a text as the index keeps them: split as names are, in the singular. */
export function searchWords(text: string): readonly string[] {
  return wordsOfName(text).map(singularOf);
}

/** The index of the catalog, which is one that its reader may see. */
export function indexCatalog({
  datasets,
  terms,
  metrics,
}: Pick<Catalog, 'datasets' | 'terms' | 'metrics'>): SearchIndex {
  const documents = [
    ...datasets.flatMap((dataset) => [
      documentOf('dataset', dataset.name, dataset.name, [dataset.name], dataset.synonyms, dataset.description),
      ...dataset.columns.map(({ name, synonyms, description }) =>
        documentOf('column', dataset.name, name, [name], synonyms, description),
      ),
    ]),
    ...terms.map(({ term, synonyms, definition }) => documentOf('term', null, term, [term], synonyms, definition)),
    ...metrics.map(({ name, label, dataset, synonyms, description }) =>
      documentOf('metric', dataset, name, [name, label], synonyms, description),
    ),
  ];
  const postings = new Map<string, Map<number, number>>();
  for (const [place, { words }] of documents.entries()) {
    for (const [word, fields] of words) {
      const found = postings.get(word) ?? new Map<number, number>();
      postings.set(word, found.set(place, weightOf(fields)));
    }
  }
  const total = documents.reduce((sum, { length }) => sum + length, 0);
  return { documents, postings, averageLength: documents.length === 0 ? 0 : total / documents.length };
}

function documentOf(
  kind: SearchDocument['kind'],
  dataset: string | null,
  name: string,
  names: readonly string[],
  synonyms: readonly string[],
  description: string,
): SearchDocument {
  const words = new Map<string, SearchField[]>();
  const add = (texts: readonly string[], field: SearchField): void => {
    for (const word of new Set(texts.flatMap(searchWords))) words.set(word, [...(words.get(word) ?? []), field]);
  };
  add(names, 'name');
  add(synonyms, 'synonym');
  add([description], 'description');
  const length = [...words.values()].reduce((sum, fields) => sum + weightOf(fields), 0);
  return { kind, dataset, name, words, length };
}

function weightOf(fields: readonly SearchField[]): number {
  return fields.reduce((sum, field) => sum + fieldWeights[field], 0);
}
