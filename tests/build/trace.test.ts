import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { type Trace, traceProduct } from '../../src/pipeline/trace.js';
import type { ProductFile, SourceTable } from '../../src/plan/product.js';
import type { PreparedDataset, QueryDataset } from '../../src/plan/query.js';
import { repository } from '../commands/workspace.js';
import {
  aggregated,
  buildIn,
  defineIn,
  makeShop,
  newestBuildIn,
  type Shop,
  salesByArea,
  salesSql,
  shopProduct,
  shopSources,
  writeParquet,
} from './shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await makeShop();
});
afterEach(() => shop.remove());

/** Defines the product and builds it. */
async function built(file: ProductFile): Promise<void> {
  defineIn(shop, file);
  await buildIn(shop, { file });
}

const trace = (where: readonly string[], measure: string | null = null): Promise<Trace> =>
  traceProduct({ ...newestBuildIn(shop), where, measure });

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

  it('tells the nearest value of one that the product does not have', async () => {
    await built(shopProduct());
    await expect(trace(['area=nort'])).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining('no row of the product has "nort" in area: did you mean "north"?'),
    });
    await expect(trace(['area=atlantis'])).rejects.toThrow(/it has "/);
    await expect(trace(['area=null'])).rejects.toThrow(/; area= asks for what has no value there/);
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

  describe('over tables that the plan makes', () => {
    const gold = { label: '', description: '', role: 'measure', unit: null, additivity: null, pii: null } as const;
    const output = (name: string) => ({ name, label: name, description: '', shown: true });
    const counted = {
      ...gold,
      name: 'shops',
      type: { kind: 'integer', bits: 64 },
      nullable: false,
    } as const;

    it('follows the rows of an inner query down to those of the source', async () => {
      const perShop: QueryDataset = {
        kind: 'query',
        name: 'sales_per_shop',
        description: '',
        query: {
          ...salesByArea(),
          tables: [{ id: 'sale', dataset: 'sale' }],
          joins: [],
          dimensions: [
            { ...output('shop_id'), expression: { kind: 'column', table: 'sale', column: 'shop_id' }, role: 'key' },
          ],
          measures: [{ ...output('sales'), unit: null, definition: aggregated('count', null) }],
        },
      };
      const query = salesByArea({
        tables: [{ id: 'per', dataset: 'sales_per_shop' }],
        joins: [],
        filter: null,
        dimensions: [
          { ...output('sales'), expression: { kind: 'column', table: 'per', column: 'sales' }, role: 'key' },
        ],
        measures: [{ ...output('shops'), unit: null, definition: { ...aggregated('count', null), home: 'per' } }],
      });
      const columns = [{ ...counted, name: 'sales', role: 'key' }, counted] as const;
      const file = shopProduct(query, { columns, grain: ['sales'] });
      await built({ ...file, plan: { ...file.plan, datasets: [perShop] } });
      const engine = await openEngine({ threads: 1, memoryLimit: null });
      const groups = await engine.query(
        `SELECT shop_id, count(*) FROM read_parquet('${join(shop.data, 'sale/sale.parquet')}') WHERE state = 'done' GROUP BY 1 ORDER BY 1 LIMIT 1`,
      );
      engine.close();
      const [shopId, sold] = groups.rows[0] ?? [];
      const traced = await trace([`sales=${String(sold)}`]);
      expect(traced.homes.map(({ dataset, made }) => [dataset, made])).toEqual([
        ['sales_per_shop', true],
        ['sale', false],
      ]);
      const shops = traced.homes[0]?.table.rows.map(([, id]) => id) ?? [];
      expect(shops).toContain(shopId);
      const below: Trace = { ...traced, homes: traced.homes.slice(1) };
      const inShops = `shop_id IN (${shops.map(String).join(', ')})`;
      expect(found(below, 'sale_id', true)).toEqual(await sales(`${inShops} AND state = 'done'`));
      expect(found(below, 'sale_id', false)).toEqual(await sales(`${inShops} AND state <> 'done'`));
    });

    it('tells rows that a later one of their key replaced, that no cast takes, and that are there twice', async () => {
      await writeParquet(
        shop,
        'notes/notes.parquet',
        `SELECT * FROM (VALUES (1, '5', 1), (1, '4', 2), (1, '4', 2), (2, 'many', 3), (2, '4', 1), (NULL, '4', 1), (NULL, '4', 1), (3, '9', 1)) AS t(sale_id, stars, version)`,
      );
      const integer = { kind: 'integer', bits: 32 } as const;
      const column = (name: string, type: SourceTable['columns'][number]['type']) =>
        ({ name, type, nullable: true, description: '', pii: null }) as const;
      const [first] = shopSources;
      if (first === undefined) throw new Error('the sample has changed');
      const notes: SourceTable = {
        ...first,
        dataset: 'notes',
        files: ['notes/notes.parquet'],
        keys: [],
        columns: [column('sale_id', integer), column('stars', { kind: 'text' }), column('version', integer)],
      };
      const prepared: PreparedDataset = {
        kind: 'prepared',
        name: 'latest_notes',
        description: '',
        from: ['notes'],
        columns: [
          { name: 'sale_id', cast: null },
          { name: 'stars', cast: { to: integer, onFailure: 'drop' } },
          { name: 'version', cast: null },
        ],
        dedupe: { key: ['sale_id'], latestBy: ['version'] },
      };
      const query = salesByArea({
        tables: [{ id: 'note', dataset: 'latest_notes' }],
        joins: [],
        filter: null,
        dimensions: [
          { ...output('stars'), expression: { kind: 'column', table: 'note', column: 'stars' }, role: 'key' },
        ],
        measures: [{ ...output('shops'), unit: null, definition: { ...aggregated('count', null), home: 'note' } }],
      });
      const columns = [{ ...gold, name: 'stars', type: integer, nullable: true, role: 'key' }, counted] as const;
      const file = shopProduct(query, { columns, grain: ['stars'], sources: [notes] });
      await built({ ...file, plan: { ...file.plan, datasets: [prepared] } });
      const traced = await trace(['stars=4']);
      expect(traced.homes.map(({ dataset, counted: count, excluded }) => [dataset, count, excluded])).toEqual([
        ['latest_notes', 4, 0],
        ['notes', 4, 3],
      ]);
      expect(traced.homes[1]?.table.rows).toEqual([
        [null, null, '4', 1],
        [null, null, '4', 1],
        [null, 1, '4', 2],
        [null, 2, '4', 1],
        ['a later row of its sale_id counts', 1, '5', 1],
        ['not so: stars fits integer', 2, 'many', 3],
        ['the same row is there before', 1, '4', 2],
      ]);
    });
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
