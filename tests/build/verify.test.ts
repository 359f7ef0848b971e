import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Verification, verifyBuild } from '../../src/pipeline/verify.js';
import { textHash } from '../../src/support/canonical-json.js';
import { buildIn, defineIn, makeShop, newestBuildIn, type Shop, salesSql, shopProduct, writeParquet } from './shop.js';

let shop: Shop;
let folder: string;

beforeEach(async () => {
  shop = await makeShop();
  defineIn(shop, shopProduct());
  const built = await buildIn(shop);
  folder = built.folder;
});
afterEach(() => shop.remove());

const verify = (): Promise<Verification> => verifyBuild({ ...newestBuildIn(shop), threads: 2 });

/** Replaces the gold and makes manifest and, where asked, evidence agree with it, as a careful forger would. */
async function forge(sql: string): Promise<void> {
  const gold = join(folder, 'sales_by_area.parquet');
  await writeParquet(
    { ...shop, data: folder },
    'sales_by_area.parquet',
    sql.replace('GOLD', `read_parquet('${gold}')`),
  );
  const path = join(folder, 'manifest.json');
  const manifest = readFileSync(path, 'utf8');
  const before = /"path": "sales_by_area.parquet",\s*"sha256": "([0-9a-f]+)"/.exec(manifest)?.[1] ?? '';
  writeFileSync(path, manifest.replace(before, textHash(readFileSync(gold))));
}

describe('verify', () => {
  it('computes the same again', async () => {
    expect(await verify()).toMatchObject({ status: 'verified', differences: [] });
  });

  it('tells changed sources from a broken proof', async () => {
    await writeParquet(shop, 'sale/sale.parquet', salesSql(501));
    expect(await verify()).toMatchObject({
      status: 'sources_changed',
      differences: ['sale: sale/sale.parquet has other content'],
      evidence: null,
    });
    await writeParquet(shop, 'sale/sale.parquet', salesSql(500));
    await writeParquet(shop, 'sale/new.parquet', salesSql(3));
    expect(await verify()).toMatchObject({ status: 'sources_changed', differences: ['sale: sale/new.parquet is new'] });
  });

  it('sees gold that is not what was published, also when the sources changed', async () => {
    writeFileSync(join(folder, 'sales_by_area.parquet'), 'tampered');
    await writeParquet(shop, 'sale/sale.parquet', salesSql(501));
    expect(await verify()).toMatchObject({
      status: 'proof_broken',
      differences: ['sales_by_area.parquet is not the file that was published'],
    });
  });

  it('sees forged gold under a forged manifest', async () => {
    await forge('SELECT * REPLACE (amount + 1 AS amount) FROM GOLD');
    const { status, differences } = await verify();
    expect(status).toBe('proof_broken');
    expect(differences).toEqual(['sales_by_area.parquet has other bytes than the same sources give now']);
  });

  it('sees evidence that says more than can be shown', async () => {
    const path = join(folder, 'evidence.json');
    const forged = readFileSync(path, 'utf8').replace('"gold": "20100.00"', '"gold": "99999.00"');
    writeFileSync(path, forged);
    const manifestPath = join(folder, 'manifest.json');
    const manifest = readFileSync(manifestPath, 'utf8');
    const before = /"path": "evidence.json",\s*"sha256": "([0-9a-f]+)"/.exec(manifest)?.[1] ?? '';
    writeFileSync(manifestPath, manifest.replace(before, textHash(forged)));
    const { status, differences } = await verify();
    expect(status).toBe('proof_broken');
    expect(differences).toEqual([
      'The sum of amount equals that of the admitted rows of sale: proved in the stored evidence, proved now',
    ]);
  });

  it('says when the product file is no longer the one that was built', async () => {
    defineIn(shop, { ...shopProduct(), title: 'Another title' });
    expect(await verify()).toMatchObject({ status: 'definition_changed' });
  });

  it('names the builds there are when asked for another', async () => {
    const missing = verifyBuild({
      name: 'sales_by_area',
      goldDirectory: shop.gold,
      productsDirectory: shop.products,
      buildId: '2024-01-01-000000000000',
      dataRoots: [shop.data],
      threads: 1,
      onEvent: () => undefined,
    });
    await expect(missing).rejects.toMatchObject({ code: 'build.unknown', exitCode: 2 });
  });
});
