import { z } from 'zod';
import { canonicalJson } from '../../support/canonical-json.js';
import { dpbError, messageOf } from '../../support/errors.js';
import { compareText } from '../../support/text-order.js';
import {
  type EdgeType,
  edgeEnds,
  type GraphContent,
  type GraphEdge,
  type GraphNode,
  type NodeReference,
  nodeLabels,
} from './graph-content.js';

/** Letters and digits, so that stores may keep names of their own beside them. */
const propertiesSchema = z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), z.json());
const referenceSchema = z.strictObject({ label: z.enum(nodeLabels), key: z.string() });
const edgeTypes = Object.keys(edgeEnds).filter((type): type is EdgeType => Object.hasOwn(edgeEnds, type));

const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('node'),
    label: z.enum(nodeLabels),
    key: z.string(),
    properties: propertiesSchema,
  }),
  z.strictObject({
    kind: z.literal('edge'),
    type: z.enum(edgeTypes),
    key: z.string(),
    from: referenceSchema,
    to: referenceSchema,
    properties: propertiesSchema,
  }),
]);

/** The graph as JSON lines, nodes before edges, each in an order of its own: equal graphs are equal lines. */
export function graphLines({ nodes, edges }: GraphContent): readonly string[] {
  const nodeLines = nodes.map((node) => [nodeIdentity(node), canonicalJson({ kind: 'node', ...node })] as const);
  const edgeLines = edges.map((edge) => [edgeIdentity(edge), canonicalJson({ kind: 'edge', ...edge })] as const);
  const sorted = (lines: readonly (readonly [string, string])[]): readonly string[] =>
    [...lines].sort(([left], [right]) => compareText(left, right)).map(([, line]) => line);
  return [...sorted(nodeLines), ...sorted(edgeLines)];
}

/**
 * Reads what `graphLines` wrote, in any order. Raises `input.invalid` with file and line for a line that is no node or edge,
 * for one that is there twice, and for an edge whose ends are missing or of the wrong kind.
 */
export function parseGraphLines(lines: readonly string[], file: string): GraphContent {
  const nodes: GraphNode[] = [];
  const edges: (GraphEdge & { readonly line: number })[] = [];
  const known = new Set<string>();
  const once = (identity: string, what: string, line: number): void => {
    if (known.has(identity)) throw wrongLine(file, line, `${what} was there before`);
    known.add(identity);
  };
  for (const [index, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const parsed = parseLine(text, file, index + 1);
    if (parsed.kind === 'node') {
      const { kind: _kind, ...node } = parsed;
      once(nodeIdentity(node), `node ${node.label} ${node.key}`, index + 1);
      nodes.push(node);
    } else {
      const { kind: _kind, ...edge } = parsed;
      once(edgeIdentity(edge), `edge ${edge.type} ${edge.key}`, index + 1);
      edges.push({ ...edge, line: index + 1 });
    }
  }
  for (const { line, ...edge } of edges) {
    const problem = endProblem(edge, known);
    if (problem !== null) throw wrongLine(file, line, problem);
  }
  return { nodes, edges: edges.map(({ line: _line, ...edge }) => edge) };
}

function parseLine(text: string, file: string, line: number): z.infer<typeof lineSchema> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (thrown) {
    throw wrongLine(file, line, messageOf(thrown));
  }
  const parsed = lineSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrongLine(file, line, `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim());
}

function endProblem({ type, from, to }: GraphEdge, known: ReadonlySet<string>): string | null {
  const allowed = edgeEnds[type];
  const missing = [from, to].find((end) => !known.has(nodeIdentity(end)));
  if (missing !== undefined) return `there is no node ${missing.label} ${missing.key}`;
  const fits = allowed.from.some((label) => label === from.label) && allowed.to.some((label) => label === to.label);
  return fits ? null : `${type} leads from ${allowed.from.join(' or ')} to ${allowed.to.join(' or ')}`;
}

function nodeIdentity({ label, key }: NodeReference): string {
  return canonicalJson(['node', nodeLabels.indexOf(label), key]);
}

function edgeIdentity({ type, key, from, to }: GraphEdge): string {
  return canonicalJson(['edge', type, from.label, from.key, to.label, to.key, key]);
}

function wrongLine(file: string, line: number, problem: string): Error {
  return dpbError('input.invalid', { what: 'graph', problem }, { place: `${file}:${line}` });
}
