import type { Relationship } from '../../catalog/catalog.js';
import type { Unmatched } from '../../plan/query.js';

/** What dpb fills into a query that a model wrote. */
interface Filling {
  readonly unmatched: Unmatched;
  readonly relationships: readonly Relationship[];
}

type Node = Readonly<Record<string, unknown>>;

/**
 * The answer's query with what the catalog and the request say put in, whatever the model wrote there: cardinalities as they
 * were measured, labels from names. It is of unknown shape still; nothing of it is believed before it is validated.
 */
export function completedQuery(query: unknown, filling: Filling): unknown {
  if (Array.isArray(query)) return query.map((inner) => completedQuery(inner, filling));
  if (!isNode(query)) return query;
  const inside = Object.fromEntries(
    Object.entries(query).map(([key, inner]) => [key, completedQuery(inner, filling)] as const),
  );
  if (query.kind === 'aggregate' && Array.isArray(query.tables)) {
    return {
      ...inside,
      unmatched: filling.unmatched,
      joins: joinsOf(query, filling.relationships),
      dimensions: each(inside.dimensions, (dimension) => ({ ...output(dimension), fill: null })),
      measures: each(inside.measures, (measure) => ({ ...output(measure), unit: null })),
    };
  }
  if (query.kind === 'detail' && Array.isArray(query.tables)) {
    const columns = each(inside.columns, output);
    return { ...inside, unmatched: filling.unmatched, joins: joinsOf(query, filling.relationships), columns };
  }
  return inside;
}

function output(node: Node): Node {
  return { ...node, label: labelOf(node.name), description: '' };
}

function labelOf(name: unknown): string {
  const words = typeof name === 'string' ? name.replaceAll('_', ' ') : '';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function joinsOf(query: Node, relationships: readonly Relationship[]): unknown {
  const datasets = new Map(
    (Array.isArray(query.tables) ? query.tables : []).flatMap((table) =>
      isNode(table) ? [[table.id, table.dataset] as const] : [],
    ),
  );
  return each(query.joins, (join) => {
    const known = relationships.find((relationship) => joinFits(join, relationship, datasets));
    return { from: join.from, to: join.to, on: join.on, cardinality: known?.cardinality ?? 'many_to_one' };
  });
}

/** Whether the join is the relationship, in its direction or, of one to one, against it. */
export function joinFits(
  join: { readonly from?: unknown; readonly to?: unknown; readonly on?: unknown },
  { from, to, cardinality }: Relationship,
  datasets: ReadonlyMap<unknown, unknown>,
): boolean {
  const pairs = Array.isArray(join.on) ? join.on.map((pair) => (isNode(pair) ? `${pair.from}\n${pair.to}` : '')) : [];
  const fits = (one: Relationship['from'], other: Relationship['to']): boolean => {
    const wanted = one.columns.map((column, place) => `${column}\n${other.columns[place]}`);
    return (
      datasets.get(join.from) === one.dataset &&
      datasets.get(join.to) === other.dataset &&
      pairs.length === wanted.length &&
      wanted.every((pair) => pairs.includes(pair))
    );
  };
  return fits(from, to) || (cardinality === 'one_to_one' && fits(to, from));
}

/** Each object of a list changed; what is no list, and what of it is no object, stays for the validator to refuse. */
function each(list: unknown, change: (node: Node) => Node): unknown {
  return Array.isArray(list) ? list.map((one: unknown) => (isNode(one) ? change(one) : one)) : list;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
