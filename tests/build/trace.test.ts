import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { buildProduct } from '../../src/pipeline/build.js';
import { type Trace, traceProduct } from '../../src/pipeline/trace.js';
import type { ProductFile } from '../../src/plan/product.js';
import { repository } from '../cli/workspace.js';
import { aggregated, makeShop, type Shop, salesByArea, salesSql, shopProduct, writeParquet } from './shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await makeShop();
});
afterEach(() => shop.remove());

/** Builds the product; JSON is YAML, so the product file needs no emitter here. */
async function built(file: ProductFile): Promise<void> {
  mkdirSync(join(shop.products, file.name), { recursive: true });
  writeFileSync(join(shop.products, file.name, `${file.name}.dpb.yaml`), JSON.stringify(file));
  await buildProduct({
    file,
    goldDirectory: shop.gold,
    dataRoots: [shop.data],
    asOf: '2025-06-30',
    threads: 1,
    force: false,
    onEvent: () => undefined,
  });
}

const trace = (where: readonly string[], measure: string | null = null): Promise<Trace> =>
  traceProduct({
    name: 'sales_by_area',
    where,
    measure,
    goldDirectory: shop.gold,
    productsDirectory: shop.products,
    buildId: null,
    dataRoots: [shop.data],
    threads: 1,
    onEvent: () => undefined,
  });

/** Sale ids of the source with a condition, by SQL of its own. */
async function sales(condition: string): Promise<readonly unknown[]> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  const { rows } = await engine.query(
    `SELECT sale_id FROM read_parquet('${join(shop.data, 'sale/sale.parquet')}') s LEFT JOIN read_parquet('${join(shop.data, 'shop/shop.parquet')}') USING (shop_id) WHERE ${condition} ORDER BY 1`,
  );
  engine.close();
  return rows.map(([id]) => id);
}

/** The values of a column of the only table, for rows that count or not. */
function found({ homes }: Trace, name: string, counts: boolean): readonly unknown[] {
  const [home] = homes;
  const position = home?.table.columns.findIndex((column) => column.name === name) ?? -1;
  return (home?.table.rows ?? []).filter(([why]) => (why === null) === counts).map((row) => row[position]);
}

describe('a trace', () => {
  it('gives the rows behind a number, and those left out with why', async () => {
    await built(shopProduct());
    const traced = await trace(['area=north']);
    expect(found(traced, 'sale_id', true)).toEqual(await sales("area = 'north' AND state = 'done'"));
    expect(found(traced, 'sale_id', false)).toEqual(await sales("area = 'north' AND state <> 'done'"));
    expect(new Set(found(traced, 'why_not', false))).toEqual(new Set(["not so: sale.state = 'done'"]));
    expect(traced.homes[0]).toMatchObject({ home: 'sale', dataset: 'sale' });
    expect(traced.notes).toEqual([]);
  });

  it('gives those of the group without a value', async () => {
    await built(shopProduct());
    expect(found(await trace(['area=']), 'sale_id', true)).toEqual(await sales("area IS NULL AND state = 'done'"));
  });

  it('tells rows without a partner, rows beyond a limit and rows that a measure holds back', async () => {
    const large = {
      kind: 'comparison',
      operator: 'gt',
      left: { kind: 'column', table: 'sale', column: 'amount' },
      right: { kind: 'literal', literal: { type: 'integer', value: '90' } },
    } as const;
    const query = salesByArea({
      unmatched: 'drop',
      filter: null,
      orderBy: [{ by: 'amount', direction: 'descending', nulls: 'last' }],
      limit: { count: 1, per: [], ties: 'cut' },
    });
    const measures = query.measures.map((measure) =>
      measure.name === 'sales' ? { ...measure, definition: aggregated('count', null, large) } : measure,
    );
    await built(shopProduct({ ...query, measures }));
    const reasons = (traced: Trace) => [...new Set(found(traced, 'why_not', false))].sort();
    expect(reasons(await trace([]))).toEqual(['its group was left out by having or limit', 'no partner in shop']);
    const held = await trace([], 'sales');
    expect(reasons(held)).toContain('not counted by sales: sale.amount > 90');
    const engineRows = (await trace([])).homes[0];
    expect((engineRows?.counted ?? 0) + (engineRows?.excluded ?? 0)).toBe(500);
  });

  it('says where sources are not those of the build, and what it cannot read', async () => {
    await built(shopProduct());
    await writeParquet(shop, 'sale/sale.parquet', salesSql(501));
    expect((await trace([])).notes.join()).toMatch(/not those of the build/);
    await expect(trace(['aera=north'])).rejects.toThrow(/no column "aera"/);
    await expect(trace(['north'])).rejects.toThrow(/not column=value/);
    await expect(trace(['sales=x'])).rejects.toThrow(/no bigint/);
    await expect(trace(['sales=3'])).rejects.toThrow(/no dimension/);
    await expect(trace([], 'area')).rejects.toThrow(/no measure "area"/);
  });

  it('reads a month as people write it', async () => {
    const query = salesByArea();
    const month = {
      kind: 'time_truncate',
      unit: 'month',
      operand: { kind: 'column', table: 'sale', column: 'sold_on' },
    } as const;
    const [area] = query.dimensions;
    const [amount] = query.measures;
    if (area === undefined || amount === undefined) throw new Error('the sample has changed');
    const dimension = { ...area, name: 'month', label: 'month', expression: month };
    const gold = { label: '', description: '', role: 'measure', unit: null, additivity: null, pii: null } as const;
    const columns = [
      { ...gold, name: 'month', type: { kind: 'date' }, nullable: true, role: 'key' },
      { ...gold, name: 'amount', type: { kind: 'decimal', precision: 38, scale: 2 }, nullable: true },
    ] as const;
    await built(shopProduct({ ...query, dimensions: [dimension], measures: [amount] }, { columns, grain: ['month'] }));
    expect(found(await trace(['month=2025-02']), 'sale_id', true)).toEqual(
      await sales("month(sold_on) = 2 AND state = 'done'"),
    );
  });

  it('is a command with rows as table, JSON and CSV', async () => {
    await built(shopProduct());
    const dpb = async (...args: string[]) =>
      execa(process.execPath, [join(repository, 'bin/dpb.js'), 'trace', 'sales_by_area', ...args], {
        cwd: shop.root,
        env: { DPB_DATA: shop.data },
        reject: false,
        stdin: 'ignore',
      });
    const json = await dpb('area=south', '--format', 'json');
    expect(json.exitCode, json.stderr).toBe(0);
    const parsed: unknown = JSON.parse(json.stdout);
    expect(parsed).toMatchObject({ notes: [], tables: [{ dataset: 'sale' }] });
    const csv = await dpb('area=south', '--measure', 'amount', '--format', 'csv');
    expect(csv.stdout.split('\r\n')[0]).toMatch(/^why_not,sale_id/);
    const table = await dpb('area=south');
    expect(table.stdout).toMatch(/sale: \d+ rows count, \d+ were left out/);
    expect((await dpb('area')).exitCode).toBe(2);
  });
});
