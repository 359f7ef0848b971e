// `generate` beside `dbt build` of the same model and tests, whole processes; the Spark job beside Spark SQL by hand, in one session.
// Needs the tools of `node tests/conformance/install.mjs`. Part of `npm run bench` where they are; alone (after a build):
// node tests/bench/engines.mjs [--copies N]: how often the sample's orders are there for Spark
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';

const { values: asked } = parseArgs({ options: { copies: { type: 'string', default: '20' } } });
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const tools = join(root, '.conformance/venv/bin');
const data = join(root, 'data/bronze');
const name = 'sales';
const request = 'daily revenue, order count and units sold by region and category for completed orders';
const turns = 3;

// The same arithmetic as the plan: decimals summed exactly, rows without a partner kept, a key that is null in no group left out.
const byHand = `SELECT CAST(o.order_date AS DATE) AS day, c.region, p.category, CAST(sum(o.total_amount) AS DECIMAL(38, 2)) AS revenue, count(*) AS orders, sum(CAST(o.quantity AS BIGINT)) AS units
FROM orders AS o LEFT JOIN customers AS c ON c.customer_id = o.customer_id LEFT JOIN products AS p ON p.product_id = o.product_id
WHERE o.status = 'completed' GROUP BY ALL ORDER BY day, region, category`;

function seconds(program, given, options) {
  const started = process.hrtime.bigint();
  const done = spawnSync(program, given, { encoding: 'utf8', ...options });
  if (done.status !== 0)
    throw new Error(`${program} ${given.join(' ')} exited ${done.status}: ${done.stdout}${done.stderr}`);
  return { wall: Number(process.hrtime.bigint() - started) / 1e9, stdout: done.stdout };
}

const least = (act) => Math.min(...Array.from({ length: turns }, act));

/** The sample with its orders repeated under new ids. */
async function repeatOrders(folder, copies) {
  for (const table of ['customers', 'products']) cpSync(join(data, table), join(folder, table), { recursive: true });
  mkdirSync(join(folder, 'orders'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const orders = `SELECT o.* REPLACE (o.order_id + 10000000 * i AS order_id) FROM read_parquet('${join(data, 'orders/orders.parquet')}') AS o, range(${copies}) AS t(i)`;
  await connection.run(`COPY (${orders}) TO '${join(folder, 'orders/orders.parquet')}' (FORMAT parquet)`);
}

async function main() {
  if (!existsSync(join(tools, 'dbt'))) {
    console.log('dbt and Spark: left out, their tools are not installed (node tests/conformance/install.mjs)');
    return;
  }
  const workspace = mkdtempSync(join(tmpdir(), 'dpb-engines-bench-'));
  try {
    writeFileSync(join(workspace, 'dpb.yaml'), '');
    const dpb = (...given) =>
      seconds(process.execPath, [join(root, 'bin/dpb.js'), ...given, '--quiet'], { cwd: workspace });
    const common = ['--data', data, '--glossary', join(root, 'data/glossary.yaml'), '--as-of', '2026-07-01'];
    const generate = least(() => {
      for (const made of ['products', 'gold']) rmSync(join(workspace, made), { recursive: true, force: true });
      return dpb('generate', request, '--name', name, ...common).wall;
    });
    const project = join(workspace, 'products', name, 'dbt');
    const options = [
      '--project-dir',
      project,
      '--profiles-dir',
      project,
      '--quiet',
      '--vars',
      '{"as_of": "2026-07-01"}',
    ];
    const dbt = least(
      () =>
        seconds(join(tools, 'dbt'), ['build', ...options], { cwd: project, env: { ...process.env, DPB_DATA: data } })
          .wall,
    );
    console.log(
      `generate ${generate.toFixed(2)} s, dbt build ${dbt.toFixed(2)} s, ratio ${(generate / dbt).toFixed(2)}   (bar: 1)`,
    );
    const repeated = join(workspace, 'repeated');
    mkdirSync(repeated);
    await repeatOrders(repeated, Number(asked.copies));
    writeFileSync(join(workspace, 'by-hand.sql'), byHand);
    const job = join(workspace, 'products', name, 'spark', `${name}.py`);
    const given = [
      join(root, 'tests/bench/spark-by-hand.py'),
      job,
      repeated,
      workspace,
      join(workspace, 'by-hand.sql'),
    ];
    const { stdout } = seconds(join(tools, 'python'), given, { cwd: workspace });
    const spark = JSON.parse(stdout.trim().split('\n').at(-1));
    const ratio = (figure) => (figure / spark.hand).toFixed(2);
    console.log(
      `Spark, ${Number(asked.copies) * 100_000} orders: by hand ${spark.hand.toFixed(2)} s, the job's query ${spark.query.toFixed(2)} s, ratio ${ratio(spark.query)}   (bar: 1.2); the whole job with premises and rules ${spark.job.toFixed(2)} s, ${ratio(spark.job)}`,
    );
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

await main();
