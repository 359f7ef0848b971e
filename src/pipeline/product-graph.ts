import { columnOf, datasetOf, edge, node } from '../catalog/graph/catalog-nodes.js';
import {
  compoundKey,
  type GraphContent,
  type GraphEdge,
  type GraphNode,
  type NodeReference,
} from '../catalog/graph/graph-content.js';
import type { Product, QualityRule } from '../plan/product.js';
import { contentHash } from '../support/canonical-json.js';
import { groupedBy } from '../support/grouped-by.js';
import { buildsOf, goldFolderOf, type StoredBuild } from './build-files.js';
import { compiledProduct, productNames, readProductFile } from './definition.js';
import type { Settings } from './settings.js';

/**
 * The products of the workspace as a graph: each a dataset with its columns, what it is derived from, its rules, and a score
 * for each of its builds. What they are derived from is named only where `known` has it.
 */
export async function graphOfProducts(
  { products, gold }: Pick<Settings, 'products' | 'gold'>,
  known: ReadonlySet<string>,
): Promise<GraphContent> {
  const parts: GraphContent[] = [];
  for (const name of productNames(products)) {
    const product = await compiledProduct(readProductFile(products, name));
    const builds = await buildsOf(goldFolderOf(gold, name));
    parts.push(graphOfProduct(product, builds, known));
  }
  return { nodes: parts.flatMap(({ nodes }) => nodes), edges: parts.flatMap(({ edges }) => edges) };
}

function graphOfProduct(
  { file, lineage }: Product,
  builds: readonly StoredBuild[],
  known: ReadonlySet<string>,
): GraphContent {
  const self: NodeReference = { label: 'Dataset', key: compoundKey('product', file.name) };
  const columnNode = (name: string): NodeReference => ({
    label: 'Column',
    key: compoundKey('product', file.name, name),
  });
  const rules = file.rules.map((rule) => ruleNode(file.name, rule));
  const scores = builds.map((build) => scoreNode(file.name, build));
  const sources = file.sources.filter(({ dataset }) => known.has(compoundKey(dataset)));
  return {
    nodes: [
      node(self.label, self.key, {
        name: file.name,
        product: true,
        description: file.model.description,
        grain: file.model.grainText,
        request: file.request,
        owner: file.owner.name,
        version: file.version,
      }),
      ...file.model.columns.map((column, position) =>
        node('Column', columnNode(column.name).key, { ...column, dataset: file.name, product: true, position }),
      ),
      ...rules,
      ...scores,
    ],
    edges: [
      ...file.model.columns.map(({ name }) => edge('HAS_COLUMN', '', self, columnNode(name))),
      ...sources.map(({ dataset }) => edge('DERIVED_FROM', '', self, datasetOf(dataset))),
      ...lineage.flatMap(({ column, from }) => columnEdges(columnNode(column), from, known)),
      ...rules.map((rule) => edge('HAS_QUALITY_RULE', '', self, rule)),
      ...scores.map((score) => edge('HAS_QUALITY_SCORE', '', self, score)),
    ],
  };
}

/** One edge for each source column, which says all ways in which its values count. */
function columnEdges(
  column: NodeReference,
  from: Product['lineage'][number]['from'],
  known: ReadonlySet<string>,
): readonly GraphEdge[] {
  const sources = groupedBy(
    from.filter((source) => known.has(compoundKey(source.dataset, source.column))),
    (source) => compoundKey(source.dataset, source.column),
  );
  return [...sources.values()].flatMap((ways) => {
    const [first] = ways;
    if (first === undefined) return [];
    const kinds = [...new Set(ways.map(({ kind }) => kind))].sort();
    const transformations = [...new Set(ways.map(({ transformation }) => transformation))].sort();
    const target = columnOf(first.dataset, first.column);
    return [edge('DERIVED_FROM', '', column, target, { kinds, transformations })];
  });
}

function ruleNode(product: string, { id, ...rule }: QualityRule): GraphNode {
  return node('QualityRule', compoundKey('product', product, id), { ...rule, id, product });
}

/** How many claims of the build were proved: the history of a product's quality, one node a build. */
function scoreNode(product: string, { buildId, manifest, evidence }: StoredBuild): GraphNode {
  const count = (status: string): number => evidence.entries.filter((entry) => entry.status === status).length;
  const [proved, failed] = [count('proved'), count('failed')];
  return node('QualityScore', compoundKey('product', product, buildId), {
    product,
    build: buildId,
    asOf: manifest.asOf,
    rows: manifest.rows,
    proved,
    failed,
    notApplicable: count('not_applicable'),
    notShown: count('not_shown'),
    score: proved + failed === 0 ? null : proved / (proved + failed),
    evidence: contentHash(evidence),
  });
}
