// What a gold query talks about: tables, columns outside join conditions, and texts compared with a column. Read off the
// tree that DuckDB parses, never off its text.

const fold = (text) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** `sql` by DuckDB's own parser, or null where it is no query that the parser can show. */
export async function treeOf(connection, sql) {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql(CAST($1 AS VARCHAR))', [sql]);
  const tree = JSON.parse(String(reader.getRows()[0][0]));
  return tree.error ? null : tree.statements[0].node;
}

/** The tables, columns (`table.column`) and literals of the tree, over the datasets of `catalog`. */
export function partsOf(tree, catalog) {
  const found = { tables: new Set(), columns: new Set(), literals: new Map() };
  const tables = new Map(catalog.datasets.map((dataset) => [dataset.name.toLowerCase(), dataset]));
  readQuery(tree, [], { found, tables, named: new Set() });
  return {
    tables: [...found.tables].sort(),
    columns: [...found.columns].sort(),
    literals: [...found.literals.values()],
  };
}

/** The first column (`table.column`) among what the query shows, inside of a function too; null where it shows none. */
export function firstShownColumn(tree, catalog) {
  const shown = { found: { tables: new Set(), columns: new Set(), literals: new Map() }, named: new Set() };
  const context = {
    ...shown,
    tables: new Map(catalog.datasets.map((dataset) => [dataset.name.toLowerCase(), dataset])),
  };
  let node = tree;
  while (node.type === 'SET_OPERATION_NODE') node = node.children?.[0] ?? node.left;
  const own = [];
  readFrom(node.from_table, own, [], context);
  context.found.columns.clear();
  readExpression(node.select_list, own, context);
  return [...context.found.columns][0] ?? null;
}

function readQuery(node, outer, context) {
  for (const entry of node.cte_map?.map ?? []) {
    context.named.add(entry.key.toLowerCase());
    readQuery(entry.value.query.node, outer, context);
  }
  if (node.type === 'SET_OPERATION_NODE') {
    const sides = node.children ?? [node.left, node.right];
    for (const side of sides) readQuery(side, outer, context);
    return;
  }
  if (node.type !== 'SELECT_NODE') return;
  const own = [];
  readFrom(node.from_table, own, outer, context);
  const scope = [...own, ...outer];
  for (const part of [node.select_list, node.where_clause, node.group_expressions, node.having, node.qualify])
    readExpression(part, scope, context);
  for (const modifier of node.modifiers ?? [])
    for (const order of modifier.orders ?? []) readExpression(order.expression, scope, context);
}

function readFrom(from, own, outer, context) {
  if (!from) return;
  if (from.type === 'BASE_TABLE') {
    const dataset = context.named.has(from.table_name.toLowerCase())
      ? undefined
      : context.tables.get(from.table_name.toLowerCase());
    if (dataset === undefined) return;
    context.found.tables.add(dataset.name);
    own.push({ alias: (from.alias || from.table_name).toLowerCase(), dataset });
  } else if (from.type === 'JOIN') {
    readFrom(from.left, own, outer, context);
    readFrom(from.right, own, outer, context);
    readJoin(from.condition, [...own, ...outer], context);
  } else if (from.type === 'SUBQUERY') readQuery(from.subquery.node, outer, context);
}

/** Of a join's condition, what compares two columns is left out. */
function readJoin(condition, scope, context) {
  if (!condition) return;
  if (condition.class === 'CONJUNCTION') for (const child of condition.children) readJoin(child, scope, context);
  else if (!isJoin(condition, scope)) readExpression(condition, scope, context);
}

function isJoin(node, scope) {
  if (node.type !== 'COMPARE_EQUAL') return false;
  const left = columnOf(node.left, scope);
  const right = columnOf(node.right, scope);
  return left !== null && right !== null;
}

function readExpression(node, scope, context) {
  if (Array.isArray(node)) {
    for (const child of node) readExpression(child, scope, context);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  if (node.class === 'COLUMN_REF') {
    const column = columnOf(node, scope);
    if (column !== null) context.found.columns.add(column);
    return;
  }
  if (node.class === 'COMPARISON' && isJoin(node, scope)) return;
  noteLiterals(node, scope, context);
  if (node.class === 'SUBQUERY') {
    readExpression(node.child, scope, context);
    readQuery(node.subquery.node, scope, context);
    return;
  }
  for (const [key, child] of Object.entries(node))
    if (key !== 'value' && key !== 'order_bys') readExpression(child, scope, context);
}

/** Texts that stand beside a column in a comparison, IN or LIKE; dates and numbers are read by other means. */
function noteLiterals(node, scope, context) {
  const operands =
    node.class === 'COMPARISON'
      ? [node.left, node.right]
      : node.type === 'COMPARE_IN' || /^!?~~\*?$/u.test(node.function_name ?? '')
        ? node.children
        : [];
  const column = operands.map((operand) => columnOf(bare(operand), scope)).find((name) => name !== null);
  if (column === undefined) return;
  for (const operand of operands) {
    const constant = bare(operand);
    if (constant?.type !== 'VALUE_CONSTANT' || constant.value.type.id !== 'VARCHAR') continue;
    const text = String(constant.value.value);
    const folded = fold(text);
    if (folded === '' || /^[\d\s]+$/u.test(folded) || /^\d{4}-\d\d/u.test(text)) continue;
    context.found.literals.set(`${column} ${folded}`, { column, text, folded, pattern: /[%_]/u.test(text) });
  }
}

/** Inside lower(), trim(), CAST. */
function bare(node) {
  if (node?.class === 'CAST') return bare(node.child);
  const isWrapper = node?.class === 'FUNCTION' && /^(lower|upper|trim)$/u.test(node.function_name);
  return isWrapper ? bare(node.children[0]) : node;
}

function columnOf(node, scope) {
  if (node?.class !== 'COLUMN_REF') return null;
  const names = node.column_names.map((name) => name.toLowerCase());
  const column = names.at(-1);
  const alias = names.length > 1 ? names.at(-2) : null;
  for (const entry of scope) {
    if (alias !== null && entry.alias !== alias) continue;
    const match = entry.dataset.columns.find(({ name }) => name.toLowerCase() === column);
    if (match !== undefined) return `${entry.dataset.name}.${match.name}`;
  }
  return null;
}

export { fold };
