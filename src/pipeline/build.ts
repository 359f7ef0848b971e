import { join } from 'node:path';
import { openEngine } from '../engine/duckdb-engine.js';
import type { Engine } from '../engine/engine.js';
import { quoteLiteral } from '../engine/sql-text.js';
import { blockingEntries, type Evidence, type EvidenceEntry, type SourceFingerprint } from '../plan/evidence.js';
import type { ProductFile } from '../plan/product.js';
import { provePremises } from '../proof/premises.js';
import { prove } from '../proof/prove.js';
import { removeTree } from '../support/atomic-files.js';
import { contentHash } from '../support/canonical-json.js';
import { DpbError, dpbError } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import { compile } from '../transformation/compile.js';
import {
  clearLeftovers,
  currentBuildId,
  type GoldFolder,
  goldFileName,
  goldFolderOf,
  openAside,
  pointTo,
  publishBuild,
  readBuild,
} from './build-files.js';
import { type FoundSources, findSources, mountChecked, stampOf } from './build-sources.js';

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
}

/** A build that stands published. */
export interface BuildOutcome {
  readonly buildId: string;
  readonly folder: string;
  /** The same inputs had been built before: nothing was computed. */
  readonly upToDate: boolean;
  readonly rows: number;
  readonly evidence: Evidence;
}

/** Nothing was published, since a proof that must hold failed. The evidence says which, for the run's record. */
export class UnprovedBuild extends DpbError {
  readonly evidence: Evidence;
  readonly buildId: string;

  constructor(name: string, buildId: string, evidence: Evidence) {
    const failures = blockingEntries(evidence).map(({ title, why }) => `${title}: ${why ?? ''}`);
    const { code, message, hint } = dpbError('build.unproved', { name, failures });
    super(code, message, hint, null, undefined);
    this.evidence = evidence;
    this.buildId = buildId;
  }
}

/**
 * Builds the product, proves the result and publishes it, or finds that the same build stands. Raises `source.missing`,
 * `source.changed`, `plan.refused`, `engine.query`, and `UnprovedBuild` where a proof fails; whatever is raised, the
 * last good build stays the current one.
 */
export async function buildProduct(options: BuildOptions): Promise<BuildOutcome> {
  const { file, asOf, force, onEvent } = options;
  const gold = goldFolderOf(options.goldDirectory, file.name);
  clearLeftovers(gold);
  onEvent('fingerprinting the sources');
  const sources = await findSources(file, options.dataRoots);
  const buildId = buildIdOf(file, asOf, sources.fingerprints);
  const standing = force ? null : await readBuild(gold, buildId);
  if (standing !== null && standing.altered.length === 0) {
    if (currentBuildId(gold) !== buildId) pointTo(gold, buildId);
    return {
      buildId,
      folder: standing.folder,
      upToDate: true,
      rows: standing.manifest.rows,
      evidence: standing.evidence,
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
  { file, asOf, onEvent }: BuildOptions,
  gold: GoldFolder,
  { buildId, aside, sources }: Workplace,
): Promise<BuildOutcome> {
  const { evidence, rows } = await computeProved({
    file,
    asOf,
    sources,
    goldPath: join(aside, goldFileName(file)),
    onEvent,
  });
  if (blockingEntries(evidence).length > 0) throw new UnprovedBuild(file.name, buildId, evidence);
  if (stampOf(sources.mounted) !== sources.stamp) {
    throw dpbError('source.changed', {
      dataset: file.sources.map(({ dataset }) => dataset).join(', '),
      problem: 'a file was written while it was read',
    });
  }
  onEvent('publishing');
  const build = { product: file.name, buildId, asOf, definition: evidence.definition, rows };
  const folder = await publishBuild(gold, aside, build, evidence);
  return { buildId, folder, upToDate: false, rows, evidence };
}

interface Computation {
  readonly file: ProductFile;
  readonly asOf: IsoDate;
  readonly sources: FoundSources;
  /** Where the gold Parquet is written; its folder exists. */
  readonly goldPath: string;
  readonly onEvent: (message: string) => void;
}

/**
 * Computes the gold table and its evidence. Both run on one thread: it is what makes Parquet files and sums of floats
 * the same bytes on any machine. Where a premise of the joins fails, the query is not run at all.
 */
export async function computeProved({
  file,
  asOf,
  sources,
  goldPath,
  onEvent,
}: Computation): Promise<{ evidence: Evidence; rows: number }> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    await mountChecked(engine, sources.mounted);
    const tables = sources.mounted.map(({ table }) => table);
    onEvent('proving the joins');
    const premises = await provePremises(engine, file.plan);
    if (premises.some(({ status }) => status === 'failed'))
      return { evidence: premiseEvidence(file, asOf, sources, premises), rows: 0 };
    onEvent('computing the gold table');
    await writeGold(engine, compile(file.plan, tables, { asOf }).sql, goldPath);
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

async function writeGold(engine: Engine, sql: string, path: string): Promise<void> {
  await engine.run(
    `COPY (${withoutSemicolon(sql)}) TO ${quoteLiteral(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
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
