// Writes the tables of the star as Parquet files into the folder given first, with as many rows as given second: in a process of
// its own, for a process hands its peak of memory on to those that it starts.
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { sources, tablesOf } from './star.mjs';

const [, , folder, rows] = process.argv;
const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (const statement of tablesOf(Number(rows))) await connection.run(statement);
for (const { dataset } of sources) {
  const file = join(folder, `${dataset}.parquet`).replaceAll("'", "''");
  await connection.run(`COPY ${dataset} TO '${file}' (FORMAT parquet)`);
}
connection.closeSync();
