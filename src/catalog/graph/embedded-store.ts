import { openEngine } from '../../engine/duckdb-engine.js';
import type { Engine } from '../../engine/engine.js';
import { quoteLiteral } from '../../engine/sql-text.js';
import { readTextIfThere, writeTextAtomic } from '../../support/atomic-files.js';
import { dpbError } from '../../support/errors.js';
import type { KnowledgeGraph } from '../catalog.js';
import { packOf } from '../catalog-pack.js';
import { openSnapshotGraph } from '../embedded-graph.js';
import { prepareValueCounts } from '../profile.js';
import {
  bodyOfText,
  hasSnapshot,
  readSnapshot,
  readSurroundings,
  type Surroundings,
  snapshotId,
  snapshotPath,
  surroundingsElsewhere,
  writeSnapshotBody,
} from '../snapshot.js';
import { readIndexedValues, stageValues } from '../value-index.js';
import { catalogOfGraph } from './catalog-of-graph.js';
import type { GraphContent } from './graph-content.js';
import { graphLines, parseGraphLines } from './graph-lines.js';
import { graphOfCatalog } from './graph-of-catalog.js';
import type { GraphStore } from './graph-store.js';

/**
 * Keeps graphs as snapshots in the state folder. What a graph says beyond the catalog (products, scores) lies beside its
 * snapshot as JSON lines.
 */
export class EmbeddedStore implements GraphStore {
  readonly #stateDirectory: string;
  #catalogId: string | null;

  /** `catalogId` names the snapshot that it holds; null for none yet. */
  constructor(stateDirectory: string, catalogId: string | null) {
    this.#stateDirectory = stateDirectory;
    this.#catalogId = catalogId;
  }

  async read(): Promise<GraphContent> {
    const path = this.#path();
    const graph = await graphOfSnapshot(path);
    const beside = readTextIfThere(besidePath(path));
    if (beside === null) return graph;
    const lines = [...graphLines(graph), ...beside.split('\n')];
    return parseGraphLines(lines, besidePath(path));
  }

  async write(content: GraphContent): Promise<void> {
    const held = catalogOfGraph(content);
    const body = bodyOfText(held.text, 'the graph');
    if (packOf(body).id !== held.id)
      throw dpbError('graph.broken', { problem: 'its catalog is not the one that its id stands for' });
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    try {
      await prepareValueCounts(engine);
      await stageValues(engine, held.values);
      const surroundings = surroundingsElsewhere(held.popularity);
      // The snapshot may be this workspace's own, whose datasets lie somewhere: then it stands as it is.
      if (!hasSnapshot(this.#stateDirectory, held.id))
        await writeSnapshotBody(engine, this.#stateDirectory, body, surroundings);
      const path = snapshotPath(this.#stateDirectory, held.id);
      const own = new Set(graphLines(graphOfCatalog(held.id, body, held.popularity, held.values)));
      const more = graphLines(content).filter((line) => !own.has(line));
      writeTextAtomic(besidePath(path), more.map((line) => `${line}\n`).join(''));
      this.#catalogId = held.id;
    } finally {
      engine.close();
    }
  }

  async open(surroundings: Surroundings): Promise<KnowledgeGraph> {
    return await openSnapshotGraph(this.#path(), surroundings);
  }

  async close(): Promise<void> {
    // Each call opens and closes the snapshot by itself.
  }

  #path(): string {
    if (this.#catalogId === null) throw dpbError('graph.broken', { problem: 'it holds no snapshot of a catalog' });
    return snapshotPath(this.#stateDirectory, this.#catalogId);
  }
}

/** The graph of the catalog of a snapshot, without what an import left beside it. Raises `io.read`. */
export async function graphOfSnapshot(path: string): Promise<GraphContent> {
  const body = readSnapshot(path);
  const values = await withSnapshot(path, (engine) => readIndexedValues(engine, schema));
  const { datasets } = readSurroundings(path);
  const popularity = new Map(Object.entries(datasets).map(([name, around]) => [name, around.popularity]));
  return graphOfCatalog(snapshotId(path), body, popularity, values);
}

const schema = 'dpb_snapshot';

async function withSnapshot<Result>(path: string, act: (engine: Engine) => Promise<Result>): Promise<Result> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    await engine.run(`ATTACH ${quoteLiteral(path)} AS ${schema} (READ_ONLY)`);
    return await act(engine);
  } finally {
    engine.close();
  }
}

function besidePath(path: string): string {
  return path.replace(/\.duckdb$/, '.graph.jsonl');
}
