import type { Catalog, Dataset } from '../catalog.js';
import type { CatalogBody } from '../catalog-pack.js';
import { relationshipKey } from '../relationship-ends.js';

import type { IndexedValue } from '../value-index.js';
import { columnOf, datasetOf, edge, node, userOf } from './catalog-nodes.js';
import { compoundKey, type GraphContent, type GraphEdge, type GraphNode, type NodeReference } from './graph-content.js';

/**
 * The graph of a catalog and its index of values. Nothing is left out: `catalogTextOf` makes the same catalog of it. Items of
 * lists say their place, for a graph has no order of its own.
 */
export function graphOfCatalog(
  id: string,
  body: CatalogBody,
  popularity: ReadonlyMap<string, number>,
  values: readonly IndexedValue[],
): GraphContent {
  const { datasets, relationships, terms, metrics, rules, owners, access, ...rest } = body;
  const parts: readonly GraphContent[] = [
    alone(node('Snapshot', 'catalog', { ...rest, id, policyDefault: access?.default ?? null })),
    ...datasets.map((dataset, place) => graphOfDataset(dataset, place, popularity.get(dataset.name) ?? 0, access)),
    {
      nodes: [],
      edges: keyed(relationships, relationshipKey).map(([relationship, key, position]) => {
        const { from, to, ...measured } = relationship;
        const properties = { ...measured, fromColumns: from.columns, toColumns: to.columns, position };
        return edge('REFERENCES', key, datasetOf(from.dataset), datasetOf(to.dataset), properties);
      }),
    },
    ...keyed(terms, ({ term }) => term).map(([term, key, position]) => graphOfTerm(term, key, position)),
    ...keyed(metrics, ({ name }) => name).map(([metric, key, position]) => graphOfMetric(metric, key, position)),
    ...keyed(rules, ({ id: rule }) => rule).map(([rule, key, position]) => graphOfRule(rule, key, position)),
    graphOfPeople(owners, access),
    { nodes: values.map(valueNode), edges: [] },
  ];
  return { nodes: parts.flatMap(({ nodes }) => nodes), edges: parts.flatMap(({ edges }) => edges) };
}

function alone(only: GraphNode): GraphContent {
  return { nodes: [only], edges: [] };
}

/** Each item with a key of its own and its place: of items with equal keys the later ones are numbered. */
export function keyed<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [Item, string, number])[] {
  const seen = new Map<string, number>();
  return items.map((item, place) => {
    const key = keyOf(item);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return [item, count === 1 ? compoundKey(key) : compoundKey(key, String(count)), place] as const;
  });
}

function graphOfDataset(
  dataset: Dataset,
  position: number,
  popularity: number,
  access: Catalog['access'],
): GraphContent {
  const { columns, root: _root, popularity: _uses, files, ...facts } = dataset;
  const self = datasetOf(dataset.name);
  const guard = access?.datasets.find((one) => one.dataset === dataset.name);
  const guards = new Map(
    access?.columns.flatMap((one) => (one.dataset === dataset.name ? [[one.column, one] as const] : [])),
  );
  const bytes = files.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
  const own = { ...facts, files: bytes, popularity, position, guarded: guard !== undefined, product: false };
  return {
    nodes: [
      node(self.label, self.key, own),
      ...columns.map((column, place) =>
        node('Column', compoundKey(dataset.name, column.name), {
          ...column,
          dataset: dataset.name,
          position: place,
          guarded: guards.has(column.name),
          ...(guards.get(column.name)?.masked === true ? { masked: true } : {}),
        }),
      ),
    ],
    edges: [
      ...columns.map(({ name }) => edge('HAS_COLUMN', '', self, columnOf(dataset.name, name))),
      ...requiring(self, guard?.roles ?? []),
      ...columns.flatMap(({ name }) => requiring(columnOf(dataset.name, name), guards.get(name)?.roles ?? [])),
    ],
  };
}

function requiring(what: NodeReference, roles: readonly string[]): readonly GraphEdge[] {
  return roles.map((role) => edge('REQUIRES_ROLE', '', what, roleOf(role)));
}

function roleOf(role: string): NodeReference {
  return { label: 'Role', key: compoundKey(role) };
}

function graphOfTerm(term: Catalog['terms'][number], key: string, position: number): GraphContent {
  const { mapsTo, ...facts } = term;
  const self = node('BusinessTerm', key, { ...facts, position });
  return {
    nodes: [self],
    edges: mapsTo.map(({ dataset, column, confidence }, place) => {
      const target = column === null ? datasetOf(dataset) : columnOf(dataset, column);
      return edge('MAPS_TO', String(place), self, target, { confidence, position: place });
    }),
  };
}

function graphOfMetric(metric: Catalog['metrics'][number], key: string, position: number): GraphContent {
  const self = node('Metric', key, { ...metric, position });
  const { dataset } = metric;
  return {
    nodes: [self],
    edges: dataset === null ? [] : [edge('MAPS_TO', '', self, datasetOf(dataset), { confidence: 1, position: 0 })],
  };
}

function graphOfRule(rule: Catalog['rules'][number], key: string, position: number): GraphContent {
  const self = node('QualityRule', key, { ...rule, origin: 'glossary', position });
  const target = rule.column === null ? datasetOf(rule.dataset) : columnOf(rule.dataset, rule.column);
  return { nodes: [self], edges: [edge('HAS_QUALITY_RULE', '', target, self)] };
}

/** Owners and users are people or teams alike, so that who is both has one node for each of the two. */
function graphOfPeople(owners: Catalog['owners'], access: Catalog['access']): GraphContent {
  const owning = keyed(owners, ({ name }) => name).map(([owner, key, position]) =>
    node('User', `owner ${key}`, { ...owner, position, owner: true }),
  );
  const roles = access?.roles ?? [];
  const declared = new Set(roles.map(({ role }) => role));
  const named = [...(access?.datasets ?? []), ...(access?.columns ?? [])].flatMap((one) => one.roles);
  const users = new Set(roles.flatMap((role) => role.users));
  return {
    nodes: [
      ...owning,
      ...[...users].map((name) => node('User', userOf(name).key, { name, owner: false })),
      ...[...new Set([...declared, ...named])].map((role) =>
        node('Role', roleOf(role).key, { name: role, declared: declared.has(role) }),
      ),
    ],
    edges: roles.flatMap((role) => role.users.map((user) => edge('HAS_ROLE', '', userOf(user), roleOf(role.role)))),
  };
}

function valueNode({ dataset, column, value, folded, rows }: IndexedValue): GraphNode {
  return node('Value', compoundKey(dataset, column, value), { dataset, column, value, folded, rows });
}
