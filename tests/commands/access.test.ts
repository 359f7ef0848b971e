import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbeddedGraph } from '../../src/catalog/embedded-graph.js';
import { type Finished, makeWorkspace, type TestWorkspace } from './workspace.js';

/** Names that nobody but the boss may learn of: a table, its columns, a column of an open table, what people call them. */
const planted = ['zorblatt', 'quixotic', 'frumious', 'vorpal', 'jabberwock'];

const glossary = `
terms:
  - {term: jabberwock, definition: Of the zorblatt, maps_to: people.zorblatt}
  - {term: visitor, synonyms: [guest, zorblatt holder], definition: Somebody who comes, maps_to: people}
metrics:
  - {name: vorpal_sum, label: Vorpal total, table: quixotic, expression: sum(frumious)}
  - {name: spending, table: visits, expression: sum(paid), description: Without frumious amounts}
tables:
  visits: {description: "Each visit; bonuses lie in quixotic", synonyms: [stays]}
  people: {columns: {town: {description: "Where they live, see zorblatt"}, zorblatt: {synonyms: [vorpal]}}}
rules:
  - {id: zorblatt_there, table: people, condition: zorblatt > 0}
answers: [{request: sum of frumious, reading: sum of frumious of quixotic}]
owners: [{name: Ann, owns: [quixotic]}]
roles: [{role: staff, users: [sam, boss]}, {role: bosses, users: [boss]}]
policy: {datasets: {visits: [staff], people: [staff], quixotic: [bosses]}, columns: {people.zorblatt: [bosses]}}
`;

let workspace: TestWorkspace;

beforeAll(() => {
  workspace = makeWorkspace();
  const table = (name: string, text: string): void => {
    const folder = join(workspace.folder, 'data', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.csv`), text);
  };
  table('people', 'person_id,town,zorblatt\n1,Oslo,7\n2,Rome,8\n3,Oslo,9\n');
  table('visits', 'visit_id,person_id,paid\n1,1,10\n2,1,20\n3,2,30\n4,3,40\n');
  table('quixotic', 'bonus_id,visit_id,frumious\n1,1,100\n2,2,200\n');
  writeFileSync(join(workspace.folder, 'glossary.yaml'), glossary);
  writeFileSync(join(workspace.folder, 'dpb.yaml'), 'data: data\n');
});
afterAll(() => workspace.remove());

/** The path of the newest snapshot. */
async function scannedPath(): Promise<string> {
  const { scan } = await import('../../src/catalog/scan.js');
  const { catalogPath } = await scan({
    roots: [join(workspace.folder, 'data')],
    glossaryPath: join(workspace.folder, 'glossary.yaml'),
    stateDirectory: join(workspace.folder, '.dpb'),
    threads: 1,
    full: false,
    foldUsage: false,
    onProgress: () => {},
  });
  return catalogPath;
}

const told = ({ stdout, stderr }: Finished): string => `${stdout}\n${stderr}`.toLowerCase();

/** All text that a command left in the workspace, but for what dpb keeps for itself. */
function written(): string {
  return ['products', 'gold']
    .map((folder) => join(workspace.folder, folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`)
    .join('\n')
    .toLowerCase();
}

test('what is denied is in no output', { timeout: 400_000 }, async () => {
  const commands = [
    ['scan', '--full', '--verbose'],
    ['scan', '--json'],
    ['ask', 'spending by town', '--verbose', '--json'],
    ['ask', 'rows of people', '--format', 'csv'],
    ['ask', 'all people', '--format', 'csv'],
    ['explain', 'spending by town', '--plan'],
    ['explain', 'spending by town', '--plan', '--json'],
    ['generate', 'spending by town', '--name', 'spending', '--verbose'],
    // Near enough to what is denied that an offer of near names would tell.
    ['ask', 'total frumous by town'],
    ['ask', 'quixotc by month'],
    ['explain', 'average zorblat by town', '--json'],
    ['ask', 'how many jaberwocks'],
    ['ask', 'voral total'],
    ['catalog', 'search', 'zorblat quixotc frumous voral jaberwock visits people', '--json'],
  ];
  const outputs: string[] = [];
  for (const command of commands) outputs.push(told(await workspace.dpb([...command, '--user', 'sam'])));
  expect(written()).toContain('spending');
  for (const name of planted) {
    expect(
      outputs.map((output, at) => (output.includes(name) ? `${name} in ${commands[at]?.join(' ')}\n${output}` : '')),
    ).toEqual(outputs.map(() => ''));
    expect(written().includes(name), `${name} in a file`).toBe(false);
  }
});

test('products and runs over what is denied do not exist, in any command', { timeout: 400_000 }, async () => {
  const made = ['--no-build', '--run-id', 'secret', '--name', 'bonuses', '--user', 'boss'];
  expect((await workspace.dpb(['generate', 'total frumious', ...made])).exitCode).toBe(0);
  const failed = ['--run-id', 'secret2', '--user', 'boss'];
  await workspace.dpb(['generate', 'total frumious by unheardof', ...failed]);
  const mine = ['--run-id', 'open', '--name', 'spending2', '--user', 'sam'];
  const generated = await workspace.dpb(['generate', 'spending by town', ...mine]);
  expect(generated.exitCode, generated.stderr).toBe(0);
  const outputs: string[] = [];
  const asSam = async (...command: readonly string[]): Promise<Finished> => {
    const finished = await workspace.dpb([...command, '--user', 'sam']);
    outputs.push(`${command.join(' ')}\n${told(finished)}`);
    return finished;
  };
  const ofProducts = [
    ['build', '%'],
    ['verify', '%'],
    ['trace', '%'],
    ['lineage', 'show', '%'],
    ['lineage', 'emit', '%', '--dry-run'],
    ['export', '%', '--format', 'sql'],
    ['export', '%', '--format', 'odcs'],
    ['export', '%', '--to', join(workspace.folder, 'exported')],
  ];
  for (const command of ofProducts) {
    const of = (name: string): Promise<Finished> => asSam(...command.map((word) => (word === '%' ? name : word)));
    expect((await of('spending2')).exitCode, command.join(' ')).toBe(0);
    const denied = await of('bonuses');
    expect(denied.exitCode).toBe(2);
    expect(denied.stdout).toBe('');
    const absent = await of('bonusez');
    expect(denied.stderr).toBe(absent.stderr.replaceAll('bonusez', 'bonuses'));
  }
  const path = join(workspace.folder, 'products/bonuses/bonuses.dpb.yaml');
  expect((await asSam('build', path)).exitCode).toBe(2);
  expect((await asSam('runs', 'list', '--json')).stdout).toContain('"open"');
  expect((await asSam('runs', 'show', 'open')).exitCode).toBe(0);
  expect((await asSam('runs', 'show', 'secret')).exitCode).toBe(2);
  expect((await asSam('resume', 'secret2')).exitCode).toBe(2);
  expect((await asSam('lineage', 'emit', 'spending2', '--run', 'secret', '--dry-run')).exitCode).toBe(2);
  expect(JSON.parse((await asSam('runs', 'stats', '--json')).stdout).statuses.answered).toBeLessThan(
    JSON.parse((await workspace.dpb(['runs', 'stats', '--json', '--user', 'boss'])).stdout).statuses.answered,
  );
  const taken = await asSam('generate', 'spending by town', '--name', 'bonuses', '--force');
  expect(taken.exitCode).toBe(2);
  for (const name of planted) expect(outputs.filter((output) => output.includes(name))).toEqual([]);
  const list = (await workspace.dpb(['runs', 'list', '--user', 'boss'])).stdout;
  for (const run of ['secret ', 'secret2', 'open']) expect(list).toContain(run);
  expect(outputs.find((output) => output.startsWith('runs list'))).not.toContain('secret');
});

test('a denied value is no reason to find fewer of what is open', async () => {
  const catalogPath = await scannedPath();
  const whole = await openEmbeddedGraph(catalogPath);
  const [dataset] = whole.catalog.datasets.filter(({ name }) => name === 'people');
  expect(dataset?.columns.some(({ name }) => name === 'town')).toBe(true);
  const within = await whole.findValues(['Oslo'], [], [{ dataset: 'people', columns: ['town'] }]);
  expect(within).toHaveLength(1);
  expect(await whole.findValues(['Oslo'], [], [{ dataset: 'people', columns: [] }])).toEqual([]);
  expect(await whole.findValues(['Oslo'], [], [])).toEqual([]);
  await whole.close();
});

test('who may see it gets the same rows of the rest, and all the rest', async () => {
  const rows = async (user: string, request: string): Promise<string> =>
    (await workspace.dpb(['ask', request, '--format', 'csv', '--user', user])).stdout;
  expect(await rows('sam', 'spending by town')).toBe(await rows('boss', 'spending by town'));
  expect(await rows('sam', 'spending by town')).toContain('Oslo');
  expect(await rows('boss', 'total frumious')).toContain('300');
  expect(told(await workspace.dpb(['scan', '--user', 'boss']))).toContain('zorblatt');
});

test('nobody by name, and somebody without a role, see nothing where the policy opens nothing', async () => {
  for (const user of [[], ['--user', 'eve'], ['--user', 'staff'], ['--user', 'SAM']]) {
    const asked = await workspace.dpb(['ask', 'spending by town', ...user]);
    expect(asked.exitCode).toBe(3);
    expect(asked.stdout).toBe('');
  }
});

test('a run goes on for nobody but who began it', async () => {
  const begun = await workspace.dpb([
    'generate',
    'spending by town',
    '--run-id',
    'mine',
    '--user',
    'sam',
    '--no-build',
    '--force',
  ]);
  expect(begun.exitCode).toBe(0);
  expect((await workspace.dpb(['resume', 'mine', '--user', 'sam'])).exitCode).toBe(0);
  expect((await workspace.dpb(['resume', 'mine'])).exitCode).toBe(2);
});

test('another glossary undoes no policy, wherever dpb is run and whatever folders it is told', async () => {
  const open = join(workspace.folder, 'open.yaml');
  // What it names would tell by the error, or by there being none, what is there.
  writeFileSync(open, 'metrics: [{name: all, table: quixotic, expression: sum(frumious)}]\n');
  const elsewhere = makeWorkspace();
  const data = join(workspace.folder, 'data');
  const asked = ['ask', 'all people', '--format', 'csv'];
  const tries: readonly (readonly [TestWorkspace, readonly string[], Readonly<Record<string, string>>])[] = [
    [workspace, [...asked, '--glossary', open], {}],
    [workspace, asked, { DPB_GLOSSARY: open }],
    [workspace, [...asked, '--glossary', open, '--data', join(data, 'people')], {}],
    [elsewhere, [...asked, '--glossary', open, '--data', data], {}],
    [elsewhere, [...asked, '--glossary', open, '--data', join(data, '..')], {}],
    [workspace, ['scan', '--glossary', open], {}],
    [workspace, ['catalog', 'search', 'frumious', '--glossary', open], {}],
    [workspace, ['runs', 'list'], { DPB_GLOSSARY: open }],
    [workspace, ['graph', 'export'], { DPB_GLOSSARY: open }],
  ];
  for (const [place, command, environment] of tries)
    for (const user of [[], ['--user', 'sam']]) {
      const { exitCode, stdout, stderr } = await place.dpb([...command, ...user], environment);
      expect([exitCode, stdout], `${command.join(' ')}\n${stderr}`).toEqual([2, '']);
      for (const name of planted) expect(stderr.replaceAll(open, '')).not.toContain(name);
    }
  const boss = await workspace.dpb(['ask', 'total frumious', '--format', 'csv', '--glossary', open, '--user', 'boss']);
  expect(boss.stdout, boss.stderr).toContain('300');
  elsewhere.remove();
});

test('the policy of a project says nothing of the data of others', async () => {
  const theirs = makeWorkspace();
  mkdirSync(join(theirs.folder, 'ships'));
  writeFileSync(join(theirs.folder, 'ships', 'ships.csv'), 'ship_id,port\n1,Oslo\n2,Rome\n');
  writeFileSync(join(theirs.folder, 'own.yaml'), 'tables: {ships: {description: Ours}}\n');
  const told = ['--data', join(theirs.folder, 'ships'), '--glossary', join(theirs.folder, 'own.yaml'), '--user', 'sam'];
  const asked = await workspace.dpb(['ask', 'how many ships', '--format', 'csv', ...told]);
  expect(asked.stdout, asked.stderr).toContain('2');
  theirs.remove();
});

test('a policy that guards what is not there is refused', async () => {
  const wrong = makeWorkspace();
  mkdirSync(join(wrong.folder, 'data'));
  writeFileSync(join(wrong.folder, 'data', 'people.csv'), 'person_id,town\n1,Oslo\n2,Rome\n');
  const text = 'roles: [{role: staff}]\npolicy: {datasets: {peopel: [staff]}, columns: {people.twn: [staf]}}\n';
  writeFileSync(join(wrong.folder, 'glossary.yaml'), text);
  const scanned = await wrong.dpb(['scan', '--data', 'data']);
  expect(scanned.exitCode).toBe(2);
  expect(scanned.stderr).toContain('glossary.yaml:2:');
  expect(scanned.stderr).toContain('people');
  wrong.remove();
});
