// Times of the commands that people wait for, and the ratio of product.sql, and of what twelve plans compile to, to
// hand-written SQL of the same arithmetic.
// `npm run bench`; figures are of this machine and run, so read ratios, not seconds. `--rows N` sets the size of the ratio.
// README.md beside says how to read the table.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const request = 'daily revenue, order count and units sold by region and category for completed orders';
const rowsAsked = Number(process.argv[process.argv.indexOf('--rows') + 1]) || 10_000_000;
const repeats = 5;

/** Wall seconds and, where GNU time is there, seconds of processor and peak megabytes of one dpb command. */
function run(workspace, ...args) {
  const started = process.hrtime.bigint();
  const timed = spawnSync(
    '/usr/bin/time',
    ['-f', 'peak %M cpu %U %S', process.execPath, join(root, 'bin/dpb.js'), ...args],
    {
      cwd: workspace,
      encoding: 'utf8',
    },
  );
  const done =
    timed.error === undefined
      ? timed
      : spawnSync(process.execPath, [join(root, 'bin/dpb.js'), ...args], { cwd: workspace, encoding: 'utf8' });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (done.status !== 0) throw new Error(`dpb ${args.join(' ')} exited ${done.status}: ${done.stderr}`);
  const [, peak, user, system] = /peak (\d+) cpu ([\d.]+) ([\d.]+)/.exec(done.stderr) ?? [];
  const megabytes = peak === undefined ? null : Number(peak) / 1024;
  return { seconds, megabytes, cpu: user === undefined ? null : Number(user) + Number(system) };
}

function report(what, { seconds, megabytes, cpu }, bar) {
  const own = megabytes === null ? '' : `, ${cpu.toFixed(2)} s of processor, ${megabytes.toFixed(0)} MB`;
  console.log(`${what.padEnd(28)} ${seconds.toFixed(2)} s${own}   (bar: ${bar})`);
}

/** The best of several runs: what the work costs without the noise of the machine. */
function best(runs) {
  return runs.reduce((left, right) => (right.seconds < left.seconds ? right : left));
}

function commandTimes(workspace) {
  const data = join(root, 'data/bronze');
  report('first scan of the sample', run(workspace, 'scan', data, '--quiet', '--json'), '3 s');
  const generate = () => {
    // Without this the build would be up to date, and nothing computed.
    for (const made of ['products', 'gold']) rmSync(join(workspace, made), { recursive: true, force: true });
    return run(workspace, 'generate', request, '--data', data, '--quiet', '--threads', '2');
  };
  report('generate, warm catalog', best(Array.from({ length: repeats }, generate)), '1.5 s, 400 MB');
  report('dpb --help', best(Array.from({ length: repeats }, () => run(workspace, '--help'))), '0.15 s');
}

const handWritten = `
SELECT CAST(o.order_date AS DATE) AS day, c.region, p.category,
       SUM(o.total_amount) AS revenue, COUNT(o.order_id) AS order_count, SUM(o.quantity) AS units_sold
FROM orders o LEFT JOIN customers c USING (customer_id) LEFT JOIN products p USING (product_id)
WHERE o.status = 'completed' GROUP BY ALL ORDER BY ALL`;

async function sqlRatio(workspace) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const table of ['customers', 'products']) {
    const file = join(root, 'data/bronze', table, `${table}.parquet`).replaceAll("'", "''");
    await connection.run(`CREATE TABLE ${table} AS SELECT * FROM '${file}'`);
  }
  const orders = join(root, 'data/bronze/orders/orders.parquet').replaceAll("'", "''");
  await connection.run(
    `CREATE TABLE orders AS SELECT o.* REPLACE (o.order_id + 1000000000 * r.range AS order_id)
     FROM '${orders}' o, range(${Math.ceil(rowsAsked / 100_000)}) r`,
  );
  const [name] = execFileSync('ls', [join(workspace, 'products')], { encoding: 'utf8' }).split('\n');
  const product = readFileSync(join(workspace, 'products', name, 'product.sql'), 'utf8');
  const seconds = async (sql) => {
    const started = process.hrtime.bigint();
    await connection.runAndReadAll(sql);
    return Number(process.hrtime.bigint() - started) / 1e9;
  };
  const pairs = [];
  for (let turn = 0; turn < repeats; turn += 1) pairs.push([await seconds(product), await seconds(handWritten)]);
  const fastest = (index) => Math.min(...pairs.map((pair) => pair[index]));
  const ratio = fastest(0) / fastest(1);
  console.log(
    `product.sql over ${rowsAsked} orders: ${fastest(0).toFixed(2)} s, by hand ${fastest(1).toFixed(2)} s, ratio ${ratio.toFixed(2)}   (bar: 1.1)`,
  );
}

const workspace = mkdtempSync(join(tmpdir(), 'dpb-bench-'));
try {
  writeFileSync(join(workspace, 'dpb.yaml'), '');
  commandTimes(workspace);
  await sqlRatio(workspace);
  const plans = [join(root, 'tests/bench/plans.mjs'), '--rows', String(rowsAsked)];
  spawnSync(process.execPath, plans, { stdio: 'inherit' });
  const checks = [join(root, 'tests/bench/checks.mjs'), '--rows', String(rowsAsked)];
  const catalogs = ['large-catalog.mjs', 'understanding.mjs'].map((name) => [join(root, 'tests/bench', name)]);
  for (const given of [checks, [join(root, 'tests/bench/engines.mjs')], ...catalogs])
    spawnSync(process.execPath, given, { stdio: 'inherit' });
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
