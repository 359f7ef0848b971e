import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cruise, root } from './cruise.js';

const linesMax = 450;
const sourceName = /\.(ts|js|mjs|cjs)$/;
const vagueName = /(^|[-.])(utils?|helpers?|managers?|misc)\.ts$|^index\.ts$/;
const printing = /\bprocess\s*\.\s*(stdout|stderr)\b|\bconsole\s*\.\s*\w/;
const silencing = /biome-ignore|@ts-ignore|@ts-nocheck|@ts-expect-error|eslint-disable|knip-ignore|v8 ignore/;

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}

const textOf = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

async function filesMatching(paths: readonly string[], pattern: RegExp): Promise<string[]> {
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await textOf(path) })));
  return texts.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
}

const source = (await filesBelow('src')).filter((path) => path.endsWith('.ts'));
const own = (await Promise.all(['src', 'bin', 'tests', 'data'].map(filesBelow)))
  .flat()
  .filter((path) => sourceName.test(path) && !path.startsWith('tests/golden/'));
const cruised = await cruise(root);

describe('imports', () => {
  test('every file of src was seen, with its imports', () => {
    const seen = cruised.modules.map((module) => module.source).filter((path) => path.startsWith('src/'));
    expect(source.length).toBeGreaterThan(0);
    expect(seen.toSorted()).toEqual(source);
    const edges = cruised.modules
      .filter((module) => module.source.startsWith('src/'))
      .flatMap((module) => module.dependencies.filter(({ resolved }) => resolved.startsWith('src/')));
    expect(edges.length).toBeGreaterThan(0);
  });

  test('keep to the rules of .dependency-cruiser.cjs', () => {
    const found = cruised.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
    expect(found).toEqual([]);
  });

  test('use every declared dependency at run time, and nothing else', async () => {
    const declared = JSON.parse(await textOf('package.json')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const used = cruised.modules
      .filter((module) => module.source.startsWith('src/'))
      .flatMap((module) => module.dependencies)
      .filter(({ dependencyTypes }) => dependencyTypes.includes('npm') && !dependencyTypes.includes('type-only'))
      .map(({ module }) => /^(@[^/]+\/[^/]+|[^/]+)/.exec(module)?.[0] ?? module);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(declared.dependencies).toSorted());
  });
});

describe('files', () => {
  test(`are at most ${linesMax} lines long`, async () => {
    const lengths = await Promise.all(
      own.map(async (path) => ({ path, lines: (await textOf(path)).trimEnd().split('\n').length })),
    );
    expect(lengths.filter(({ lines }) => lines > linesMax)).toEqual([]);
  });

  test('have names that say what is in them', () => {
    expect(own.filter((path) => vagueName.test(basename(path)))).toEqual([]);
  });

  test('of src print only in the cli room', async () => {
    const elsewhere = source.filter((path) => !path.startsWith('src/cli/'));
    expect(await filesMatching(elsewhere, printing)).toEqual([]);
  });

  test('silence no checker', async () => {
    const checked = own.filter((path) => path !== 'tests/architecture/architecture.test.ts');
    expect(await filesMatching(checked, silencing)).toEqual([]);
  });
});

describe('the patterns of this file', () => {
  test.each(['utils.ts', 'sql-helpers.ts', 'session-manager.ts', 'index.ts', 'x.helper.ts'])(
    '%s is a vague name',
    (name) => {
      expect(name).toMatch(vagueName);
    },
  );

  test.each(['column-index.ts', 'manage-runs.ts', 'value-index.ts'])('%s is a name', (name) => {
    expect(name).not.toMatch(vagueName);
  });

  test.each(['process.stdout.write(x)', 'console.log(x)', 'process.stderr'])('%s prints', (text) => {
    expect(text).toMatch(printing);
  });
});
