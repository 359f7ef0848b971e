// Runs the SELECT in the file given first over the Parquet files of the folder given second, in a process of its own, so that
// its memory is its own. Prints JSON: the least wall and processor seconds of `turns`, peak megabytes, and a digest of the first rows.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { faultyOptimizers } from '../../dist/engine/faulty-optimizers.js';

const [, , file, folder, turns] = process.argv;
const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
// As builds do.
await connection.run(`SET disabled_optimizers = '${faultyOptimizers}'`);
for (const name of readdirSync(folder)) {
  const path = join(folder, name).replaceAll("'", "''");
  await connection.run(`CREATE VIEW ${basename(name, '.parquet')} AS SELECT * FROM read_parquet('${path}')`);
}
const sql = readFileSync(file, 'utf8');
let [wall, processor] = [Infinity, Infinity];
for (let turn = 0; turn < Number(turns); turn += 1) {
  const [started, used] = [process.hrtime.bigint(), process.cpuUsage()];
  await connection.run(`CREATE OR REPLACE TEMP TABLE result AS ${sql}`);
  const { user, system } = process.cpuUsage(used);
  wall = Math.min(wall, Number(process.hrtime.bigint() - started) / 1e9);
  processor = Math.min(processor, (user + system) / 1e6);
}
const read = async (select) => (await connection.runAndReadAll(select)).getRowsJson();
const [[rows]] = await read('SELECT count(*) FROM result');
const first = await read('SELECT * FROM result LIMIT 5000');
// The last digits of quotients of DOUBLE may differ.
const told = first.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toPrecision(10) : cell)));
const digest = createHash('sha256').update(JSON.stringify(told)).digest('hex');
console.log(
  JSON.stringify({ wall, processor, megabytes: process.resourceUsage().maxRSS / 1024, rows: Number(rows), digest }),
);
