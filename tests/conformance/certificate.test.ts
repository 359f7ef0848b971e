import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkspace, shopData, shopGlossary, type TestWorkspace } from '../commands/workspace.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isWindows = process.platform === 'win32';
const tools = join(root, '.conformance/venv', isWindows ? 'Scripts' : 'bin');
const tool = (name: string): string => join(tools, isWindows ? `${name}.exe` : name);
const submit = join(tools, isWindows ? 'spark-submit.cmd' : 'spark-submit');

let workspace: TestWorkspace;
const common = ['--data', shopData, '--glossary', shopGlossary];

beforeAll(async () => {
  workspace = makeWorkspace();
  const request = 'monthly revenue and discounts given by region for completed orders';
  const made = await workspace.dpb(['generate', request, '--name', 'sales', '--as-of', '2026-06-30', ...common]);
  expect(made, made.stderr).toMatchObject({ exitCode: 0 });
});
afterAll(() => workspace.remove());

const inBuild = (name: string) =>
  JSON.parse(readFileSync(join(workspace.folder, 'gold/sales/current', name), 'utf8')) as Readonly<
    Record<string, unknown>
  >;

describe('the real engines, started by dpb', () => {
  test('build --engine spark publishes what a spark-submit computed like DuckDB', async () => {
    const spark = ['--engine', 'spark', '--spark-submit', submit, '--master', 'local[2]'];
    const conf = ['--submit', '--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2'];
    const built = await workspace.dpb(['build', 'sales', '--as-of', '2026-06-30', ...spark, ...conf, ...common]);
    expect(built, built.stderr).toMatchObject({ exitCode: 0 });
    expect(inBuild('spark.json')).toMatchObject({ engine: 'spark', engineVersion: expect.stringMatching(/^4\./) });
  });

  test.each([
    ['dbt', tool('dbt'), /^dbt 1\./],
    ['python', tool('python'), /^Python 3\.\d+\.\d+, duckdb 1\./],
  ])('verify --engine %s certifies the rows of the build', async (engine, path, version) => {
    const done = await workspace.dpb(['verify', 'sales', '--engine', engine, '--tool', path, ...common]);
    expect(done, done.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('verified') });
    const { exactHash, rows } = inBuild('spark.json');
    const certificate = inBuild(`certificate.${engine}.json`);
    expect(certificate).toMatchObject({ engineVersion: expect.stringMatching(version), rows, exactHash });
  });
});
