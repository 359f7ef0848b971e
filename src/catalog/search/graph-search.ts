import type { KnowledgeGraph } from '../catalog.js';
import { meantDocuments, nearestMeanings } from './by-meaning.js';
import { relevantDatasets } from './relevant-datasets.js';
import { searchCatalog } from './search-catalog.js';
import type { Searched } from './search-documents.js';
import type { Meanings, SearchHit, WeightedWord } from './search-hit.js';
import { indexCatalog, type SearchIndex } from './search-index.js';

/** Lends an index to whoever asks something of it. */
type UseIndex = <Result>(act: (index: SearchIndex) => Result) => Result;

/** What a graph answers of its index. */
export class GraphSearch implements Pick<KnowledgeGraph, 'search' | 'relevantDatasets'> {
  readonly #use: UseIndex;
  #meant: ReturnType<typeof meantDocuments> | null = null;

  constructor(use: UseIndex) {
    this.#use = use;
  }

  async search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    if (meanings === undefined) return this.#use((index) => searchCatalog(index, text, limit));
    this.#meant ??= this.#use(meantDocuments);
    const documents = this.#meant;
    const [searched = new Float32Array(), ...vectors] = await meanings.vectors([
      text,
      ...documents.map((document) => document.text),
    ]);
    const meant = nearestMeanings(documents, vectors, searched);
    return this.#use((index) => searchCatalog(index, text, limit, meant));
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
