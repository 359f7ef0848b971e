/** Turns a dataset's description into a table, a Parquet file and its `_metadata.json`. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** When the sample pretends to have been made; a clock would change the bytes. */
const createdAt = '2026-07-01T06:00:00Z';

const numericType = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DOUBLE|FLOAT|DECIMAL)/;
const timeType = /^(DATE|TIMESTAMP)/;

/**
 * @typedef {object} Dataset
 * @property {string} name
 * @property {string} owner
 * @property {"hourly" | "daily" | "weekly" | "monthly"} freshness
 * @property {string} description
 * @property {string} orderBy
 * @property {[name: string, type: string, nullable: boolean, description: string][]} columns
 * @property {(sizes: Record<string, number>) => string} select
 */

/** Makes the dataset's table; the declared columns decide which columns there are and of which type. */
export async function createTable(connection, dataset, sizes) {
  const columns = dataset.columns.map(([name, type]) => `${name}::${type} AS ${name}`).join(', ');
  const prepared = dataset.prepare?.(sizes) ?? [];
  for (const statement of prepared) await connection.run(statement);
  await connection.run(
    `CREATE TABLE ${dataset.name} AS SELECT ${columns} FROM (${dataset.select(sizes)}) ORDER BY ${dataset.orderBy}`,
  );
}

/** Writes `<out>/<name>/<name>.parquet` and `_metadata.json`. */
export async function writeDataset(connection, dataset, out) {
  const folder = join(out, dataset.name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${dataset.name}.parquet`);
  await connection.run(
    `COPY (SELECT * FROM ${dataset.name} ORDER BY ${dataset.orderBy})
     TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 9)`,
  );
  const bytes = statSync(file).size;
  const metadata = await describe(connection, dataset, bytes);
  writeFileSync(join(folder, '_metadata.json'), `${JSON.stringify(metadata, undefined, 2)}\n`);
  return { rows: metadata.row_count, bytes };
}

async function describe(connection, dataset, bytes) {
  const [{ row_count }] = await rowsOf(connection, `SELECT count(*)::INTEGER AS row_count FROM ${dataset.name}`);
  const statistics = {};
  for (const [name, type, nullable] of dataset.columns) {
    if (!nullable) await assertNoNulls(connection, dataset.name, name);
    const found = await statisticsOf(connection, dataset.name, name, type);
    if (found !== undefined) statistics[name] = found;
  }
  return {
    dataset_name: dataset.name,
    created_at: createdAt,
    row_count,
    size_bytes: bytes,
    owner: dataset.owner,
    freshness: dataset.freshness,
    description: dataset.description,
    schema: dataset.columns.map(([name, type, nullable, description]) => ({
      name,
      type,
      nullable,
      description,
    })),
    statistics,
  };
}

async function assertNoNulls(connection, table, column) {
  const sql = `SELECT count(*)::INTEGER AS nulls FROM ${table} WHERE ${column} IS NULL`;
  const [{ nulls }] = await rowsOf(connection, sql);
  if (nulls > 0) throw new Error(`${table}.${column} is declared not nullable but has ${nulls} nulls`);
}

/** Numbers have all five figures, dates their range. Rounded: the last bits of a float are not worth pinning. */
async function statisticsOf(connection, table, column, type) {
  if (numericType.test(type)) {
    const x = `${column}::DOUBLE`;
    const [row] = await rowsOf(
      connection,
      `SELECT round(min(${x}), 4) AS min, round(max(${x}), 4) AS max, round(avg(${x}), 4) AS mean,
         round(median(${x}), 4) AS median, round(stddev_samp(${x}), 4) AS std FROM ${table}`,
    );
    return row;
  }
  if (timeType.test(type)) {
    const [row] = await rowsOf(
      connection,
      `SELECT min(${column})::VARCHAR AS min, max(${column})::VARCHAR AS max FROM ${table}`,
    );
    return { ...row, mean: null, median: null, std: null };
  }
  return undefined;
}

async function rowsOf(connection, sql) {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjects();
}
