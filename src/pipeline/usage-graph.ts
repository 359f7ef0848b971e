import { datasetOf, edge, node, userOf } from '../catalog/graph/catalog-nodes.js';
import type { GraphContent, NodeReference } from '../catalog/graph/graph-content.js';
import type { Usage } from '../catalog/journal.js';

/** Who asks without a name. */
const nobody = '';

/**
 * The history of use as a graph: an edge for each run from who asked to each dataset and metric that it used, as far as
 * `catalog` has them. Those who have no role yet become nodes.
 */
export function graphOfUsage(usage: readonly Usage[], catalog: GraphContent): GraphContent {
  const keys = new Set(catalog.nodes.flatMap(({ label, key }) => (label === 'Value' ? [] : [`${label} ${key}`])));
  const isKnown = ({ label, key }: NodeReference): boolean => keys.has(`${label} ${key}`);
  const metrics = new Map(
    catalog.nodes.flatMap((found) => (found.label === 'Metric' ? [[found.properties.name, found] as const] : [])),
  );
  const names = new Set(usage.map(({ user }) => user ?? nobody));
  return {
    nodes: [...names]
      .filter((name) => !isKnown(userOf(name)))
      .map((name) => node('User', userOf(name).key, { name, owner: false })),
    edges: usage.flatMap(({ runId, user, datasets, metrics: used }) => {
      const targets = [...datasets.map(datasetOf).filter(isKnown), ...used.flatMap((name) => metrics.get(name) ?? [])];
      return targets.map((target) => edge('USED', runId, userOf(user ?? nobody), target, { run: runId }));
    }),
  };
}
