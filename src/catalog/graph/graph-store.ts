import type { KnowledgeGraph } from '../catalog.js';
import type { Surroundings } from '../snapshot.js';
import type { GraphContent } from './graph-content.js';

/**
 * The port to what keeps a knowledge graph. Adapters: the embedded snapshots of the state folder, and a Neo4j server. One
 * contract suite runs against both.
 */
export interface GraphStore {
  /** Everything in it; raises `graph.broken` where it holds no graph. */
  read(): Promise<GraphContent>;
  /** Puts `content` in place of what it holds; the same content again changes nothing. A part is never taken for the whole. */
  write(content: GraphContent): Promise<void>;
  /** The graph that agents ask, its datasets where `surroundings` say; raises `graph.broken` where it is not whole. */
  open(surroundings: Surroundings): Promise<KnowledgeGraph>;
  close(): Promise<void>;
}
