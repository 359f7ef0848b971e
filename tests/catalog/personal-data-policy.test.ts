import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { KnowledgeGraph } from '../../src/catalog/catalog.js';
import { openEmbeddedGraph } from '../../src/catalog/embedded-graph.js';
import { graphFor } from '../../src/catalog/restricted-graph.js';
import { Workbench } from './workbench.js';

const bench = new Workbench();
bench.csv('sailors/sailors.csv', [
  ['sailor_id', 'email', 'phone', 'town'],
  [1, 'ann@example.org', '+47 900 00 001', 'Oslo'],
  [2, 'bo@example.org', '+47 900 00 002', 'Rome'],
  [3, 'cy@example.org', '+47 900 00 003', 'Oslo'],
]);

let catalogPath = '';

async function graphOf(policy: string): Promise<KnowledgeGraph> {
  const glossary = `roles: [{role: office, users: [ann, joe]}]\npolicy: ${policy}\n`;
  catalogPath = (await bench.scan({ glossary })).catalogPath;
  return openEmbeddedGraph(catalogPath);
}

const columnsFor = (graph: KnowledgeGraph, user: string | null): readonly string[] =>
  graphFor(graph, user, catalogPath).catalog.datasets.flatMap(({ columns }) => columns.map(({ name }) => name));

test('personal data that a policy forbids is closed, and nothing else', async () => {
  const graph = await graphOf('{pii: {email: forbid}}');
  for (const user of [null, 'ann', 'eve']) expect(columnsFor(graph, user)).toEqual(['sailor_id', 'phone', 'town']);
  const seen = graphFor(graph, 'ann', catalogPath);
  expect(await seen.search('email', 5)).toEqual([]);
  expect(await seen.findValues(['ann@example.org'])).toEqual([]);
  await graph.close();
});

test.each(['mask', 'hash'])('personal data that a policy says to %s is there without its values', async (how) => {
  const graph = await graphOf(`{pii: {email: ${how}}}`);
  const seen = graphFor(graph, 'ann', catalogPath);
  expect(columnsFor(graph, 'ann')).toEqual(['sailor_id', 'email', 'phone', 'town']);
  const found = seen.catalog.datasets[0]?.columns.find(({ name }) => name === 'email');
  expect(found).toMatchObject({ masked: true, values: null, profile: { distinct: 3, min: null, max: null } });
  expect(JSON.stringify(seen.catalog)).not.toContain('example.org');
  expect((await seen.search('email', 5)).map(({ name }) => name)).toEqual(['email']);
  expect(await graph.findValues(['ann@example.org'])).toHaveLength(1);
  expect(await seen.findValues(['ann@example.org'])).toEqual([]);
  expect(await seen.findValues(['ann'], [], [{ dataset: 'sailors', columns: ['email', 'town'] }])).toEqual([]);
  expect(graph.catalog.warnings.some((warning) => warning.includes('taken as mask'))).toBe(how === 'hash');
  await graph.close();
});

test('what is no text is closed by a mask too, for a value that does not fit its type is told', async () => {
  const numbers = new Workbench();
  numbers.csv('crew/crew.csv', [
    ['crew_id', 'phone'],
    [1, 4790000001],
    [2, 4790000002],
  ]);
  const glossary = 'tables: {crew: {columns: {phone: {pii: phone}}}}\npolicy: {pii: {phone: mask}}\n';
  const scanned = await numbers.scan({ glossary });
  const graph = await openEmbeddedGraph(scanned.catalogPath);
  expect(graphFor(graph, null, scanned.catalogPath).catalog.datasets[0]?.columns.map(({ name }) => name)).toEqual([
    'crew_id',
  ]);
  await graph.close();
});

test('who is named for the column itself sees it', async () => {
  const graph = await graphOf(
    '{default: allow, columns: {sailors.email: [office]}, pii: {email: forbid, phone: forbid}}',
  );
  expect(columnsFor(graph, 'ann')).toEqual(['sailor_id', 'email', 'town']);
  expect(columnsFor(graph, 'eve')).toEqual(['sailor_id', 'town']);
  await graph.close();
});

test('what the policy allows, and kinds that it does not name, stay open', async () => {
  const graph = await graphOf('{pii: {email: allow, iban: forbid}}');
  expect(columnsFor(graph, null)).toEqual(['sailor_id', 'email', 'phone', 'town']);
  await graph.close();
});

test('the index of what somebody sees is kept for all of the same roles, and holds nothing else', async () => {
  const graph = await graphOf('{default: allow, columns: {sailors.email: [office]}}');
  const kept = (): readonly string[] =>
    readdirSync(dirname(catalogPath)).filter((name) => /^[0-9a-f]+\.[0-9a-f]+\.search$/u.test(name));
  const before = new Set(kept());
  const found = async (user: string | null): Promise<readonly string[]> => {
    const hits = await graphFor(graph, user, catalogPath).search('emal town', 5);
    return hits.filter(({ kind }) => kind === 'column').map(({ name }) => name);
  };
  const added = async (user: string | null): Promise<readonly string[]> => {
    await found(user);
    const made = kept().filter((name) => !before.has(name));
    for (const name of made) before.add(name);
    return made.map((name) => readFileSync(join(dirname(catalogPath), name), 'latin1'));
  };
  const [ofAnn = ''] = await added('ann');
  expect(ofAnn).toContain('email');
  expect(await added('joe')).toEqual([]);
  const [ofEve = ''] = await added('eve');
  expect(ofEve).toContain('town');
  expect(ofEve).not.toContain('email');
  expect(await added(null)).toEqual([]);
  expect([await found('joe'), await found('eve')]).toEqual([['email', 'town'], ['town']]);
  await graph.close();
});
