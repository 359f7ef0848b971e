import type { Catalog, Relationship } from './catalog.js';
import { cheapestRoutes, WeightedGraph } from './weighted-graph.js';

/** A relationship walked from its `from` to its `to`, or `reversed`. */
export interface JoinStep {
  readonly relationship: Relationship;
  readonly reversed: boolean;
}

/** A way between two datasets that meets no dataset twice. Costs compare only within one catalog. */
export interface JoinPath {
  readonly steps: readonly JoinStep[];
  readonly cost: number;
}

export interface JoinGraph {
  /** The cheapest ways, cheapest first, at most `limit`; the empty way from a dataset to itself; none where there is no way. */
  paths(from: string, to: string, limit: number): readonly JoinPath[];
}

/**
 * The relationships as a graph. Each is a node of its own between its two datasets, so that parallel ones (billing and
 * shipping address) are ways apart, and every way is a plain path.
 */
export function joinGraphOf({ datasets, relationships }: Pick<Catalog, 'datasets' | 'relationships'>): JoinGraph {
  const places = new Map(datasets.map(({ name }, place) => [name, place]));
  const graph = new WeightedGraph(datasets.length + relationships.length);
  for (const [index, relationship] of relationships.entries()) {
    const [from, to] = [places.get(relationship.from.dataset), places.get(relationship.to.dataset)];
    // A reference of a table to itself leads nowhere new.
    if (from === undefined || to === undefined || from === to) continue;
    const node = datasets.length + index;
    const cost = costOf(relationship);
    graph.connect(from, node, cost);
    graph.connect(node, to, 0);
    graph.connect(to, node, cost + backwardCost);
    graph.connect(node, from, 0);
  }
  return {
    paths(from, to, limit) {
      const [start, end] = [places.get(from), places.get(to)];
      if (start === undefined || end === undefined) return [];
      return cheapestRoutes(graph, start, end, limit).map(({ nodes, cost }) => ({
        steps: nodes.flatMap((node, position) => {
          const relationship = relationships[node - datasets.length];
          if (relationship === undefined) return [];
          return [{ relationship, reversed: nodes[position + 1] === places.get(relationship.from.dataset) }];
        }),
        cost,
      }));
    },
  };
}

/** Against a many-to-one reference rows multiply: such a way is taken only for want of another. */
const backwardCost = 0.5;

function costOf({ score, cardinality, matched, orphans, source }: Relationship): number {
  const known = matched + orphans;
  const lost = known === 0 ? 0 : orphans / known;
  const multiplying = cardinality === 'many_to_many' ? 4 : 0;
  return (source === 'declared' ? 0.9 : 1) + 2 * (1 - score) + 0.5 * lost + multiplying;
}
