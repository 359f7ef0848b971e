import { type AccessPolicy, accessOf, rolesHeld } from '../governance/access-policy.js';
import { contentHash } from '../support/canonical-json.js';
import { dpbError } from '../support/errors.js';
import type { Catalog, ColumnsOf, KnowledgeGraph, ValueHit } from './catalog.js';
import { columnsOfAll } from './columns-of-all.js';
import { catalogOfGraph } from './graph/catalog-of-graph.js';
import type { GraphContent } from './graph/graph-content.js';
import { restrictedCatalog, seesEverything } from './restricted-catalog.js';
import { GraphSearch } from './search/graph-search.js';
import type { Meanings, SearchHit, WeightedWord } from './search/search-hit.js';
import { StoredSearch } from './search/stored-search.js';
import { bodyOfText, seenIndexPath } from './snapshot.js';

/**
 * The graph as `user` may see it: whole where there is no policy, else without all that is denied. The index of what is seen
 * is kept beside the snapshot at `catalogPath`, one for all who hold the same roles.
 */
export function graphFor(graph: KnowledgeGraph, user: string | null, catalogPath: string): KnowledgeGraph {
  const { access } = graph.catalog;
  return access === undefined ? graph : new RestrictedGraph(graph, access, user, catalogPath);
}

/** Raises `access.partial` for a user who may not see all of the graph: a part of it is no graph that could be kept. */
export function requireEverythingSeen(content: GraphContent, user: string | null): void {
  const { access, datasets } = bodyOfText(catalogOfGraph(content).text, 'the graph');
  if (access !== undefined && !seesEverything({ datasets }, accessOf(access, user)))
    throw dpbError('access.partial', {});
}

/** Changes whenever somebody sees another part of the same catalog: indexes of before are not asked. */
const seenVersion = 1;

class RestrictedGraph implements KnowledgeGraph {
  readonly catalog: Catalog;
  readonly #graph: KnowledgeGraph;
  readonly #stored: StoredSearch;
  readonly #search: GraphSearch;
  readonly #seen: readonly ColumnsOf[];

  constructor(graph: KnowledgeGraph, policy: AccessPolicy, user: string | null, catalogPath: string) {
    this.#graph = graph;
    this.catalog = restrictedCatalog(graph.catalog, accessOf(policy, user));
    // No value of what is masked is found, not even to say that it is there.
    this.#seen = columnsOfAll(
      this.catalog.datasets.map((dataset) => ({
        ...dataset,
        columns: dataset.columns.filter(({ masked }) => masked !== true),
      })),
    );
    // The index of the whole counts words of what is denied, which ranks and near words would tell of.
    const id = contentHash({ seenVersion, catalog: graph.catalog.id, policy, roles: rolesHeld(policy, user) });
    this.#stored = new StoredSearch(seenIndexPath(catalogPath, id), { ...this.catalog, id });
    this.#search = new GraphSearch((act) => this.#stored.use(act));
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
    this.#stored.close();
    return this.#graph.close();
  }
}
