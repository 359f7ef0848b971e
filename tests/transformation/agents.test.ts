import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog, KnowledgeGraph } from '../../src/catalog/catalog.js';
import type { Engine } from '../../src/engine/engine.js';
import { modelingAgent } from '../../src/modeling/agent.js';
import type { Query } from '../../src/plan/query.js';
import type { RunState } from '../../src/plan/run-state.js';
import { transformationAgent } from '../../src/transformation/agent.js';
import { aggregateQuery, col, compare, dimension, join, measure, order, planOf, sum, trunc } from './plan-builder.js';
import { engineWith } from './running.js';
import { shop, shopStatements } from './shop.js';

let engine: Engine;
beforeAll(async () => {
  engine = await engineWith(shopStatements);
});
afterAll(() => engine.close());

const catalog: Catalog = {
  id: 'test',
  datasets: shop.map(({ dataset, columns, keys, format, freshness, description }) => ({
    name: dataset,
    description,
    synonyms: [],
    owner: dataset === 'orders' ? 'Sales' : null,
    domain: null,
    freshness,
    format,
    root: '/nowhere',
    files: [],
    rows: 8,
    columns: columns.map((column) => ({
      ...column,
      synonyms: [],
      unit: null,
      role: 'category' as const,
      pii: null,
      profile: { nulls: 1, distinct: 3, min: '2024-01-05', max: '2025-01-07', mean: null, fractionDigits: null },
      values: null,
    })),
    keys: keys.map((key) => ({ columns: key, source: 'measured' as const })),
    popularity: 0,
  })),
  relationships: [],
  terms: [],
  metrics: [],
  rules: [],
  owners: [{ name: 'Finance', contact: 'finance@example.org', owns: ['ORDERS'] }],
  sla: { freshness: 'P1D', latency: null, completeness: 0.9, accuracy: null },
  answers: [],
  warnings: [],
  unreadable: [],
};
const graph: KnowledgeGraph = {
  catalog,
  findValues: async () => [],
  search: async () => [],
  relevantDatasets: async () => [],
  close: async () => {},
};

function stateOf(query: Query, request: Partial<RunState['request']> = {}): RunState {
  const reading = {
    plan: planOf(query),
    echo: '',
    words: [],
    assumptions: [],
    unresolved: [],
    score: 1,
    confidence: 1,
    result: null,
  };
  return {
    request: {
      text: 'x',
      name: null,
      owner: null,
      sla: null,
      useCaseId: null,
      asOf: '2024-05-15',
      time: planOf(query).time,
      unmatched: 'keep',
      strict: false,
      chosen: null,
      threshold: 0.5,
      ...request,
    },
    catalogId: 'test',
    readings: [reading],
    selection: {
      status: 'answered',
      reading,
      alternatives: [],
      candidates: [],
      joinPath: [],
      rounds: 1,
      message: null,
    },
    model: null,
    sources: null,
    owner: null,
    sla: null,
    transformation: null,
    quality: null,
    product: null,
    files: null,
  };
}

const query = aggregateQuery(['orders', 'customers'], {
  joins: [join('orders', 'customers', 'customer_id')],
  dimensions: [
    dimension('month', trunc('month', col('orders', 'ordered_on'))),
    { ...dimension('region', col('customers', 'region')), shown: false },
  ],
  measures: [measure('revenue', sum('orders', 'amount'))],
  filter: compare('lt', col('orders', 'ordered_on'), { kind: 'as_of' }),
  orderBy: [order('revenue', 'descending')],
});

describe('modeling and transformation', () => {
  it('make a model, run the plan and hold the result against it', async () => {
    const modelled = await modelingAgent(stateOf(query), { graph });
    expect(modelled.model).toMatchObject({
      name: 'monthly_revenue_by_region',
      grain: ['month', 'region'],
      partitionBy: { column: 'month', unit: 'year' },
    });
    expect(modelled.selection?.reading?.assumptions.map(({ code }) => code)).toEqual(['grain_shown']);
    expect(modelled.owner).toEqual({ name: 'Finance', contact: 'finance@example.org' });
    expect(modelled.sources?.map(({ dataset }) => dataset)).toEqual(['orders', 'customers']);
    const { transformation } = await transformationAgent(modelled, { graph, engine });
    expect(transformation).toMatchObject({ schemaChecked: true, rows: 5 });
    expect(transformation?.sql).toContain('CAST($as_of AS DATE)');
    expect(transformation?.estimatedRows).toBeGreaterThan(0);
  });

  it('find the owner in what the product is about, not in the first table of the catalog', async () => {
    const owners = [
      { name: 'CRM', contact: null, owns: ['customers'] },
      { name: 'Finance', contact: null, owns: ['ORDERS'] },
      { name: 'Growth', contact: null, owns: ['revenue'] },
    ];
    const metric = { label: '', synonyms: [], description: '', unit: null, dataset: 'orders', semiAdditive: null };
    const metrics = ['revenue', 'mean'].map((name) => ({ ...metric, name, definition: sum('orders', 'amount') }));
    const ownerOf = async (parts: Partial<Catalog>, changed = query): Promise<string | undefined> => {
      const datasets = catalog.datasets.toSorted((left, right) => left.name.localeCompare(right.name, 'en'));
      const other = { ...graph, catalog: { ...catalog, datasets, ...parts } };
      return (await modelingAgent(stateOf(changed), { graph: other })).owner?.name;
    };
    expect(await ownerOf({ owners })).toBe('Finance');
    expect(await ownerOf({ owners, metrics })).toBe('Growth');
    const two = { ...query, measures: [...query.measures, measure('mean', sum('orders', 'amount'))] };
    expect(await ownerOf({ owners, metrics }, two)).toBe('Finance');
    expect(await ownerOf({ owners: [] })).toBe('Sales');
  });

  it('take name, owner and service level from the request first', async () => {
    const request = { name: 'my_product', owner: 'Ada', sla: { freshness: 'PT1H' } };
    const modelled = await modelingAgent(stateOf(query, request), { graph });
    expect(modelled).toMatchObject({
      model: { name: 'my_product' },
      owner: { name: 'Ada', contact: null },
      sla: { freshness: 'PT1H', completeness: 0.9 },
    });
    await expect(modelingAgent(stateOf(query, { name: '../evil' }), { graph })).rejects.toThrow(/no product name/);
  });

  it('call it a bug, by column, when the result differs from the model', async () => {
    const modelled = await modelingAgent(stateOf(query), { graph });
    const other = await engineWith([...shopStatements, 'ALTER TABLE orders ALTER amount TYPE DECIMAL(14, 4)']);
    await expect(transformationAgent(modelled, { graph, engine: other })).rejects.toThrow(
      /bug.*revenue decimal\(38,2\)/i,
    );
    other.close();
  });
});
