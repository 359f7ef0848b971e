// The rules that dpb writes for a table, counted by its one statement, beside one statement by hand that counts the same and, where the
// tools of `node tests/conformance/install.mjs` are, beside a checkpoint of Great Expectations (4.5 GB at ten million rows). Part of
// `npm run bench`; alone (after a build): node tests/bench/checks.mjs [--rows N]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { ruleCountsSql } from '../../dist/sql/rule-sql.js';

const { values: asked } = parseArgs({ options: { rows: { type: 'string', default: '10000000' } } });
const turns = 3;
const bar = 1.3;
const timesFaster = 8;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const python = join(root, '.conformance/venv/bin/python');

const made = `SELECT i AS id, (i * 7919) % 200000 AS member, DATE '2023-01-01' + (i % 900)::INTEGER AS day,
  CASE WHEN i % 50 = 0 THEN NULL ELSE (i % 9973) / 10 END::DECIMAL(12,2) AS fee, (i % 11)::INTEGER AS pieces,
  ['north', 'south', 'east', 'west'][1 + i % 4] AS quarter, 'code-' || lpad((i % 100000)::VARCHAR, 6, '0') AS code,
  (i % 1000) * 0.25::DOUBLE AS weight, i % 3 = 0 AS returned, ['new', 'paid', 'sent'][1 + i % 3] AS state FROM range(${Number(asked.rows)}) t(i)`;

const columns = [
  ['id', { kind: 'integer', bits: 64 }],
  ['member', { kind: 'integer', bits: 64 }],
  ['day', { kind: 'date' }],
  ['fee', { kind: 'decimal', precision: 12, scale: 2 }],
  ['pieces', { kind: 'integer', bits: 32 }],
  ['quarter', { kind: 'text' }],
  ['code', { kind: 'text' }],
  ['weight', { kind: 'double' }],
  ['returned', { kind: 'boolean' }],
  ['state', { kind: 'text' }],
].map(([name, type]) => ({ name, type, nullable: true }));

const length = {
  kind: 'comparison',
  operator: 'eq',
  left: { kind: 'call', function: 'length', arguments: [{ kind: 'column', table: 'row', column: 'code' }] },
  right: { kind: 'literal', literal: { type: 'integer', value: '11' } },
};

/** Twelve checks, and each of them as a count by hand. */
const checks = [
  [{ kind: 'not_null', column: 'id' }, 'count(*) FILTER (id IS NULL)'],
  [{ kind: 'not_null', column: 'day' }, 'count(*) FILTER (day IS NULL)'],
  [
    { kind: 'not_null', column: 'fee', allowed: 0.03 },
    'CASE WHEN count(*) FILTER (fee IS NULL) > 0.03 * count(*) THEN count(*) FILTER (fee IS NULL) ELSE 0 END',
  ],
  [{ kind: 'range', column: 'fee', min: '0', max: '2000' }, 'count(*) FILTER (fee < 0 OR fee > 2000)'],
  [{ kind: 'range', column: 'pieces', min: '0', max: '10' }, 'count(*) FILTER (pieces < 0 OR pieces > 10)'],
  [{ kind: 'range', column: 'day', min: '2023-01-01', max: null }, "count(*) FILTER (day < DATE '2023-01-01')"],
  [
    { kind: 'accepted_values', column: 'quarter', values: ['east', 'north', 'south', 'west'] },
    "count(*) FILTER (quarter NOT IN ('east', 'north', 'south', 'west'))",
  ],
  [
    { kind: 'accepted_values', column: 'state', values: ['new', 'paid', 'sent'] },
    "count(*) FILTER (state NOT IN ('new', 'paid', 'sent'))",
  ],
  [{ kind: 'condition', condition: length }, 'count(*) FILTER (length(code) <> 11)'],
  [{ kind: 'mean', column: 'weight', min: 60, max: 250 }, 'CASE WHEN avg(weight) BETWEEN 60 AND 250 THEN 0 ELSE 1 END'],
  [{ kind: 'gaps', column: 'day', unit: 'day' }, "date_diff('day', min(day), max(day)) + 1 - count(DISTINCT day)"],
  [{ kind: 'unique', columns: ['id'] }, '(SELECT count(*) - count(DISTINCT id) FROM loans)'],
];

const rules = checks.map(([check], at) => ({
  id: `c${at}`,
  target: { kind: 'gold' },
  check,
  severity: 'warning',
  description: '',
  origin: 'profile',
}));
const ours = ruleCountsSql(rules, 'loans', {
  columns,
  time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
  asOf: '2025-07-01',
});
const byHand = `SELECT count(*), ${checks.map(([, sql], at) => `${sql} AS c${at}`).join(', ')} FROM loans`;

/** The same checks by Great Expectations, reading the file included, as it is in dpb's. */
function checkpointBeside(path, own) {
  if (!existsSync(python))
    return 'Great Expectations: left out, it is not installed (node tests/conformance/install.mjs)';
  const done = spawnSync(python, [join(root, 'tests/bench/gx-checks.py'), path], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`Great Expectations exited ${done.status}: ${done.stderr}`);
  const { seconds, failed } = JSON.parse(done.stdout.trim().split('\n').at(-1));
  if (failed.length > 0) throw new Error(`Great Expectations says other things: ${failed.join(', ')}`);
  return `a Great Expectations checkpoint of ten of them ${seconds.toFixed(2)} s, dpb ${own.toFixed(2)} s of wall time, ${(seconds / own).toFixed(1)} times faster   (bar: ${timesFaster})`;
}

const folder = mkdtempSync(join(tmpdir(), 'dpb-checks-'));
try {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const path = join(folder, 'loans.parquet');
  await connection.run(`COPY (${made}) TO '${path}' (FORMAT parquet)`);
  await connection.run(`CREATE VIEW loans AS SELECT * FROM read_parquet('${path}')`);
  const timed = async (sql) => {
    const [started, processor] = [process.hrtime.bigint(), process.cpuUsage()];
    const rows = (await connection.runAndReadAll(sql)).getRowsJson();
    const { user, system } = process.cpuUsage(processor);
    return { rows, wall: Number(process.hrtime.bigint() - started) / 1e9, processor: (user + system) / 1e6 };
  };
  const runs = [];
  // In turns, so that what else the machine does meets both.
  for (let turn = 0; turn < turns; turn += 1) runs.push([await timed(ours), await timed(byHand)]);
  const failing = [runs[0][0].rows.map((row) => Number(row[2])), runs[0][1].rows[0].slice(1).map(Number)];
  if (JSON.stringify(failing[0]) !== JSON.stringify(failing[1]))
    throw new Error(`other counts: ${JSON.stringify(failing)}`);
  const least = (side, figure) => Math.min(...runs.map((pair) => pair[side][figure]));
  const [mine, theirs] = [0, 1].map((side) => least(side, 'processor'));
  const wall = least(0, 'wall') / least(1, 'wall');
  console.log(
    `${checks.length} checks on ${Number(asked.rows).toLocaleString('en')} rows  ${mine.toFixed(2)} s of processor, by hand ${theirs.toFixed(2)} s, ratio ${(mine / theirs).toFixed(2)}, of wall time ${wall.toFixed(2)}   (bar: ${bar})`,
  );
  console.log(checkpointBeside(path, least(0, 'wall')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
