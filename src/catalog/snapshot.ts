import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { quoteLiteral } from '../engine/sql-text.js';
import { readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson, textHash } from '../support/canonical-json.js';
import { dpbError, messageOf } from '../support/errors.js';
import { sortedBy } from '../support/text-order.js';
import type { Catalog, Dataset } from './catalog.js';
import { relationshipKey } from './relationship-ends.js';
import { writeValueIndex } from './value-index.js';

/**
 * A snapshot is a DuckDB file that never changes, named by the hash of the catalog in it. What depends on the machine or
 * the moment (roots, file times, use) lies beside it in a small file that each scan replaces: the same data in another
 * folder is the same snapshot.
 */

/** Changes whenever the catalog holds or measures something else, so that older snapshots are made anew. */
export const scannerVersion = 7;

type CatalogContent = Omit<Catalog, 'id'>;

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

/** Writes the snapshot of the catalog, unless there is one, and its surroundings. Gives its path, id and surroundings. */
export async function writeSnapshot(
  engine: Engine,
  stateDirectory: string,
  content: CatalogContent,
): Promise<{ path: string; id: string; surroundings: string }> {
  const ordered = inOrder(content);
  const text = canonicalJson({ scannerVersion, ...ordered, datasets: ordered.datasets.map(withoutSurroundings) });
  const surroundings = surroundingsOf(content.datasets);
  return { ...(await writeSnapshotText(engine, stateDirectory, text, surroundings)), surroundings };
}

/** Writes the snapshot of a catalog's text, with the values that are staged in the session, unless there is one. */
export async function writeSnapshotText(
  engine: Engine,
  stateDirectory: string,
  text: string,
  surroundings: string,
): Promise<{ path: string; id: string }> {
  const id = catalogIdOf(text);
  const path = snapshotPath(stateDirectory, id);
  if (!existsSync(path)) await writeDatabase(engine, path, text);
  writeSurroundings(path, surroundings);
  return { path, id };
}

/** What the catalog of `text` is named by. */
export function catalogIdOf(text: string): string {
  return textHash(text).slice(0, 16);
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

async function writeDatabase(engine: Engine, path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    await engine.run(`ATTACH ${quoteLiteral(aside)} AS dpb_snapshot`);
    await engine.run('CREATE TABLE dpb_snapshot.catalog AS SELECT CAST($text AS VARCHAR) AS text', { text });
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

/** The text of a snapshot that is attached as `schema`, as it was hashed. */
export async function readSnapshotText(engine: Engine, schema: string, path: string): Promise<string> {
  const { rows } = await engine.query(`SELECT text FROM ${schema}.catalog`);
  const text = rows[0]?.[0];
  if (typeof text !== 'string') throw dpbError('io.read', { path, reason: 'it is not a catalog snapshot' });
  if (!path.endsWith(`${catalogIdOf(text)}.duckdb`))
    throw dpbError('io.read', { path, reason: 'its content is not what it is named by; delete it and scan again' });
  return text;
}

/** What of a catalog does not depend on machine and moment, with the version of its scanner: what its id is the hash of. */
export type CatalogBody = CatalogContent & { readonly scannerVersion: number };

/** The body of a catalog whose text has the hash that it is known by: the hash shows that these are bytes which a scan wrote. */
export function bodyOfText(text: string, path: string): CatalogBody {
  const body = JSON.parse(text) as CatalogBody;
  if (body.scannerVersion !== scannerVersion)
    throw dpbError('io.read', { path, reason: 'another version of dpb wrote it; scan again' });
  return body;
}

/** The catalog of such a text, where its datasets lie on this machine. */
export function catalogOfText(text: string, path: string, surroundings: Surroundings): Catalog {
  const { scannerVersion: _version, ...content } = bodyOfText(text, path);
  const datasets = content.datasets.map((dataset) => inSurroundings(dataset, surroundings));
  return { ...content, id: catalogIdOf(text), datasets };
}

/**
 * The catalog in an order of its own, whatever order folders and glossaries list things in: where two readings are as good
 * as each other, the first of them stays the first. Columns are in the order of their table.
 */
function inOrder(content: CatalogContent): CatalogContent {
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

function inSurroundings(dataset: Dataset, surroundings: Surroundings): Dataset {
  const around = surroundings.datasets[dataset.name];
  if (around === undefined) return dataset;
  const files = dataset.files.map((file, position) => ({ ...file, modifiedMs: around.modifiedMs[position] ?? 0 }));
  return { ...dataset, root: around.root, popularity: around.popularity, files };
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
