import { EmbeddedStore, graphOfSnapshot } from '../catalog/graph/embedded-store.js';
import { type GraphContent, nodeLabels } from '../catalog/graph/graph-content.js';
import { graphLines, parseGraphLines } from '../catalog/graph/graph-lines.js';
import type { GraphStore } from '../catalog/graph/graph-store.js';
import { readUsage } from '../catalog/journal.js';
import { Neo4jStore } from '../catalog/neo4j/neo4j-store.js';
import { requireEverythingSeen } from '../catalog/restricted-graph.js';
import { scan } from '../catalog/scan.js';
import { readText } from '../support/atomic-files.js';
import { compareText } from '../support/text-order.js';
import { type ModelWorld, openMeanings, unlessModelFails } from './model.js';
import { graphOfProducts } from './product-graph.js';
import { requireOwnGlossary } from './session.js';
import { graphServerOf } from './session-graph.js';
import type { Settings } from './settings.js';
import { graphOfUsage } from './usage-graph.js';

/** How many nodes and edges of each kind a graph has. */
export interface GraphCounts {
  readonly nodes: Readonly<Record<string, number>>;
  readonly edges: Readonly<Record<string, number>>;
}

/**
 * The graph of the workspace: the catalog of its data, scanned where they changed, its products, and who used what. Raises `access.partial`
 * for a user who may not see all of it: a part of a graph is no graph that could be kept.
 */
async function workspaceGraph(settings: Settings, onProgress: (message: string) => void): Promise<GraphContent> {
  await requireOwnGlossary(settings);
  const { catalogPath } = await scan({
    roots: settings.dataRoots,
    glossaryPath: settings.glossary,
    stateDirectory: settings.workspace.state,
    threads: settings.threads,
    full: false,
    foldUsage: true,
    onProgress,
  });
  const catalog = await graphOfSnapshot(catalogPath);
  requireEverythingSeen(catalog, settings.user);
  const known = new Set(catalog.nodes.flatMap(({ label, key }) => (label === 'Value' ? [] : [key])));
  const made = await graphOfProducts(settings, known);
  const used = graphOfUsage(readUsage(settings.workspace.state), catalog);
  return {
    nodes: [...catalog.nodes, ...made.nodes, ...used.nodes],
    edges: [...catalog.edges, ...made.edges, ...used.edges],
  };
}

/**
 * Writes the graph of the workspace to the server of the settings, with the vectors of its names where a model of embeddings may
 * be asked; where that fails the graph is there without them and `onFailure` is told. Raises `access.partial`, `graph.unreachable`
 * and `graph.refused`.
 */
export async function syncGraph(
  settings: Settings,
  world: ModelWorld,
  { onProgress, onFailure }: { onProgress: (message: string) => void; onFailure: (message: string) => void },
): Promise<GraphCounts & { readonly vectors: number }> {
  // A model may be required to read requests where none gives vectors.
  const meanings = settings.llm.embedding === null ? null : await openMeanings(settings, world);
  const content = await workspaceGraph(settings, onProgress);
  onProgress('writing to the graph server');
  const vectors = await withStore(await serverStore(settings), async (store) => {
    await store.write(content);
    if (meanings === null) return 0;
    onProgress('writing vectors to the graph server');
    const written = await unlessModelFails(
      settings,
      () => store.writeMeanings(content, meanings),
      ({ message }) => onFailure(`${message}; the graph is written without vectors.`),
    );
    return written ?? 0;
  });
  return { ...countsOf(content), vectors };
}

/** The lines of the graph that commands ask: of the server, of an imported snapshot, else of the workspace. */
export async function exportedGraph(
  settings: Settings,
  snapshot: string | null,
  onProgress: (message: string) => void,
): Promise<GraphContent> {
  if (snapshot !== null) return await readAll(settings, new EmbeddedStore(settings.workspace.state, snapshot));
  if (settings.graph === 'neo4j')
    return await withStore(await serverStore(settings), (store) => readAll(settings, store));
  return await workspaceGraph(settings, onProgress);
}

/** Reads JSON lines and keeps them on the server, or as a snapshot of the state folder. Gives the snapshot's id. */
export async function importGraph(
  settings: Settings,
  file: string,
): Promise<{ catalogId: string; counts: GraphCounts }> {
  const content = parseGraphLines(readText(file).split('\n'), file);
  const store: GraphStore =
    settings.graph === 'neo4j' ? await serverStore(settings) : new EmbeddedStore(settings.workspace.state, null);
  await withStore(store, (opened) => opened.write(content));
  const id = content.nodes.find(({ label }) => label === 'Snapshot')?.properties.id;
  return { catalogId: String(id ?? ''), counts: countsOf(content) };
}

/** The graph as text, one line a node or edge. */
export function graphText(content: GraphContent): string {
  return graphLines(content)
    .map((line) => `${line}\n`)
    .join('');
}

/** The counts in the order of the kinds. */
export function countsOf({ nodes, edges }: GraphContent): GraphCounts {
  const count = (kinds: readonly string[], found: readonly string[]): Readonly<Record<string, number>> =>
    Object.fromEntries(kinds.map((kind) => [kind, found.filter((known) => known === kind).length]));
  const types = edges.map(({ type }) => type);
  return {
    nodes: count(
      nodeLabels,
      nodes.map(({ label }) => label),
    ),
    edges: count([...new Set(types)].sort(compareText), types),
  };
}

async function readAll(settings: Settings, store: GraphStore): Promise<GraphContent> {
  const content = await store.read();
  requireEverythingSeen(content, settings.user);
  return content;
}

async function serverStore({ graphServer }: Settings): Promise<Neo4jStore> {
  return new Neo4jStore(await graphServerOf(graphServer));
}

async function withStore<Store extends GraphStore, Result>(
  store: Store,
  act: (store: Store) => Promise<Result>,
): Promise<Result> {
  try {
    return await act(store);
  } finally {
    await store.close();
  }
}
