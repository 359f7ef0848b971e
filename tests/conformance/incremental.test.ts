import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { makeWorkspace, repository, type TestWorkspace } from '../commands/workspace.js';

const tools = join(repository, '.conformance/venv', process.platform === 'win32' ? 'Scripts' : 'bin');
const python = join(tools, 'python');
const name = 'dues';
const asOf = '2025-08-01';

let workspace: TestWorkspace;
const at = (...names: readonly string[]): string => join(workspace.folder, ...names);

async function sql<Result>(act: (engine: Awaited<ReturnType<typeof openEngine>>) => Promise<Result>): Promise<Result> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    return await act(engine);
  } finally {
    engine.close();
  }
}

async function write(path: string, select: string): Promise<void> {
  const whole = at('own', path);
  mkdirSync(dirname(whole), { recursive: true });
  await sql((engine) => engine.run(`COPY (${select}) TO '${whole}' (FORMAT parquet)`));
}

/** Passages of ten a day from a day on; some without a pilot, some of no day. */
const passages = (first: number, day: string, days: number, dues = '(40 + i * 37 % 900)'): string =>
  `SELECT (${first} + i)::INTEGER AS passage_id, CASE WHEN i % 11 = 0 THEN NULL ELSE 1 + i * 7 % 6 END::INTEGER AS pilot_id,
    CASE WHEN i % 37 = 5 THEN NULL ELSE DATE '${day}' + (i // 10)::INTEGER END AS passed_on,
    ${dues}::DECIMAL(10,2) AS dues, (i * 0.37)::DOUBLE AS draught
  FROM range(${days * 10}) t(i)`;

const pilots = (third: string): string =>
  `SELECT i::INTEGER AS pilot_id, CASE i % 3 WHEN 0 THEN 'Inner' WHEN 1 THEN 'Outer' ELSE '${third}' END AS station FROM range(1, 7) t(i)`;

/** Facts of five months and of a sixth that was begun; what each test changes follows. */
async function writeFirst(): Promise<void> {
  await write('pilots/pilots.parquet', pilots('Estuary'));
  await write('passages/one.parquet', passages(1, '2025-01-01', 120));
  await write('passages/two.parquet', passages(5001, '2025-05-01', 20));
}

const writeLate = (): Promise<void> => write('passages/late.parquet', passages(9001, '2025-04-10', 30));
const writeChanged = (): Promise<void> => write('passages/two.parquet', passages(5001, '2025-05-01', 25, '(7 + i)'));

beforeAll(async () => {
  workspace = makeWorkspace();
  await writeFirst();
  const request = 'total dues, average draught and number of passages by month and station';
  const given = ['generate', request, '--name', name, '--data', 'own', '--as-of', asOf, '--quiet'];
  expect(await workspace.dpb(given)).toMatchObject({ exitCode: 0 });
});
afterAll(() => workspace.remove());

const rowsIn = (relation: string): Promise<unknown> =>
  sql(async (engine) => (await engine.query(`SELECT CAST(columns(*) AS VARCHAR) FROM ${relation}`)).rows);

describe('the Python job', () => {
  const job = async (output: string, ...given: readonly string[]): Promise<readonly Record<string, unknown>[]> => {
    const script = at('products', name, 'etl', `${name}.py`);
    const options = ['--data', at('own'), '--output', at(output), '--as-of', asOf, ...given];
    const { exitCode, stderr } = await execa(python, [script, ...options], { reject: false });
    expect(exitCode, stderr).toBe(0);
    return stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  };
  const planned = (lines: readonly Record<string, unknown>[]): unknown => {
    const { kind, since, why } = lines.find(({ event }) => event === 'refresh_planned') ?? {};
    return [kind, since ?? why];
  };
  const table = (output: string): string => `read_parquet('${at(output, `${name}.parquet`)}')`;
  const goesOn = async (...given: readonly string[]): Promise<unknown> => {
    const plan = planned(await job('grown', '--incremental', ...given));
    await job('whole');
    expect(await rowsIn(table('grown'))).toEqual(await rowsIn(table('whole')));
    return plan;
  };

  test('computes the periods of new, late and changed facts alone, else all with the reason, and gives the rows of a full run', async () => {
    await writeFirst();
    expect(await goesOn()).toEqual(['full', 'there is no earlier run to go on from']);
    expect(await goesOn()).toEqual(['full', 'no file of passages is new']);
    await writeLate();
    expect(await goesOn()).toEqual(['incremental', '2025-04-01']);
    await writeChanged();
    expect(await goesOn('--look-back', '1')).toEqual(['incremental', '2025-04-01']);
    await write('passages/two.parquet', passages(5001, '2025-05-01', 9));
    expect(await goesOn()).toEqual(['full', expect.stringContaining('passages/two.parquet of passages changed')]);
    await write('pilots/pilots.parquet', pilots('Delta'));
    expect(await goesOn()).toEqual(['full', 'pilots changed, and its rows may be met in any period']);
  });
});

interface DbtResults {
  readonly results: readonly { readonly unique_id: string; readonly status: string }[];
}

function failedOf(record: string): readonly string[] {
  const { results }: DbtResults = JSON.parse(record);
  const bad = results.filter(({ status }) => status === 'fail' || status === 'error');
  return bad.map(({ unique_id }) => unique_id.split('.').at(-1) ?? unique_id);
}

describe('the dbt project', () => {
  const dbt = async (...given: readonly string[]): Promise<string | null> => {
    const project = at('products', name, 'dbt');
    const options = ['--project-dir', project, '--profiles-dir', project, '--quiet', '--no-use-colors'];
    const vars = ['--vars', JSON.stringify({ as_of: asOf })];
    const { exitCode, all } = await execa(join(tools, 'dbt'), ['build', ...options, ...vars, ...given], {
      cwd: project,
      env: { DPB_DATA: at('own') },
      reject: false,
      all: true,
    });
    if (exitCode === 0) return null;
    const bad = failedOf(readFileSync(join(project, 'target/run_results.json'), 'utf8'));
    return bad.join() || all;
  };
  const data = ['--exclude', 'test_type:unit'];
  const compiled = (): string =>
    readFileSync(at('products', name, `dbt/target/compiled/dpb_${name}/models/dpb/${name}/${name}.sql`), 'utf8');

  test('computes the look-back alone, and its test of the whole table tells what lies beyond', async () => {
    await writeFirst();
    expect(await dbt()).toBeNull();
    await writeLate();
    await writeChanged();
    expect(await dbt(...data)).toBeNull();
    expect(compiled()).toContain("'2025-02-01'");
    await write('pilots/pilots.parquet', pilots('Delta'));
    expect(await dbt(...data)).toBe(`dpb_${name}__result`);
    expect(await dbt(...data, '--full-refresh')).toBeNull();
  });
});

describe('the Spark job', () => {
  test('computes the partitions of new, late and changed facts alone, and gives the rows of a full run', async () => {
    await writeFirst();
    rmSync(at('own/passages/late.parquet'), { force: true });
    await write('passages/one.parquet', passages(1, '2024-09-01', 200));
    await write('../aside/late.parquet', passages(9001, '2025-04-10', 30));
    await write('../aside/two.parquet', passages(5001, '2025-05-01', 25, '(7 + i)'));
    const script = at('products', name, 'spark', `${name}.py`);
    const common = ['--data', at('own'), '--as-of', asOf];
    const run = (output: string, given: readonly string[], files: readonly (readonly [string, string])[] = []) => ({
      name: output,
      script,
      arguments: [...common, '--output', at(output), ...given],
      files: files.map(([from, to]) => [at('aside', from), at('own', to)]),
    });
    const jobs = [
      run('spark', ['--incremental']),
      run('spark', ['--incremental'], [['late.parquet', 'passages/late.parquet']]),
      run('spark', ['--incremental', '--look-back', '0'], [['two.parquet', 'passages/two.parquet']]),
      run('whole-spark', ['--partitioned']),
    ];
    writeFileSync(at('jobs.json'), JSON.stringify(jobs));
    const { stdout } = await execa(python, [join(repository, 'tests/conformance/run_spark.py'), at('jobs.json')]);
    const lines = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    expect(lines.map(({ code, planned }) => [code, ...planned])).toEqual([
      [0, ['full', 'there is no earlier run to go on from']],
      [0, ['incremental', '2025-01-01']],
      [0, ['incremental', '2025-01-01']],
      [0],
    ]);
    const rows = (output: string): Promise<unknown> =>
      rowsIn(`read_parquet('${at(output, `${name}.parquet`)}/*/*.parquet', hive_partitioning = true) ORDER BY ALL`);
    expect(await rows('spark')).toEqual(await rows('whole-spark'));
  });
});
