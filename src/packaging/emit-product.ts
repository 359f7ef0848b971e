import type { Product } from '../plan/product.js';
import type { EmittedFile } from '../plan/run-state.js';
import { bug } from '../support/errors.js';
import { emitManifest } from './emit/manifest.js';
import { emitters } from './emitters.js';

/**
 * The same where a person wrote the product file: its text stays as it is, with comments and order, and the rest follows
 * from what it says.
 */
export function emitAround(product: Product, productFileText: string): readonly EmittedFile[] {
  const path = `${product.file.name}.dpb.yaml`;
  const files = emitProduct(product)
    .filter((file) => file.path !== 'manifest.json')
    .map((file) => (file.path === path ? { ...file, text: productFileText } : file));
  return [...files, emitManifest(product.file.name, files)];
}

/** All files of the definition of `product`, in the order of the registry, the manifest last. Writes nothing. */
export function emitProduct(product: Product): readonly EmittedFile[] {
  const files = emitters.flatMap((emit) => emit(product));
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size !== files.length) throw bug('two emitters write the same file');
  return [...files, emitManifest(product.file.name, files)];
}
