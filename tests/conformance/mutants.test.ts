import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { makeWorkspace, repository, type TestWorkspace } from '../commands/workspace.js';

const tools = join(repository, '.conformance/venv', process.platform === 'win32' ? 'Scripts' : 'bin');

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = makeWorkspace();
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  const tables = {
    pilots: `SELECT i::INTEGER AS pilot_id, CASE i % 3 WHEN 0 THEN 'Inner' WHEN 1 THEN 'Outer' ELSE 'Estuary' END AS station FROM range(1, 31) t(i)`,
    passages: `SELECT (10000 + i)::INTEGER AS passage_id, (1 + i * 7 % 30)::INTEGER AS pilot_id, DATE '2025-01-01' + (i // 10)::INTEGER AS passed_on,
      (40 + i * 37 % 900)::DECIMAL(10,2) AS dues FROM range(600) t(i)`,
  };
  for (const [name, select] of Object.entries(tables)) {
    const path = join(workspace.folder, 'own', name, 'part.parquet');
    mkdirSync(dirname(path), { recursive: true });
    await engine.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  }
  engine.close();
  const request = 'dues and number of passages by month and station';
  const made = await workspace.dpb(['generate', request, '--name', 'dues', '--data', 'own', '--quiet']);
  expect(made.exitCode, made.stderr).toBe(0);
});
afterAll(() => workspace.remove());

interface Share {
  readonly mutants: number;
  readonly caught: number;
}

interface Shares {
  readonly all: Share;
  readonly breaking: Share;
  readonly sources: Share;
}

const share = ({ caught, mutants }: Share): number => caught / mutants;

test('the tests of dbt and the suites of Great Expectations see what dpb sees: what breaks a grain, a reference, a type or a total', async () => {
  const programs = { DPB_DBT: join(tools, 'dbt'), DPB_PYTHON: join(tools, 'python') };
  const given = ['verify', 'dues', '--mutate', '--with', 'dbt,gx', '--json', '--quiet', '--data', 'own'];
  const done = await workspace.dpb(given, programs);
  expect(done.exitCode, done.stderr).toBe(0);
  const report: Shares & { readonly tools: Readonly<Record<'dbt' | 'gx', Shares>> } = JSON.parse(done.stdout);
  for (const shares of [report, report.tools.dbt, report.tools.gx]) {
    expect(shares.all.mutants).toBe(report.all.mutants);
    expect(share(shares.all)).toBeGreaterThanOrEqual(0.7);
    expect(share(shares.sources)).toBeGreaterThanOrEqual(0.7);
    expect(share(shares.breaking)).toBeGreaterThanOrEqual(0.95);
  }
});

test.each(['dbt', 'gx'])('where %s is not there, that is said', async (tool) => {
  const programs = { DPB_DBT: join(workspace.folder, 'no-dbt'), DPB_PYTHON: join(workspace.folder, 'no-python') };
  const given = ['verify', 'dues', '--mutate', '--with', tool, '--data', 'own', '--quiet'];
  const done = await workspace.dpb(given, programs);
  expect([done.exitCode, done.stderr]).toEqual([2, expect.stringContaining('[tool.missing]')]);
});
