import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Evidence, RowAccountingFacts } from '../../src/plan/evidence.js';
import type { ProductFile, SourceTable } from '../../src/plan/product.js';
import type { AggregateQuery, PlanDataset, Query, SemanticPlan } from '../../src/plan/query.js';
import { provePremises } from '../../src/proof/premises.js';
import { prove } from '../../src/proof/prove.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregated,
  column,
  equal,
  literal,
  makeShop,
  type Shop,
  salesByArea,
  shopProduct,
  shopSources,
  writeParquet,
} from '../build/shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await makeShop();
  await writeParquet(
    shop,
    'rates/rates.parquet',
    `SELECT 1 + i % 7 AS shop_id, CASE WHEN i < 7 THEN NULL ELSE DATE '2025-02-01' END::DATE AS since, i::INTEGER AS rate FROM range(14) t(i)`,
  );
  await writeParquet(
    shop,
    'notes/notes.parquet',
    `SELECT CASE WHEN i % 10 = 0 THEN NULL ELSE (i % 20)::VARCHAR END AS sale_id, CASE WHEN i % 9 = 0 THEN 'many' ELSE i::VARCHAR END AS stars, i::INTEGER AS version FROM range(100) t(i)`,
  );
});
afterEach(() => shop.remove());

const asOf = '2025-06-30';
const integer = { kind: 'integer', bits: 32 } as const;
const moreSources: readonly SourceTable[] = [
  ...shopSources,
  table('rates', { shop_id: { kind: 'integer', bits: 64 }, since: { kind: 'date' }, rate: integer }),
  table('notes', { sale_id: { kind: 'text' }, stars: { kind: 'text' }, version: integer }),
];

function table(
  dataset: string,
  columns: Readonly<Record<string, SourceTable['columns'][number]['type']>>,
): SourceTable {
  return {
    dataset,
    description: dataset,
    owner: null,
    format: { kind: 'parquet' },
    files: [`${dataset}/${dataset}.parquet`],
    columns: Object.entries(columns).map(([name, type]) => ({
      name,
      type,
      nullable: true,
      description: '',
      pii: null,
    })),
    keys: [],
    freshness: null,
  };
}

/** The product of the query over what the plan makes, with the columns that the compiler says it has. */
function productOf(query: Query, datasets: readonly PlanDataset[], grain: readonly string[]): ProductFile {
  const file = shopProduct(query, { grain, sources: moreSources });
  const plan = { ...file.plan, datasets };
  const columns = compile(plan, moreSources, { asOf }).columns.map((known) => ({
    ...known,
    label: known.name,
    description: known.name,
    role: 'measure' as const,
    unit: null,
    additivity: null,
    pii: null,
  }));
  return { ...file, plan, model: { ...file.model, columns } };
}

async function evidenceOf(file: ProductFile, fault = (sql: string): string => sql): Promise<Evidence> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    await engine.mount(file.sources.map((source) => ({ table: source, root: shop.data })));
    const compiled = (plan: SemanticPlan): string => fault(compile(plan, file.sources, { asOf }).sql);
    mkdirSync(shop.gold, { recursive: true });
    const goldPath = join(shop.gold, 'gold.parquet');
    await engine.run(`COPY (${compiled(file.plan)}) TO '${goldPath}' (FORMAT parquet)`);
    const premises = await provePremises(engine, file.plan, file.sources);
    return await prove({ engine, file, asOf, goldPath, premises, sources: [], compile: compiled });
  } finally {
    engine.close();
  }
}

const statuses = ({ entries }: Evidence): Readonly<Record<string, string>> =>
  Object.fromEntries(entries.map(({ id, status }) => [id, status]));
const accountOf = ({ entries }: Evidence, id: string): RowAccountingFacts | null => {
  const found = entries.find((entry) => entry.id === id);
  return found?.kind === 'row_accounting' ? found.facts : null;
};

const output = (name: string) => ({ name, label: name, description: '', shown: true });
const perShop: PlanDataset = {
  kind: 'query',
  name: 'sales_per_shop',
  description: '',
  query: {
    ...salesByArea(),
    tables: [{ id: 'sale', dataset: 'sale' }],
    joins: [],
    dimensions: [{ ...output('shop_id'), expression: column('sale', 'shop_id'), role: 'key' }],
    measures: [{ ...output('sales'), unit: null, definition: aggregated('count', null) }],
  },
};
const overShops: AggregateQuery = {
  ...salesByArea(),
  tables: [
    { id: 'per', dataset: 'sales_per_shop' },
    { id: 'shop', dataset: 'shop' },
  ],
  joins: [{ from: 'per', to: 'shop', on: [{ from: 'shop_id', to: 'shop_id' }], cardinality: 'many_to_one' }],
  filter: null,
  measures: [
    { ...output('average'), unit: null, definition: { ...aggregated('avg', column('per', 'sales')), home: 'per' } },
    { ...output('total'), unit: null, definition: { ...aggregated('sum', column('per', 'sales')), home: 'per' } },
  ],
};

describe('a product over a table that the plan makes', () => {
  it('is proved, and every source row is told on its way', async () => {
    const evidence = await evidenceOf(productOf(overShops, [perShop], ['area']));
    expect(statuses(evidence)).toMatchObject({
      'rows.per': 'proved',
      'rows.sales_per_shop.sale': 'proved',
      'reconciliation.total': 'proved',
      'groups.per': 'proved',
      result: 'proved',
    });
    expect(Object.values(statuses(evidence))).not.toContain('failed');
    expect(accountOf(evidence, 'rows.sales_per_shop.sale')).toMatchObject({
      rowsIn: 500,
      inGold: 400,
      excluded: [{ rows: 100 }],
    });
  });

  it('fails where the table loses rows', async () => {
    const file = productOf(overShops, [perShop], ['area']);
    const evidence = await evidenceOf(file, (sql) =>
      sql.includes('dpb_rows') ? sql : sql.replace('GROUP BY 1\n', 'AND sale.shop_id <> 3\n    GROUP BY 1\n'),
    );
    expect(statuses(evidence)['rows.sales_per_shop.sale']).not.toBe('proved');
  });

  it('says which conditions a home cannot be tested on', async () => {
    const query: AggregateQuery = {
      ...overShops,
      tables: [...overShops.tables, { id: 'sale', dataset: 'sale' }],
      dimensions: [],
      measures: [
        ...overShops.measures.slice(1),
        { ...output('sales'), unit: null, definition: aggregated('count', null) },
      ],
      filter: equal(column('sale', 'state'), literal('done')),
    };
    const evidence = await evidenceOf(productOf(query, [perShop], []));
    expect(accountOf(evidence, 'rows.per')).toMatchObject({ notApplied: ["sale.state = 'done'"], excluded: [] });
    expect(accountOf(evidence, 'rows.sale')).toMatchObject({ notApplied: [], excluded: [{ rows: 100 }] });
  });
});

describe('a prepared table', () => {
  const prepared: PlanDataset = {
    kind: 'prepared',
    name: 'latest_notes',
    description: '',
    from: ['notes'],
    columns: [
      { name: 'sale_id', cast: { to: integer, onFailure: 'null' } },
      { name: 'stars', cast: { to: integer, onFailure: 'drop' } },
      { name: 'version', cast: null },
    ],
    dedupe: { key: ['sale_id'], latestBy: ['version'] },
  };
  const counted: AggregateQuery = {
    ...overShops,
    tables: [{ id: 'note', dataset: 'latest_notes' }],
    joins: [],
    dimensions: [],
    measures: [
      { ...output('stars'), unit: null, definition: { ...aggregated('sum', column('note', 'stars')), home: 'note' } },
    ],
  };

  it('tells each row that a cast refuses or that a later one replaces', async () => {
    const evidence = await evidenceOf(productOf(counted, [prepared], []));
    expect(statuses(evidence)).toMatchObject({ 'rows.latest_notes': 'proved', 'reconciliation.stars': 'proved' });
    expect(accountOf(evidence, 'rows.latest_notes')).toEqual({
      home: 'latest_notes',
      dataset: 'notes',
      rowsIn: 100,
      // 18 keys, and the rows without one.
      inGold: 18 + 10 - 1 - 1,
      beyondHavingOrLimit: 0,
      excluded: [
        { condition: 'stars fits integer', rows: 12 },
        { condition: 'latest row of its sale_id', rows: 62 },
      ],
      unmatched: [],
      notApplied: [],
    });
  });

  it('fails where a row is gone that is the latest', async () => {
    const evidence = await evidenceOf(productOf(counted, [prepared], []), (sql) =>
      sql.replace('"position" = 1', '"position" = 1 AND coalesce(sale_id, 0) <> 4'),
    );
    expect(statuses(evidence)['rows.latest_notes']).toBe('failed');
  });
});

describe('a history', () => {
  it('is looked up a second time without a join', async () => {
    const query: AggregateQuery = {
      ...salesByArea(),
      tables: [
        { id: 'sale', dataset: 'sale' },
        { id: 'rate', dataset: 'rates' },
      ],
      joins: [
        {
          from: 'sale',
          to: 'rate',
          on: [{ from: 'shop_id', to: 'shop_id' }],
          cardinality: 'many_to_one',
          during: { at: 'sold_on', start: 'since', end: null },
        },
      ],
      dimensions: [{ ...output('rate'), expression: column('rate', 'rate'), role: 'key' }],
      measures: [{ ...output('amount'), unit: null, definition: aggregated('sum', column('sale', 'amount')) }],
    };
    const file = productOf(query, [], ['rate']);
    const evidence = await evidenceOf(file);
    // Sales before the first rate of their shop have none: that is told, and blocks nothing.
    const failed = evidence.entries.filter(({ status }) => status === 'failed');
    expect(failed).toMatchObject([{ id: 'coverage.sale.rates', severity: 'warning' }]);
    expect(statuses(evidence)).toMatchObject({ 'groups.sale': 'proved', 'reconciliation.amount': 'proved' });
    const shifted = await evidenceOf(file, (sql) => sql.replace('sale.sold_on < rate', 'sale.sold_on <= rate'));
    expect(statuses(shifted)['groups.sale']).toBe('failed');
  });
});

describe('a key that is none', () => {
  const premise = async (shops: string): Promise<string> => {
    await writeParquet(shop, 'shop/shop.parquet', shops);
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    const sources = shopSources.map((source) =>
      source.dataset === 'shop'
        ? {
            ...source,
            columns: [
              ...source.columns,
              { name: 'opened', type: { kind: 'date' }, nullable: true, description: '', pii: null } as const,
            ],
          }
        : source,
    );
    try {
      await engine.mount(sources.map((source) => ({ table: source, root: shop.data })));
      const [found] = await provePremises(engine, shopProduct().plan, sources);
      return found?.why ?? '';
    } finally {
      engine.close();
    }
  };

  it('says how many, which, and what to declare where nearly all are unique', async () => {
    const why = await premise(
      `SELECT CASE WHEN i > 48 THEN 5 ELSE i END::INTEGER AS shop_id, 'x' AS area, DATE '2020-01-01' + i::INTEGER AS opened FROM range(1, 51) t(i)`,
    );
    expect(why).toBe(
      '1 of 48 values of shop.shop_id occur more than once: 5 (3 rows). Remove the rows, or declare in glossary.yaml which one counts: tables: {shop: {dedupe: {key: [shop_id], latest_by: opened}}}',
    );
  });

  it('proposes no time that is the same in rows of one key, and says in what they differ', async () => {
    const repeated = (area: string) =>
      `SELECT CASE WHEN i > 48 THEN 5 ELSE i END::INTEGER AS shop_id, ${area} AS area, DATE '2020-01-01' AS opened FROM range(1, 51) t(i)`;
    expect(await premise(repeated(`'area ' || i`))).toMatch(
      /latest_by: COLUMN THAT TELLS WHICH ROW IS NEWER}}}; no date or time that is read tells all of them apart, they differ in area$/,
    );
    expect(await premise(repeated(`'x'`))).toMatch(
      /equal in all columns that are read: remove the copies, or declare in glossary.yaml that one counts, whichever: .*latest_by: opened}}}$/,
    );
  });

  it('does not propose it for what repeats everywhere', async () => {
    const why = await premise(
      `SELECT (i % 5)::INTEGER AS shop_id, 'x' AS area, DATE '2020-01-01' AS opened FROM range(50) t(i)`,
    );
    expect(why).toMatch(
      /^5 of 5 values of shop.shop_id occur more than once: 0 \(10 rows\), 1 \(10 rows\), 2 \(10 rows\), …\. shop_id is no key/,
    );
  });
});
