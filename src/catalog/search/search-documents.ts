import type { Catalog } from '../catalog.js';
import { singularOf, wordsOfName } from '../name-words.js';
import type { SearchField, SearchKind } from './search-hit.js';

/** Something of the catalog that can be searched for. */
export interface SearchDocument {
  readonly kind: SearchKind;
  /** Null for terms, and for metrics over several datasets. */
  readonly dataset: string | null;
  readonly name: string;
  readonly words: ReadonlyMap<string, readonly SearchField[]>;
}

/** What of a catalog is searched. */
export type Searched = Pick<Catalog, 'datasets' | 'terms' | 'metrics'>;

/** The words of a text as the index keeps them: split as names are, in the singular. */
export function searchWords(text: string): readonly string[] {
  return wordsOfName(text).map(singularOf);
}

/** All that can be searched for, one by one: a catalog may name more than memory should hold at once. */
export function* documentsOf({ datasets, terms, metrics }: Searched): Generator<SearchDocument> {
  for (const { name: dataset, synonyms, description, columns } of datasets) {
    yield documentOf('dataset', dataset, dataset, [dataset], synonyms, description);
    for (const column of columns)
      yield documentOf('column', dataset, column.name, [column.name], column.synonyms, column.description);
  }
  for (const { term, synonyms, definition } of terms)
    yield documentOf('term', null, term, [term], synonyms, definition);
  for (const { name, label, dataset, synonyms, description } of metrics)
    yield documentOf('metric', dataset, name, [name, label], synonyms, description);
}

function documentOf(
  kind: SearchKind,
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
  return { kind, dataset, name, words };
}
