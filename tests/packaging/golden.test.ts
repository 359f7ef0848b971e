import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emitProduct } from '../../src/packaging/emit-product.js';
import { sampleProduct } from './sample-product.js';

const folder = fileURLToPath(new URL('../golden/packaging-monthly-fees', import.meta.url));

function filesBelow(parent: string): readonly string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(parent, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** The whole definition of the hand-made product as files, to be read in review. `UPDATE_GOLDEN=1` writes it anew. */
describe('the golden definition', () => {
  const files = emitProduct(sampleProduct);
  if (process.env.UPDATE_GOLDEN === '1') {
    rmSync(folder, { recursive: true, force: true });
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }

  it('has the same files', () => {
    expect(filesBelow(folder)).toEqual(files.map(({ path }) => path).sort());
  });

  it.each(files)('$path is as it was', ({ path, text }) => {
    expect(text).toBe(readFileSync(join(folder, path), 'utf8'));
  });
});
