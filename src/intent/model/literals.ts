import type { Column, KnowledgeGraph } from '../../catalog/catalog.js';
import { mapQuery } from '../../plan/map-query.js';
import type { Expression, Literal, Query } from '../../plan/query.js';
import { columnsOf, expressionsOf, mapExpression, operandsOf, queriesOf } from '../../plan/traverse.js';

/** A text of a query, with the column that it is compared with where there is one; `direct`: with its very values. */
interface SaidText {
  readonly text: string;
  readonly dataset: string | null;
  readonly column: string | null;
  readonly direct: boolean;
}

/** The query with texts as they are stored, or the first text that is neither in the request nor in the data. */
export type Grounded = { readonly query: Query; readonly stored: readonly string[] } | { readonly unknown: string };

/**
 * Holds each text of a model's query to what is known: it is a value of the column that it is compared with, or words of the
 * request. So a model can bring no text of its own into a plan. Words that are a stored value but for case, accents or
 * punctuation become that value; columns of personal data are compared with words of the request alone.
 */
export async function groundLiterals(query: Query, request: string, graph: KnowledgeGraph): Promise<Grounded> {
  const texts = textsOf(query);
  const hits = await graph.findValues([...new Set(texts.map(({ text }) => text))], []);
  const words = foldedText(request);
  const replacements = new Map<string, string>();
  for (const { text, dataset, column, direct } of texts) {
    const found = graph.catalog.datasets
      .find(({ name }) => name === dataset)
      ?.columns.find(({ name }) => name === column);
    const isSaid = words.includes(foldedText(text)) && foldedText(text).trim() !== '';
    const open = found !== undefined && found.pii === null;
    const exact = hits.filter(
      (hit) => hit.phrase === text && hit.match === 'exact' && hit.dataset === dataset && hit.column === column,
    );
    const isStored = open && (isListed(found, text) || exact.some(({ value }) => value === text));
    if (isStored) continue;
    const [only, ...others] = exact;
    if (direct && open && only !== undefined && others.length === 0)
      replacements.set(keyOf(dataset, column, text), only.value);
    else if (!isSaid && !(open && only !== undefined)) return { unknown: text };
  }
  if (replacements.size === 0) return { query, stored: [] };
  const datasets = datasetsById(query);
  const changed = mapQuery(query, {
    dataset: (name) => name,
    expression: (expression) =>
      mapExpression(expression, (node) =>
        storedIn(node, (table, column, text) => replacements.get(keyOf(datasets.get(table) ?? null, column, text))),
      ),
  });
  return { query: changed, stored: [...new Set(replacements.values())] };
}

function isListed({ values }: Column, text: string): boolean {
  return values?.some(({ value }) => value === text) === true;
}

function keyOf(dataset: string | null, column: string | null, text: string): string {
  return JSON.stringify([dataset, column, text]);
}

/** Lower case, no accents, blanks between words and around. */
function foldedText(text: string): string {
  const folded = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return ` ${folded.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;
}

/** The dataset of each occurrence, also of inner queries: in a model's query an id stands for one dataset. */
function datasetsById(query: Query): ReadonlyMap<string, string> {
  return new Map(
    queriesOf(query).flatMap((inner) =>
      inner.kind === 'set' ? [] : inner.tables.map(({ id, dataset }) => [id, dataset] as const),
    ),
  );
}

function textsOf(query: Query): readonly SaidText[] {
  const datasets = datasetsById(query);
  return queriesOf(query)
    .flatMap(expressionsOf)
    .flatMap((expression) => textsOfNode(expression, datasets));
}

/** The texts of an expression; those compared with a column are told with it, any other with none. */
function textsOfNode(node: Expression, datasets: ReadonlyMap<string, string>): readonly SaidText[] {
  const inside = (inner: Expression): readonly SaidText[] => textsOfNode(inner, datasets);
  const against = (operand: Expression, literals: readonly Literal[], isDirect = true): readonly SaidText[] => {
    const columns = columnsOf(operand);
    const [only] = columns.length === 1 ? columns : [];
    const dataset = only === undefined ? null : (datasets.get(only.table) ?? null);
    const place = { dataset, column: only?.column ?? null, direct: isDirect && operand.kind === 'column' };
    return literals.flatMap((literal) => (literal.type === 'text' ? [{ text: literal.value, ...place }] : []));
  };
  switch (node.kind) {
    case 'literal':
      return against(node, [node.literal]);
    case 'in':
      return [...inside(node.operand), ...against(node.operand, node.values)];
    case 'like': {
      const text = node.pattern.replaceAll(/[%_\\]+/gu, ' ').trim();
      const literals: readonly Literal[] = text === '' ? [] : [{ type: 'text', value: text }];
      return [...inside(node.operand), ...against(node.operand, literals, false)];
    }
    case 'comparison':
      if (node.right.kind === 'literal') return [...inside(node.left), ...against(node.left, [node.right.literal])];
      if (node.left.kind === 'literal') return [...inside(node.right), ...against(node.right, [node.left.literal])];
      return [...inside(node.left), ...inside(node.right)];
    default:
      return operandsOf(node).flatMap(inside);
  }
}

type Stored = (table: string, column: string, text: string) => string | undefined;

/** The node with texts that are compared with a column as that column has them. */
function storedIn(node: Expression, stored: Stored): Expression {
  const literalOf = (operand: Expression, literal: Literal): Literal => {
    if (operand.kind !== 'column' || literal.type !== 'text') return literal;
    return { type: 'text', value: stored(operand.table, operand.column, literal.value) ?? literal.value };
  };
  if (node.kind === 'in') return { ...node, values: node.values.map((value) => literalOf(node.operand, value)) };
  if (node.kind !== 'comparison') return node;
  const side = (own: Expression, other: Expression): Expression =>
    own.kind === 'literal' ? { kind: 'literal', literal: literalOf(other, own.literal) } : own;
  return { ...node, left: side(node.left, node.right), right: side(node.right, node.left) };
}
