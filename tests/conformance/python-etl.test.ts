import { mkdtemp, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const python = join(root, '.conformance/venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const data = join(root, 'data/bronze');
const request = 'daily revenue, order count and units sold by region and category for completed orders';
const asOf = '2026-07-01';

interface Comparison {
  readonly schemas: readonly (readonly (readonly [name: string, type: string])[])[];
  readonly rows: readonly number[];
  readonly only?: readonly number[];
}

/** The folder that `current` names, whether it is a link or a file that holds the build id. */
async function currentOf(parent: string): Promise<string> {
  const current = await realpath(join(parent, 'current'));
  if ((await stat(current)).isDirectory()) return current;
  return join(parent, (await readFile(current, 'utf8')).trim());
}

/** The one table below a folder: a Parquet file, or the folder of a Hive-partitioned table. */
async function tableIn(folder: string): Promise<string> {
  const names = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => name.endsWith('.parquet'));
  expect(names.map(({ name }) => name)).toHaveLength(1);
  return join(folder, names[0]?.name ?? '');
}

async function compare(left: string, right: string): Promise<Comparison> {
  const { stdout } = await execa(python, [join(root, 'tests/conformance/compare.py'), left, right]);
  return JSON.parse(stdout) as Comparison;
}

describe('the generated Python', () => {
  let workspace = '';
  let script = '';
  let gold = '';

  const runScript = (output: string, runId: string): Promise<unknown> =>
    execa(python, [script, '--data', data, '--output', output, '--run-id', runId, '--as-of', asOf], {
      cwd: workspace,
    });

  /** The script may publish as `gold/<name>/current` does, or put its table straight into the output folder. */
  const publishedIn = async (output: string): Promise<string> => {
    const names = await readdir(output);
    return tableIn(names.includes('current') ? await currentOf(output) : output);
  };

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'dpb-conformance-'));
    const places = ['--out', join(workspace, 'products'), '--gold', join(workspace, 'gold')];
    await execa(
      process.execPath,
      [join(root, 'bin/dpb.js'), 'generate', request, '--data', data, '--as-of', asOf, ...places],
      {
        cwd: workspace,
      },
    );
    const products = await readdir(join(workspace, 'products'));
    expect(products).toHaveLength(1);
    const name = products[0] ?? '';
    script = join(workspace, 'products', name, 'etl', `${name}.py`);
    gold = await tableIn(await currentOf(join(workspace, 'gold', name)));
  });

  afterAll(async () => {
    await rm(workspace, { recursive: true, force: true });
  });

  test('says how it is used', async () => {
    const { stdout } = await execa(python, [script, '--help']);
    for (const flag of ['--data', '--output', '--run-id', '--as-of']) expect(stdout).toContain(flag);
  });

  test('gives the rows of the gold table, and again on a second run', async () => {
    const output = join(workspace, 'etl-output');
    for (const runId of ['conformance-1', 'conformance-2']) {
      await runScript(output, runId);
      const comparison = await compare(gold, await publishedIn(output));
      expect(comparison.schemas[1]).toEqual(comparison.schemas[0]);
      expect(comparison.rows[0]).toBeGreaterThan(0);
      expect(comparison.only).toEqual([0, 0]);
    }
  });

  test('writes JSON log lines that carry the run-id', async () => {
    const { stderr, stdout } = (await runScript(join(workspace, 'etl-log'), 'conformance-log')) as {
      readonly stderr: string;
      readonly stdout: string;
    };
    const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.stringify(JSON.parse(line))).toContain('conformance-log');
  });

  test('fails on a folder without the sources and leaves no table', async () => {
    const output = join(workspace, 'etl-no-sources');
    const args = [script, '--data', workspace, '--output', output, '--run-id', 'conformance-3', '--as-of', asOf];
    const { exitCode } = await execa(python, args, { cwd: workspace, reject: false });
    expect(exitCode).not.toBe(0);
    const left = await readdir(output, { recursive: true }).catch(() => []);
    expect(left.filter((path) => path.endsWith('.parquet'))).toEqual([]);
  });
});
