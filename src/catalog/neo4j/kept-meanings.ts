import { groupedBy } from '../../support/grouped-by.js';
import { columnOf, datasetOf } from '../graph/catalog-nodes.js';
import { catalogOfGraph } from '../graph/catalog-of-graph.js';
import type { GraphContent, NodeReference } from '../graph/graph-content.js';
import { keyed } from '../graph/graph-of-catalog.js';
import { bestMeant, meaningsIdentity, meantDocuments, meantMax } from '../search/by-meaning.js';
import type { KeptMeanings, Meanings } from '../search/search-hit.js';
import { indexCatalog, type SearchIndex } from '../search/search-index.js';
import { bodyOfText } from '../snapshot.js';
import type { GraphServer } from './graph-server.js';

/** Vectors are long: fewer of them go into one write than of other things. */
const vectorsPerWrite = 200;

/** The vector index compares roughly: more than are wanted are asked for, and compared exactly. */
const askedMax = 3 * meantMax;

/**
 * Writes the vectors of all that is searched by meaning to the nodes of `content`, which the server holds. Until all are there
 * none is used. Gives how many there are. Raises what `meanings` does, `graph.unreachable` and `graph.refused`.
 */
export async function writeMeanings(server: GraphServer, content: GraphContent, meanings: Meanings): Promise<number> {
  const index = indexCatalog(bodyOfText(catalogOfGraph(content).text, 'the graph'));
  const documents = meantDocuments(index);
  const vectors = await meanings.vectors(documents.map(({ text }) => text));
  const nodes = nodesOf(index);
  const rows = documents.flatMap(({ place }, at) => {
    const [node, vector] = [nodes[place], vectors[at]];
    // A vector of nothing has no direction: it is near to nothing.
    if (node === undefined || vector === undefined || vector.every((number) => number === 0)) return [];
    return [{ ...node, place: BigInt(place), vector: [...vector] }];
  });
  for (const [label, ofLabel] of groupedBy(rows, (row) => row.label)) {
    const cypher = `UNWIND $rows AS row MATCH (n:${label}:Dpb {key: row.key})
      SET n.index_meaning = row.vector, n.index_document = row.place`;
    for (let start = 0; start < ofLabel.length; start += vectorsPerWrite)
      await server.write(cypher, { rows: ofLabel.slice(start, start + vectorsPerWrite) });
  }
  await server.write("MATCH (n:Snapshot:Dpb {key: 'catalog'}) SET n.sync_meaning = $identity", {
    identity: meaningsIdentity(meanings, documents),
  });
  return rows.length;
}

/** The nodes of the documents of an index, in their order. */
function nodesOf(index: SearchIndex): readonly NodeReference[] {
  const told = Array.from({ length: index.documents }, (_document, place) => index.told(place));
  // What is in no dataset is numbered where its name is there more than once, as its nodes are.
  const ofKind = (kind: 'term' | 'metric'): readonly string[] =>
    keyed(
      told.filter((document) => document.kind === kind),
      ({ name }) => name,
    ).map(([, key]) => key);
  const [terms, metrics] = [ofKind('term')[Symbol.iterator](), ofKind('metric')[Symbol.iterator]()];
  return told.map(({ kind, dataset, name }) => {
    if (kind === 'dataset') return datasetOf(name);
    if (kind === 'column') return columnOf(dataset ?? '', name);
    const { value = '' } = kind === 'term' ? terms.next() : metrics.next();
    return { label: kind === 'term' ? 'BusinessTerm' : 'Metric', key: value };
  });
}

const nearestCypher = `MATCH (s:Snapshot:Dpb {key: 'catalog', sync_meaning: $identity})
  CALL db.index.vector.queryNodes('dpb_meaning', $limit, $searched) YIELD node
  RETURN node.index_document AS place, 2 * vector.similarity.cosine(node.index_meaning, $searched) - 1 AS likeness`;

/** The vectors that `writeMeanings` left on the server, compared by its vector index. */
export function keptMeanings(server: GraphServer): KeptMeanings {
  return {
    nearest: async (identity, searched) => {
      const rows = await server.read(nearestCypher, {
        identity,
        searched: [...searched],
        limit: BigInt(askedMax),
      });
      if (rows.length === 0) return null;
      return bestMeant(rows.map(({ place, likeness }) => ({ place: Number(place), likeness: Number(likeness) })));
    },
  };
}
