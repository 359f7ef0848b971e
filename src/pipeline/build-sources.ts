import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type FoundDataset, findDatasets } from '../catalog/layout.js';
import { dataTypeOf } from '../engine/duckdb-type.js';
import type { Engine, MountedSource } from '../engine/engine.js';
import { csvRelation, parquetRelation, partitionKeysOf } from '../engine/source-relation.js';
import { typeText } from '../plan/data-type.js';
import type { SourceFingerprint } from '../plan/evidence.js';
import type { ProductFile, SourceTable } from '../plan/product.js';
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

async function checkParquet(engine: Engine, { table, root }: MountedSource): Promise<void> {
  const sql = `SELECT * FROM ${parquetRelation(table.files, root, table.columns)} LIMIT 0`;
  const { columns } = await reading(table, () => engine.query(sql));
  const actual = new Map(columns.map(({ name, type }) => [name, dataTypeOf(type)]));
  for (const { name, type } of table.columns) {
    const found = actual.get(name);
    if (found === undefined) throw changed(table.dataset, name, 'the column is gone');
    if (typeText(found) !== typeText(type))
      throw changed(table.dataset, name, `the column is ${typeText(found)} now, not ${typeText(type)}`);
  }
}

/** CSV columns are read by position, so each file's header must name the pinned columns in their order. */
async function checkHeaders(engine: Engine, { table, root }: MountedSource): Promise<void> {
  const { format } = table;
  if (format.kind !== 'csv' || !format.header) return;
  const partitions = new Set(partitionKeysOf(table.files));
  const pinned = table.columns.filter(({ name }) => !partitions.has(name));
  for (const path of table.files) {
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
}

async function reading<Result>(table: SourceTable, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    throw dpbError(
      'source.changed',
      { dataset: table.dataset, problem: `it cannot be read (${messageOf(cause)})` },
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
