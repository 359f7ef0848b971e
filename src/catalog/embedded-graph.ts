import { openEngine } from '../engine/duckdb-engine.js';
import type { Engine } from '../engine/engine.js';
import { quoteLiteral } from '../engine/sql-text.js';
import type { Catalog, ColumnsOf, KnowledgeGraph, ValueHit } from './catalog.js';
import { GraphSearch } from './search/graph-search.js';
import type { Meanings, SearchHit, WeightedWord } from './search/search-hit.js';
import { StoredSearch } from './search/stored-search.js';
import { readCatalog, readSurroundings, type Surroundings, searchIndexPath } from './snapshot.js';
import { searchValues, snapshotValueFinder } from './value-index.js';

/** The schema under which the snapshot is attached. */
const schema = 'dpb_snapshot';

/** Opens a snapshot read-only; any number of processes may have it open. Raises `io.read` where it is none. */
export async function openEmbeddedGraph(catalogPath: string): Promise<KnowledgeGraph> {
  return await openSnapshotGraph(catalogPath, null);
}

/** The same with its datasets where `surroundings` say; null for what is noted beside the snapshot. */
export async function openSnapshotGraph(
  catalogPath: string,
  surroundings: Surroundings | null,
): Promise<KnowledgeGraph> {
  return new EmbeddedGraph(catalogPath, readCatalog(catalogPath, surroundings ?? readSurroundings(catalogPath)));
}

class EmbeddedGraph implements KnowledgeGraph {
  readonly catalog: Catalog;
  readonly #path: string;
  readonly #stored: StoredSearch;
  readonly #search: GraphSearch;
  #engine: Promise<Engine> | null = null;

  constructor(path: string, catalog: Catalog) {
    this.#path = path;
    this.#stored = new StoredSearch(searchIndexPath(path), catalog);
    this.#search = new GraphSearch((act) => this.#stored.use(act));
    this.catalog = catalog;
  }

  async findValues(
    phrases: readonly string[],
    misspelt = phrases,
    within?: readonly ColumnsOf[],
  ): Promise<readonly ValueHit[]> {
    this.#engine ??= openValues(this.#path);
    const finder = snapshotValueFinder(await this.#engine, schema, within ?? null);
    return await searchValues(finder, this.catalog, phrases, misspelt);
  }

  search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]> {
    return this.#search.search(text, limit, meanings);
  }

  relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]> {
    return this.#search.relevantDatasets(words, limit);
  }

  async close(): Promise<void> {
    this.#stored.close();
    const opening = this.#engine;
    this.#engine = null;
    if (opening !== null) (await opening).close();
  }
}

/** The engine with the index of values, which only what looks for values needs. */
async function openValues(path: string): Promise<Engine> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    await engine.run(`ATTACH ${quoteLiteral(path)} AS ${schema} (READ_ONLY)`);
    return engine;
  } catch (thrown) {
    engine.close();
    throw thrown;
  }
}
