import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildProduct } from '../../src/pipeline/build.js';
import type { Query } from '../../src/plan/query.js';
import { textHash } from '../../src/support/canonical-json.js';
import { loadCommonJs } from '../../src/support/load-commonjs.js';
import {
  aggregated,
  column,
  goldColumns,
  makeShop,
  type Shop,
  salesByArea,
  salesSql,
  shopProduct,
  writeParquet,
} from './shop.js';

const { DuckDBInstance: instances }: typeof import('@duckdb/node-api') = loadCommonJs('@duckdb/node-api');

let shop: Shop;
beforeEach(async () => {
  shop = await makeShop();
});
afterEach(() => shop.remove());

/** The bytes of the build, and with how many threads each session was opened. */
async function build(threads: number, query: Query, grain: readonly string[], columns = goldColumns) {
  const create = vi.spyOn(instances, 'create').mockClear();
  const { folder } = await buildProduct({
    file: shopProduct(query, { grain, columns }),
    goldDirectory: join(shop.root, `gold-${threads}`),
    dataRoots: [shop.data],
    asOf: '2025-06-30',
    threads,
    force: false,
    onEvent: () => undefined,
  });
  const files = ['sales_by_area.parquet', 'evidence.json', 'openlineage.json', 'report.html'];
  const bytes = files.map((name) => textHash(readFileSync(join(folder, name))));
  return { bytes, sessions: create.mock.calls.map(([, settings]) => Number(settings?.threads)) };
}

describe('the threads of a build', () => {
  it('are those asked for, but for the one that writes the file and the one that reads it for its page', async () => {
    expect((await build(3, salesByArea(), ['area'])).sessions).toEqual([3, 1, 1]);
    expect((await build(1, salesByArea(), ['area'])).sessions).toEqual([1, 1]);
  });

  it('make no difference to the bytes, also where the file has several row groups', async () => {
    await writeParquet(shop, 'sale/sale.parquet', salesSql(300_000));
    const query = salesByArea({
      dimensions: [
        {
          name: 'area',
          label: 'area',
          description: 'area',
          shown: true,
          expression: column('sale', 'sale_id'),
          role: 'key',
        },
      ],
      measures: salesByArea().measures.filter(({ name }) => name === 'amount' || name === 'weight'),
    });
    const columns = goldColumns
      .filter(({ name }) => ['area', 'amount', 'weight'].includes(name))
      .map((gold) =>
        gold.name === 'area' ? { ...gold, type: { kind: 'integer', bits: 32 } as const, nullable: false } : gold,
      );
    const one = await build(1, query, ['area'], columns);
    expect((await build(4, query, ['area'], columns)).bytes).toEqual(one.bytes);
  });

  it('are one where floats are added up over windows', async () => {
    const share = {
      name: 'weight',
      label: 'weight',
      description: 'weight',
      shown: true,
      unit: null,
      definition: { kind: 'share', of: aggregated('sum', column('sale', 'weight')), within: [], factor: 1 },
    } as const;
    const columns = goldColumns.filter(({ name }) => ['area', 'weight'].includes(name));
    expect((await build(2, salesByArea({ measures: [share] }), ['area'], columns)).sessions).toEqual([1, 1]);
  });
});
