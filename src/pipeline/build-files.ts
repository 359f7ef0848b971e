import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Evidence } from '../plan/evidence.js';
import type { ProductFile } from '../plan/product.js';
import { evidenceText, parseEvidence } from '../proof/evidence-file.js';
import { asideOf, removeLeftovers } from '../support/asides.js';
import {
  fileHash,
  makeDirectory,
  readTextIfThere,
  replaceDirectory,
  writeTextAtomic,
} from '../support/atomic-files.js';
import { canonicalJson } from '../support/canonical-json.js';
import { dpbError, messageOf } from '../support/errors.js';
import { readPointer, writePointer } from '../support/pointer.js';
import { compareText } from '../support/text-order.js';

/**
 * The folder `gold/<name>/`: one folder a build, and `current`, a relative link to the folder of the newest one (see
 * pointer.ts for systems without links). Both are put in place by one rename, so neither is ever half there, and
 * `gold/<name>/current/<table>.parquet` is a path that every reader may keep.
 */
export interface GoldFolder {
  readonly path: string;
  readonly name: string;
}

/** A build as it lies on the disk, its files checked against its manifest. */
export interface StoredBuild {
  readonly buildId: string;
  readonly folder: string;
  readonly manifest: BuildManifest;
  readonly evidence: Evidence;
  /** Files whose bytes are not those of the manifest. */
  readonly altered: readonly string[];
}

/** `manifest.json` of a build: what it is and the exact bytes of its other files. */
export interface BuildManifest {
  readonly version: 1;
  readonly product: string;
  readonly buildId: string;
  readonly asOf: string;
  readonly definition: string;
  readonly rows: number;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

const manifestSchema: z.ZodType<BuildManifest> = z
  .object({
    version: z.literal(1),
    product: z.string(),
    buildId: z.string(),
    asOf: z.string(),
    definition: z.string(),
    rows: z.int(),
    files: z.array(
      z.object({ path: z.string().regex(/^[^./\\][^/\\]*$/), bytes: z.int(), sha256: z.string() }).strict(),
    ),
  })
  .strict();

const buildIdPattern = /^\d{4}-\d{2}-\d{2}-[0-9a-f]{12}$/;

export function goldFolderOf(goldDirectory: string, name: string): GoldFolder {
  return { path: join(goldDirectory, name), name };
}

/** The file of the gold table inside a build. */
export function goldFileName(file: ProductFile): string {
  return `${file.model.name}.parquet`;
}

/** The file inside a build that holds the events of its run for OpenLineage. */
export const lineageFileName = 'openlineage.json';

/** The ids of all builds, oldest as-of first. */
function buildIdsOf(gold: GoldFolder): readonly string[] {
  if (!existsSync(gold.path)) return [];
  return readdirSync(gold.path)
    .filter((name) => buildIdPattern.test(name))
    .sort(compareText);
}

/** All builds that can be read, oldest as-of first. */
export async function buildsOf(gold: GoldFolder): Promise<readonly StoredBuild[]> {
  const builds: StoredBuild[] = [];
  for (const buildId of buildIdsOf(gold)) {
    const build = await readBuild(gold, buildId);
    if (build !== null) builds.push(build);
  }
  return builds;
}

/** The id that `current` names; null where there is no build yet. */
function currentBuildId(gold: GoldFolder): string | null {
  const name = readPointer(join(gold.path, 'current'));
  return name !== null && buildIdPattern.test(name) ? name : null;
}

/**
 * Makes `current` name the build, by one rename, and gives what it names then. A build of an earlier as-of date than the
 * current one's fills in the past: it does not take its place.
 */
export function makeCurrent(gold: GoldFolder, buildId: string): string {
  const current = currentBuildId(gold);
  const isBackfill = current !== null && current !== buildId && asOfOf(current) > asOfOf(buildId);
  if (isBackfill && existsSync(join(gold.path, current))) return current;
  if (current !== buildId) writePointer(join(gold.path, 'current'), buildId);
  return buildId;
}

/** The as-of date, which a build's id begins with. */
function asOfOf(buildId: string): string {
  return buildId.slice(0, 'YYYY-MM-DD'.length);
}

/** The build that `current` names; null where there is none that can be read. */
export async function newestBuild(gold: GoldFolder): Promise<StoredBuild | null> {
  const id = currentBuildId(gold);
  return id === null ? null : readBuild(gold, id);
}

/** The build of that id, null for `current`; raises `build.unknown` where it is not there or not readable. */
export async function storedBuild(gold: GoldFolder, buildId: string | null): Promise<StoredBuild> {
  const id = buildId ?? currentBuildId(gold);
  const found = id === null || !buildIdPattern.test(id) ? null : await readBuild(gold, id);
  if (found === null)
    throw dpbError('build.unknown', {
      name: gold.name,
      buildId: id,
      near: buildId === null ? [] : buildIdsOf(gold).slice(-3),
    });
  return found;
}

/** The build of that id with every file hashed; null where manifest or evidence are missing or not ours. */
export async function readBuild(gold: GoldFolder, buildId: string): Promise<StoredBuild | null> {
  const folder = join(gold.path, buildId);
  const manifest = parseManifest(readTextIfThere(join(folder, 'manifest.json')));
  const evidence = parseEvidence(readTextIfThere(join(folder, 'evidence.json')) ?? '');
  if (manifest === null || evidence === null) return null;
  const altered: string[] = [];
  for (const { path, sha256 } of manifest.files) {
    const whole = join(folder, path);
    if (!existsSync(whole) || (await fileHash(whole)) !== sha256) altered.push(path);
  }
  return { buildId, folder, manifest, evidence, altered };
}

/** Removes what processes that died left beside the builds; a build that one of them had taken away is put back. */
export function clearLeftovers(gold: GoldFolder): void {
  try {
    removeLeftovers(gold.path);
  } catch (cause) {
    throw dpbError('io.write', { path: gold.path, reason: messageOf(cause) }, { cause });
  }
}

/** An empty folder beside the builds to write one in, after what killed processes left of theirs is removed. */
export function openAside(gold: GoldFolder, purpose: string): string {
  makeDirectory(gold.path);
  clearLeftovers(gold);
  const aside = asideOf(join(gold.path, purpose));
  try {
    mkdirSync(aside);
  } catch (cause) {
    throw dpbError('io.write', { path: aside, reason: messageOf(cause) }, { cause });
  }
  return aside;
}

/** Writes evidence and manifest beside the gold file in `aside` and puts the whole in place as a build. */
export async function publishBuild(
  gold: GoldFolder,
  aside: string,
  build: Omit<BuildManifest, 'version' | 'files'>,
  evidence: Evidence,
): Promise<string> {
  writeTextAtomic(join(aside, 'evidence.json'), evidenceText(evidence));
  const names = readdirSync(aside).sort(compareText);
  const files = await Promise.all(
    names.map(async (path) => ({
      path,
      bytes: statSync(join(aside, path)).size,
      sha256: await fileHash(join(aside, path)),
    })),
  );
  const manifest: BuildManifest = { version: 1, ...build, files };
  writeTextAtomic(join(aside, 'manifest.json'), `${canonicalJson(manifest, 1)}\n`);
  const folder = join(gold.path, build.buildId);
  replaceDirectory(aside, folder);
  return folder;
}

function parseManifest(text: string | null): BuildManifest | null {
  if (text === null) return null;
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
