import type { KnowledgeGraph } from '../catalog.js';
import { meantDocuments, nearestMeanings, type VectorBlock, vectorBlock } from './by-meaning.js';
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
  #block: { readonly meanings: Meanings; readonly block: VectorBlock } | null = null;

  constructor(use: UseIndex) {
    this.#use = use;
  }

  async search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    if (meanings === undefined) return this.#use((index) => searchCatalog(index, text, limit));
    const { searched, block } = await this.#compared(text, meanings);
    const meant = nearestMeanings(this.#documents(), block, searched);
    return this.#use((index) => searchCatalog(index, text, limit, meant));
  }

  #documents(): ReturnType<typeof meantDocuments> {
    this.#meant ??= this.#use(meantDocuments);
    return this.#meant;
  }

  /** The vector of the text, and those of all documents, which are asked for once of each model. */
  async #compared(
    text: string,
    meanings: Meanings,
  ): Promise<{ readonly searched: Float32Array; readonly block: VectorBlock }> {
    if (this.#block?.meanings === meanings) {
      const { block } = this.#block;
      const [searched] = await meanings.vectors([text]);
      if (searched?.length === block.size) return { searched, block };
    }
    const [searched = new Float32Array(), ...vectors] = await meanings.vectors([
      text,
      ...this.#documents().map((document) => document.text),
    ]);
    const block = vectorBlock(vectors);
    this.#block = { meanings, block };
    return { searched, block };
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
