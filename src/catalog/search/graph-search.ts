import type { KnowledgeGraph } from '../catalog.js';
import { meaningsIdentity, meantDocuments, nearestMeanings, type VectorBlock, vectorBlock } from './by-meaning.js';
import { relevantDatasets } from './relevant-datasets.js';
import { searchCatalog } from './search-catalog.js';
import type { Searched } from './search-documents.js';
import type { KeptMeanings, Meanings, Meant, SearchHit, WeightedWord } from './search-hit.js';
import { indexCatalog, type SearchIndex } from './search-index.js';

/** Lends an index to whoever asks something of it. */
type UseIndex = <Result>(act: (index: SearchIndex) => Result) => Result;

/** What a graph answers of its index. */
export class GraphSearch implements Pick<KnowledgeGraph, 'search' | 'relevantDatasets'> {
  readonly #use: UseIndex;
  readonly #kept: KeptMeanings | null;
  #meant: ReturnType<typeof meantDocuments> | null = null;
  #identity: { readonly meanings: Meanings; readonly text: string } | null = null;
  #block: { readonly meanings: Meanings; readonly block: VectorBlock } | null = null;

  /** `kept` is asked first for what is near in meaning; without it all vectors are compared here. */
  constructor(use: UseIndex, kept: KeptMeanings | null = null) {
    this.#use = use;
    this.#kept = kept;
  }

  async search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    if (meanings === undefined) return this.#use((index) => searchCatalog(index, text, limit));
    const meant = (await this.#keptMeant(text, meanings)) ?? (await this.#meantOf(text, meanings));
    return this.#use((index) => searchCatalog(index, text, limit, meant));
  }

  async #keptMeant(text: string, meanings: Meanings): Promise<readonly Meant[] | null> {
    if (this.#kept === null) return null;
    const [searched] = await meanings.vectors([text]);
    if (searched === undefined) return null;
    if (this.#identity?.meanings !== meanings)
      this.#identity = { meanings, text: meaningsIdentity(meanings, this.#documents()) };
    return this.#kept.nearest(this.#identity.text, searched);
  }

  async #meantOf(text: string, meanings: Meanings): Promise<readonly Meant[]> {
    const { searched, block } = await this.#compared(text, meanings);
    return nearestMeanings(this.#documents(), block, searched);
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
export function searchInMemory(searched: Searched, kept: KeptMeanings | null = null): GraphSearch {
  let index: SearchIndex | null = null;
  return new GraphSearch((act) => {
    index ??= indexCatalog(searched);
    return act(index);
  }, kept);
}
