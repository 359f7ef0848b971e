import type { Product } from '../plan/product.js';
import type { EmittedFile } from '../plan/run-state.js';
import { bug } from '../support/errors.js';
import { emitManifest } from './emit/manifest.js';
import { emitters } from './emitters.js';

/** All files of the definition of `product`, in the order of the registry, the manifest last. Writes nothing. */
export function emitProduct(product: Product): readonly EmittedFile[] {
  const files = emitters.flatMap((emit) => emit(product));
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size !== files.length) throw bug('two emitters write the same file');
  return [...files, emitManifest(product.file.name, files)];
}
