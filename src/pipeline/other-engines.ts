import { join } from 'node:path';
import type { MountedSource } from '../engine/engine.js';
import { runJob } from '../engine/run-job.js';
import { findProgram, runProgram } from '../engine/run-program.js';
import { runSparkJob, type SparkLaunch } from '../engine/spark-submit.js';
import type { Product } from '../plan/product.js';
import { assertNever } from '../support/assert-never.js';
import { makeDirectory, readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { dpbError } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';

/** How another engine is started. */
export type EngineRun =
  | (SparkLaunch & { readonly engine: 'spark' /** The id that its log lines bear. */; readonly runId: string })
  | ToolRun<'dbt'>
  | ToolRun<'python'>;

interface ToolRun<Engine> {
  readonly engine: Engine;
  /** Null for the one on PATH. */
  readonly program: string | null;
  readonly runId: string;
}

/** What a run beside DuckDB's needs. */
export interface OtherComputation<Run extends EngineRun = EngineRun> {
  readonly asOf: IsoDate;
  readonly run: Run;
  readonly mounted: readonly MountedSource[];
  readonly onEvent: (message: string) => void;
}

/** What another engine computed, below the place that it was given. */
export interface OtherTable {
  readonly version: string | null;
  readonly table:
    | { readonly kind: 'parquet'; readonly path: string; readonly isFolder: boolean }
    | { readonly kind: 'database'; readonly path: string; readonly name: string };
}

type RunOf<Engine extends EngineRun['engine']> = OtherComputation<Extract<EngineRun, { readonly engine: Engine }>>;

/** Computes the product's table with the engine's own artifact, in the folder `place`. Raises as `agreeWith` does. */
export async function computeWith(product: Product, computation: OtherComputation, place: string): Promise<OtherTable> {
  const { run } = computation;
  switch (run.engine) {
    case 'spark':
      return withSpark(product, { ...computation, run }, place);
    case 'python':
      return withPython(product, { ...computation, run }, place);
    case 'dbt':
      return withDbt(product, { ...computation, run }, place);
    default:
      return assertNever(run);
  }
}

async function withSpark(
  product: Product,
  { asOf, run, mounted, onEvent }: RunOf<'spark'>,
  place: string,
): Promise<OtherTable> {
  const { file } = product;
  const { sparkJobOf } = await import('../packaging/emit/spark-job.js');
  const job = sparkJobOf(product);
  if (job.kind === 'refused')
    throw dpbError('spark.refused', { reason: job.reason, remedy: 'Compute it with DuckDB: leave --engine out.' });
  const script = join(place, `${file.name}.py`);
  const output = join(place, 'output');
  writeTextAtomic(script, job.sql);
  const sources = await sourceArguments(mounted);
  onEvent('starting Spark');
  const given = [...sources, '--output', output, '--as-of', asOf, '--run-id', run.runId];
  const version = await runSparkJob(run, script, given, onEvent);
  return { version, table: { kind: 'parquet', path: join(output, `${file.model.name}.parquet`), isFolder: true } };
}

/** Where each source lies: the folder whose files it is, or the one file. */
async function sourceArguments(mounted: readonly MountedSource[]): Promise<readonly string[]> {
  const { folderOf } = await import('../packaging/python-sources.js');
  return mounted.flatMap(({ table, root }) => {
    const [only = '', ...others] = table.files;
    const folder = folderOf(table.files);
    if (folder === null && others.length > 0) return ['--data', root];
    return ['--source', `${table.dataset}=${join(root, folder ?? only)}`];
  });
}

async function withPython(
  product: Product,
  { asOf, run, mounted, onEvent }: RunOf<'python'>,
  place: string,
): Promise<OtherTable> {
  const { file } = product;
  const { emitPythonJob } = await import('../packaging/emit/python-job.js');
  const python = programOf('python', run.program);
  const version = await pythonVersion(python);
  const script = join(place, `${file.name}.py`);
  writeTextAtomic(script, emitPythonJob(product)[0]?.text ?? '');
  const output = join(place, 'output');
  const given = [script, '--data', rootOf(mounted), '--output', output, '--as-of', asOf, '--run-id', run.runId];
  const end = await runJob(python, given, { name: 'Python', versionField: 'duckdb', onEvent });
  if (end.status === 'failed') throw dpbError('tool.failed', { tool: 'the Python job', reason: end.reason });
  return { version, table: { kind: 'parquet', path: join(output, `${file.model.name}.parquet`), isFolder: false } };
}

const pythonVersions =
  'import platform, duckdb; print(f"Python {platform.python_version()}, duckdb {duckdb.__version__}")';

async function withDbt(
  product: Product,
  { asOf, run, mounted, onEvent }: RunOf<'dbt'>,
  place: string,
): Promise<OtherTable> {
  const { file } = product;
  const { dbtProject } = await import('../packaging/dbt/dbt-project.js');
  const dbt = programOf('dbt', run.program);
  const project = join(place, 'dbt');
  for (const { path, text } of dbtProject(product)) {
    makeDirectory(join(project, path, '..'));
    writeTextAtomic(join(project, path), text);
  }
  const database = join(place, 'table.duckdb');
  onEvent('dbt: build');
  const { code, lastLines } = await runProgram(
    dbt,
    [
      'build',
      '--project-dir',
      project,
      '--profiles-dir',
      project,
      '--quiet',
      '--no-use-colors',
      '--vars',
      JSON.stringify({ as_of: asOf }),
    ],
    { folder: project, environment: { DPB_DATA: rootOf(mounted), DPB_DBT_DATABASE: database } },
  );
  if (code !== 0)
    throw dpbError('tool.failed', {
      tool: 'dbt build',
      reason: lastLines.join('\n').trim() || `it ended with ${code}`,
    });
  return { version: dbtVersionOf(project), table: { kind: 'database', path: database, name: file.model.name } };
}

/** What dbt said of its version in the record of its run; null where there is none. It is asked nothing: that would go to the network. */
export function dbtVersionOf(project: string): string | null {
  const record = readTextIfThere(join(project, 'target/run_results.json'));
  const version = /"dbt_version":\s*"([^"]+)"/.exec(record ?? '')?.[1];
  return version === undefined ? null : `dbt ${version}`;
}

const pythonNames = ['python3', 'python', 'python.exe'] as const;
const programs = {
  python: pythonNames,
  dbt: ['dbt', 'dbt.exe'],
  // Great Expectations is a package of Python.
  gx: pythonNames,
} as const;

/** The program of a tool: the one that was named, else the first of its names on PATH. Raises `tool.missing`. */
export function programOf(tool: keyof typeof programs, named: string | null): string {
  const found = findProgram(named, programs[tool]);
  if (found === null) throw dpbError('tool.missing', { tool, named, reason: null });
  return found;
}

/** The versions of Python and duckdb. A Python that cannot say them lacks what the job needs. */
async function pythonVersion(path: string): Promise<string> {
  const { code, lastLines } = await runProgram(path, ['-c', pythonVersions]);
  if (code !== 0) throw dpbError('tool.missing', { tool: 'python', named: path, reason: lastLines.at(-1) ?? null });
  return lastLines.join(' ').trim();
}

/** The one folder above all sources, which these jobs are told. */
function rootOf(mounted: readonly MountedSource[]): string {
  const [root = '', ...others] = [...new Set(mounted.map((source) => source.root))];
  if (others.length > 0)
    throw dpbError('input.invalid', {
      what: '--data',
      problem: 'dbt and the Python job read sources below one folder',
    });
  return root;
}
