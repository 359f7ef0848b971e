import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cruise, root } from './cruise.js';

// The order is written out again here, on purpose: a slip in .dependency-cruiser.cjs must not also slip into its test.
const floors = [
  ['cli'],
  ['pipeline'],
  ['intent', 'discovery', 'modeling', 'transformation', 'quality', 'packaging'],
  ['proof'],
  ['catalog'],
  ['engine'],
  ['llm'],
  ['governance'],
  ['sql'],
  ['plan'],
  ['support'],
] as const;

const rooms = floors.flatMap((names, floor) => names.map((name) => ({ name, floor })));
const pairs = rooms.flatMap((from) => rooms.filter((to) => to !== from).map((to) => ({ from, to })));

const leaf = 'export const leaf = 1;\n';
const importing = (specifier: string): string => `import '${specifier}';\n${leaf}`;

/** Each rule that is not about a pair of rooms, with a smallest tree that breaks it. */
const brokenBy: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'every-module-has-a-room': {
    'src/stray.ts': importing('./support/leaf.js'),
    'src/attic/stray.ts': importing('../support/leaf.js'),
  },
  'naive-evaluator-is-independent': { 'src/proof/naive/evaluate.ts': importing('../../engine/leaf.js') },
  'no-cycles': {
    'src/plan/first.ts': importing('./second.js'),
    'src/plan/second.ts': "import type { leaf } from './first.js';\nexport type Leaf = typeof leaf;\n",
  },
  'no-orphans': { 'src/plan/alone.ts': leaf },
  'terminal-only-in-cli': { 'src/pipeline/paint.ts': importing('chalk') },
  'processes-only-in-engine-and-cli': { 'src/proof/spawn.ts': importing('node:child_process') },
  'nothing-unresolvable': { 'src/plan/lost.ts': importing('./nowhere.js') },
  'only-declared-packages': { 'src/plan/property.ts': importing('fast-check') },
  'src-imports-no-tests': { 'src/plan/testing.ts': importing('../../tests/leaf.js') },
};

let folder = '';
let broken: Awaited<ReturnType<typeof cruise>>;

async function tree(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const home = join(folder, name);
  const leaves = Object.fromEntries(rooms.map((room) => [`src/${room.name}/leaf.ts`, leaf]));
  for (const [path, text] of Object.entries({ ...leaves, 'tests/leaf.ts': leaf, ...files })) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  }
  await symlink(join(root, 'tsconfig.json'), join(home, 'tsconfig.json'));
  await symlink(join(root, 'package.json'), join(home, 'package.json'));
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'));
  return home;
}

/** Imports of one room by another, as `src/lower/to-upper.ts`. */
const crossings = (chosen: typeof pairs): Record<string, string> =>
  Object.fromEntries(
    chosen.map(({ from, to }) => [`src/${from.name}/to-${to.name}.ts`, importing(`../${to.name}/leaf.js`)]),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpb-architecture-'));
  broken = await cruise(await tree('broken', Object.assign({}, ...Object.values(brokenBy))));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the import rules bite', () => {
  test('each import upward or sideways is a violation, and only those', async () => {
    const forbidden = pairs.filter(({ from, to }) => to.floor <= from.floor);
    const { summary } = await cruise(await tree('upward', crossings(forbidden)));
    const found = summary.violations
      .filter((violation) => violation.rule.name.endsWith('-imports-downward'))
      .map((violation) => violation.from);
    expect(found.toSorted()).toEqual(Object.keys(crossings(forbidden)).toSorted());
  });

  test('each import downward is allowed', async () => {
    const allowed = pairs.filter(({ from, to }) => to.floor > from.floor);
    const { summary } = await cruise(await tree('downward', crossings(allowed)));
    expect(summary.violations.filter((violation) => violation.rule.name !== 'no-orphans')).toEqual([]);
    expect(summary.totalDependenciesCruised).toBeGreaterThanOrEqual(allowed.length);
  });

  test.each(Object.keys(brokenBy))('%s', (rule) => {
    const culprits = broken.summary.violations.filter((found) => found.rule.name === rule).map(({ from }) => from);
    expect(culprits).toContain(Object.keys(brokenBy[rule] ?? {})[0]);
  });

  test('no rule is without such a case, and each says why it is there', () => {
    const general = broken.summary.ruleSetUsed.forbidden.filter((rule) => !rule.name.endsWith('-imports-downward'));
    expect(general.map((rule) => rule.name).toSorted()).toEqual(Object.keys(brokenBy).toSorted());
    expect(broken.summary.ruleSetUsed.forbidden.filter((rule) => (rule.comment ?? '').length < 20)).toEqual([]);
  });
});
