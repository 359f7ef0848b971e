import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type FoundDataset, findDatasets } from '../catalog/layout.js';
import { dataTypeOf } from '../engine/duckdb-type.js';
import type { Engine, MountedSource } from '../engine/engine.js';
import { csvRelation, namedCsvRelation, parquetRelation, partitionKeysOf } from '../engine/source-relation.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import { typeText } from '../plan/data-type.js';
import type { SourceFingerprint } from '../plan/evidence.js';
import type { ProductFile, SourceTable } from '../plan/product.js';
import { holdsAll, mayRound } from '../plan/widening.js';
import { fileHash } from '../support/atomic-files.js';
import { contentHash } from '../support/canonical-json.js';
import { dpbError, messageOf } from '../support/errors.js';
import { sortedBy } from '../support/text-order.js';

/** The sources of a product where they lie now: new files in a dataset's folder belong to it. */
export interface FoundSources {
  readonly mounted: readonly MountedSource[];
  readonly fingerprints: readonly SourceFingerprint[];
  /** Changes when any file's size or time does, to notice writes under a running build. */
  readonly stamp: string;
}

/** Finds the datasets of the product under the data roots and hashes their files. Raises `source.missing`, `io.read`. */
export async function findSources(file: ProductFile, dataRoots: readonly string[]): Promise<FoundSources> {
  const { datasets } = findDatasets(dataRoots);
  const found = file.sources.map((table) => ({ table, dataset: datasetOf(table, datasets) }));
  const mounted = found.map(({ table, dataset }) => ({
    table: { ...table, files: dataset.files.map(({ path }) => path) },
    root: dataset.root,
  }));
  const stamp = stampOf(mounted);
  const fingerprints: SourceFingerprint[] = [];
  for (const { table, dataset } of sortedBy(found, (source) => source.table.dataset)) {
    const files = dataset.files.map(async ({ path, size }) => ({
      path,
      bytes: size,
      sha256: await fileHash(join(dataset.root, path)),
    }));
    fingerprints.push({ dataset: table.dataset, files: await Promise.all(files) });
  }
  return { mounted, fingerprints, stamp };
}

/** The size and time of every file of the sources, as one hash. Raises `source.changed` for one that is gone. */
export function stampOf(mounted: readonly MountedSource[]): string {
  return contentHash(
    mounted.map(({ table, root }) =>
      table.files.map((path) => {
        try {
          const { size, mtimeMs } = statSync(join(root, path));
          return [path, size, mtimeMs];
        } catch (cause) {
          throw dpbError(
            'source.changed',
            { dataset: table.dataset, problem: `its file ${path} went away` },
            { place: table.dataset, cause },
          );
        }
      }),
    ),
  );
}

/**
 * Checks that each source still has the columns and types that the product file pins, then mounts it. Raises
 * `source.changed` with `dataset.column` as its place.
 */
export async function mountChecked(engine: Engine, mounted: readonly MountedSource[]): Promise<void> {
  for (const source of mounted) {
    if (source.table.format.kind === 'csv') await checkHeaders(engine, source);
    else await checkParquet(engine, source);
  }
  await engine.mount(mounted);
}

function datasetOf(table: SourceTable, datasets: readonly FoundDataset[]): FoundDataset {
  const dataset = datasets.find(({ name }) => name === table.dataset);
  if (dataset === undefined) throw dpbError('source.missing', { dataset: table.dataset }, { place: table.dataset });
  if (dataset.kind === table.format.kind) return dataset;
  throw changed(table.dataset, null, `it is ${dataset.kind} now, not ${table.format.kind}`);
}

/** Parquet columns meet by name; each file must have those that are not partial, with types that widen to the pinned ones. */
async function checkParquet(engine: Engine, { table, root }: MountedSource): Promise<void> {
  const partitions = new Set(partitionKeysOf(table.files));
  const pinned = table.columns.filter(({ name }) => !partitions.has(name));
  const seen = new Map<string, Set<string>>();
  for (const path of table.files) {
    const sql = `SELECT * FROM ${parquetRelation([path], root, table.columns)} LIMIT 0`;
    const { columns } = await reading(table, () => engine.query(sql));
    const stored = new Map(columns.map(({ name, type }) => [name.toLowerCase(), type]));
    requireColumns(table, path, pinned, stored);
    for (const [name, type] of stored) seen.set(name, (seen.get(name) ?? new Set()).add(type));
    for (const { name, type } of pinned) {
      const found = stored.get(name.toLowerCase());
      if (found === undefined) continue;
      if (!holdsAll(type, dataTypeOf(found)))
        throw changed(
          table.dataset,
          name,
          `in ${path} the column is ${typeText(dataTypeOf(found))}, not ${typeText(type)}`,
        );
      if (mayRound(type, dataTypeOf(found))) await requireExact(engine, { table, root }, path, name);
    }
  }
  requireSeen(table, pinned, new Set(seen.keys()));
  for (const { name } of pinned) {
    const types = seen.get(name.toLowerCase()) ?? new Set();
    // DuckDB then takes FLOAT for all of them, and leaves out digits of the others.
    if (types.has('FLOAT') && types.size > 1 && !types.has('DOUBLE'))
      throw changed(table.dataset, name, `its files have it as ${[...types].sort().join(' and ').toLowerCase()}`);
  }
}

/** Whole numbers that become DOUBLE beside fractions must not lose their ends. */
async function requireExact(engine: Engine, { table, root }: MountedSource, path: string, name: string): Promise<void> {
  const value = `abs(CAST(${quoteIdentifier(name)} AS HUGEINT))`;
  const sql = `SELECT count(*) FROM ${parquetRelation([path], root, table.columns)} WHERE ${value} > 9007199254740992`;
  const { rows } = await reading(table, () => engine.query(sql));
  if (Number(rows[0]?.[0] ?? 0) > 0)
    throw changed(table.dataset, name, `in ${path} it has whole numbers of more digits than a double holds`);
}

/** The headers of CSV files name the pinned columns: in any order where they are found by name, else in theirs. */
async function checkHeaders(engine: Engine, { table, root }: MountedSource): Promise<void> {
  const { format } = table;
  if (format.kind !== 'csv' || !format.header) return;
  const partitions = new Set(partitionKeysOf(table.files));
  const pinned = table.columns.filter(({ name }) => !partitions.has(name));
  const seen = new Set<string>();
  for (const path of table.files) {
    if (format.byName !== true) await checkPositions(engine, { table, root }, format, path, pinned);
    else if (table.files.length === 1 || statSync(join(root, path)).size > 0) {
      const sql = `SELECT * FROM ${namedCsvRelation([path], root, format, [])} LIMIT 0`;
      const { columns } = await reading(table, () => engine.query(sql), path);
      const names = new Map(columns.map(({ name, type }) => [name.toLowerCase(), type]));
      requireColumns(table, path, pinned, names);
      for (const name of names.keys()) seen.add(name);
    }
  }
  if (format.byName === true) requireSeen(table, pinned, seen);
}

async function checkPositions(
  engine: Engine,
  { table, root }: MountedSource,
  format: Extract<SourceTable['format'], { kind: 'csv' }>,
  path: string,
  pinned: SourceTable['columns'],
): Promise<void> {
  const text = pinned.map((_, index) => ({ name: `column_${index}`, duckdbType: 'VARCHAR' }));
  const relation = csvRelation([path], root, { ...format, header: false }, text);
  const { rows } = await reading(table, () =>
    engine.query(`SELECT ${text.map(({ name }) => name).join(', ')} FROM ${relation} LIMIT 1`),
  );
  for (const [index, { name }] of pinned.entries()) {
    const found = rows[0]?.[index];
    if (found !== name) throw changed(table.dataset, name, `${path} has "${String(found ?? '')}" in its place`);
  }
}

/** A file may lack what some files lacked when the product was defined; of what all had its rows would be null unseen. */
function requireColumns(
  table: SourceTable,
  path: string,
  pinned: SourceTable['columns'],
  stored: ReadonlyMap<string, string>,
): void {
  const gone = pinned.find(({ name, partial }) => partial !== true && !stored.has(name.toLowerCase()));
  if (gone !== undefined) throw changed(table.dataset, gone.name, `${path} has no such column`);
}

function requireSeen(table: SourceTable, pinned: SourceTable['columns'], seen: ReadonlySet<string>): void {
  const gone = pinned.find(({ name }) => !seen.has(name.toLowerCase()));
  if (gone !== undefined) throw changed(table.dataset, gone.name, 'no file has this column any more');
}

async function reading<Result>(
  table: SourceTable,
  act: () => Promise<Result>,
  path: string | null = null,
): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    throw dpbError(
      'source.changed',
      { dataset: table.dataset, problem: `${path ?? 'it'} cannot be read (${messageOf(cause)})` },
      { place: table.dataset, cause },
    );
  }
}

function changed(dataset: string, column: string | null, problem: string): Error {
  const place = column === null ? dataset : `${dataset}.${column}`;
  return dpbError(
    'source.changed',
    { dataset, problem: column === null ? problem : `${place}: ${problem}` },
    { place },
  );
}
