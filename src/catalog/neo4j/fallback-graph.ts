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
    return await this.#ask((graph) => graph.findValues(phrases, misspelt, within));
  }

  /** The names of the catalog are the same in both, and the snapshot keeps an index of them; the server has one of meanings. */
  search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    if (meanings === undefined) return this.#embedded.search(text, limit);
    return this.#ask((graph) => graph.search(text, limit, meanings));
  }

  relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]> {
    return this.#embedded.relevantDatasets(words, limit);
  }

  async #ask<Answer>(question: (graph: KnowledgeGraph) => Promise<Answer>): Promise<Answer> {
    if (this.#hasFailed) return await question(this.#embedded);
    try {
      return await question(this.#served);
    } catch (thrown) {
      if (!(thrown instanceof DpbError) || !thrown.code.startsWith('graph.')) throw thrown;
      this.#hasFailed = true;
      this.#onFallback(thrown);
      return await question(this.#embedded);
    }
  }

  async close(): Promise<void> {
    await this.#embedded.close();
    await this.#served.close();
  }
}
