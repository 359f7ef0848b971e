// The benchmark's data made unfriendly: rows missing, rows twice, nulls, ties, values that conditions name, keys without partner.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const rowsMax = 2000;

const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
const text = (content) => `'${String(content).replaceAll("'", "''")}'`;

/** Calls `visit` with every query of `node`, inner ones too. */
function eachQuery(node, visit) {
  if (node === null || typeof node !== 'object') return;
  if (!Array.isArray(node) && (Array.isArray(node.tables) || Array.isArray(node.inputs))) visit(node);
  for (const inner of Object.values(node)) eachQuery(inner, visit);
}

/** Calls `visit` with every node of a query's expressions, and the dataset of a column of it; inner queries are left out. */
function eachExpression(query, visit) {
  const datasets = new Map((query.tables ?? []).map(({ id, dataset }) => [id, dataset]));
  const placeOf = (node) => (node?.kind === 'column' ? `${datasets.get(node.table)}.${node.column}` : null);
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    visit(node, placeOf);
    for (const [key, inner] of Object.entries(node)) if (key !== 'query') walk(inner);
  };
  for (const [key, inner] of Object.entries(query)) if (key !== 'inputs') walk(inner);
}

/**
 * What the plans need of the data, by `dataset.column`: `keys` stay as they are, since joins are to lead to one row; in
 * `whole` there are no nulls, since SQL's NOT IN means something else over them; `named` are the values of conditions.
 */
export function needsOf(plans) {
  const needs = { keys: new Set(), whole: new Set(), named: new Map(), joinedTo: new Set() };
  for (const plan of plans)
    eachQuery(plan, (query) => {
      const datasets = new Map((query.tables ?? []).map(({ id, dataset }) => [id, dataset]));
      for (const { to, on } of query.joins ?? []) {
        needs.joinedTo.add(datasets.get(to));
        for (const pair of on) needs.keys.add(`${datasets.get(to)}.${pair.to}`);
      }
      eachExpression(query, (node, placeOf) => {
        if (node.kind === 'membership') {
          for (const key of node.keys) needs.whole.add(placeOf(key));
          const inner = new Map((node.query.tables ?? []).map(({ id, dataset }) => [id, dataset]));
          for (const { expression } of node.query.columns ?? [])
            needs.whole.add(`${inner.get(expression.table)}.${expression.column}`);
        }
        if (node.kind === 'comparison' && node.right.kind === 'literal')
          note(needs, placeOf(node.left), node.right.literal);
        if (node.kind === 'in') for (const literal of node.values) note(needs, placeOf(node.operand), literal);
      });
    });
  return needs;
}

function note(needs, place, literal) {
  if (place === null || !['text', 'integer', 'decimal'].includes(literal.type)) return;
  needs.named.set(place, [...(needs.named.get(place) ?? []), literal.value]);
}

/**
 * Writes the tables of `from` to `to`, changed by `seed`: one row in seven is gone, of tables that nothing joins to one in
 * five is there twice; each value but a key's is that of any row, one in ten null, one in five one that a condition names.
 */
export async function perturb(connection, from, to, needs, seed) {
  for (const table of readdirSync(from).sort()) {
    const file = text(join(from, table, `${table}.parquet`));
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${file}`);
    const columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
    const chance = (column, what) =>
      `CAST(hash(r.n, ${text(`${seed} ${table} ${column} ${what}`)}) % 1000003 AS BIGINT)`;
    const cell = ({ name, type }) => {
      const place = `${table}.${name}`;
      if (needs.keys.has(place)) return quoted(name);
      const named = needs.named.get(place) ?? [];
      const branches = needs.whole.has(place) ? [] : [`WHEN ${chance(name, 'null')} % 10 = 0 THEN NULL`];
      named.forEach((value, index) => {
        branches.push(
          `WHEN ${chance(name, 'named')} % ${5 * named.length} = ${index} THEN CAST(${text(value)} AS ${type})`,
        );
      });
      const other = `(SELECT list(${quoted(name)} ORDER BY n) FROM source)[1 + ${chance(name, 'other')} % (SELECT count(*) FROM source)]`;
      return branches.length === 0
        ? `${other} AS ${quoted(name)}`
        : `CASE ${branches.join(' ')} ELSE ${other} END AS ${quoted(name)}`;
    };
    const copies = needs.joinedTo.has(table) ? '1' : `CASE WHEN ${chance('', 'twice')} % 5 = 0 THEN 2 ELSE 1 END`;
    mkdirSync(join(to, table), { recursive: true });
    await connection.run(
      `COPY (WITH source AS (SELECT row_number() OVER () AS n, * FROM ${file} LIMIT ${rowsMax})
             SELECT * EXCLUDE (copies) FROM (
               SELECT ${columns.map(cell).join(', ')}, unnest(range(${copies})) AS copies FROM source AS r
               WHERE ${chance('', 'gone')} % 7 <> 0 ORDER BY r.n))
       TO ${text(join(to, table, `${table}.parquet`))} (FORMAT parquet)`,
    );
  }
}
