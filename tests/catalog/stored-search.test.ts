import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import type { KnowledgeGraph } from '../../src/catalog/catalog.js';
import { openEmbeddedGraph } from '../../src/catalog/embedded-graph.js';
import { searchCatalog } from '../../src/catalog/search/search-catalog.js';
import { indexCatalog } from '../../src/catalog/search/search-index.js';
import { searchIndexPath } from '../../src/catalog/snapshot.js';
import { Workbench } from './workbench.js';

const bench = new Workbench();
bench.csv('boats/boats.csv', [
  ['boat_id', 'hull_length'],
  [1, 9],
  [2, 12],
]);
const { catalogPath } = await bench.scan();
const path = searchIndexPath(catalogPath);
const whole = readFileSync(path);
const opened: KnowledgeGraph[] = [];

async function open(): Promise<KnowledgeGraph> {
  const graph = await openEmbeddedGraph(catalogPath);
  opened.push(graph);
  return graph;
}

afterAll(async () => {
  for (const graph of opened) await graph.close();
});

test('the index of a scan finds what an index in memory finds', async () => {
  const graph = await open();
  for (const text of ['hull', 'bot', 'boat length', 'nothing', 'hul'])
    expect(await graph.search(text, 5)).toEqual(searchCatalog(indexCatalog(graph.catalog), text, 5));
});

test.each([
  ['missing', null],
  ['empty', Buffer.alloc(0)],
  ['cut short', whole.subarray(0, whole.length - 7)],
  ['of another kind', Buffer.from('not an index at all, but some text of a file that is longer than a head')],
  ['changed in its last byte', changedAt(whole, whole.length - 1)],
  ['changed in its head', changedAt(whole, 40)],
  ['of another catalog', await indexOfAnother()],
])('an index that is %s is made anew, with the same bytes, and never answers', async (_name, bytes) => {
  if (bytes === null) rmSync(path);
  else writeFileSync(path, bytes);
  const graph = await open();
  const hits = await graph.search('hull', 5);
  expect(hits.map(({ name }) => name)).toEqual(['hull_length']);
  expect(await graph.relevantDatasets([[{ word: 'hull', weight: 1 }]], 5)).toEqual(['boats']);
  expect(readFileSync(path).equals(whole)).toBe(true);
});

test('a snapshot whose catalog is gone is made again by a scan', async () => {
  const pack = catalogPath.replace('.duckdb', '.catalog');
  rmSync(pack);
  await expect(open()).rejects.toMatchObject({ code: 'io.read' });
  expect((await bench.scan()).catalogPath).toBe(catalogPath);
  expect(existsSync(pack)).toBe(true);
  expect((await open()).catalog.datasets.map(({ name }) => name)).toEqual(['boats']);
});

test('columns that were changed in the file are not believed', async () => {
  const pack = catalogPath.replace('.duckdb', '.catalog');
  const bytes = readFileSync(pack);
  writeFileSync(pack, changedAt(bytes, bytes.length - 5));
  const { catalog } = await open();
  expect(() => catalog.datasets[0]?.columns).toThrowError(/not what it is named by/);
  writeFileSync(pack, bytes);
});

function changedAt(bytes: Buffer, place: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[place] = (changed[place] ?? 0) ^ 1;
  return changed;
}

async function indexOfAnother(): Promise<Buffer> {
  const other = new Workbench();
  other.csv('trains/trains.csv', [
    ['train_id', 'hull_length'],
    [1, 9],
  ]);
  return readFileSync(searchIndexPath((await other.scan()).catalogPath));
}
