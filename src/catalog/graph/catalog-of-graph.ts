import { orderedPolicy } from '../../governance/access-policy.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { dpbError } from '../../support/errors.js';
import { groupedBy } from '../../support/grouped-by.js';
import type { IndexedValue } from '../value-index.js';
import type { GraphContent, GraphEdge, Json, NodeLabel, Properties } from './graph-content.js';

/** What a graph holds of a catalog: the text that its id is the hash of, the use of its datasets, its index of values. */
export interface HeldCatalog {
  readonly id: string;
  readonly text: string;
  readonly popularity: ReadonlyMap<string, number>;
  readonly values: readonly IndexedValue[];
}

/**
 * The catalog that `graphOfCatalog` made the graph of. Whether it is whole and unchanged shows only by the hash of its text.
 * Raises `graph.broken` where the graph holds no catalog.
 */
export function catalogOfGraph(content: GraphContent): HeldCatalog {
  const graph = new GraphParts(content);
  const [snapshot] = graph.nodes('Snapshot');
  if (snapshot === undefined) throw dpbError('graph.broken', { problem: 'it holds no snapshot of a catalog' });
  const { id, policyDefault, nodeKey: _key, ...rest } = snapshot;
  const access = policyDefault === null ? {} : { access: policyOf(graph, policyDefault) };
  const text = canonicalJson({
    ...rest,
    ...access,
    datasets: datasetsOf(graph),
    relationships: graph.edges('REFERENCES').map(relationshipOf),
    terms: graph.placed('BusinessTerm').map((term) => termOf(graph, term)),
    metrics: graph.placed('Metric').map(without('position', 'nodeKey')),
    rules: graph
      .placed('QualityRule', ({ product }) => product === undefined)
      .map(without('position', 'origin', 'nodeKey')),
    owners: graph.placed('User', ({ owner }) => owner === true).map(without('position', 'owner', 'nodeKey')),
  });
  const sources = graph.placed('Dataset', isSource);
  return {
    id: textOf(id),
    text,
    popularity: new Map(sources.map(({ name, popularity }) => [textOf(name), Number(popularity)])),
    values: graph.nodes('Value').map(({ dataset, column, value, folded, rows }) => ({
      dataset: textOf(dataset),
      column: textOf(column),
      value: textOf(value),
      folded: textOf(folded),
      rows: Number(rows),
    })),
  };
}

const isSource = ({ product }: Properties): boolean => product === false;

/** Nodes and edges by kind. Nodes carry their key as `nodeKey`. */
class GraphParts {
  readonly #content: GraphContent;

  constructor(content: GraphContent) {
    this.#content = content;
  }

  nodes(label: NodeLabel, wanted: (properties: Properties) => boolean = () => true): readonly Properties[] {
    return this.#content.nodes.flatMap(({ label: known, key, properties }) =>
      known === label && wanted(properties) ? [{ ...properties, nodeKey: key }] : [],
    );
  }

  placed(label: NodeLabel, wanted?: (properties: Properties) => boolean): readonly Properties[] {
    return inPlace(this.nodes(label, wanted), ({ position }) => position);
  }

  edges(type: GraphEdge['type']): readonly GraphEdge[] {
    const edges = this.#content.edges.filter((known) => known.type === type);
    return inPlace(edges, ({ properties }) => properties.position);
  }

  /** The keys of what the edges of `type` lead to, by the key of where they come from. */
  targets(type: GraphEdge['type']): ReadonlyMap<string, readonly GraphEdge[]> {
    return groupedBy(this.edges(type), ({ from }) => from.key);
  }
}

function inPlace<Item>(items: readonly Item[], placeOf: (item: Item) => Json | undefined): readonly Item[] {
  return [...items].sort((left, right) => Number(placeOf(left) ?? 0) - Number(placeOf(right) ?? 0));
}

function without(...names: readonly string[]): (properties: Properties) => Properties {
  return (properties) => Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

function datasetsOf(graph: GraphParts): readonly Properties[] {
  const columns = groupedBy(
    graph.placed('Column', ({ product }) => product !== true),
    ({ dataset }) => dataset,
  );
  return graph.placed('Dataset', isSource).map((dataset) => ({
    ...without('position', 'guarded', 'product', 'nodeKey')(dataset),
    root: '',
    popularity: 0,
    files: listOf(dataset.files).map((file) => ({ ...objectOf(file), modifiedMs: 0 })),
    columns: (columns.get(textOf(dataset.name)) ?? []).map(
      without('dataset', 'position', 'guarded', 'masked', 'nodeKey'),
    ),
  }));
}

function relationshipOf({ from, to, properties }: GraphEdge): Properties {
  const { fromColumns = [], toColumns = [], ...measured } = without('position')(properties);
  return {
    ...measured,
    from: { dataset: namesOf(from.key)[0] ?? '', columns: fromColumns },
    to: { dataset: namesOf(to.key)[0] ?? '', columns: toColumns },
  };
}

function termOf(graph: GraphParts, term: Properties): Properties {
  const edges = graph.targets('MAPS_TO').get(textOf(term.nodeKey)) ?? [];
  const mapsTo = edges.flatMap(({ from, to, properties }) => {
    const [dataset = '', column = null] = namesOf(to.key);
    return from.label === 'BusinessTerm' ? [{ dataset, column, confidence: properties.confidence ?? 0 }] : [];
  });
  return { ...without('position', 'nodeKey')(term), mapsTo };
}

function policyOf(graph: GraphParts, standard: Json | undefined): object {
  const roleNames = new Map(graph.nodes('Role').map(({ nodeKey, name }) => [textOf(nodeKey), textOf(name)]));
  const required = graph.targets('REQUIRES_ROLE');
  const held = graph.edges('HAS_ROLE');
  const rolesOf = (node: Properties, label: NodeLabel): readonly string[] =>
    (required.get(textOf(node.nodeKey)) ?? []).flatMap(({ from, to }) =>
      from.label === label ? [roleNames.get(to.key) ?? ''] : [],
    );
  const guarded = (label: NodeLabel): readonly Properties[] => graph.nodes(label, (node) => node.guarded === true);
  return orderedPolicy({
    default: standard === 'allow' ? 'allow' : 'deny',
    datasets: guarded('Dataset').map((node) => ({ dataset: textOf(node.name), roles: rolesOf(node, 'Dataset') })),
    columns: guarded('Column').map((node) => ({
      dataset: textOf(node.dataset),
      column: textOf(node.name),
      roles: rolesOf(node, 'Column'),
      masked: node.masked === true,
    })),
    roles: graph
      .nodes('Role', ({ declared }) => declared === true)
      .map(({ nodeKey, name }) => ({
        role: textOf(name),
        users: held.flatMap(({ from, to }) =>
          to.key === nodeKey ? [namesOf(from.key.replace('user ', ''))[0] ?? ''] : [],
        ),
      })),
  });
}

/** The names that a compound key was made of. */
function namesOf(key: string): readonly string[] {
  const names: unknown = JSON.parse(key);
  return Array.isArray(names) ? names.map(String) : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: Json): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
