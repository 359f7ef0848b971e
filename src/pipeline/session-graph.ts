import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { ServerSettings } from '../catalog/neo4j/graph-server.js';
import { DpbError, dpbError } from '../support/errors.js';
import type { Settings } from './settings.js';

/** What went otherwise than asked with the graph, for the record of the run. */
export type OnGraphNotice = (message: string) => void;

/**
 * The graph that a session asks: the embedded snapshot, or that of the server where it holds the same catalog. A server that
 * is gone, slow or of another catalog leaves the snapshot, and `onNotice` is told; with `requireGraph` its failure is raised.
 * Who may see what is read of the server alone: where there is a policy and the server fails, `access.unknown` is raised.
 */
export async function openSessionGraph(
  { graph, graphServer, requireGraph }: Settings,
  catalogPath: string,
  onNotice: OnGraphNotice,
): Promise<KnowledgeGraph> {
  const { openEmbeddedGraph } = await import('../catalog/embedded-graph.js');
  const embedded = await openEmbeddedGraph(catalogPath);
  if (graph === 'embedded') return embedded;
  const onFailure = (failure: DpbError): void => {
    if (requireGraph) throw failure;
    onNotice(`${failure.message}; the embedded snapshot is used. ${failure.hint}`);
  };
  try {
    return await openServedGraph(graphServer, embedded, catalogPath, onFailure);
  } catch (thrown) {
    try {
      if (!(thrown instanceof DpbError) || !thrown.code.startsWith('graph.')) throw thrown;
      onFailure(thrown);
      if (embedded.catalog.access === undefined) return embedded;
      throw dpbError('access.unknown', { reason: thrown.message }, { cause: thrown });
    } catch (failure) {
      await embedded.close();
      throw failure;
    }
  }
}

async function openServedGraph(
  settings: ServerSettings | null,
  embedded: KnowledgeGraph,
  catalogPath: string,
  onFailure: (failure: DpbError) => void,
): Promise<KnowledgeGraph> {
  const [{ Neo4jStore }, { FallbackGraph }, { readSurroundings }] = await Promise.all([
    import('../catalog/neo4j/neo4j-store.js'),
    import('../catalog/neo4j/fallback-graph.js'),
    import('../catalog/snapshot.js'),
  ]);
  const store = new Neo4jStore(await graphServerOf(settings));
  try {
    const served = await store.open(readSurroundings(catalogPath));
    const [held, wanted] = [served.catalog.id, embedded.catalog.id];
    if (held === wanted) return new FallbackGraph(served, embedded, onFailure);
    throw dpbError('graph.broken', { problem: `it holds snapshot ${held}, and the data are ${wanted}` });
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

/** The server of the settings; raises `input.invalid` where none is named. */
export async function graphServerOf(
  settings: ServerSettings | null,
): Promise<InstanceType<typeof import('../catalog/neo4j/graph-server.js').GraphServer>> {
  const { GraphServer } = await import('../catalog/neo4j/graph-server.js');
  if (settings !== null) return new GraphServer(settings);
  throw dpbError('input.invalid', { what: 'NEO4J_URI', problem: 'it names no graph server' });
}
