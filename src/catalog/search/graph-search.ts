import type { KnowledgeGraph } from '../catalog.js';
import { relevantDatasets } from './relevant-datasets.js';
import { searchCatalog } from './search-catalog.js';
import type { Searched } from './search-documents.js';
import type { SearchHit, WeightedWord } from './search-hit.js';
import { indexCatalog, type SearchIndex } from './search-index.js';

/** Lends an index to whoever asks something of it. */
type UseIndex = <Result>(act: (index: SearchIndex) => Result) => Result;

/** What a graph answers of its index. */
export class GraphSearch implements Pick<KnowledgeGraph, 'search' | 'relevantDatasets'> {
  readonly #use: UseIndex;

  constructor(use: UseIndex) {
    this.#use = use;
  }

  async search(text: string, limit: number): Promise<readonly SearchHit[]> {
    return this.#use((index) => searchCatalog(index, text, limit));
  }

  async relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]> {
    return this.#use((index) => relevantDatasets(index, words, limit));
  }
}

/** The same of a catalog that no index is kept of: it is made in memory when something is first asked. */
export function searchInMemory(searched: Searched): GraphSearch {
  let index: SearchIndex | null = null;
  return new GraphSearch((act) => {
    index ??= indexCatalog(searched);
    return act(index);
  });
}
