import { type Access, accessOf } from '../governance/access-policy.js';
import { dpbError } from '../support/errors.js';
import type { Catalog, ColumnsOf, KnowledgeGraph, ValueHit } from './catalog.js';
import { columnsOfAll } from './columns-of-all.js';
import { catalogOfGraph } from './graph/catalog-of-graph.js';
import type { GraphContent } from './graph/graph-content.js';
import { restrictedCatalog, seesEverything } from './restricted-catalog.js';
import { type GraphSearch, searchInMemory } from './search/graph-search.js';
import type { Meanings, SearchHit, WeightedWord } from './search/search-hit.js';
import { bodyOfText } from './snapshot.js';

/** The graph as `user` may see it: whole where there is no policy, else without all that is denied. */
export function graphFor(graph: KnowledgeGraph, user: string | null): KnowledgeGraph {
  const { access } = graph.catalog;
  return access === undefined ? graph : new RestrictedGraph(graph, accessOf(access, user));
}

/** Raises `access.partial` for a user who may not see all of the graph: a part of it is no graph that could be kept. */
export function requireEverythingSeen(content: GraphContent, user: string | null): void {
  const { access, datasets } = bodyOfText(catalogOfGraph(content).text, 'the graph');
  if (access !== undefined && !seesEverything({ datasets }, accessOf(access, user)))
    throw dpbError('access.partial', {});
}

class RestrictedGraph implements KnowledgeGraph {
  readonly catalog: Catalog;
  readonly #graph: KnowledgeGraph;
  readonly #search: GraphSearch;
  readonly #seen: readonly ColumnsOf[];

  constructor(graph: KnowledgeGraph, access: Access) {
    this.#graph = graph;
    this.catalog = restrictedCatalog(graph.catalog, access);
    this.#seen = columnsOfAll(this.catalog.datasets);
    // The kept index counts words of what is denied, which ranks and near words would tell of.
    this.#search = searchInMemory(this.catalog);
  }

  findValues(
    phrases: readonly string[],
    misspelt: readonly string[] = phrases,
    within?: readonly ColumnsOf[],
  ): Promise<readonly ValueHit[]> {
    return this.#graph.findValues(phrases, misspelt, within === undefined ? this.#seen : this.#seenOf(within));
  }

  #seenOf(within: readonly ColumnsOf[]): readonly ColumnsOf[] {
    const seen = new Map(this.#seen.map(({ dataset, columns }) => [dataset, new Set(columns)]));
    return within.map(({ dataset, columns }) => ({
      dataset,
      columns: columns.filter((column) => seen.get(dataset)?.has(column) === true),
    }));
  }

  search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    return this.#search.search(text, limit, meanings);
  }

  relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]> {
    return this.#search.relevantDatasets(words, limit);
  }

  close(): Promise<void> {
    return this.#graph.close();
  }
}
