import { existsSync } from 'node:fs';
import { openEngine } from '../engine/duckdb-engine.js';
import type { Engine } from '../engine/engine.js';
import { quoteLiteral } from '../engine/sql-text.js';
import { dpbError } from '../support/errors.js';
import type { Catalog, KnowledgeGraph, ValueHit } from './catalog.js';
import { catalogOfText, readSnapshotText, readSurroundings, type Surroundings } from './snapshot.js';
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
  if (!existsSync(catalogPath))
    throw dpbError('io.read', { path: catalogPath, reason: 'there is no such snapshot; scan again' });
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    await engine.run(`ATTACH ${quoteLiteral(catalogPath)} AS ${schema} (READ_ONLY)`);
    const text = await readSnapshotText(engine, schema, catalogPath);
    return new EmbeddedGraph(engine, catalogOfText(text, catalogPath, surroundings ?? readSurroundings(catalogPath)));
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

  findValues(phrases: readonly string[], misspelt = phrases): Promise<readonly ValueHit[]> {
    return searchValues(snapshotValueFinder(this.#engine, schema), this.catalog, phrases, misspelt);
  }

  async close(): Promise<void> {
    this.#engine.close();
  }
}
