import type { Catalog, ColumnsOf, KnowledgeGraph, ValueHit } from '../catalog/catalog.js';
import type { Meanings, SearchHit, WeightedWord } from '../catalog/search/search-hit.js';
import type { GraphQuestion } from './steps.js';

/** Told of each question to the graph, answered or failed, with how long it took in milliseconds. */
export type OnGraphAsked = (question: GraphQuestion, milliseconds: number) => void;

/** A graph whose questions are timed. */
export class TimedGraph implements KnowledgeGraph {
  readonly catalog: Catalog;
  readonly #graph: KnowledgeGraph;
  readonly #now: () => Date;
  readonly #onAsked: OnGraphAsked;

  constructor(graph: KnowledgeGraph, now: () => Date, onAsked: OnGraphAsked) {
    this.catalog = graph.catalog;
    this.#graph = graph;
    this.#now = now;
    this.#onAsked = onAsked;
  }

  findValues(
    phrases: readonly string[],
    misspelt?: readonly string[],
    within?: readonly ColumnsOf[],
  ): Promise<readonly ValueHit[]> {
    return this.#timed('values', () => this.#graph.findValues(phrases, misspelt, within));
  }

  search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    return this.#timed('search', () => this.#graph.search(text, limit, meanings));
  }

  relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]> {
    return this.#timed('datasets', () => this.#graph.relevantDatasets(words, limit));
  }

  close(): Promise<void> {
    return this.#graph.close();
  }

  async #timed<Result>(question: GraphQuestion, ask: () => Promise<Result>): Promise<Result> {
    const began = this.#now().getTime();
    try {
      return await ask();
    } finally {
      this.#onAsked(question, this.#now().getTime() - began);
    }
  }
}
