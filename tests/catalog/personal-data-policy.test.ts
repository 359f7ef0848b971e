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

async function graphOf(policy: string): Promise<KnowledgeGraph> {
  const glossary = `roles: [{role: office, users: [ann]}]\npolicy: ${policy}\n`;
  return openEmbeddedGraph((await bench.scan({ glossary })).catalogPath);
}

const columnsFor = (graph: KnowledgeGraph, user: string | null): readonly string[] =>
  graphFor(graph, user).catalog.datasets.flatMap(({ columns }) => columns.map(({ name }) => name));

test.each(['forbid', 'mask', 'hash'])(
  'personal data that a policy says to %s is closed, and nothing else',
  async (how) => {
    const graph = await graphOf(`{pii: {email: ${how}}}`);
    for (const user of [null, 'ann', 'eve']) expect(columnsFor(graph, user)).toEqual(['sailor_id', 'phone', 'town']);
    const seen = graphFor(graph, 'ann');
    expect(await seen.search('email', 5)).toEqual([]);
    expect(await seen.findValues(['ann@example.org'])).toEqual([]);
    expect(graph.catalog.warnings.some((warning) => warning.includes(`${how} closes`))).toBe(how !== 'forbid');
    await graph.close();
  },
);

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
