import { join } from 'node:path';
import { openEngine } from '../engine/duckdb-engine.js';
import type { MountedSource } from '../engine/engine.js';
import { orderText, quoteIdentifier, quoteLiteral, verbatimGlob } from '../engine/sql-text.js';
import { usesAsOf } from '../plan/as-of.js';
import type { SourceFingerprint } from '../plan/evidence.js';
import type { ProductFile } from '../plan/product.js';
import type { Literal } from '../plan/query.js';
import { planSince, type Refresh, refreshOf } from '../plan/refresh.js';
import { canonicalJson, contentHash } from '../support/canonical-json.js';
import type { IsoDate } from '../support/iso-date.js';
import { compile } from '../transformation/compile.js';
import { goldFileName, type StoredBuild } from './build-files.js';
import type { FoundSources } from './build-sources.js';

/** How a build came by its rows: `since` is the first period that was computed, null where new facts are of none. */
export type RefreshOutcome =
  | { readonly kind: 'incremental'; readonly since: string | null; readonly sql: string }
  | { readonly kind: 'full'; readonly why: string };

/** In words: what was computed, or why all was. */
export function refreshText(outcome: RefreshOutcome): string {
  if (outcome.kind === 'full') return `computing all periods: ${outcome.why}`;
  return `going on from the last build: computing ${outcome.since === null ? 'the rows of no period' : `the periods from ${outcome.since} on`}`;
}

interface RefreshInput {
  readonly file: ProductFile;
  readonly asOf: IsoDate;
  readonly sources: FoundSources;
  /** The newest build; null where there is none. */
  readonly stored: StoredBuild | null;
  readonly threads: number;
}

/**
 * The SELECT that gives the product's rows from those of the newest build and the periods of facts that came since, or why all has to
 * be computed. Late facts count: the first period computed is the earliest that any new fact is of. The rows and their order are
 * those of a full computation.
 */
export async function incrementalSql(input: RefreshInput): Promise<RefreshOutcome> {
  const { file, asOf, sources, stored } = input;
  const refresh = refreshOf(file);
  if (refresh.kind === 'full') return refresh;
  const change = changeSince(input, refresh);
  if (typeof change === 'string') return { kind: 'full', why: change };
  const since = await earliestPeriod(input, refresh, change);
  const tables = sources.mounted.map(({ table }) => table);
  const computed = compile(planSince(file.plan, refresh.moment, since), tables, { asOf }).sql.replace(/;\s*$/, '');
  const column = quoteIdentifier(refresh.column);
  const begin = since === null || since.type === 'null' ? null : String(since.value);
  const isKept = begin === null ? `${column} IS NOT NULL` : `${column} < ${quoteLiteral(begin)}`;
  const old = `read_parquet([${quoteLiteral(verbatimGlob(join(stored?.folder ?? '', goldFileName(file))))}], hive_partitioning = false)`;
  const sql = `SELECT * FROM (SELECT * FROM ${old} WHERE ${isKept} UNION ALL SELECT * FROM (${computed})) ORDER BY ${orderText(file.model.sortBy)}`;
  return { kind: 'incremental', since: begin, sql };
}

type ByPeriods = Extract<Refresh, { readonly kind: 'incremental' }>;

/** The files of new facts, or what else changed. */
function changeSince(
  { file, asOf, sources, stored }: RefreshInput,
  { dataset }: ByPeriods,
): readonly string[] | string {
  if (stored === null || stored.altered.length > 0) return 'there is no earlier build to go on from';
  const { evidence } = stored;
  if (evidence.definition !== contentHash(file)) return 'the definition is not that of the last build';
  if (evidence.asOf !== asOf && usesAsOf(file.plan)) return 'the as-of date moves the window';
  const filesOf = (all: readonly SourceFingerprint[], name: string): SourceFingerprint['files'] =>
    all.find((source) => source.dataset === name)?.files ?? [];
  const changed = file.sources.find(
    (source) =>
      source.dataset !== dataset &&
      canonicalJson(filesOf(evidence.sources, source.dataset)) !==
        canonicalJson(filesOf(sources.fingerprints, source.dataset)),
  );
  if (changed !== undefined) return `${changed.dataset} changed, and its rows may be met in any period`;
  const now = filesOf(sources.fingerprints, dataset);
  const before = new Map(filesOf(evidence.sources, dataset).map(({ path, sha256 }) => [path, sha256]));
  const lost = [...before].find(
    ([path, sha256]) => !now.some((other) => other.path === path && other.sha256 === sha256),
  );
  if (lost !== undefined) return `${lost[0]} of ${dataset} changed, and what it said before is not known`;
  const added = now.map(({ path }) => path).filter((path) => !before.has(path));
  return added.length > 0 ? added : `no file of ${dataset} is new`;
}

/** The first period of the new facts alone; null where they are of none. */
async function earliestPeriod(
  { file, asOf, sources, threads }: RefreshInput,
  { dataset, column }: ByPeriods,
  added: readonly string[],
): Promise<Literal | null> {
  const mounted = sources.mounted.map(
    (source): MountedSource =>
      source.table.dataset === dataset ? { ...source, table: { ...source.table, files: [...added] } } : source,
  );
  const { query } = file.plan;
  // A group that is left out for what its new rows are may be shown for what all its rows are.
  const plan = query.kind === 'aggregate' ? { ...file.plan, query: { ...query, having: null } } : file.plan;
  const engine = await openEngine({ threads, memoryLimit: null });
  try {
    await engine.mount(mounted);
    const { sql } = compile(
      plan,
      mounted.map(({ table }) => table),
      { asOf },
    );
    const { rows } = await engine.query(
      `SELECT CAST(min(${quoteIdentifier(column)}) AS VARCHAR) FROM (${sql.replace(/;\s*$/, '')})`,
    );
    const first = rows[0]?.[0] ?? null;
    if (first === null) return null;
    const type = file.model.columns.find(({ name }) => name === column)?.type.kind;
    return type === 'date' ? { type: 'date', value: String(first) } : { type: 'timestamp', value: String(first) };
  } finally {
    engine.close();
  }
}
