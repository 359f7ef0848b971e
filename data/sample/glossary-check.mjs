/** Tries a glossary against the tables of a connection, independently of dpb's own reading of it. */

const allowedKeys = {
  top: 'terms metrics tables relationships rules sla owners roles policy notes source',
  terms: 'term synonyms definition domain steward maps_to',
  metrics: 'name label synonyms description table expression filter unit semi_additive',
  tables: 'description synonyms owner freshness dedupe valid_from valid_to columns',
  columns: 'description synonyms unit pii values',
  relationships: 'from to role weight',
  rules: 'id table column condition severity description',
  owners: 'name contact owns',
  sla: 'freshness latency completeness accuracy',
};

function unknownKeys(kind, entry) {
  const allowed = allowedKeys[kind].split(' ');
  return Object.keys(entry)
    .filter((key) => !allowed.includes(key))
    .map((key) => `unknown key ${key} in ${kind}`);
}

/** All tables and columns, lower case, as `table` and `table.column`. */
async function knownNames(connection) {
  const sql = 'SELECT lower(table_name), lower(column_name) FROM information_schema.columns';
  const rows = (await connection.runAndReadAll(sql)).getRows();
  return new Set(rows.flatMap(([table, column]) => [table, `${table}.${column}`]));
}

/** Every table that an expression reaches beyond its own, joined by the declared relationships. */
function fromClause(glossary, metric) {
  const joins = (glossary.relationships ?? [])
    .map(({ from, to }) => [from.split('.'), to.split('.')])
    .filter(([[fromTable], [toTable]]) => fromTable === metric.table && metric.expression.includes(`${toTable}.`))
    .map(
      ([[fromTable, fromColumn], [toTable, toColumn]]) =>
        `LEFT JOIN (SELECT ${toColumn} AS to_key, * FROM ${toTable}) AS ${toTable} ON ${fromTable}.${fromColumn} = ${toTable}.to_key`,
    );
  return [metric.table, ...joins].join(' ');
}

/** Metrics by name with their value; arithmetic of metrics is computed over the values of the others. */
async function metricValues(connection, glossary, print) {
  const problems = [];
  const values = new Map();
  const grounded = glossary.metrics.filter(({ table }) => table !== undefined);
  const derived = glossary.metrics.filter(({ table }) => table === undefined);
  const first = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson()[0][0];
  for (const metric of [...grounded, ...derived]) {
    const filter = metric.filter === undefined ? '' : ` WHERE ${metric.filter}`;
    const inputs = [...values].map(([name, value]) => `${value}::DOUBLE AS ${name}`).join(', ');
    const source = metric.table === undefined ? `(SELECT ${inputs})` : fromClause(glossary, metric) + filter;
    try {
      const value = await first(`SELECT ${metric.expression} FROM ${source}`);
      if (value === null) problems.push(`metric ${metric.name} is null over the whole data`);
      values.set(metric.name, value);
      print(`${String(value).padStart(22)}  ${metric.name}`);
    } catch (error) {
      problems.push(`metric ${metric.name}: ${error.message}`);
    }
  }
  return problems;
}

/** A row whose condition is null does not count as failing: whether a value may be missing is another rule. */
async function ruleProblems(connection, rules, print) {
  const problems = [];
  for (const rule of rules) {
    const sql = `SELECT count(*)::INTEGER FROM ${rule.table} WHERE NOT (${rule.condition})`;
    try {
      const [[failing]] = (await connection.runAndReadAll(sql)).getRows();
      print(`${String(failing).padStart(22)}  rows fail ${rule.id} (${rule.severity})`);
      if (rule.severity === 'error' && failing > 0)
        problems.push(`rule ${rule.id} is an error and ${failing} rows fail it`);
    } catch (error) {
      problems.push(`rule ${rule.id}: ${error.message}`);
    }
  }
  return problems;
}

function nameProblems(glossary, names) {
  const metricNames = glossary.metrics.map(({ name }) => name);
  const references = [
    ...(glossary.terms ?? []).flatMap(({ maps_to }) => maps_to),
    ...(glossary.relationships ?? []).flatMap(({ from, to }) => [from, to]),
    ...glossary.rules.map(({ table, column }) => `${table}.${column}`),
    ...Object.entries(glossary.tables).flatMap(([table, { columns = {} }]) =>
      Object.keys(columns).map((column) => `${table}.${column}`),
    ),
    ...(glossary.owners ?? []).flatMap(({ owns }) => owns.filter((owned) => !metricNames.includes(owned))),
  ];
  return references.filter((name) => !names.has(name.toLowerCase())).map((name) => `no such table or column: ${name}`);
}

function shapeProblems(glossary) {
  const problems = [...unknownKeys('top', glossary), ...unknownKeys('sla', glossary.sla ?? {})];
  for (const kind of ['terms', 'metrics', 'relationships', 'rules', 'owners']) {
    for (const entry of glossary[kind] ?? []) problems.push(...unknownKeys(kind, entry));
  }
  for (const table of Object.values(glossary.tables)) {
    problems.push(...unknownKeys('tables', table));
    for (const column of Object.values(table.columns ?? {})) {
      if (typeof column === 'object') problems.push(...unknownKeys('columns', column));
    }
  }
  return problems;
}

/** Codes that the glossary explains must be the codes that the data has. */
async function codeProblems(connection, glossary) {
  const problems = [];
  for (const [table, { columns = {} }] of Object.entries(glossary.tables)) {
    for (const [column, { values }] of Object.entries(columns)) {
      if (values === undefined) continue;
      const sql = `SELECT DISTINCT ${column}::VARCHAR FROM ${table} WHERE ${column} IS NOT NULL`;
      const found = (await connection.runAndReadAll(sql)).getRows().flat();
      for (const code of found) if (!(code in values)) problems.push(`${table}.${column}: ${code} is not explained`);
      for (const code of Object.keys(values))
        if (!found.includes(code)) problems.push(`${table}.${column}: no row has ${code}`);
    }
  }
  return problems;
}

export async function glossaryProblems(connection, glossary, print) {
  return [
    ...shapeProblems(glossary),
    ...nameProblems(glossary, await knownNames(connection)),
    ...(await codeProblems(connection, glossary)),
    ...(await metricValues(connection, glossary, print)),
    ...(await ruleProblems(connection, glossary.rules, print)),
  ];
}
