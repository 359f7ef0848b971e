import { textHash } from '../../support/canonical-json.js';
import { dpbError } from '../../support/errors.js';
import { groupedBy } from '../../support/grouped-by.js';
import type { KnowledgeGraph } from '../catalog.js';
import { packOf } from '../catalog-pack.js';
import { catalogOfGraph } from '../graph/catalog-of-graph.js';
import {
  type EdgeType,
  edgeEnds,
  type GraphContent,
  type GraphEdge,
  type GraphNode,
  type NodeLabel,
  type NodeReference,
  nodeLabels,
} from '../graph/graph-content.js';
import { graphLines } from '../graph/graph-lines.js';
import type { GraphStore } from '../graph/graph-store.js';
import type { Meanings } from '../search/search-hit.js';
import { bodyOfText, catalogOfBody, type Surroundings } from '../snapshot.js';
import type { GraphServer, ServerRow } from './graph-server.js';
import { writeMeanings } from './kept-meanings.js';
import { migrate } from './migrations.js';
import { Neo4jGraph } from './neo4j-graph.js';
import { readProperties, storedProperties } from './stored-properties.js';
import { placesOf, valueProperties } from './value-properties.js';

const rowsPerWrite = 1000;
const rowsPerRead = 2000;
const deletedPerWrite = 10_000;

/**
 * Keeps one graph in a database of a Neo4j server. Its nodes have the label `Dpb` beside their own: what lacks it is never
 * touched. Each node and edge says which write it is of, so that what is of an earlier one can be taken away after.
 */
export class Neo4jStore implements GraphStore {
  readonly #server: GraphServer;

  constructor(server: GraphServer) {
    this.#server = server;
  }

  async read(): Promise<GraphContent> {
    await this.#requireWhole();
    return await this.#readLabels(nodeLabels);
  }

  async open(surroundings: Surroundings): Promise<KnowledgeGraph> {
    const server = this.#server;
    await this.#requireWhole();
    // Values are asked for when a request names them.
    const held = catalogOfGraph(await this.#readLabels(nodeLabels.filter((label) => label !== 'Value')));
    const body = bodyOfText(held.text, server.name);
    if (packOf(body).id !== held.id)
      throw dpbError('graph.broken', { problem: `what ${server.name} holds was changed since it was written` });
    return new Neo4jGraph(server, catalogOfBody(held.id, body, surroundings));
  }

  async write(content: GraphContent): Promise<void> {
    await migrate(this.#server);
    const sync = textHash(graphLines(content).join('\n')).slice(0, 16);
    await this.#server.write("MERGE (n:Snapshot:Dpb {key: 'catalog'}) SET n.sync_state = 'writing'");
    await this.#writeNodes(content.nodes, sync);
    await this.#writeEdges(content.edges, sync);
    await this.#deleteOthers(sync);
    await this.#server.write("MATCH (n:Snapshot:Dpb {key: 'catalog'}) SET n.sync_state = 'whole'");
  }

  /** Writes the vectors of what is searched by meaning to the nodes of `content`, which was written before. Gives their number. */
  writeMeanings(content: GraphContent, meanings: Meanings): Promise<number> {
    return writeMeanings(this.#server, content, meanings);
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** A write that is under way, or that broke off, leaves no graph. */
  async #requireWhole(): Promise<void> {
    const [held] = await this.#server.read("MATCH (n:Snapshot:Dpb {key: 'catalog'}) RETURN n.sync_state AS state");
    if (held === undefined)
      throw dpbError('graph.broken', { problem: `${this.#server.name} holds no snapshot of a catalog` });
    if (held.state !== 'whole')
      throw dpbError('graph.broken', { problem: `writing to ${this.#server.name} is under way or broke off` });
  }

  async #readLabels(labels: readonly NodeLabel[]): Promise<GraphContent> {
    const nodes: GraphNode[] = [];
    const edges: GraphEdge[] = [];
    for (const label of labels) {
      let after: string | null = '';
      while (after !== null) {
        const rows = await this.#server.read(pageCypher(label), { after, limit: BigInt(rowsPerRead) });
        for (const row of rows) {
          const self = { label, key: String(row.key) };
          nodes.push({ ...self, properties: this.#propertiesOf(row.properties) });
          edges.push(...this.#edgesOf(self, row.edges));
        }
        after = rows.length < rowsPerRead ? null : String(rows.at(-1)?.key);
      }
    }
    return { nodes, edges };
  }

  #edgesOf(from: NodeReference, list: unknown): readonly GraphEdge[] {
    return recordsOf(list).flatMap((found) => {
      const type = edgeTypes.find((known) => known === found.type);
      const label = nodeLabels.find((known) => Array.isArray(found.labels) && found.labels.includes(known));
      if (type === undefined || label === undefined) return [];
      const properties = recordOf(found.properties);
      const to = { label, key: String(found.key) };
      return [{ type, key: String(properties.key ?? ''), from, to, properties: this.#propertiesOf(properties) }];
    });
  }

  #propertiesOf(stored: unknown): GraphNode['properties'] {
    try {
      return readProperties(recordOf(stored));
    } catch (thrown) {
      const problem = `what ${this.#server.name} holds was changed since it was written`;
      throw dpbError('graph.broken', { problem }, { cause: thrown });
    }
  }

  async #writeNodes(nodes: readonly GraphNode[], sync: string): Promise<void> {
    const values = nodes.filter(({ label }) => label === 'Value');
    const places = placesOf(
      values.map(({ key, properties: { dataset, column, value, folded, rows } }) => ({
        key,
        dataset: String(dataset),
        column: String(column),
        value: String(value),
        folded: String(folded),
        rows: Number(rows),
      })),
    );
    for (const [label, ofLabel] of groupedBy(nodes, (node) => node.label)) {
      const rows = ofLabel.map(({ key, properties }) => ({
        ...storedProperties(properties),
        ...(label === 'Value' ? valueProperties(String(properties.folded), places.get(key) ?? 0) : {}),
        ...(label === 'Snapshot' ? { sync_state: 'writing' } : {}),
        key,
        sync_id: sync,
      }));
      const cypher = `UNWIND $rows AS row MERGE (n:${label}:Dpb {key: row.key}) SET n = row`;
      for (const batch of batchesOf(rows)) await this.#server.write(cypher, { rows: batch });
    }
  }

  async #writeEdges(edges: readonly GraphEdge[], sync: string): Promise<void> {
    const alike = groupedBy(
      edges,
      ({ type, from, to }) => `MATCH (a:${from.label}:Dpb {key: row.from})
       MATCH (b:${to.label}:Dpb {key: row.to}) MERGE (a)-[r:${type} {key: row.key}]->(b)`,
    );
    for (const [merge, ofKind] of alike) {
      const rows = ofKind.map(({ key, from, to, properties }) => ({
        from: from.key,
        to: to.key,
        key,
        properties: { ...storedProperties(properties), key, sync_id: sync },
      }));
      const cypher = `UNWIND $rows AS row ${merge} SET r = row.properties`;
      for (const batch of batchesOf(rows)) await this.#server.write(cypher, { rows: batch });
    }
  }

  /** What is of another write, or of a hand. */
  async #deleteOthers(sync: string): Promise<void> {
    const parameters = { sync, limit: BigInt(deletedPerWrite) };
    for (const cypher of [
      'MATCH (:Dpb)-[r]->(:Dpb) WHERE coalesce(r.sync_id, "") <> $sync WITH r LIMIT $limit DELETE r RETURN count(*) AS deleted',
      'MATCH (n:Dpb) WHERE coalesce(n.sync_id, "") <> $sync WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS deleted',
    ]) {
      for (let deleted = deletedPerWrite; deleted === deletedPerWrite; ) {
        const [row] = await this.#server.write(cypher, parameters);
        deleted = Number(row?.deleted ?? 0);
      }
    }
  }
}

const edgeTypes = Object.keys(edgeEnds).filter((type): type is EdgeType => Object.hasOwn(edgeEnds, type));

/** The nodes of a label after `$after` in the order of their keys, with the edges that lead from them. */
function pageCypher(label: NodeLabel): string {
  return `MATCH (n:${label}:Dpb) WHERE n.key > $after WITH n ORDER BY n.key LIMIT $limit
    RETURN n.key AS key, n {.*, index_meaning: null} AS properties, COLLECT {
      MATCH (n)-[r]->(m:Dpb) RETURN {type: type(r), properties: properties(r), labels: labels(m), key: m.key}
    } AS edges ORDER BY key`;
}

function batchesOf<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const count = Math.ceil(rows.length / rowsPerWrite);
  return Array.from({ length: count }, (_batch, at) => rows.slice(at * rowsPerWrite, (at + 1) * rowsPerWrite));
}

function recordOf(value: unknown): ServerRow {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function recordsOf(value: unknown): readonly ServerRow[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}
