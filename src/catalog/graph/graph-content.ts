/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What nodes and edges say of themselves. Names are letters and digits; `key`, `sync` and `missing` are kept for stores. */
export type Properties = Readonly<Record<string, Json>>;

/**
 * The kinds of nodes. `Snapshot` says which catalog the graph holds; `Value` is an entry of the index that finds values of
 * cells; a built product is a Dataset.
 */
export const nodeLabels = [
  'Snapshot',
  'Dataset',
  'Column',
  'BusinessTerm',
  'Metric',
  'QualityRule',
  'QualityScore',
  'User',
  'Role',
  'Value',
] as const;
export type NodeLabel = (typeof nodeLabels)[number];

/** The kinds of edges, each with the kinds of nodes that it may lead from and to. */
export const edgeEnds = {
  HAS_COLUMN: { from: ['Dataset'], to: ['Column'] },
  MAPS_TO: { from: ['BusinessTerm', 'Metric'], to: ['Dataset', 'Column'] },
  DERIVED_FROM: { from: ['Dataset', 'Column'], to: ['Dataset', 'Column'] },
  HAS_QUALITY_RULE: { from: ['Dataset', 'Column'], to: ['QualityRule'] },
  HAS_QUALITY_SCORE: { from: ['Dataset'], to: ['QualityScore'] },
  REFERENCES: { from: ['Dataset'], to: ['Dataset'] },
  HAS_ROLE: { from: ['User'], to: ['Role'] },
  /** One for each run: who asked for what. */
  USED: { from: ['User'], to: ['Dataset', 'Metric'] },
  REQUIRES_ROLE: { from: ['Dataset', 'Column'], to: ['Role'] },
} as const satisfies Record<string, { readonly from: readonly NodeLabel[]; readonly to: readonly NodeLabel[] }>;
export type EdgeType = keyof typeof edgeEnds;

/** A node is known by its label and key. */
export interface NodeReference {
  readonly label: NodeLabel;
  readonly key: string;
}

export interface GraphNode extends NodeReference {
  readonly properties: Properties;
}

/** An edge is known by its type, its ends and its key, which tells parallel edges apart. */
export interface GraphEdge {
  readonly type: EdgeType;
  readonly key: string;
  readonly from: NodeReference;
  readonly to: NodeReference;
  readonly properties: Properties;
}

/** A knowledge graph as plain data. */
export interface GraphContent {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The key of what several names tell apart; no two lists of names have the same. */
export function compoundKey(...names: readonly string[]): string {
  return JSON.stringify(names);
}
