import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '../engine/duckdb-engine.js';
import type { Engine } from '../engine/engine.js';
import { quoteLiteral, verbatimGlob } from '../engine/sql-text.js';
import { blockingEntries, type Evidence, type EvidenceEntry, type SourceFingerprint } from '../plan/evidence.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import type { ProductFile } from '../plan/product.js';
import type { MeasureDefinition, SemanticPlan } from '../plan/query.js';
import { partsOf } from '../plan/traverse.js';
import { provePremises } from '../proof/premises.js';
import { prove } from '../proof/prove.js';
import { removeIfEmpty, removeTree, writeTextAtomic } from '../support/atomic-files.js';
import { contentHash } from '../support/canonical-json.js';
import { dpbError } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import { compile } from '../transformation/compile.js';
import {
  clearLeftovers,
  type GoldFolder,
  goldFileName,
  goldFolderOf,
  lineageFileName,
  makeCurrent,
  newestBuild,
  openAside,
  publishBuild,
  readBuild,
} from './build-files.js';
import { asOnlyBuild } from './build-lock.js';
import { type FoundSources, findSources, mountChecked, stampOf } from './build-sources.js';
import { compiledProduct } from './definition.js';
import { type Agreement, agreementText, agreeWith } from './engine-agreement.js';
import { incrementalSql, type RefreshOutcome, refreshText } from './incremental.js';
import type { EngineRun } from './other-engines.js';
import { UnprovedBuild } from './unproved-build.js';

/** What a build is made of. It reads no words: all that it does follows from the product file and the sources. */
export interface BuildOptions {
  readonly file: ProductFile;
  /** The absolute folder above `<name>/<build-id>/`. */
  readonly goldDirectory: string;
  /** Absolute folders that hold the datasets. */
  readonly dataRoots: readonly string[];
  readonly asOf: IsoDate;
  readonly threads: number;
  /** Builds again also where the same build stands. */
  readonly force: boolean;
  readonly onEvent: (message: string) => void;
  /** Goes on from the newest build where its periods without new facts stay as they are. */
  readonly incremental?: boolean;
  /** Computes the table with Spark too, also where the same build stands, and publishes it only where the rows are the same. */
  readonly spark?: Extract<EngineRun, { readonly engine: 'spark' }>;
}

/** A build that stands published. */
export interface BuildOutcome {
  readonly buildId: string;
  readonly folder: string;
  /** The same inputs had been built before: nothing was computed. */
  readonly upToDate: boolean;
  /** The newest build: another one where this is of an earlier as-of date. */
  readonly currentBuildId: string;
  readonly rows: number;
  readonly evidence: Evidence;
  /** What Spark was asked for and gave; null where it was not asked. */
  readonly agreement: Agreement | null;
  /** Whether it went on from the build before; null where that was not asked. */
  readonly refresh: RefreshOutcome | null;
}

/**
 * Builds the product, proves the result and publishes it, or finds that the same build stands. Raises `source.missing`,
 * `source.changed`, `plan.refused`, `engine.query`, `io.locked` where another process builds it, and `UnprovedBuild` where a proof fails; whatever is raised, the
 * last good build stays the current one.
 */
export async function buildProduct(options: BuildOptions): Promise<BuildOutcome> {
  const gold = goldFolderOf(options.goldDirectory, options.file.name);
  try {
    return await asOnlyBuild(gold, () => buildAlone(options, gold));
  } finally {
    removeIfEmpty(gold.path);
  }
}

async function buildAlone(options: BuildOptions, gold: GoldFolder): Promise<BuildOutcome> {
  const { file, asOf, force, onEvent } = options;
  clearLeftovers(gold);
  onEvent('fingerprinting the sources');
  const sources = await findSources(file, options.dataRoots);
  const buildId = buildIdOf(file, asOf, sources.fingerprints);
  const standing = force || options.spark !== undefined ? null : await readBuild(gold, buildId);
  if (standing !== null && standing.altered.length === 0) {
    return {
      buildId,
      folder: standing.folder,
      upToDate: true,
      currentBuildId: makeCurrent(gold, buildId),
      rows: standing.manifest.rows,
      evidence: standing.evidence,
      agreement: null,
      refresh: null,
    };
  }
  const aside = openAside(gold, buildId);
  try {
    return await buildAside(options, gold, { buildId, aside, sources });
  } finally {
    removeTree(aside);
  }
}

interface Workplace {
  readonly buildId: string;
  readonly aside: string;
  readonly sources: FoundSources;
}

async function buildAside(
  { file, asOf, threads, onEvent, spark, incremental }: BuildOptions,
  gold: GoldFolder,
  { buildId, aside, sources }: Workplace,
): Promise<BuildOutcome> {
  const stored = incremental === true ? await newestBuild(gold) : null;
  const refresh = incremental === true ? await incrementalSql({ file, asOf, sources, stored, threads }) : null;
  if (refresh !== null) onEvent(refreshText(refresh));
  const { evidence, rows } = await computeProved({
    file,
    asOf,
    sources,
    threads,
    goldPath: join(aside, goldFileName(file)),
    sql: refresh?.kind === 'incremental' ? refresh.sql : null,
    onEvent,
  });
  if (blockingEntries(evidence).length > 0) throw new UnprovedBuild(file.name, buildId, evidence);
  const goldPath = join(aside, goldFileName(file));
  const agreement =
    spark === undefined
      ? null
      : await agreeWith({ file, asOf, run: spark, mounted: sources.mounted, goldPath, gold, buildId, onEvent });
  if (agreement !== null) writeTextAtomic(join(aside, 'spark.json'), agreementText(agreement));
  if (stampOf(sources.mounted) !== sources.stamp) {
    throw dpbError('source.changed', {
      dataset: file.sources.map(({ dataset }) => dataset).join(', '),
      problem: 'a file was written while it was read',
    });
  }
  onEvent('publishing');
  await describeBuild({ file, buildId, aside, evidence, rows });
  const build = { product: file.name, buildId, asOf, definition: evidence.definition, rows };
  const folder = await publishBuild(gold, aside, build, evidence);
  const currentBuildId = makeCurrent(gold, buildId);
  return { buildId, folder, upToDate: false, currentBuildId, rows, evidence, agreement, refresh };
}

/** Writes what tells of the build beside its gold table: the events of its run, and a page for people. */
async function describeBuild({ file, buildId, aside, evidence, rows }: Described): Promise<void> {
  const { buildEvents, eventsText } = await import('../packaging/openlineage/events.js');
  const { reportHtml } = await import('../packaging/report/report.js');
  const { readReportData } = await import('./report-data.js');
  const product = await compiledProduct(file);
  const goldPath = join(aside, goldFileName(file));
  const events = buildEvents({ product, buildId, evidence, rows, bytes: statSync(goldPath).size });
  writeTextAtomic(join(aside, lineageFileName), eventsText(events));
  const shown = await readReportData(file, goldPath);
  writeTextAtomic(join(aside, 'report.html'), reportHtml({ product, buildId, evidence, rows, ...shown }));
}

/** A build that is proved and not yet published. */
interface Described {
  readonly file: ProductFile;
  readonly buildId: string;
  readonly aside: string;
  readonly evidence: Evidence;
  readonly rows: number;
}

/** What a build is computed from, and where to. */
export interface Computation {
  readonly file: ProductFile;
  readonly asOf: IsoDate;
  readonly sources: FoundSources;
  readonly threads: number;
  /** A SELECT that gives the same rows in the same order at less cost; left out or null for the product's own. */
  readonly sql?: string | null;
  /** Where the gold Parquet is written; its folder exists. */
  readonly goldPath: string;
  readonly onEvent: (message: string) => void;
}

/**
 * Computes the gold table and its evidence: the same bytes on any number of threads. Rows come in a total order, sums of
 * floats in one of their own; only what adds up floats over windows, and the writing of the file, is left to one thread.
 * Where a premise of the joins fails, the query is not run at all.
 */
export async function computeProved({
  file,
  asOf,
  sources,
  goldPath,
  onEvent,
  ...asked
}: Computation): Promise<{ evidence: Evidence; rows: number }> {
  const threads = addsOverWindows(file.plan) ? 1 : asked.threads;
  const engine = await openEngine({ threads, memoryLimit: null });
  try {
    await mountChecked(engine, sources.mounted);
    const tables = sources.mounted.map(({ table }) => table);
    onEvent('proving the joins');
    const premises = await provePremises(engine, file.plan, tables);
    if (premises.some(({ status }) => status === 'failed'))
      return { evidence: premiseEvidence(file, asOf, sources, premises), rows: 0 };
    onEvent('computing the gold table');
    await writeGold(engine, threads, asked.sql ?? compile(file.plan, tables, { asOf }).sql, goldPath);
    onEvent('proving the result');
    const evidence = await prove({
      engine,
      file,
      asOf,
      goldPath,
      premises,
      sources: sources.fingerprints,
      compile: (plan) => compile(plan, tables, { asOf }).sql,
    });
    return { evidence, rows: await countRows(engine, goldPath) };
  } finally {
    engine.close();
  }
}

/** As-of date and what went in: equal inputs are the same build. */
function buildIdOf(file: ProductFile, asOf: IsoDate, fingerprints: readonly SourceFingerprint[]): string {
  return `${asOf}-${contentHash({ definition: contentHash(file), fingerprints }).slice(0, 12)}`;
}

function premiseEvidence(
  file: ProductFile,
  asOf: IsoDate,
  sources: FoundSources,
  entries: readonly EvidenceEntry[],
): Evidence {
  return {
    version: 1,
    product: file.name,
    asOf,
    definition: contentHash(file),
    sources: sources.fingerprints,
    entries,
  };
}

/**
 * Writes the rows in their order. How several threads cut a table into row groups is not the same on every run, so that
 * what they computed is written a second time by one.
 */
async function writeGold(engine: Engine, threads: number, sql: string, path: string): Promise<void> {
  if (threads === 1) return copyTo(engine, withoutSemicolon(sql), path);
  const computed = `${path}.computed`;
  await copyTo(engine, withoutSemicolon(sql), computed);
  const writer = await openEngine({ threads: 1, memoryLimit: null });
  try {
    await copyTo(writer, `SELECT * FROM read_parquet([${quoteLiteral(verbatimGlob(computed))}])`, path);
  } finally {
    writer.close();
  }
  removeTree(computed);
}

async function copyTo(engine: Engine, select: string, path: string): Promise<void> {
  await engine.run(
    `COPY (${select}) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
  );
}

/** Whether a measure of the plan adds up values of several groups: floats among them in the order that rows arrive in. */
function addsOverWindows(plan: SemanticPlan): boolean {
  const adds = (definition: MeasureDefinition): boolean =>
    ['share', 'running_total', 'rolling', 'period_to_date'].includes(definition.kind) || partsOf(definition).some(adds);
  return queriesOfPlan(plan).some(
    (query) => query.kind === 'aggregate' && query.measures.some(({ definition }) => adds(definition)),
  );
}

function withoutSemicolon(sql: string): string {
  return sql.replace(/;\s*$/, '');
}

async function countRows(engine: Engine, path: string): Promise<number> {
  const { rows } = await engine.query(
    `SELECT coalesce(sum(num_rows), 0)::BIGINT FROM parquet_file_metadata(${quoteLiteral(path)})`,
  );
  return Number(rows[0]?.[0] ?? 0);
}
