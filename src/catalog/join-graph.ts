import { DirectedGraph } from 'graphology';
import { dijkstra } from 'graphology-shortest-path';
import { compareText } from '../support/text-order.js';
import type { Catalog, Relationship } from './catalog.js';

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

interface EdgeAttributes {
  readonly cost: number;
  readonly source: string;
  readonly target: string;
}

/**
 * The relationships as a graph. Each is a node of its own between its two datasets, so that parallel ones (billing and
 * shipping address) are ways apart, and every way is a plain path.
 */
export function joinGraphOf(catalog: Pick<Catalog, 'datasets' | 'relationships'>): JoinGraph {
  const graph = new DirectedGraph<Record<string, never>, EdgeAttributes>();
  for (const { name } of catalog.datasets) graph.addNode(datasetNode(name));
  for (const [index, relationship] of catalog.relationships.entries()) {
    const { from, to } = relationship;
    // A reference of a table to itself leads nowhere new.
    if (
      from.dataset === to.dataset ||
      !graph.hasNode(datasetNode(from.dataset)) ||
      !graph.hasNode(datasetNode(to.dataset))
    )
      continue;
    const node = relationshipNode(index);
    graph.addNode(node);
    const cost = costOf(relationship);
    const connect = (source: string, target: string, price: number): void => {
      graph.addEdge(source, target, { cost: price, source, target });
    };
    connect(datasetNode(from.dataset), node, cost);
    connect(node, datasetNode(to.dataset), 0);
    connect(datasetNode(to.dataset), node, cost + backwardCost);
    connect(node, datasetNode(from.dataset), 0);
  }
  return { paths: (from, to, limit) => cheapestPaths(graph, catalog.relationships, from, to, limit) };
}

type Graph = DirectedGraph<Record<string, never>, EdgeAttributes>;

/** Against a many-to-one reference rows multiply: such a way is taken only for want of another. */
const backwardCost = 0.5;

function costOf({ score, cardinality, matched, orphans, source }: Relationship): number {
  const known = matched + orphans;
  const lost = known === 0 ? 0 : orphans / known;
  const multiplying = cardinality === 'many_to_many' ? 4 : 0;
  return (source === 'declared' ? 0.9 : 1) + 2 * (1 - score) + 0.5 * lost + multiplying;
}

/** Yen's algorithm: each next path leaves an earlier one at some node by another edge. */
function cheapestPaths(
  graph: Graph,
  relationships: readonly Relationship[],
  from: string,
  to: string,
  limit: number,
): readonly JoinPath[] {
  if (!graph.hasNode(datasetNode(from)) || !graph.hasNode(datasetNode(to)) || limit < 1) return [];
  if (from === to) return [{ steps: [], cost: 0 }];
  const first = shortest(graph, datasetNode(from), datasetNode(to), new Set(), new Set());
  if (first === null) return [];
  const found: Route[] = [first];
  const open = new Map<string, Route>();
  while (found.length < limit) {
    for (const route of deviations(graph, found)) open.set(route.nodes.join('\n'), route);
    const known = new Set(found.map(({ nodes }) => nodes.join('\n')));
    const [next] = [...open.values()].filter(({ nodes }) => !known.has(nodes.join('\n'))).sort(byCost);
    if (next === undefined) break;
    found.push(next);
  }
  return found.map(({ nodes, cost }) => ({ steps: stepsOf(nodes, relationships), cost }));
}

interface Route {
  readonly nodes: readonly string[];
  readonly cost: number;
}

function deviations(graph: Graph, found: readonly Route[]): readonly Route[] {
  const last = found.at(-1);
  if (last === undefined) return [];
  const target = last.nodes.at(-1) ?? '';
  return last.nodes.slice(0, -1).flatMap((spur, position) => {
    const start = last.nodes.slice(0, position + 1);
    const taken = found.filter(({ nodes }) => nodes.slice(0, position + 1).join('\n') === start.join('\n'));
    const closed = new Set(taken.map(({ nodes }) => `${spur}\n${nodes[position + 1]}`));
    const rest = shortest(graph, spur, target, new Set(start.slice(0, -1)), closed);
    if (rest === null) return [];
    return [{ nodes: [...start.slice(0, -1), ...rest.nodes], cost: pathCost(graph, start) + rest.cost }];
  });
}

/** The cheapest way that meets none of the closed nodes and edges; null where there is none. */
function shortest(
  graph: Graph,
  from: string,
  to: string,
  closedNodes: ReadonlySet<string>,
  closedEdges: ReadonlySet<string>,
): Route | null {
  const weight = (_edge: string, { cost, source, target }: EdgeAttributes): number => {
    const isClosed = closedNodes.has(source) || closedNodes.has(target) || closedEdges.has(`${source}\n${target}`);
    return isClosed ? closedCost : cost;
  };
  const nodes: readonly string[] | null = dijkstra.bidirectional(graph, from, to, weight);
  if (nodes === null) return null;
  const passes = nodes
    .slice(1)
    .some((node, index) => closedNodes.has(node) || closedEdges.has(`${nodes[index]}\n${node}`));
  return passes ? null : { nodes, cost: pathCost(graph, nodes) };
}

/** More than any way can cost: a way over something closed is found only when there is no other, and then thrown away. */
const closedCost = 1e9;

function pathCost(graph: Graph, nodes: readonly string[]): number {
  return nodes.slice(1).reduce((total, node, index) => total + graph.getEdgeAttribute(nodes[index], node, 'cost'), 0);
}

function byCost(left: Route, right: Route): number {
  return (
    left.cost - right.cost ||
    left.nodes.length - right.nodes.length ||
    compareText(left.nodes.join('\n'), right.nodes.join('\n'))
  );
}

function stepsOf(nodes: readonly string[], relationships: readonly Relationship[]): readonly JoinStep[] {
  return nodes.flatMap((node, position) => {
    if (!node.startsWith('relationship ')) return [];
    const relationship = relationships[Number(node.slice('relationship '.length))];
    const next = nodes[position + 1];
    return relationship === undefined || next === undefined
      ? []
      : [{ relationship, reversed: next === datasetNode(relationship.from.dataset) }];
  });
}

function datasetNode(name: string): string {
  return `dataset ${name}`;
}

function relationshipNode(index: number): string {
  return `relationship ${index}`;
}
