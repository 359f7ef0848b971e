/**
 * Measures the traps of the sample on its files and tries every name, expression and condition of both
 * glossaries in DuckDB. Prints what it finds; exits 1 when a trap is gone or a glossary entry does not hold.
 *
 *   node data/check-sample.mjs [--bronze DIR] [--utility DIR]
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'yaml';
import { glossaryProblems } from './sample/glossary-check.mjs';
import { shopTraps, utilityTraps } from './sample/traps.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const fixtures = resolve(here, '..', 'fixtures', 'utility');

const shopTables =
  'orders customers products marketing_campaigns marketing_events user_interactions support_tickets'.split(' ');
const utilityTables = ['Addr/Addr.csv', 'SvcPt/SvcPt.csv', 'mtr_rdg/*.csv', 'Sbst.csv', 'Outg.csv', 'tRt/tRt.csv'];

const text = (path) => `'${path.replaceAll("'", "''")}'`;

async function shopConnection(bronze) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const table of shopTables) {
    const file = join(bronze, table, `${table}.parquet`);
    await connection.run(`CREATE VIEW ${table} AS SELECT * FROM ${text(file)}`);
  }
  return connection;
}

async function utilityConnection(bronze) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const pattern of utilityTables) {
    const name = pattern.split(/[/.]/)[0];
    // Without this option DuckDB reads the empty text as null.
    const source = `read_csv(${text(join(bronze, pattern))}, allow_quoted_nulls = false)`;
    await connection.run(`CREATE TABLE ${name} AS SELECT * FROM ${source}`);
  }
  return connection;
}

/** Prints each trap's count; a trap that counts nothing is a problem. */
async function measureTraps(connection, traps) {
  const problems = [];
  for (const [what, sql] of traps) {
    const [[count]] = (await connection.runAndReadAll(`SELECT (${sql})::BIGINT`)).getRows();
    console.log(`${String(count).padStart(8)}  ${what}`);
    if (count === 0n) problems.push(`nothing left of the trap: ${what}`);
  }
  return problems;
}

async function main() {
  const { values } = parseArgs({
    options: {
      bronze: { type: 'string', default: join(here, 'bronze') },
      utility: { type: 'string', default: join(fixtures, 'bronze') },
    },
  });
  const problems = [];
  const samples = [
    ['shop', await shopConnection(values.bronze), shopTraps, join(here, 'glossary.yaml')],
    ['utility', await utilityConnection(values.utility), utilityTraps, join(fixtures, 'glossary.yaml')],
  ];
  for (const [name, connection, traps, glossaryFile] of samples) {
    console.log(`${name}: traps`);
    problems.push(...(await measureTraps(connection, traps)));
    if (!existsSync(glossaryFile)) continue;
    console.log(`${name}: glossary`);
    problems.push(...(await glossaryProblems(connection, parse(readFileSync(glossaryFile, 'utf8')), console.log)));
  }
  for (const problem of problems) console.error(`problem: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

await main();
