import type { Product } from '../plan/product.js';
import type { EmittedFile } from '../plan/run-state.js';
import { bug } from '../support/errors.js';
import { artifactNames } from './artifact-names.js';
import { emitManifest } from './emit/manifest.js';
import type { Emitter } from './emitter.js';
import { type ArtifactName, alwaysEmitted, artifacts } from './emitters.js';

/**
 * The same where a person wrote the product file: its text stays as it is, with comments and order, and the rest follows
 * from what it says.
 */
export function emitAround(product: Product, productFileText: string, only: Only): readonly EmittedFile[] {
  const path = `${product.file.name}.dpb.yaml`;
  const files = emitProduct(product, only)
    .filter((file) => file.path !== 'manifest.json')
    .map((file) => (file.path === path ? { ...file, text: productFileText } : file));
  return [...files, emitManifest(product.file.name, files, only)];
}

/** The artifacts that are wanted beside product file and manifest; null for all that there are. */
type Only = readonly ArtifactName[] | null;

/** All files of the definition of `product`, in the order of the registry, the manifest last. Writes nothing. */
export function emitProduct(product: Product, only: Only = null): readonly EmittedFile[] {
  const wanted = artifactNames.filter((name) => only === null || only.includes(name));
  const emitters: readonly Emitter[] = [...alwaysEmitted, ...wanted.flatMap((name) => artifacts[name])];
  const files = emitters.flatMap((emit) => emit(product));
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size !== files.length) throw bug('two emitters write the same file');
  return [...files, emitManifest(product.file.name, files, only)];
}
