import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cheapestRoutes, type Route, WeightedGraph } from '../../src/catalog/weighted-graph.js';

const size = 6;
const edges = fc.uniqueArray(
  fc.record({
    from: fc.nat({ max: size - 1 }),
    to: fc.nat({ max: size - 1 }),
    cost: fc.integer({ min: 0, max: 9 }),
  }),
  { selector: ({ from, to }) => `${from} ${to}`, maxLength: 18 },
);

/** All ways that meet no node twice, by trying. */
function allRoutes(graph: WeightedGraph, known: ReadonlySet<string>, way: readonly number[], to: number): Route[] {
  const last = way.at(-1) ?? 0;
  if (last === to) {
    const cost = way.slice(1).reduce((sum, node, place) => sum + graph.cost(way[place] ?? 0, node), 0);
    return [{ nodes: way, cost }];
  }
  return Array.from({ length: size }, (_none, next) => next)
    .filter((next) => known.has(`${last} ${next}`) && !way.includes(next))
    .flatMap((next) => allRoutes(graph, known, [...way, next], to));
}

test('the cheapest ways are those that trying all finds', () => {
  fc.assert(
    fc.property(edges, fc.integer({ min: 1, max: 5 }), (given, limit) => {
      const graph = new WeightedGraph(size);
      for (const { from, to, cost } of given) graph.connect(from, to, cost);
      const known = new Set(given.map(({ from, to }) => `${from} ${to}`));
      const all = allRoutes(graph, known, [0], size - 1).map(({ cost }) => cost);
      const found = cheapestRoutes(graph, 0, size - 1, limit);
      expect(found.map(({ cost }) => cost)).toEqual(all.sort((left, right) => left - right).slice(0, limit));
      for (const { nodes } of found) expect(new Set(nodes).size).toBe(nodes.length);
      expect(new Set(found.map(({ nodes }) => nodes.join(' '))).size).toBe(found.length);
    }),
    { numRuns: 300, seed: 7 },
  );
});
