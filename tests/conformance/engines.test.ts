import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { writeDbtFiles } from '../../src/pipeline/dbt-files.js';
import { asOf as madeAsOf } from '../proof/naive/random/differential.js';
import { hostileProducts } from './hostile-products.js';
import { randomProducts, writeProduct } from './made-products.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isWindows = process.platform === 'win32';
const tools = join(root, '.conformance/venv', isWindows ? 'Scripts' : 'bin');
const python = join(tools, isWindows ? 'python.exe' : 'python');
const dbt = join(tools, isWindows ? 'dbt.exe' : 'dbt');

/** dbt starts anew for each project: minutes on a machine with nothing else to do, and much more on a busy one. */
const patienceMs = 1_800_000;

/** A product with its definition under `products/`, its gold table, and where its sources lie. */
interface Subject {
  readonly name: string;
  readonly data: string;
  readonly asOf: string;
  /** Products without words are built as parts of one dbt project. */
  readonly made: boolean;
}

interface Case {
  readonly id: string;
  readonly request: string;
  readonly as_of: string;
}

const samples = [
  { name: 'shop', data: join(root, 'data/bronze'), glossary: join(root, 'data/glossary.yaml') },
  {
    name: 'utility',
    data: join(root, 'fixtures/utility/bronze'),
    glossary: join(root, 'fixtures/utility/glossary.yaml'),
  },
] as const;

let workspace = '';
let madeData = '';
let unmet: readonly string[] = [];
const subjects: Subject[] = [];

const definitionOf = ({ name }: Subject): string => join(workspace, 'products', name);
const goldOf = ({ name }: Subject): string => join(workspace, 'gold', name, 'current', `${name}.parquet`);

/** Runs `act` on all items, two at a time: that many cores are what a small machine has. */
async function inPairs<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  };
  await Promise.all([work(), work()]);
}

/** The golden requests of a sample as products, in one run. */
async function generateSample({ name, data, glossary }: (typeof samples)[number]): Promise<void> {
  const text = readFileSync(join(root, 'tests/golden-requests', name, 'cases.jsonl'), 'utf8');
  const cases = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case);
  const requests = cases.map(({ id, request, as_of }) => ({ name: id, request, as_of }));
  const path = join(workspace, `${name}.json`);
  writeFileSync(path, JSON.stringify({ requests }));
  const places = ['--out', join(workspace, 'products'), '--gold', join(workspace, 'gold')];
  const options = ['--request-file', path, '--data', data, '--glossary', glossary, '--quiet', ...places];
  // Two of the requests are to be refused, so the batch as a whole does not end with 0.
  await execa(process.execPath, [join(root, 'bin/dpb.js'), 'generate', ...options], { cwd: workspace, reject: false });
  for (const { id, as_of } of cases)
    if (existsSync(join(workspace, 'gold', id, 'current'))) subjects.push({ name: id, data, asOf: as_of, made: false });
}

async function makeProducts(): Promise<void> {
  madeData = join(workspace, 'made');
  const random = randomProducts();
  unmet = random.unmet;
  const project = join(workspace, 'dbt');
  mkdirSync(project);
  const flags = 'flags: {send_anonymous_usage_stats: false, require_generic_test_arguments_property: true}';
  writeFileSync(join(project, 'dbt_project.yml'), `name: theirs\nversion: "1.0.0"\nprofile: theirs\n${flags}\n`);
  const profile = 'theirs: {target: local, outputs: {local: {type: duckdb, path: theirs.duckdb, threads: 2}}}\n';
  writeFileSync(join(project, 'profiles.yml'), profile);
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  for (const made of [...random.made, ...hostileProducts()]) {
    await writeProduct(engine, workspace, madeData, made);
    writeDbtFiles(project, made.product);
    subjects.push({ name: made.product.file.name, data: madeData, asOf: madeAsOf, made: true });
  }
  engine.close();
}

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'dpb-engines-'));
  await makeProducts();
  for (const sample of samples) await generateSample(sample);
});

afterAll(async () => {
  if (process.env.KEEP === undefined) await rm(workspace, { recursive: true, force: true });
});

interface Line {
  readonly name: string;
  readonly code?: number | null;
  readonly tool?: string;
  readonly ok?: boolean;
  readonly same?: boolean;
}

/** Runs a Python script of this folder on a JSON file; gives the JSON lines that it prints. */
async function python3(script: string, input: unknown): Promise<readonly Line[]> {
  const path = join(workspace, `${script}.json`);
  writeFileSync(path, JSON.stringify(input));
  const { stdout } = await execa(python, [join(root, 'tests/conformance', script), path], { cwd: workspace });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

interface DbtResults {
  readonly results: readonly { readonly unique_id: string; readonly status: string; readonly message: string | null }[];
}

/** Builds a dbt project; gives what ended neither well nor with a warning. */
async function dbtBuild(project: string, data: string, asOf: string): Promise<readonly string[]> {
  const options = ['build', '--project-dir', project, '--profiles-dir', project, '--quiet', '--no-use-colors'];
  const { exitCode, all } = await execa(dbt, [...options, '--vars', JSON.stringify({ as_of: asOf })], {
    cwd: project,
    env: { DPB_DATA: data },
    reject: false,
    all: true,
  });
  const path = join(project, 'target/run_results.json');
  if (!existsSync(path)) return [`exit ${exitCode}: ${all}`];
  const { results } = JSON.parse(readFileSync(path, 'utf8')) as DbtResults;
  const bad = results.filter(({ status }) => !['success', 'pass', 'warn', 'no-op'].includes(status));
  if (bad.length === 0 && exitCode !== 0) return [`exit ${exitCode}: ${all}`];
  return bad.map(({ unique_id, status, message }) => `${unique_id}: ${status} ${message}`);
}

/** The rows of the gold table against those of another engine. `ulps`: how far a DOUBLE may lie apart. */
async function differences(other: (subject: Subject) => unknown, ulps = 0): Promise<readonly Line[]> {
  const comparisons = subjects.map((subject) => ({
    name: subject.name,
    left: { parquet: goldOf(subject) },
    right: other(subject),
    ulps,
  }));
  const lines = await python3('same_rows.py', comparisons);
  expect(lines).toHaveLength(subjects.length);
  return lines.filter(({ same }) => same !== true);
}

describe('all products of both samples, of random plans and of hostile names', () => {
  test('are at least twelve from requests, three hostile, and use every construct of the plan', () => {
    expect(subjects.filter(({ made }) => !made).length).toBeGreaterThanOrEqual(12);
    expect(subjects.filter(({ name }) => name.startsWith('hostile')).length).toBe(3);
    for (const { name } of samples)
      expect(subjects.filter((subject) => subject.name.startsWith(name.slice(0, 4))).length).toBeGreaterThan(4);
    expect(unmet).toEqual([]);
  });

  test('have Python that ruff accepts', async () => {
    const folders = subjects.map(definitionOf);
    const { exitCode, all } = await execa(
      join(tools, isWindows ? 'ruff.exe' : 'ruff'),
      ['check', '--isolated', '--no-cache', ...folders],
      { reject: false, all: true },
    );
    expect([exitCode, all]).toEqual([0, expect.stringContaining('All checks passed')]);
    for (const folder of folders)
      expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((path) => path.endsWith('.py'))).toBe(
        true,
      );
  });

  test('pass the linters and tests of contracts, data products and Great Expectations', async () => {
    const input = subjects.map((subject) => ({
      name: subject.name,
      definition: definitionOf(subject),
      gold: goldOf(subject),
      data: subject.data,
      as_of: subject.asOf,
    }));
    const lines = await python3('run_tools.py', input);
    expect(lines).toHaveLength(4 * subjects.length);
    expect(lines.filter(({ ok }) => ok !== true)).toEqual([]);
  });

  test(
    'give the same rows as dbt projects, and all their tests pass',
    async () => {
      const failed = new Map<string, readonly string[]>();
      await inPairs([...subjects.filter(({ made }) => !made), null], async (subject) => {
        const project = subject === null ? join(workspace, 'dbt') : join(definitionOf(subject), 'dbt');
        const bad = await dbtBuild(project, subject?.data ?? madeData, subject?.asOf ?? madeAsOf);
        if (bad.length > 0) failed.set(subject?.name ?? 'the made products', bad);
      });
      expect(Object.fromEntries(failed)).toEqual({});
      const database = (subject: Subject): string =>
        subject.made
          ? join(workspace, 'dbt/theirs.duckdb')
          : join(definitionOf(subject), `dbt/dpb_${subject.name}.duckdb`);
      expect(await differences((subject) => ({ database: database(subject), table: subject.name }))).toEqual([]);
    },
    patienceMs,
  );

  test('give the same rows as Python jobs', async () => {
    const failed = new Map<string, string>();
    await inPairs(subjects, async (subject) => {
      const output = join(workspace, 'etl', subject.name);
      const script = join(definitionOf(subject), 'etl', `${subject.name}.py`);
      const options = ['--data', subject.data, '--output', output, '--as-of', subject.asOf];
      const { exitCode, stderr } = await execa(python, [script, ...options], { cwd: workspace, reject: false });
      if (exitCode !== 0) failed.set(subject.name, stderr.slice(-800));
    });
    expect(Object.fromEntries(failed)).toEqual({});
    const table = ({ name }: Subject): unknown => ({ parquet: join(workspace, 'etl', name, `${name}.parquet`) });
    expect(await differences(table)).toEqual([]);
  });

  test(
    'give the same rows as Spark jobs, all in one session',
    async () => {
      const output = ({ name }: Subject): string => join(workspace, 'spark', name);
      const jobs = subjects.map((subject) => ({
        name: subject.name,
        script: join(definitionOf(subject), 'spark', `${subject.name}.py`),
        arguments: ['--data', subject.data, '--output', output(subject), '--as-of', subject.asOf],
      }));
      const lines = await python3('run_spark.py', jobs);
      expect(lines).toHaveLength(subjects.length);
      expect(lines.filter(({ code }) => code !== 0)).toEqual([]);
      const table = (subject: Subject): unknown => ({ parquet: join(output(subject), `${subject.name}.parquet`) });
      expect(await differences(table, 4)).toEqual([]);
    },
    patienceMs,
  );
});
