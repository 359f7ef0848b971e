import { DpbError } from '../../support/errors.js';
import type { Catalog, ColumnsOf, KnowledgeGraph, ValueHit } from '../catalog.js';
import type { Meanings, SearchHit, WeightedWord } from '../search/search-hit.js';

/**
 * A graph of a server, and the embedded snapshot of the same catalog for when the server fails: from then on the snapshot
 * answers, and `onFallback` is told once. Both hold the same, so that what is made of them is the same.
 */
export class FallbackGraph implements KnowledgeGraph {
  readonly catalog: Catalog;
  readonly #served: KnowledgeGraph;
  readonly #embedded: KnowledgeGraph;
  readonly #onFallback: (failure: DpbError) => void;
  #hasFailed = false;

  constructor(served: KnowledgeGraph, embedded: KnowledgeGraph, onFallback: (failure: DpbError) => void) {
    this.catalog = served.catalog;
    this.#served = served;
    this.#embedded = embedded;
    this.#onFallback = onFallback;
  }

  async findValues(
    phrases: readonly string[],
    misspelt?: readonly string[],
    within?: readonly ColumnsOf[],
  ): Promise<readonly ValueHit[]> {
    if (this.#hasFailed) return await this.#embedded.findValues(phrases, misspelt, within);
    try {
      return await this.#served.findValues(phrases, misspelt, within);
    } catch (thrown) {
      if (!(thrown instanceof DpbError) || !thrown.code.startsWith('graph.')) throw thrown;
      this.#hasFailed = true;
      this.#onFallback(thrown);
      return await this.#embedded.findValues(phrases, misspelt, within);
    }
  }

  /** The names of the catalog are the same in both, and the snapshot keeps an index of them. */
  search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    return this.#embedded.search(text, limit, meanings);
  }

  relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]> {
    return this.#embedded.relevantDatasets(words, limit);
  }

  async close(): Promise<void> {
    await this.#embedded.close();
    await this.#served.close();
  }
}
