import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { certifyBuild } from '../../src/pipeline/certify.js';
import { verifyBuild } from '../../src/pipeline/verify.js';
import { compareRows, parquetTable } from '../../src/proof/same-rows.js';
import { buildIn, makeShop, newestBuildIn, type Shop, salesSql, shopProduct, writeParquet } from './shop.js';

let shop: Shop;
let folder: string;

beforeEach(async () => {
  shop = await makeShop();
  mkdirSync(join(shop.products, 'sales_by_area'), { recursive: true });
  writeFileSync(join(shop.products, 'sales_by_area/sales_by_area.dpb.yaml'), JSON.stringify(shopProduct()));
  folder = (await buildIn(shop)).folder;
});
afterEach(() => shop.remove());

/** A program of this Node in place of a tool; its arguments are `given`. */
function toolThat(body: string): string {
  const path = join(shop.root, 'tool');
  writeFileSync(path, `#!${process.execPath}\nconst given = process.argv.slice(2);\n${body}`);
  chmodSync(path, 0o755);
  return path;
}

/** A Python that says its version and puts `table` where the job would put its own. */
const pythonThat = (table: string): string =>
  toolThat(`
const { copyFileSync, mkdirSync } = require('node:fs');
if (given[0] === '-c') { console.log('Python 3.11.7, duckdb 1.5.5'); process.exit(0); }
const output = given[given.indexOf('--output') + 1];
mkdirSync(output, { recursive: true });
copyFileSync(${JSON.stringify(table)}, output + '/sales_by_area.parquet');
console.error(JSON.stringify({ event: 'job_finished', rows: 3, given }));
`);

const certify = (program: string | null, engine: 'python' | 'dbt' = 'python') =>
  certifyBuild(newestBuildIn(shop), { engine, program, runId: 'run-1' });

async function goldAs(path: string, sql: string): Promise<string> {
  const whole = join(shop.root, path);
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  await engine.run(
    `COPY (${sql.replace('GOLD', `read_parquet('${join(folder, 'sales_by_area.parquet')}')`)}) TO '${whole}' (FORMAT parquet)`,
  );
  engine.close();
  return whole;
}

describe('a certificate of another engine', () => {
  it('says what was compared, lies beside the evidence, and leaves the build as it was', async () => {
    const same = await goldAs('same.parquet', 'SELECT * FROM GOLD ORDER BY ALL DESC');
    const given = await certify(pythonThat(same));
    const path = join(folder, 'certificate.python.json');
    expect(given).toMatchObject({
      path,
      agreement: { engine: 'python', engineVersion: 'Python 3.11.7, duckdb 1.5.5' },
    });
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      product: 'sales_by_area',
      asOf: '2025-06-30',
      duckdbVersion: '1.5.5',
      rows: 3,
      exactHash: expect.stringMatching(/^\d{5,}$/),
      ulps: 0,
      compared: expect.stringContaining('exact columns by hash, DOUBLE to the bit'),
    });
    await certify(pythonThat(same));
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(await verifyBuild(newestBuildIn(shop))).toMatchObject({ status: 'verified' });
  });

  it('is not written where the rows differ, or the sources did', async () => {
    const other = await goldAs('other.parquet', 'SELECT * FROM GOLD LIMIT 2');
    await expect(certify(pythonThat(other))).rejects.toMatchObject({
      code: 'engines.differ',
      message: expect.stringContaining('there are 2 rows, not 3'),
    });
    await writeParquet(shop, 'sale/sale.parquet', salesSql(501));
    expect(await certify(pythonThat(other))).toMatchObject({ status: 'sources_changed' });
    expect(existsSync(join(folder, 'certificate.python.json'))).toBe(false);
  });

  it('says what to install where the tool is missing, and why it failed', async () => {
    await expect(certify(join(shop.root, 'nowhere'), 'dbt')).rejects.toMatchObject({
      code: 'tool.missing',
      hint: expect.stringContaining('pip install dbt-core'),
    });
    await expect(certify(toolThat("console.error('No module named duckdb'); process.exit(1);"))).rejects.toMatchObject({
      code: 'tool.missing',
      message: expect.stringContaining('No module named duckdb'),
    });
    await expect(certify(toolThat("console.log('Compilation Error'); process.exit(2);"), 'dbt')).rejects.toMatchObject({
      code: 'tool.failed',
      message: expect.stringContaining('Compilation Error'),
    });
  });
});

describe('tables too large to put in order', () => {
  const compareLarge = async (right: string) => {
    const table = (name: string) => join(shop.root, name);
    const rows = "SELECT i AS id, 'k' || i % 7 AS kind, i * 0.1::DOUBLE AS value FROM range(4000) t(i)";
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    await engine.run(`COPY (${rows}) TO '${table('left.parquet')}' (FORMAT parquet)`);
    await engine.run(`COPY (${right.replace('ROWS', `(${rows})`)}) TO '${table('right.parquet')}' (FORMAT parquet)`);
    const sides = ['left.parquet', 'right.parquet'].map((name) => parquetTable(table(name), false));
    const [one, two] = sides;
    if (one === undefined || two === undefined) throw new Error('two sides');
    const found = await compareRows(engine, one, two, 4, 1000);
    engine.close();
    return found;
  };

  it('are compared by a sample of keys and by totals', async () => {
    const same = await compareLarge('SELECT * FROM ROWS ORDER BY id DESC');
    expect(same).toMatchObject({ same: true, ulps: 0 });
    expect(same.sampled).toBeGreaterThan(500);
    expect(same.sampled).toBeLessThan(1500);
  });

  it.each([
    ['a value that is far off', 'SELECT id, kind, CASE WHEN id = 17 THEN 1e6 ELSE value END AS value FROM ROWS'],
    ['a value that is gone', 'SELECT id, kind, CASE WHEN id = 17 THEN NULL ELSE value END AS value FROM ROWS'],
    ['values that changed places', 'SELECT id, kind, (3999 - id) * 0.1::DOUBLE AS value FROM ROWS'],
    ['another key', 'SELECT CASE WHEN id = 17 THEN -1 ELSE id END AS id, kind, value FROM ROWS'],
  ])('differ by %s', async (_what, right) => {
    expect(await compareLarge(right)).toMatchObject({ same: false });
  });
});
