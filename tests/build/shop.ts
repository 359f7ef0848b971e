import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { type BuildOptions, type BuildOutcome, buildProduct } from '../../src/pipeline/build.js';
import type { VerifyOptions } from '../../src/pipeline/verify.js';
import type { DataType } from '../../src/plan/data-type.js';
import type { GoldColumn, ProductFile, QualityRule, SourceTable } from '../../src/plan/product.js';
import type { AggregateMeasure, AggregateQuery, Expression, Query } from '../../src/plan/query.js';

/** A small world of sales in shops, made anew for each test: dimension rows without facts, orphan and null keys included. */
export interface Shop {
  readonly root: string;
  readonly data: string;
  readonly gold: string;
  readonly products: string;
  remove(): void;
}

const decimal: DataType = { kind: 'decimal', precision: 10, scale: 2 };
const integer: DataType = { kind: 'integer', bits: 32 };
const text: DataType = { kind: 'text' };

export async function makeShop(): Promise<Shop> {
  const root = mkdtempSync(join(tmpdir(), 'dpb-shop-'));
  const shop = {
    root,
    data: join(root, 'data'),
    gold: join(root, 'gold'),
    products: join(root, 'products'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  await writeParquet(shop, 'sale/sale.parquet', salesSql(500));
  await writeParquet(shop, 'shop/shop.parquet', shopsSql);
  return shop;
}

export const shopsSql = `SELECT i::INTEGER AS shop_id, CASE i % 3 WHEN 0 THEN 'north' WHEN 1 THEN 'south' END AS area FROM range(1, 8) t(i)`;

/** Every 11th sale has no shop, every 13th one that does not exist; one in five is void. Ten shop keys, of which 8 to 10 are unknown. */
export function salesSql(rows: number): string {
  return `SELECT i::INTEGER AS sale_id,
    CASE WHEN i % 11 = 0 THEN NULL WHEN i % 13 = 0 THEN 99 ELSE 1 + i % 7 END::INTEGER AS shop_id,
    DATE '2025-01-01' + (i % 90)::INTEGER AS sold_on,
    (i * 37 % 1000 / 10)::DECIMAL(10,2) AS amount,
    (i * 0.1)::DOUBLE AS weight,
    CASE WHEN i % 5 = 0 THEN 'void' ELSE 'done' END AS state
  FROM range(${rows}) t(i)`;
}

export async function writeParquet(shop: Shop, path: string, sql: string): Promise<void> {
  const whole = join(shop.data, path);
  mkdirSync(dirname(whole), { recursive: true });
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  await engine.run(`COPY (${sql}) TO '${whole}' (FORMAT parquet)`);
  engine.close();
}

export const column = (table: string, name: string): Expression => ({ kind: 'column', table, column: name });
export const literal = (value: string): Expression => ({ kind: 'literal', literal: { type: 'text', value } });
export const equal = (left: Expression, right: Expression): Expression => ({
  kind: 'comparison',
  operator: 'eq',
  left,
  right,
});

export function aggregated(
  name: AggregateMeasure['function'],
  argument: Expression | null,
  filter: Expression | null = null,
): AggregateMeasure {
  return { kind: 'aggregate', function: name, home: 'sale', argument, filter, fraction: null, orderedBy: null };
}

const plainOutput = (name: string) => ({ name, label: name, description: name, shown: true });

/** Sales by area of the shop: a sum, a count, an extreme, a float, a distinct count, a mean. */
export function salesByArea(changes: Partial<AggregateQuery> = {}): AggregateQuery {
  return {
    kind: 'aggregate',
    tables: [
      { id: 'sale', dataset: 'sale' },
      { id: 'shop', dataset: 'shop' },
    ],
    joins: [{ from: 'sale', to: 'shop', on: [{ from: 'shop_id', to: 'shop_id' }], cardinality: 'many_to_one' }],
    unmatched: 'keep',
    every: null,
    dimensions: [{ ...plainOutput('area'), expression: column('shop', 'area'), role: 'key' }],
    measures: [
      { ...plainOutput('amount'), unit: null, definition: aggregated('sum', column('sale', 'amount')) },
      { ...plainOutput('sales'), unit: null, definition: aggregated('count', null) },
      { ...plainOutput('largest'), unit: null, definition: aggregated('max', column('sale', 'amount')) },
      { ...plainOutput('weight'), unit: null, definition: aggregated('sum', column('sale', 'weight')) },
      { ...plainOutput('days'), unit: null, definition: aggregated('count_distinct', column('sale', 'sold_on')) },
    ],
    filter: equal(column('sale', 'state'), literal('done')),
    having: null,
    orderBy: [],
    limit: null,
    ...changes,
  };
}

const source = (dataset: string, columns: readonly (readonly [string, DataType])[], key: string): SourceTable => ({
  dataset,
  description: dataset,
  owner: null,
  format: { kind: 'parquet' },
  files: [`${dataset}/${dataset}.parquet`],
  columns: columns.map(([name, type]) => ({ name, type, nullable: name !== key, description: name, pii: null })),
  keys: [[key]],
  freshness: null,
});

export const shopSources: readonly SourceTable[] = [
  source(
    'sale',
    [
      ['sale_id', integer],
      ['shop_id', integer],
      ['sold_on', { kind: 'date' }],
      ['amount', decimal],
      ['weight', { kind: 'double' }],
      ['state', text],
    ],
    'sale_id',
  ),
  source(
    'shop',
    [
      ['shop_id', integer],
      ['area', text],
    ],
    'shop_id',
  ),
];

const wide: DataType = { kind: 'decimal', precision: 38, scale: 2 };
const bigint: DataType = { kind: 'integer', bits: 64 };

const goldColumn = (name: string, type: DataType, role: GoldColumn['role'], nullable = true): GoldColumn => ({
  name,
  label: name,
  description: name,
  type,
  nullable,
  role,
  unit: null,
  additivity: null,
  pii: null,
});

export const goldColumns: readonly GoldColumn[] = [
  goldColumn('area', text, 'key'),
  goldColumn('amount', wide, 'measure'),
  goldColumn('sales', bigint, 'measure', false),
  goldColumn('largest', decimal, 'measure'),
  goldColumn('weight', { kind: 'double' }, 'measure'),
  goldColumn('days', bigint, 'measure', false),
];

/** The product file of a query over the shop; the gold's columns are written by hand, not by the modeling that they check. */
export function shopProduct(
  query: Query = salesByArea(),
  changes: {
    readonly columns?: readonly GoldColumn[];
    readonly grain?: readonly string[];
    readonly rules?: readonly QualityRule[];
    readonly sources?: readonly SourceTable[];
  } = {},
): ProductFile {
  return {
    dpb: 1,
    name: 'sales_by_area',
    version: '1.0.0',
    title: 'Sales by area',
    request: 'sales by area',
    reading: 'sales by area',
    assumptions: [],
    useCaseId: null,
    owner: { name: 'team', contact: null },
    sla: { freshness: null, latency: null, completeness: null, accuracy: null },
    plan: { version: 1, query, time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 } },
    sources: changes.sources ?? shopSources,
    model: {
      name: 'sales_by_area',
      schema: 'gold',
      description: 'Sales by area',
      grainText: 'one row per area',
      grain: changes.grain ?? ['area'],
      columns: changes.columns ?? goldColumns,
      partitionBy: null,
      sortBy: [],
    },
    rules: changes.rules ?? [],
  };
}

/** Builds the shop's product, or as `changes` say. */
export const buildIn = (shop: Shop, changes: Partial<BuildOptions> = {}): Promise<BuildOutcome> =>
  buildProduct({
    file: shopProduct(),
    goldDirectory: shop.gold,
    dataRoots: [shop.data],
    asOf: '2025-06-30',
    threads: 1,
    force: false,
    onEvent: () => undefined,
    ...changes,
  });

/** The newest build of the shop's product, as commands about builds are told of it. */
export const newestBuildIn = (shop: Shop): VerifyOptions => ({
  name: 'sales_by_area',
  goldDirectory: shop.gold,
  productsDirectory: shop.products,
  buildId: null,
  dataRoots: [shop.data],
  threads: 1,
  onEvent: () => undefined,
});

/** Writes the product file where commands look for it; JSON is YAML, so it needs no emitter here. */
export function defineIn(shop: Shop, file: ProductFile): void {
  mkdirSync(join(shop.products, file.name), { recursive: true });
  writeFileSync(join(shop.products, file.name, `${file.name}.dpb.yaml`), JSON.stringify(file));
}
