import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
