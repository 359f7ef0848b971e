import type { Engine, ResultTable } from '../../engine/engine.js';
import { quoteIdentifier, quoteLiteral, verbatimGlob } from '../../engine/sql-text.js';
import { readText } from '../../support/atomic-files.js';
import { dpbError } from '../../support/errors.js';
import { durationColumns } from './arrow-durations.js';
import type { GoldenCase } from './cases.js';
import type { ComparedTable } from './compare-tables.js';
import { tableFromCsv, tableFromJsonText } from './table-text.js';

/**
 * The acceptable tables of a case. Files are read by `engine`; `runGoldSql` runs the SQL of a case that has no rows.
 * Raises `io.read`, `engine.query`, `input.invalid`.
 */
export async function expectedTables(
  golden: GoldenCase,
  engine: Engine,
  runGoldSql: (golden: GoldenCase, sql: string) => Promise<ResultTable>,
): Promise<readonly ComparedTable[]> {
  const { expected } = golden;
  switch (expected.kind) {
    case 'files':
      return Promise.all(expected.paths.map((path) => readTable(path, engine)));
    case 'rows':
      return [expected.table];
    case 'gold_sql':
      return [comparedTable(await runGoldSql(golden, expected.sql))];
  }
}

/** A result of the engine as a table to compare. */
function comparedTable({
  columns,
  rows,
}: Pick<ResultTable, 'rows'> & { readonly columns: readonly { readonly name: string }[] }): ComparedTable {
  return { columns: columns.map(({ name }) => name), rows };
}

async function readTable(path: string, engine: Engine): Promise<ComparedTable> {
  switch (path.toLowerCase().split('.').at(-1)) {
    case 'parquet':
      return readParquet(path, engine);
    case 'csv':
      return tableFromCsv(readText(path));
    case 'json':
    case 'jsonl':
    case 'ndjson':
      return tableFromJsonText(readText(path));
    default:
      throw dpbError('input.invalid', {
        what: path,
        problem: 'expected rows are read from .parquet, .csv, .json and .jsonl',
      });
  }
}

async function readParquet(path: string, engine: Engine): Promise<ComparedTable> {
  const pattern = quoteLiteral(verbatimGlob(path));
  const schema = await engine.query(
    `SELECT decode(value) FROM parquet_kv_metadata(${pattern}) WHERE decode(key) = 'ARROW:schema'`,
  );
  // A span of time counts as its seconds, as in the benchmark's referee.
  const spans = durationColumns(String(schema.rows[0]?.[0] ?? '')).map(
    ({ name, unitsPerSecond }) => `${quoteIdentifier(name)} / ${unitsPerSecond} AS ${quoteIdentifier(name)}`,
  );
  const replaced = spans.length === 0 ? '' : ` REPLACE (${spans.join(', ')})`;
  return comparedTable(
    await engine.query(`SELECT *${replaced} FROM read_parquet(${pattern}, hive_partitioning = false)`),
  );
}
