/** A way over nodes, from the first to the last, and what its edges cost together. */
export interface Route {
  readonly nodes: readonly number[];
  readonly cost: number;
}

/** The edges of each node, by node: `starts` says where those of a node begin. */
interface Adjacency {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly costs: Float64Array;
}

/** A graph of numbered nodes and directed edges that cost something, at most one edge from a node to another. */
export class WeightedGraph {
  readonly size: number;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #costs: number[] = [];
  #adjacency: { readonly forward: Adjacency; readonly backward: Adjacency } | null = null;

  constructor(size: number) {
    this.size = size;
  }

  connect(from: number, to: number, cost: number): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#costs.push(cost);
    this.#adjacency = null;
  }

  /** The edges that leave each node, and those that come to it. */
  get adjacency(): { readonly forward: Adjacency; readonly backward: Adjacency } {
    this.#adjacency ??= {
      forward: adjacencyOf(this.size, this.#from, this.#to, this.#costs),
      backward: adjacencyOf(this.size, this.#to, this.#from, this.#costs),
    };
    return this.#adjacency;
  }

  /** What the edge costs; 0 where there is none. */
  cost(from: number, to: number): number {
    const { starts, ends, costs } = this.adjacency.forward;
    for (let edge = starts[from] ?? 0; edge < (starts[from + 1] ?? 0); edge += 1)
      if (ends[edge] === to) return costs[edge] ?? 0;
    return 0;
  }
}

function adjacencyOf(
  size: number,
  from: readonly number[],
  to: readonly number[],
  price: readonly number[],
): Adjacency {
  const starts = new Uint32Array(size + 1);
  for (const node of from) starts[node + 1] = (starts[node + 1] ?? 0) + 1;
  for (let node = 0; node < size; node += 1) starts[node + 1] = (starts[node + 1] ?? 0) + (starts[node] ?? 0);
  const free = starts.slice();
  const ends = new Uint32Array(from.length);
  const costs = new Float64Array(from.length);
  for (const [edge, node] of from.entries()) {
    const place = free[node] ?? 0;
    free[node] = place + 1;
    ends[place] = to[edge] ?? 0;
    costs[place] = price[edge] ?? 0;
  }
  return { starts, ends, costs };
}

/** The cheapest routes that meet no node twice, cheapest first, at most `limit`: each next one leaves an earlier one somewhere (Yen). */
export function cheapestRoutes(graph: WeightedGraph, from: number, to: number, limit: number): readonly Route[] {
  if (limit < 1) return [];
  if (from === to) return [{ nodes: [from], cost: 0 }];
  const first = shortest(graph, from, to, noneClosed);
  if (first === null) return [];
  const found: Route[] = [first];
  const open = new Map<string, Route>();
  while (found.length < limit) {
    for (const route of deviations(graph, found)) open.set(route.nodes.join(' '), route);
    const known = new Set(found.map(({ nodes }) => nodes.join(' ')));
    const [next] = [...open.values()].filter(({ nodes }) => !known.has(nodes.join(' '))).sort(byCost);
    if (next === undefined) break;
    found.push(next);
  }
  return found;
}

function deviations(graph: WeightedGraph, found: readonly Route[]): readonly Route[] {
  const last = found.at(-1);
  if (last === undefined) return [];
  const target = last.nodes.at(-1) ?? 0;
  return last.nodes.slice(0, -1).flatMap((spur, position) => {
    const start = last.nodes.slice(0, position + 1);
    const taken = found.filter(({ nodes }) => start.every((node, place) => nodes[place] === node));
    const nexts = new Set(taken.map(({ nodes }) => nodes[position + 1] ?? -1));
    const rest = shortest(graph, spur, target, { nodes: new Set(start.slice(0, -1)), spur, nexts });
    if (rest === null) return [];
    return [{ nodes: [...start.slice(0, -1), ...rest.nodes], cost: costOf(graph, start) + rest.cost }];
  });
}

function costOf(graph: WeightedGraph, nodes: readonly number[]): number {
  return nodes.slice(1).reduce((total, node, place) => total + graph.cost(nodes[place] ?? 0, node), 0);
}

function byCost(left: Route, right: Route): number {
  const first = left.nodes.findIndex((node, place) => node !== right.nodes[place]);
  return (
    left.cost - right.cost ||
    left.nodes.length - right.nodes.length ||
    (left.nodes[first] ?? 0) - (right.nodes[first] ?? 0)
  );
}

/** What a way may not meet: nodes, and edges that lead from `spur` to one of `nexts`. */
interface Closed {
  readonly nodes: ReadonlySet<number>;
  readonly spur: number;
  readonly nexts: ReadonlySet<number>;
}

const noneClosed: Closed = { nodes: new Set(), spur: -1, nexts: new Set() };

/** One of the two searches that meet in the middle. */
interface Side {
  readonly edges: Adjacency;
  readonly isForward: boolean;
  readonly distances: Float64Array;
  readonly before: Int32Array;
  readonly done: Uint8Array;
  readonly queue: NodeQueue;
}

/** The cheapest way, looked for from both ends at once (Dijkstra); null where there is none. */
function shortest(graph: WeightedGraph, from: number, to: number, closed: Closed): Route | null {
  const { forward, backward } = graph.adjacency;
  const sides = [sideOf(graph.size, forward, true, from), sideOf(graph.size, backward, false, to)] as const;
  const meeting = { node: -1, cost: Number.POSITIVE_INFINITY };
  for (;;) {
    const [ahead, behind] = [sides[0].queue.least, sides[1].queue.least];
    if (ahead + behind >= meeting.cost || ahead === Number.POSITIVE_INFINITY || behind === Number.POSITIVE_INFINITY)
      break;
    const [side, other] = ahead <= behind ? sides : [sides[1], sides[0]];
    settleNext(side, other, closed, meeting);
  }
  if (meeting.node === -1) return null;
  const nodes = [...wayOf(sides[0].before, meeting.node).reverse(), ...wayOf(sides[1].before, meeting.node).slice(1)];
  return { nodes, cost: costOf(graph, nodes) };
}

function sideOf(size: number, edges: Adjacency, isForward: boolean, start: number): Side {
  const distances = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  distances[start] = 0;
  const queue = new NodeQueue();
  queue.push(start, 0);
  return {
    edges,
    isForward,
    distances,
    before: new Int32Array(size).fill(-1),
    done: new Uint8Array(size),
    queue,
  };
}

function settleNext(
  { edges, isForward, distances, before, done, queue }: Side,
  other: Side,
  closed: Closed,
  meeting: { node: number; cost: number },
): void {
  const node = queue.pop();
  if (done[node] === 1) return;
  done[node] = 1;
  const distance = distances[node] ?? 0;
  for (let edge = edges.starts[node] ?? 0; edge < (edges.starts[node + 1] ?? 0); edge += 1) {
    const next = edges.ends[edge] ?? 0;
    const [tail, tip] = isForward ? [node, next] : [next, node];
    if (closed.nodes.has(next) || (tail === closed.spur && closed.nexts.has(tip))) continue;
    const cost = distance + (edges.costs[edge] ?? 0);
    if (cost >= (distances[next] ?? 0)) continue;
    distances[next] = cost;
    before[next] = node;
    queue.push(next, cost);
    const whole = cost + (other.distances[next] ?? 0);
    if (whole < meeting.cost) {
      meeting.cost = whole;
      meeting.node = next;
    }
  }
}

/** From the node back to where its search began. */
function wayOf(before: Int32Array, node: number): number[] {
  const way: number[] = [];
  for (let at = node; at !== -1; at = before[at] ?? -1) way.push(at);
  return way;
}

/** Nodes by cost, the cheapest first, of equal ones the first by number. */
class NodeQueue {
  readonly #nodes: number[] = [];
  readonly #costs: number[] = [];

  /** The cost of the next node; infinite where there is none. */
  get least(): number {
    return this.#costs[0] ?? Number.POSITIVE_INFINITY;
  }

  push(node: number, cost: number): void {
    this.#nodes.push(node);
    this.#costs.push(cost);
    for (let at = this.#nodes.length - 1; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(at, above)) break;
      this.#swap(at, above);
      at = above;
    }
  }

  /** The cheapest node, which is in it no more; there is one. */
  pop(): number {
    const [first = -1] = this.#nodes;
    this.#swap(0, this.#nodes.length - 1);
    this.#nodes.pop();
    this.#costs.pop();
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      if (left >= this.#nodes.length) return first;
      const better = right < this.#nodes.length && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(better, at)) return first;
      this.#swap(better, at);
      at = better;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const [one, other] = [this.#costs[left] ?? 0, this.#costs[right] ?? 0];
    return one < other || (one === other && (this.#nodes[left] ?? 0) < (this.#nodes[right] ?? 0));
  }

  #swap(left: number, right: number): void {
    const [node = 0, cost = 0] = [this.#nodes[left], this.#costs[left]];
    this.#nodes[left] = this.#nodes[right] ?? 0;
    this.#costs[left] = this.#costs[right] ?? 0;
    this.#nodes[right] = node;
    this.#costs[right] = cost;
  }
}
