import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KnowledgeGraph } from '../../src/catalog/catalog.js';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import { packagingAgent } from '../../src/packaging/agent.js';
import type { ServiceLevel } from '../../src/plan/product.js';
import type { RunState } from '../../src/plan/run-state.js';
import { qualityAgent } from '../../src/quality/agent.js';
import { sampleProduct } from '../packaging/sample-product.js';
import { feeRule, libraryCatalog } from './library-catalog.js';

const { file } = sampleProduct;

const stateWith = (sla: ServiceLevel, asOf = '2025-03-02'): RunState => ({
  request: {
    text: file.request,
    name: null,
    owner: null,
    sla: null,
    useCaseId: 'LIB-7',
    asOf,
    time: file.plan.time,
    unmatched: 'keep',
    strict: false,
    chosen: null,
    threshold: 0.5,
  },
  catalogId: 'library',
  readings: null,
  selection: {
    status: 'answered',
    reading: {
      plan: file.plan,
      echo: file.reading,
      words: [],
      assumptions: file.assumptions,
      unresolved: [],
      score: 1,
      confidence: 1,
      result: null,
    },
    alternatives: [],
    candidates: [],
    joinPath: [],
    rounds: 1,
    message: null,
  },
  model: file.model,
  sources: file.sources,
  owner: file.owner,
  sla,
  transformation: {
    sql: sampleProduct.sql,
    spark: sampleProduct.spark,
    schemaChecked: true,
    estimatedRows: 3,
    rows: 3,
    lineage: sampleProduct.lineage,
    refresh: sampleProduct.refresh,
  },
  quality: null,
  product: null,
  files: null,
});

const graph: KnowledgeGraph = {
  catalog: libraryCatalog([feeRule]),
  findValues: async () => [],
  search: async () => [],
  relevantDatasets: async () => [],
  close: async () => {},
};
let engine: Engine;

beforeEach(async () => {
  engine = await openEngine({ threads: 1, memoryLimit: null });
  await engine.run(`CREATE TABLE loans AS SELECT * FROM (VALUES
    (1, 1, 1.50, DATE '2025-01-02'), (2, 1, NULL, DATE '2025-01-31'), (3, 2, 4.00, DATE '2025-02-01'),
    (4, 77, 2.25, DATE '2025-02-02'), (5, NULL, 0.50, DATE '2025-02-03'), (6, 1, 9.99, DATE '2025-03-01')) AS t(id, member, fee, lent_on)`);
  await engine.run(
    "CREATE TABLE members AS SELECT * FROM (VALUES (1, 'King''s Road', NULL::VARCHAR), (2, 'Nord', NULL)) AS t(id, branch, mail)",
  );
});
afterEach(() => engine.close());

const noSla: ServiceLevel = { freshness: null, latency: null, completeness: null, accuracy: null };

describe('the quality agent', () => {
  it('counts what fails in the result and in the sources', async () => {
    const { quality } = await qualityAgent(stateWith(noSla), { graph, engine });
    expect(quality?.results).toEqual([
      { ruleId: 'gold.month.not_null', checkedRows: 4, failingRows: 0, passed: true },
      { ruleId: 'gold.loan_count.not_null', checkedRows: 4, failingRows: 0, passed: true },
      { ruleId: 'gold.grain.unique', checkedRows: 4, failingRows: 0, passed: true },
      { ruleId: 'gold.row_count', checkedRows: 4, failingRows: 0, passed: true },
      { ruleId: 'gold.branch.accepted_values', checkedRows: 4, failingRows: 1, passed: false },
      { ruleId: 'gold.fees.range', checkedRows: 4, failingRows: 0, passed: true },
      { ruleId: 'source.loans.fee-limit', checkedRows: 6, failingRows: 1, passed: false },
      { ruleId: 'source.loans.member.references.members', checkedRows: 6, failingRows: 1, passed: false },
      { ruleId: 'source.loans.lent_on.freshness', checkedRows: 6, failingRows: 0, passed: true },
      ...[
        ['loans.id.unique', 6, 0],
        ['loans.id.not_null', 6, 0],
        ['loans.member.not_null', 6, 1],
        ['loans.fee.not_null', 6, 0],
        ['loans.fee.range', 6, 0],
        ['loans.lent_on.not_null', 6, 0],
        ['members.id.unique', 2, 0],
        ['members.id.not_null', 2, 0],
        ['members.branch.not_null', 2, 0],
        ['members.branch.length', 2, 0],
        ['members.mail.not_null', 2, 2],
      ].map(([id, checkedRows, failingRows]) => ({
        ruleId: `source.${id}`,
        checkedRows,
        failingRows,
        passed: failingRows === 0,
      })),
    ]);
    expect(quality?.results.map(({ ruleId }) => ruleId)).toEqual(quality?.rules.map(({ id }) => id));
  });

  it('measures every item of the service level', async () => {
    const sla = { freshness: 'P2D', latency: 'PT15M', completeness: 0.99, accuracy: 0.995 };
    const { quality } = await qualityAgent(stateWith(sla, '2025-03-04'), { graph, engine });
    expect(quality?.sla).toMatchObject([
      { item: 'freshness', target: 'P2D', measured: 'P3D', passed: false },
      { item: 'latency', target: 'PT15M', measured: null, passed: null },
      { item: 'completeness', target: '0.99', measured: '1', passed: true },
      { item: 'accuracy', target: '0.995', measured: '0.75', passed: false },
    ]);
    for (const { note } of quality?.sla ?? []) expect(note).not.toBe('');
  });

  it('measures without targets too, and judges nothing then', async () => {
    const { quality } = await qualityAgent(stateWith(noSla), { graph, engine });
    expect(quality?.sla.map(({ measured, passed }) => [measured, passed])).toEqual([
      ['P1D', null],
      [null, null],
      ['1', null],
      ['0.75', null],
    ]);
  });

  it('leaves the session as it was, and can run again', async () => {
    const tables = async (): Promise<unknown> =>
      (await engine.query('SELECT table_name FROM duckdb_tables() ORDER BY 1')).rows;
    const before = await tables();
    const first = await qualityAgent(stateWith(noSla), { graph, engine });
    expect(await tables()).toEqual(before);
    expect(await qualityAgent(stateWith(noSla), { graph, engine })).toEqual(first);
  });

  it('adds its own part alone', async () => {
    const state = stateWith(noSla);
    const after = await qualityAgent(state, { graph, engine });
    expect({ ...after, quality: null }).toEqual(state);
  });
});

describe('the packaging agent', () => {
  it('puts the parts of the state together', async () => {
    const state = await packagingAgent(await qualityAgent(stateWith(file.sla), { graph, engine }), {});
    expect(state.product?.file).toEqual({ ...file, rules: state.quality?.rules });
    expect(state.files?.at(-1)?.path).toBe('manifest.json');
  });

  it('holds nothing of the run', async () => {
    const quality = async (asOf: string): Promise<RunState> =>
      packagingAgent(await qualityAgent(stateWith(file.sla, asOf), { graph, engine }), {});
    expect((await quality('2025-03-04')).files).toEqual((await quality('2026-01-01')).files);
  });
});
