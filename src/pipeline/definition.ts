import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { ArtifactName } from '../packaging/emitters.js';
import type { Product, ProductFile } from '../plan/product.js';
import { parseProductFile } from '../plan/product-file.js';
import type { EmittedFile } from '../plan/run-state.js';
import {
  makeDirectory,
  publishDirectory,
  readText,
  readTextIfThere,
  writeTextAtomic,
} from '../support/atomic-files.js';
import { canonicalJson, textHash } from '../support/canonical-json.js';
import { dpbError } from '../support/errors.js';
import { compareText } from '../support/text-order.js';

const manifestSchema = z
  .object({
    files: z.array(z.object({ path: z.string(), sha256: z.string() }).loose()),
    only: z.array(z.string()).optional(),
  })
  .loose();

/** Where the product file of `name` lies. */
function productFilePath(products: string, name: string): string {
  return join(products, name, `${name}.dpb.yaml`);
}

/**
 * Reads the product file that `nameOrPath` names: a product under `products`, or a path. Raises `product.unknown` with
 * near matches, or the diagnostics of the file.
 */
export function readProductFile(products: string, nameOrPath: string): ProductFile {
  const named = productFilePath(products, nameOrPath);
  const path = existsSync(named) ? named : nameOrPath;
  if (!path.endsWith('.yaml') || !existsSync(path)) {
    const near = productNames(products).filter(
      (name) => distance(name, nameOrPath) <= Math.max(2, nameOrPath.length / 3),
    );
    throw dpbError('product.unknown', { name: nameOrPath, near: near.slice(0, 3) });
  }
  return parseProductFile(readText(path), path);
}

/** The names of all products under the folder, sorted. */
export function productNames(products: string): readonly string[] {
  if (!existsSync(products)) return [];
  return readdirSync(products)
    .filter((name) => existsSync(productFilePath(products, name)))
    .sort(compareText);
}

/**
 * Refuses to replace a definition that is another product's, or whose files a person edited, unless `force`. The same
 * plan again is always welcome.
 */
export function checkReplaceable(products: string, file: ProductFile, force: boolean): void {
  const path = productFilePath(products, file.name);
  if (force || !existsSync(path)) return;
  const edited = editedFiles(join(products, file.name));
  if (edited.length > 0) throw dpbError('product.edited', { name: file.name, files: edited });
  const present = parseProductFile(readText(path), path);
  if (canonicalJson(present.plan) !== canonicalJson(file.plan)) {
    throw dpbError('product.taken', {
      name: file.name,
      difference: `it is "${present.reading}"; this is "${file.reading}"`,
    });
  }
}

/** Files of a definition whose bytes are not those that its manifest recorded, and files that it does not know. */
function editedFiles(folder: string): readonly string[] {
  const text = readTextIfThere(join(folder, 'manifest.json'));
  if (text === null) return ['manifest.json (missing)'];
  const manifest = manifestSchema.safeParse(JSON.parse(text));
  if (!manifest.success) return ['manifest.json'];
  const edited: string[] = [];
  for (const { path, sha256 } of manifest.data.files) {
    const present = readTextIfThere(join(folder, path));
    if (present === null || textHash(present) !== sha256) edited.push(path);
  }
  return edited;
}

/** How a definition differs from what was emitted. */
interface EditedDefinition {
  /** The product file says something else now, or files beside it are gone: the rest is to be emitted anew. */
  readonly isStale: boolean;
  /** Files beside it that a person changed. */
  readonly others: readonly string[];
}

/** What of the definition under `products` is not as it was emitted; null where the product lies elsewhere. */
export function editedDefinition(products: string, name: string): EditedDefinition | null {
  if (!existsSync(productFilePath(products, name))) return null;
  const folder = join(products, name);
  const own = `${name}.dpb.yaml`;
  const edited = editedFiles(folder);
  const others = edited.filter((path) => path !== own && existsSync(join(folder, path)));
  return { isStale: edited.length > others.length, others };
}

/**
 * Emits the files of a definition anew from its product file, which a person edited and which stays as it is: those
 * artifacts that were asked for when it was made. Files that dpb did not write stay too. Gives the paths that changed.
 */
export async function emitAgain(products: string, file: ProductFile): Promise<readonly string[]> {
  const { emitAround } = await import('../packaging/emit-product.js');
  const folder = join(products, file.name);
  const text = readText(productFilePath(products, file.name));
  const changed = emitAround(await compiledProduct(file), text, await artifactsOf(folder)).filter(
    (emitted) => readTextIfThere(join(folder, emitted.path)) !== emitted.text,
  );
  for (const emitted of changed) {
    const path = join(folder, emitted.path);
    makeDirectory(dirname(path));
    writeTextAtomic(path, emitted.text);
  }
  return changed.map(({ path }) => path);
}

/** The artifacts that the definition was asked to have; null for all. */
async function artifactsOf(folder: string): Promise<readonly ArtifactName[] | null> {
  const manifest = manifestSchema.safeParse(JSON.parse(readTextIfThere(join(folder, 'manifest.json')) ?? '{}'));
  const only = manifest.data?.only;
  if (only === undefined) return null;
  const { artifactsNamed } = await import('../packaging/artifact-names.js');
  return only.length === 0 ? [] : artifactsNamed(only.join(','), join(folder, 'manifest.json'));
}

/** The product as its file says it, with SQL and lineage compiled from its plan. Raises what `readProductFile` does. */
export async function productOf(products: string, nameOrPath: string): Promise<Product> {
  return compiledProduct(readProductFile(products, nameOrPath));
}

/** The product of a product file: its plan compiled. */
export async function compiledProduct(file: ProductFile): Promise<Product> {
  const { compile, compileForSpark } = await import('../transformation/compile.js');
  const { compileRefresh } = await import('../transformation/compile-refresh.js');
  const { sql, lineage } = compile(file.plan, file.sources, { asOf: null });
  return { file, sql, spark: compileForSpark(file.plan, file.sources), lineage, refresh: compileRefresh(file) };
}

/** Writes all files of a definition aside and puts the folder in place in one rename. */
export function publishDefinition(products: string, name: string, files: readonly EmittedFile[]): string {
  const folder = join(products, name);
  publishDirectory(folder, files);
  return folder;
}
