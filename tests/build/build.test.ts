import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildOptions, BuildOutcome } from '../../src/pipeline/build.js';
import { storedBuild } from '../../src/pipeline/build-files.js';
import { UnprovedBuild } from '../../src/pipeline/unproved-build.js';
import { blockingEntries } from '../../src/plan/evidence.js';
import { textHash } from '../../src/support/canonical-json.js';
import { DpbError } from '../../src/support/errors.js';
import { plainCsv } from '../engine/plain-csv.js';
import { buildIn, makeShop, type Shop, salesSql, shopProduct, shopSources, shopsSql, writeParquet } from './shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await makeShop();
});
afterEach(() => shop.remove());

const build = (changes: Partial<BuildOptions> = {}): Promise<BuildOutcome> => buildIn(shop, changes);

const failure = async (changes: Partial<BuildOptions> = {}): Promise<DpbError> => {
  try {
    await build(changes);
  } catch (thrown) {
    if (thrown instanceof DpbError) return thrown;
    throw thrown;
  }
  throw new Error('the build went through');
};

const gold = (): string => join(shop.gold, 'sales_by_area');
const current = (): string => readlinkSync(join(gold(), 'current'));
const bytesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, textHash(readFileSync(join(folder, name)))]));

describe('a build', () => {
  it('is proved, published whole and named by current', async () => {
    const built = await build();
    expect(blockingEntries(built.evidence)).toEqual([]);
    expect(built.evidence.entries.filter(({ status }) => status === 'proved')).toHaveLength(10);
    expect(built).toMatchObject({ upToDate: false, rows: 3 });
    expect(built.buildId).toMatch(/^2025-06-30-[0-9a-f]{12}$/);
    expect(current()).toBe(built.buildId);
    expect(readdirSync(built.folder).toSorted()).toEqual([
      'evidence.json',
      'manifest.json',
      'openlineage.json',
      'report.html',
      'sales_by_area.parquet',
    ]);
    expect(readdirSync(gold()).toSorted()).toEqual([built.buildId, 'current'].toSorted());
  });

  it('names exact files, and nothing of the machine', async () => {
    const { folder } = await build();
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const file = readFileSync(join(folder, 'sales_by_area.parquet'));
    expect(manifest).toMatchObject({
      files: [
        { path: 'evidence.json' },
        { path: 'openlineage.json' },
        { path: 'report.html' },
        { path: 'sales_by_area.parquet', bytes: file.length, sha256: textHash(file) },
      ],
    });
    const text = ['evidence.json', 'manifest.json', 'openlineage.json', 'report.html']
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    expect(text).not.toContain(shop.root);
  });

  it('is up to date when nothing changed, unless forced', async () => {
    const first = await build();
    const again = await build();
    expect(again).toEqual({ ...first, upToDate: true });
    const before = bytesOf(first.folder);
    expect((await build({ force: true })).upToDate).toBe(false);
    expect(bytesOf(first.folder)).toEqual(before);
  });

  it('is another build for another as-of date or other sources, and the older ones stay', async () => {
    const first = await build();
    const later = await build({ asOf: '2025-07-01' });
    await writeParquet(
      shop,
      'sale/more.parquet',
      "SELECT 900::INTEGER AS sale_id, 1::INTEGER AS shop_id, DATE '2025-02-02' AS sold_on, 5.00::DECIMAL(10,2) AS amount, 1.0::DOUBLE AS weight, 'done' AS state",
    );
    const grown = await build({ asOf: '2025-07-01' });
    expect(new Set([first.buildId, later.buildId, grown.buildId]).size).toBe(3);
    expect(current()).toBe(grown.buildId);
    expect(readdirSync(gold())).toContain(first.buildId);
    const rowsIn = ({ evidence }: BuildOutcome) =>
      evidence.entries.flatMap((entry) => (entry.kind === 'row_accounting' ? [entry.facts?.rowsIn] : []));
    expect([rowsIn(first), rowsIn(grown)]).toEqual([[500], [501]]);
  });

  it('takes the pointer back when the same inputs come again', async () => {
    const first = await build();
    await writeParquet(shop, 'sale/sale.parquet', salesSql(501));
    await build();
    expect(current()).not.toBe(first.buildId);
    await writeParquet(shop, 'sale/sale.parquet', salesSql(500));
    expect((await build()).upToDate).toBe(true);
    expect(current()).toBe(first.buildId);
  });

  it('is made again when its files were altered', async () => {
    const first = await build();
    writeFileSync(join(first.folder, 'sales_by_area.parquet'), 'gone');
    expect((await build()).upToDate).toBe(false);
    expect((await build()).upToDate).toBe(true);
  });

  it('has the same bytes on one thread and on two, in any folder', async () => {
    await writeParquet(shop, 'sale/sale.parquet', salesSql(200_000));
    const one = await build();
    const bytes = bytesOf(one.folder);
    const two = await build({ threads: 2, goldDirectory: join(shop.root, 'elsewhere') });
    expect(two.buildId).toBe(one.buildId);
    expect(bytesOf(two.folder)).toEqual(bytes);
  });

  it('removes what a killed build left, but not what a running one writes', async () => {
    await build();
    const uuid = '00000000-0000-4000-8000-000000000000';
    mkdirSync(join(gold(), `.x.999999999.${uuid}.new.tmp`));
    mkdirSync(join(gold(), `.y.${process.ppid}.${uuid}.new.tmp`));
    await build({ asOf: '2025-07-02' });
    const left = readdirSync(gold()).filter((name) => name.startsWith('.'));
    expect(left).toEqual([`.y.${process.ppid}.${uuid}.new.tmp`]);
  });

  it('is found by every reader under one path, also after the folder moved', async () => {
    const built = await build();
    expect(lstatSync(join(gold(), 'current')).isSymbolicLink()).toBe(true);
    const path = join(gold(), 'current', 'sales_by_area.parquet');
    expect(textHash(readFileSync(path))).toBe(textHash(readFileSync(join(built.folder, 'sales_by_area.parquet'))));
    const moved = join(shop.root, 'moved');
    renameSync(shop.gold, moved);
    expect(existsSync(join(moved, 'sales_by_area/current/evidence.json'))).toBe(true);
  });

  it('takes over a pointer that is a text file, as systems without links have', async () => {
    const first = await build();
    rmSync(join(gold(), 'current'));
    writeFileSync(join(gold(), 'current'), `${first.buildId}\n`);
    const stored = await storedBuild({ path: gold(), name: 'sales_by_area' }, null);
    expect(stored.buildId).toBe(first.buildId);
    const later = await build({ asOf: '2025-07-01' });
    expect(current()).toBe(later.buildId);
  });
});

describe('a build that is not proved', () => {
  it('publishes nothing, keeps the last good build and gives the evidence', async () => {
    const good = await build();
    await writeParquet(shop, 'shop/shop.parquet', `${shopsSql} UNION ALL SELECT 1, 'south'`);
    const error = await failure();
    expect(error).toBeInstanceOf(UnprovedBuild);
    expect(error).toMatchObject({ code: 'build.unproved', exitCode: 1 });
    if (error instanceof UnprovedBuild)
      expect(blockingEntries(error.evidence).map(({ id }) => id)).toEqual(['premise.shop.shop_id']);
    expect(current()).toBe(good.buildId);
    expect(readdirSync(gold()).toSorted()).toEqual([good.buildId, 'current'].toSorted());
  });

  it('is one whose error rule fails; a warning is only reported', async () => {
    const rule = (severity: 'error' | 'warning') =>
      shopProduct(undefined, {
        rules: [
          {
            id: 'few_sales',
            target: { kind: 'gold' },
            check: { kind: 'range', column: 'sales', min: null, max: '10' },
            severity,
            description: 'Few sales',
            origin: 'glossary',
          },
        ],
      });
    const warned = await build({ file: rule('warning') });
    expect(warned.evidence.entries.find(({ id }) => id === 'rule.few_sales')).toMatchObject({
      status: 'failed',
      facts: { checkedRows: 3, failingRows: 3 },
    });
    const error = await failure({ file: rule('error') });
    expect(error.message).toContain('Few sales');
    expect(current()).toBe(warned.buildId);
  });
});

describe('sources that are not what the product was defined on', () => {
  it('a column that went away is named', async () => {
    await writeParquet(shop, 'sale/sale.parquet', `SELECT * EXCLUDE (amount) FROM (${salesSql(10)})`);
    expect(await failure()).toMatchObject({ code: 'source.changed', place: 'sale.amount' });
  });

  it('a column of another type is named with both types', async () => {
    await writeParquet(shop, 'sale/sale.parquet', `SELECT * REPLACE (amount::DOUBLE AS amount) FROM (${salesSql(10)})`);
    const error = await failure();
    expect(error).toMatchObject({ code: 'source.changed', place: 'sale.amount' });
    expect(error.message).toContain('in sale/sale.parquet the column is double, not decimal(10,2)');
  });

  it('a dataset that is missing is named', async () => {
    rmSync(join(shop.data, 'shop'), { recursive: true });
    expect(await failure()).toMatchObject({ code: 'source.missing', place: 'shop' });
  });

  it('a CSV whose columns changed places is refused, since they are read by position', async () => {
    rmSync(join(shop.data, 'shop'), { recursive: true });
    writeFileSync(join(shop.data, 'shop.csv'), 'shop_id,area\n1,north\n2,south\n');
    const sources = shopSources.map((table) =>
      table.dataset === 'shop' ? { ...table, format: plainCsv, files: ['shop.csv'] } : table,
    );
    const file = shopProduct(undefined, { sources });
    expect((await build({ file })).rows).toBe(3);
    writeFileSync(join(shop.data, 'shop.csv'), 'area,shop_id\nnorth,1\nsouth,2\n');
    expect(await failure({ file })).toMatchObject({ code: 'source.changed', place: 'shop.shop_id' });
  });
});

describe('what a build loads', () => {
  it('is neither the language nor the LLM code', () => {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      const text = readFileSync(path, 'utf8');
      for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)\.js'/g))
        visit(`${join(path, '..', specifier)}.ts`);
    };
    visit(join(import.meta.dirname, '../../src/pipeline/build.ts'));
    expect([...seen].some((path) => path.endsWith('transformation/compile.ts'))).toBe(true);
    expect([...seen].filter((path) => /\/src\/(intent|discovery|llm)\//.test(path))).toEqual([]);
  });
});
