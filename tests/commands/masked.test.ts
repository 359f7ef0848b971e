import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finished, makeWorkspace, type TestWorkspace } from './workspace.js';

const glossary = `
metrics: [{name: reachable, table: patrons, expression: count(distinct email)}]
relationships: [{from: letters.email, to: patrons.email}]
roles: [{role: desk, users: [ann]}]
policy: {default: allow, columns: {letters.note: [desk]}, pii: {email: mask}}
`;

let workspace: TestWorkspace;
const at = (...names: readonly string[]): string => join(workspace.folder, ...names);

beforeAll(() => {
  workspace = makeWorkspace();
  mkdirSync(at('data'));
  writeFileSync(
    at('data/patrons.csv'),
    'patron_id,email,town\n1,ann@fjord.no,Oslo\n2,bo@fjord.no,Rome\n3,cy@fjord.no,Oslo\n4,,Rome\n',
  );
  writeFileSync(
    at('data/letters.csv'),
    'letter_id,email,pages,note\n1,ann@fjord.no,1,x\n2,ann@fjord.no,2,x\n3,bo@fjord.no,3,x\n4,cy@fjord.no,4,x\n5,zz@fjord.no,5,x\n',
  );
  writeFileSync(at('glossary.yaml'), glossary);
  writeFileSync(at('dpb.yaml'), 'data: data\n');
});
afterAll(() => workspace.remove());

const said = ({ stdout, stderr }: Finished): string => `${stdout}\n${stderr}`;

/** The files of products and gold tables, and of what is kept of runs, in which a masked value stands. */
function telling(): readonly string[] {
  return ['products', 'gold', '.dpb/runs']
    .flatMap((folder) => readdirSync(at(folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'latin1').includes('@fjord.no'));
}

test('a masked column is counted and joined by, and none of its values is in any output', async () => {
  const csv = async (request: string): Promise<string> =>
    (await workspace.dpb(['ask', request, '--format', 'csv'])).stdout.trim().replaceAll('\r', '');
  expect(await csv('total pages by town')).toBe('town,total_pages\nOslo,7\nRome,3\n,5');
  expect(await csv('number of different emails by town')).toBe('town,email_count\nOslo,2\nRome,1');
  expect(await csv('reachable by town')).toBe('town,reachable\nOslo,2\nRome,1');
  const made = await workspace.dpb(['generate', 'total pages by town', '--name', 'pages', '--as-of', '2024-06-30']);
  expect(said(made)).toContain('Build');
  const traced = await workspace.dpb(['trace', 'pages', 'town=Oslo', '--json']);
  expect(traced.stdout).toContain('***');
  const others = [
    ['scan', '--json'],
    ['explain', 'total pages by town', '--plan'],
    ['verify', 'pages'],
    ['trace', 'pages', 'town=Oslo'],
    ['ask', 'emails of patrons'],
    ['ask', 'patrons with email ann@fjord.se'],
    ['ask', 'number of letters by email'],
    ['ask', 'first email by town'],
    ['catalog', 'search', 'email'],
    ['lineage', 'show', 'pages'],
    ['runs', 'list'],
  ];
  for (const args of others)
    expect([args, said(await workspace.dpb(args))]).toEqual([args, expect.not.stringContaining('@fjord.no')]);
  expect(said(traced)).not.toContain('@fjord.no');
  expect(telling()).toEqual([]);
});

test('what would show a value is refused with the reason, and so is a product file that was changed to show one', async () => {
  const asked = await workspace.dpb(['ask', 'emails of patrons', '--json']);
  expect([asked.exitCode, asked.stdout]).toEqual([2, expect.stringContaining('access.masked')]);
  cpSync(at('products/pages'), at('products/shown'), { recursive: true });
  const [from, to] = [at('products/shown/pages.dpb.yaml'), at('products/shown/shown.dpb.yaml')];
  const changed = readFileSync(from, 'utf8').replaceAll(/column: town\b/gu, 'column: email');
  expect(changed).not.toBe(readFileSync(from, 'utf8'));
  writeFileSync(to, changed.replaceAll('name: pages', 'name: shown'));
  expect(said(await workspace.dpb(['build', 'shown']))).toMatch(/access\.masked|product\.unknown/u);
  // Without its mark the column is one that is not seen, and the product is none.
  writeFileSync(to, readFileSync(to, 'utf8').replaceAll(/,? *masked: true/gu, ''));
  expect(said(await workspace.dpb(['build', 'shown']))).toContain('product.unknown');
});

test('a key that is there twice is told without saying which', async () => {
  writeFileSync(at('data/patrons.csv'), `${readFileSync(at('data/patrons.csv'), 'utf8')}5,ann@fjord.no,Bonn\n`);
  const built = await workspace.dpb(['build', 'pages', '--as-of', '2024-07-01']);
  expect(built.exitCode).toBe(1);
  expect(said(built)).toMatch(/1 of 3 values of patrons\.email occur more than once/u);
  expect(said(built)).not.toContain('@fjord.no');
  expect(telling()).toEqual([]);
});
