import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

/** Hashes of the tuning benchmark's own words; tests/tools/make-benchmark-words.mjs tells how they were made. */
const hashes = new Set(readFileSync(join(here, 'benchmark-words.txt'), 'utf8').split('\n').filter(Boolean));

const hashOf = (word: string): string => createHash('sha256').update(word).digest('hex').slice(0, 10);

function wordsOf(text: string): ReadonlySet<string> {
  const words = text
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/u);
  return new Set(words.filter((word) => word.length >= 3));
}

it('ships no word that only the tuning benchmark could have taught', () => {
  expect(hashes.size).toBeGreaterThan(1000);
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((path) =>
    [...wordsOf(readFileSync(join(root, 'src', path), 'utf8'))]
      .filter((word) => hashes.has(hashOf(word)))
      .map((word) => `${path}: ${word}`),
  );
  expect(found).toEqual([]);
});
