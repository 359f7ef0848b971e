import { join } from 'node:path';
import { openEngine } from '../engine/duckdb-engine.js';
import type { MountedSource } from '../engine/engine.js';
import { runSparkJob, type SparkLaunch } from '../engine/spark-submit.js';
import type { ProductFile } from '../plan/product.js';
import { compareRows, parquetTable, type RowComparison } from '../proof/same-rows.js';
import { removeTree, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson } from '../support/canonical-json.js';
import { dpbError } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import { type GoldFolder, openAside } from './build-files.js';
import { compiledProduct } from './definition.js';

/** That another engine gave the same rows: what was compared, and how. It lies in the build as `<engine>.json`. */
export interface Agreement {
  readonly version: 1;
  readonly engine: 'spark';
  readonly engineVersion: string | null;
  readonly product: string;
  readonly asOf: IsoDate;
  readonly rows: number;
  /** Sum over all rows of the hash of their exact columns. */
  readonly exactHash: string;
  /** The farthest that values of DOUBLE lie apart, in units of the last place; null where no column is DOUBLE. */
  readonly ulps: number | null;
  readonly compared: string;
}

/** How Spark is started, and the id that its log lines bear. */
export interface SparkRun extends SparkLaunch {
  readonly runId: string;
}

/** What a run beside DuckDB's needs. */
interface SparkComputation {
  readonly file: ProductFile;
  readonly asOf: IsoDate;
  readonly run: SparkRun;
  readonly mounted: readonly MountedSource[];
  /** The gold table as DuckDB computed it. */
  readonly goldPath: string;
  readonly gold: GoldFolder;
  readonly buildId: string;
  readonly onEvent: (message: string) => void;
}

const ulpsMax = 4;

/**
 * Runs the product's Spark job on the same inputs and compares its rows with DuckDB's. Raises `spark.refused`, `spark.missing`,
 * `spark.failed`, and `spark.differs` where the rows are not the same.
 */
export async function agreeWithSpark(computation: SparkComputation): Promise<Agreement> {
  const { file, asOf, run, mounted, goldPath, gold, buildId, onEvent } = computation;
  const { sparkJobOf } = await import('../packaging/emit/spark-job.js');
  const job = sparkJobOf(await compiledProduct(file));
  if (job.kind === 'refused')
    throw dpbError('spark.refused', { reason: job.reason, remedy: 'Build it with DuckDB: leave --engine out.' });
  const place = openAside(gold, `spark-${buildId}`);
  const script = join(place, `${file.name}.py`);
  const output = join(place, 'output');
  try {
    writeTextAtomic(script, job.sql);
    const sources = await sourceArguments(mounted);
    const given = [...sources, '--output', output, '--as-of', asOf, '--run-id', run.runId];
    onEvent('starting Spark');
    const { version } = await runSparkJob(run, script, given, onEvent);
    onEvent('comparing the rows of Spark with those of DuckDB');
    const table = join(output, `${file.model.name}.parquet`);
    const comparison = await compared(goldPath, table);
    if (!comparison.same) throw dpbError('spark.differs', { name: file.name, differences: comparison.differences });
    return agreementOf(file, asOf, version, comparison);
  } finally {
    removeTree(place);
  }
}

async function compared(goldPath: string, table: string): Promise<RowComparison> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    return await compareRows(engine, parquetTable(goldPath, false), parquetTable(table, true), ulpsMax);
  } finally {
    engine.close();
  }
}

/** The certificate as text, the same bytes for the same run. */
export function agreementText(agreement: Agreement): string {
  return `${canonicalJson(agreement, 1)}\n`;
}

function agreementOf(
  file: ProductFile,
  asOf: IsoDate,
  engineVersion: string | null,
  { rows, hashes, ulps }: RowComparison,
): Agreement {
  return {
    version: 1,
    engine: 'spark',
    engineVersion,
    product: file.name,
    asOf,
    rows: rows[0],
    exactHash: hashes?.[0] ?? '0',
    ulps,
    compared: `all rows with those of DuckDB: columns by name, order and type, exact columns by hash, DOUBLE within ${ulpsMax} units in the last place`,
  };
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
