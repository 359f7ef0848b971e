import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emitProduct } from '../../src/packaging/emit-product.js';
import type { Product } from '../../src/plan/product.js';
import { compile, compileForSpark } from '../../src/transformation/compile.js';
import { compileRefresh } from '../../src/transformation/compile-refresh.js';
import { makeShop, type Shop, shopProduct, shopsSql, writeParquet } from '../build/shop.js';
import { hostileTexts, productWith } from '../packaging/sample-product.js';
import { hostileProducts } from './hostile-products.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, '.conformance/airflow', process.platform === 'win32' ? 'Scripts' : 'bin');
const dpb = `"${process.execPath}" "${join(root, 'bin/dpb.js')}"`;

const make = process.env.MAKE ?? 'make';

let shop: Shop;
let home = '';
let products: readonly Product[] = [];

/** The product of the shop, built by `dpb` in the tests; and those that are only read, one for each hostile text. */
function allProducts(): readonly Product[] {
  const file = { ...shopProduct(), sla: { freshness: 'PT6H', latency: null, completeness: null, accuracy: null } };
  const { sql, lineage } = compile(file.plan, file.sources, { asOf: null });
  const spark = compileForSpark(file.plan, file.sources);
  const refresh = compileRefresh(file);
  const named = hostileTexts.map((text, at) => {
    const hostile = productWith(text);
    return { ...hostile, file: { ...hostile.file, name: `text_${at}` } };
  });
  return [{ file, sql, spark, lineage, refresh }, ...hostileProducts().map(({ product }) => product), ...named];
}

const airflow = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  execa(join(bin, 'airflow'), args, { cwd: home, env: { ...settings(), ...environment }, reject: false, all: true });

const settings = (): Record<string, string> => ({
  AIRFLOW_HOME: home,
  AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
  AIRFLOW__CORE__DAGS_FOLDER: join(home, 'dags'),
  DPB_COMMAND: dpb,
  DPB_DATA: shop.data,
  PYTHONPATH: home,
});

beforeAll(async () => {
  shop = await makeShop();
  writeFileSync(join(shop.root, 'dpb.yaml'), '');
  home = await mkdtemp(join(tmpdir(), 'dpb-airflow-'));
  mkdirSync(join(home, 'dags'));
  products = allProducts();
  for (const product of products) {
    const { name } = product.file;
    for (const { path, text } of emitProduct(product)) {
      const whole = join(shop.products, name, path);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, text);
    }
    symlinkSync(join(shop.products, name, 'airflow', `${name}.py`), join(home, 'dags', `${name}.py`));
  }
  const hook = 'def tell(context):\n    open("called", "w").write(context["task_instance"].task_id)\n';
  writeFileSync(join(home, 'hook.py'), hook.replace('"called"', JSON.stringify(join(home, 'called'))));
  expect((await airflow(['db', 'migrate'])).exitCode).toBe(0);
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
  shop.remove();
});

interface Found {
  readonly errors: object;
  readonly dags: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly exit_codes: Readonly<Record<string, string>>;
}

describe('the DAGs of products', () => {
  test('are read by Airflow without errors, and say what the products say', async () => {
    const script = join(root, 'tests/conformance/airflow_dags.py');
    const one = join(home, 'dags/sales_by_area.py');
    const { stdout } = await execa(join(bin, 'python'), [script, join(home, 'dags'), one], {
      cwd: home,
      env: settings(),
    });
    const found = JSON.parse(stdout.split('\n').at(-1) ?? '') as Found;
    expect(found.errors).toEqual({});
    expect(Object.keys(found.dags).sort()).toEqual(products.map(({ file }) => file.name).sort());
    expect(found.dags.sales_by_area).toMatchObject({
      schedule: '5 */6 * * *',
      zone: 'UTC',
      catchup: false,
      tags: ['data product', 'dpb'],
      owner: 'team',
      tasks: { build: ['lineage', 'publish', 'verify'], verify: ['lineage', 'publish'], publish: [], lineage: [] },
      retries: [3],
      alerts: true,
    });
    for (const { file } of products) expect(found.dags[file.name]?.owner).toBe(file.owner.name);
    const failed = 'AirflowFailException';
    expect(found.exit_codes).toEqual({ 0: 'done\n', 1: failed, 2: failed, 3: failed, 74: failed, 75: 'RuntimeError' });
  });

  test('go into the database of Airflow, whatever their texts', async () => {
    expect((await airflow(['dags', 'reserialize'])).exitCode).toBe(0);
    const errors = await airflow(['dags', 'list-import-errors', '--output', 'json']);
    expect(errors.stdout).toMatch(/^\[\]$/m);
    const { stdout } = await airflow(['dags', 'list', '--output', 'json']);
    for (const { file } of products) expect(stdout).toContain(`"${file.name}"`);
  });

  test('build, verify and publish for the end of the interval', async () => {
    const done = await airflow(['dags', 'test', 'sales_by_area', '2025-06-30']);
    expect([done.exitCode, done.all]).toEqual([0, expect.stringContaining('"event": "dpb_published"')]);
    const builds = (await readdir(join(shop.gold, 'sales_by_area'))).filter((name) => name !== 'current');
    expect(builds).toEqual([expect.stringMatching(/^2025-06-30-/)]);
  });

  test('fail where the data is broken, keep the last good build and call the hook', async () => {
    await writeParquet(shop, 'shop/shop.parquet', `${shopsSql} UNION ALL ${shopsSql}`);
    const environment = { DPB_ON_FAILURE: 'hook:tell' };
    const done = await airflow(['dags', 'test', 'sales_by_area', '2025-07-01'], environment);
    expect(done.exitCode).toBe(1);
    expect(done.all).toContain('dpb build of sales_by_area ended with 1');
    expect(done.all).not.toContain('dpb_published');
    expect(done.all).toContain('"event": "dpb_failure"');
    expect(existsSync(join(home, 'called')) && readFileSync(join(home, 'called'), 'utf8')).toBe('build');
    const builds = (await readdir(join(shop.gold, 'sales_by_area'))).filter((name) => name !== 'current');
    expect(builds).toHaveLength(1);
  });
});

describe('the Makefile of a product', () => {
  test('builds and verifies', async () => {
    await writeParquet(shop, 'shop/shop.parquet', shopsSql);
    const { exitCode, all } = await execa(
      make,
      ['-C', join(shop.products, 'sales_by_area'), `DPB=${dpb}`, 'AS_OF=2025-08-01'],
      { env: { DPB_DATA: shop.data }, reject: false, all: true },
    );
    expect([exitCode, all]).toEqual([0, expect.stringContaining('verified')]);
    expect(await readdir(join(shop.gold, 'sales_by_area'))).toContainEqual(expect.stringMatching(/^2025-08-01-/));
  });
});
