import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { quoteLiteral } from '../engine/sql-text.js';
import { readTextIfThere, writeFileAtomic, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson } from '../support/canonical-json.js';
import { dpbError, messageOf } from '../support/errors.js';
import { sortedBy } from '../support/text-order.js';
import type { Catalog, Dataset } from './catalog.js';
import { type CatalogBody, type CatalogPack, type DatasetHead, packOf, readPack } from './catalog-pack.js';
import { relationshipKey } from './relationship-ends.js';
import { writeSearchIndex } from './search/stored-search.js';
import { writeValueIndex } from './value-index.js';

/**
 * A snapshot is a set of files that never change, named by the hash of the catalog in them: the catalog itself, an index of
 * all that it names, and a DuckDB file with the index of values, which is written last and vouches for the others. What
 * depends on the machine or the moment (roots, file times, use) lies beside them in a small file that each scan replaces:
 * the same data in another folder is the same snapshot.
 */

/** Changes whenever the catalog holds or measures something else, so that older snapshots are made anew. */
export const scannerVersion = 14;

/** Where the datasets lie on this machine, and how often runs used them. */
export interface Surroundings {
  readonly datasets: Readonly<
    Record<string, { readonly root: string; readonly modifiedMs: readonly number[]; readonly popularity: number }>
  >;
}

/** Where the snapshot of `id` lies in the state folder. */
export function snapshotPath(stateDirectory: string, id: string): string {
  return join(stateDirectory, 'catalog', `${id}.duckdb`);
}

/** Whether the snapshot of `id` is there. */
export function hasSnapshot(stateDirectory: string, id: string): boolean {
  const path = snapshotPath(stateDirectory, id);
  return existsSync(path) && existsSync(packPath(path));
}

/** Writes the snapshot of the catalog, unless there is one, and its surroundings. Gives its path, id and surroundings. */
export async function writeSnapshot(
  engine: Engine,
  stateDirectory: string,
  content: Omit<Catalog, 'id'>,
): Promise<{ path: string; id: string; surroundings: string }> {
  const ordered = inOrder(content);
  const body = { scannerVersion, ...ordered, datasets: ordered.datasets.map(withoutSurroundings) };
  const surroundings = surroundingsOf(content.datasets);
  return { ...(await writeSnapshotBody(engine, stateDirectory, body, surroundings)), surroundings };
}

/** Writes the snapshot of a catalog, with the values that are staged in the session, unless there is one. */
export async function writeSnapshotBody(
  engine: Engine,
  stateDirectory: string,
  body: CatalogBody,
  surroundings: string,
): Promise<{ path: string; id: string }> {
  const pack = packOf(body);
  const path = snapshotPath(stateDirectory, pack.id);
  if (!hasSnapshot(stateDirectory, pack.id)) await writeFiles(engine, path, pack, body);
  writeSurroundings(path, surroundings);
  return { path, id: pack.id };
}

/** The surroundings of datasets that lie nowhere on this machine, each used as often as `popularity` says. */
export function surroundingsElsewhere(popularity: ReadonlyMap<string, number>): string {
  const entries = [...popularity].map(
    ([name, uses]) => [name, { root: '', modifiedMs: [], popularity: uses }] as const,
  );
  return canonicalJson({ datasets: Object.fromEntries(entries) });
}

/** Notes where the datasets of the snapshot lie now, if that is not what is noted: another folder may hold the same data. */
export function writeSurroundings(path: string, surroundings: string): void {
  if (readTextIfThere(surroundingsPath(path)) !== surroundings) writeTextAtomic(surroundingsPath(path), surroundings);
}

/** The same surroundings with each dataset used as often as `popularity` says. */
export function withPopularity(surroundings: string, popularity: ReadonlyMap<string, number>): string {
  const { datasets } = JSON.parse(surroundings) as Surroundings;
  const counted = Object.entries(datasets).map(
    ([name, around]) => [name, { ...around, popularity: popularity.get(name) ?? 0 }] as const,
  );
  return canonicalJson({ datasets: Object.fromEntries(counted) });
}

function surroundingsOf(datasets: readonly Dataset[]): string {
  const entries = datasets.map(
    ({ name, root, files, popularity }) =>
      [name, { root, modifiedMs: files.map(({ modifiedMs }) => modifiedMs), popularity }] as const,
  );
  const surroundings: Surroundings = { datasets: Object.fromEntries(entries) };
  return canonicalJson(surroundings);
}

async function writeFiles(engine: Engine, path: string, { id, bytes }: CatalogPack, body: CatalogBody): Promise<void> {
  writeFileAtomic(packPath(path), bytes);
  writeSearchIndex(searchIndexPath(path), id, body);
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    await engine.run(`ATTACH ${quoteLiteral(aside)} AS dpb_snapshot`);
    await writeValueIndex(engine, 'dpb_snapshot');
    await engine.run('DETACH dpb_snapshot');
    renameSync(aside, path);
  } catch (thrown) {
    throw dpbError('io.write', { path, reason: messageOf(thrown) }, { cause: thrown });
  } finally {
    rmSync(aside, { force: true });
    rmSync(`${aside}.wal`, { force: true });
  }
}

/** The catalog of the snapshot at `path`, its columns unread. Raises `io.read` where it is none, or of another version. */
export function readSnapshot(path: string): CatalogBody {
  return readPlaced(path, { datasets: {} });
}

/** The same as a catalog, its datasets where `surroundings` say. */
export function readCatalog(path: string, surroundings: Surroundings): Catalog {
  const { scannerVersion: _version, ...content } = readPlaced(path, surroundings);
  return { ...content, id: snapshotId(path) };
}

function readPlaced(path: string, surroundings: Surroundings): CatalogBody {
  if (!existsSync(path)) throw dpbError('io.read', { path, reason: 'there is no such snapshot; scan again' });
  const body = readPack(packPath(path), snapshotId(path), (head) => inSurroundings(head, surroundings));
  return ofThisVersion(body, path);
}

/** The body of a catalog's text. Raises `io.read` where another version of dpb wrote it. */
export function bodyOfText(text: string, path: string): CatalogBody {
  const body: CatalogBody = JSON.parse(text);
  return ofThisVersion(body, path);
}

function ofThisVersion(body: CatalogBody, path: string): CatalogBody {
  if (body.scannerVersion !== scannerVersion)
    throw dpbError('io.read', { path, reason: 'another version of dpb wrote it; scan again' });
  return body;
}

/** The catalog of that id, where its datasets lie on this machine. */
export function catalogOfBody(id: string, body: CatalogBody, surroundings: Surroundings): Catalog {
  const { scannerVersion: _version, ...content } = body;
  const datasets = content.datasets.map((dataset) => inSurroundings(dataset, surroundings));
  return { ...content, id, datasets };
}

/** The id of the catalog whose snapshot lies at `path`. */
export function snapshotId(path: string): string {
  return basename(path, '.duckdb');
}

/**
 * The catalog in an order of its own, whatever order folders and glossaries list things in: where two readings are as good
 * as each other, the first of them stays the first. Columns are in the order of their table.
 */
function inOrder(content: Omit<Catalog, 'id'>): Omit<Catalog, 'id'> {
  const byText = <Item>(items: readonly Item[], name: (item: Item) => string): readonly Item[] =>
    sortedBy(items, (item) => `${name(item)}\n${canonicalJson(item)}`);
  return {
    ...content,
    datasets: sortedBy(content.datasets, ({ name }) => name),
    relationships: byText(content.relationships, relationshipKey),
    terms: byText(content.terms, ({ term }) => term),
    metrics: byText(content.metrics, ({ name }) => name),
    rules: byText(content.rules, ({ id }) => id),
    owners: byText(content.owners, ({ name }) => name),
    unreadable: byText(content.unreadable, ({ path }) => path),
  };
}

function withoutSurroundings(dataset: Dataset): Dataset {
  return { ...dataset, root: '', popularity: 0, files: dataset.files.map((file) => ({ ...file, modifiedMs: 0 })) };
}

function inSurroundings<Head extends DatasetHead>(head: Head, surroundings: Surroundings): Head {
  const around = surroundings.datasets[head.name];
  if (around === undefined) return head;
  const files = head.files.map((file, position) => ({ ...file, modifiedMs: around.modifiedMs[position] ?? 0 }));
  return { ...head, root: around.root, popularity: around.popularity, files };
}

/** What lies beside the snapshot at `path`. */
export function readSurroundings(path: string): Surroundings {
  const text = readTextIfThere(surroundingsPath(path));
  if (text === null) throw dpbError('io.read', { path: surroundingsPath(path), reason: 'it is missing; scan again' });
  return JSON.parse(text) as Surroundings;
}

function surroundingsPath(path: string): string {
  return path.replace(/\.duckdb$/, '.places.json');
}

function packPath(path: string): string {
  return path.replace(/\.duckdb$/, '.catalog');
}

/** Where the index of all that the catalog of the snapshot at `path` names lies. */
export function searchIndexPath(path: string): string {
  return path.replace(/\.duckdb$/, '.search');
}

/** The index of what somebody may see of the snapshot, beside it; `id` says of what. */
export function seenIndexPath(path: string, id: string): string {
  return path.replace(/\.duckdb$/, `.${id.slice(0, 16)}.search`);
}
