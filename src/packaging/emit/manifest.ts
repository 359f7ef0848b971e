import type { EmittedFile } from '../../plan/run-state.js';
import { canonicalJson, textHash } from '../../support/canonical-json.js';
import { sortedBy } from '../../support/text-order.js';

/**
 * The manifest of a definition: size in bytes and SHA-256 of each other file, by path. It shows edits by hand. `only` are
 * the artifacts that were asked for, so that no later command adds others; null for all.
 */
export function emitManifest(
  product: string,
  files: readonly EmittedFile[],
  only: readonly string[] | null,
): EmittedFile {
  const entries = sortedBy(files, ({ path }) => path).map(({ path, text }) => ({
    path,
    bytes: Buffer.byteLength(text, 'utf8'),
    sha256: textHash(text),
  }));
  const head = { format: 'dpb.manifest', version: 1, product };
  const text = `${canonicalJson({ ...head, ...(only === null ? {} : { only }), files: entries }, 2)}\n`;
  return { path: 'manifest.json', text, executable: false };
}
