import { existsSync } from 'node:fs';
import { openEngine } from '../engine/duckdb-engine.js';
import type { Engine } from '../engine/engine.js';
import { quoteLiteral } from '../engine/sql-text.js';
import { dpbError } from '../support/errors.js';
import type { Catalog, KnowledgeGraph, ValueHit } from './catalog.js';
import { readSnapshot } from './snapshot.js';
import { searchValues } from './value-index.js';

/** The schema under which the snapshot is attached. */
const schema = 'dpb_snapshot';

/** Opens a snapshot read-only; any number of processes may have it open. Raises `io.read` where it is none. */
export async function openEmbeddedGraph(catalogPath: string): Promise<KnowledgeGraph> {
  if (!existsSync(catalogPath))
    throw dpbError('io.read', { path: catalogPath, reason: 'there is no such snapshot; scan again' });
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    await engine.run(`ATTACH ${quoteLiteral(catalogPath)} AS ${schema} (READ_ONLY)`);
    return new EmbeddedGraph(engine, await readSnapshot(engine, schema, catalogPath));
  } catch (thrown) {
    engine.close();
    throw thrown;
  }
}

class EmbeddedGraph implements KnowledgeGraph {
  readonly catalog: Catalog;
  readonly #engine: Engine;

  constructor(engine: Engine, catalog: Catalog) {
    this.#engine = engine;
    this.catalog = catalog;
  }

  async findValues(phrases: readonly string[], misspelt = phrases): Promise<readonly ValueHit[]> {
    const hits = await searchValues(this.#engine, schema, phrases, misspelt);
    // The texts of a column that the glossary casts are no values of it any more.
    const isCast = ({ dataset, column }: ValueHit): boolean =>
      this.catalog.datasets
        .find(({ name }) => name === dataset)
        ?.columns.some(({ name, cast }) => name === column && cast !== undefined) === true;
    return hits.filter((hit) => !isCast(hit));
  }

  async close(): Promise<void> {
    this.#engine.close();
  }
}
