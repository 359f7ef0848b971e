import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { artifactNamed } from '../packaging/artifact-names.js';
import { emitProduct } from '../packaging/emit-product.js';
import type { EmittedFile } from '../plan/run-state.js';
import { asideOf } from '../support/asides.js';
import { makeDirectory, removeTree, replaceDirectory, writeTextAtomic } from '../support/atomic-files.js';
import { dpbError, messageOf } from '../support/errors.js';
import { type ArchiveFile, writeTarGz } from '../support/tar.js';
import { goldFolderOf, storedBuild } from './build-files.js';
import { productOf } from './definition.js';
import type { Settings } from './settings.js';

export interface ExportOptions {
  readonly name: string;
  /** `package` for the whole definition with a build, or the name of an artifact. */
  readonly format: string;
  /** Null for the current build; of a package alone. */
  readonly buildId: string | null;
  /** A package without a build: text alone. */
  readonly withoutBuild: boolean;
  /** Where to: a folder, or an archive where it ends in `.tar.gz` or `.tgz`. */
  readonly to: string;
  readonly force: boolean;
}

/** What was exported. */
export interface Exported {
  readonly to: string;
  readonly files: readonly string[];
  /** The build that is in it; null where none is. */
  readonly buildId: string | null;
}

const isArchive = (path: string): boolean => /\.(tar\.gz|tgz)$/i.test(path);

/**
 * Writes a product to be handed on: the definition emitted anew from its product file, and for a package the files of a
 * build under `build/`. The target is there whole or not at all; one that is there already is replaced with `force` alone.
 * Raises `product.unknown`, `build.unknown`, `build.altered`, `input.invalid`, `io.write`.
 */
export async function exportProduct(settings: Settings, options: ExportOptions): Promise<Exported> {
  const { to, name, format } = options;
  const product = await productOf(settings.products, name);
  const whole = format === 'package';
  const texts = whole
    ? emitProduct(product)
    : filesOfArtifact(emitProduct(product, [artifactNamed(format, '--format')]));
  const build =
    whole && !options.withoutBuild ? await filesOfBuild(settings, product.file.name, options.buildId) : null;
  const files: readonly ArchiveFile[] = [...texts, ...(build?.files ?? [])];
  checkFree(to, options.force);
  makeDirectory(dirname(to));
  const aside = asideOf(to);
  try {
    if (isArchive(to)) {
      const inside = files.map((file) => ({ ...file, path: `${product.file.name}/${file.path}` }));
      await writeTarGz(aside, inside);
      removeTree(to);
      renameSync(aside, to);
    } else {
      writeFolder(aside, files);
      replaceDirectory(aside, to);
    }
  } finally {
    removeTree(aside);
  }
  return { to, files: files.map(({ path }) => path), buildId: build?.buildId ?? null };
}

/**
 * The one file of an artifact as text, to be printed. Raises `input.invalid` for a package, and for an artifact of several
 * files.
 */
export async function exportedText(settings: Settings, name: string, format: string): Promise<string> {
  const several = (what: string) =>
    dpbError('input.invalid', { what: '--to', problem: `${what} is of several files: name a folder or an archive` });
  if (format === 'package') throw several('a package');
  const artifact = artifactNamed(format, '--format');
  const [only, ...others] = filesOfArtifact(emitProduct(await productOf(settings.products, name), [artifact]));
  if (only === undefined || others.length > 0) throw several(`"${artifact}"`);
  return only.text;
}

/** The files that only the artifact has: without product file and manifest, which are in every definition. */
function filesOfArtifact(files: readonly EmittedFile[]): readonly EmittedFile[] {
  return files.filter(({ path }) => path !== 'manifest.json' && !/^[^/]*\.dpb\.yaml$/.test(path));
}

async function filesOfBuild(
  settings: Settings,
  name: string,
  buildId: string | null,
): Promise<{ readonly buildId: string; readonly files: readonly ArchiveFile[] }> {
  const stored = await storedBuild(goldFolderOf(settings.gold, name), buildId);
  if (stored.altered.length > 0)
    throw dpbError('build.altered', { name, buildId: stored.buildId, files: stored.altered });
  const files = stored.manifest.files.map(({ path, bytes }) => ({
    path: `build/${path}`,
    executable: false,
    from: join(stored.folder, path),
    bytes,
  }));
  const manifest = JSON.stringify(stored.manifest, null, 1);
  return {
    buildId: stored.buildId,
    files: [...files, { path: 'build/manifest.json', executable: false, text: `${manifest}\n` }],
  };
}

function checkFree(to: string, force: boolean): void {
  const isFree = !existsSync(to) || (!isArchive(to) && isEmptyFolder(to));
  if (!isFree && !force)
    throw dpbError('input.invalid', { what: '--to', problem: `${to} is there already; --force replaces it` });
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

function writeFolder(folder: string, files: readonly ArchiveFile[]): void {
  for (const file of files) {
    const path = join(folder, file.path);
    if ('text' in file) writeTextAtomic(path, file.text);
    else copyTo(file.from, path);
  }
}

function copyTo(from: string, path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(from, path);
  } catch (cause) {
    throw dpbError('io.write', { path, reason: messageOf(cause) }, { cause });
  }
}
