import { expect, test } from 'vitest';
import { searchCatalog } from '../../src/catalog/search/search-catalog.js';
import { indexCatalog } from '../../src/catalog/search/search-index.js';
import { Workbench } from './workbench.js';

const bench = new Workbench();
bench.csv('boats/boats.csv', [
  ['boat_id', 'harbour_id', 'hullLength'],
  [1, 1, 9],
  [2, 1, 12],
  [3, 2, 7],
]);
bench.csv('harbours/harbours.csv', [
  ['harbour_id', 'harbour_name'],
  [1, 'North'],
  [2, 'South'],
]);
bench.csv('moorings/moorings.csv', [
  ['mooring_id', 'boat_id', 'fee'],
  [1, 1, 10],
  [2, 2, 20],
  [3, 3, 30],
]);
const catalog = await bench.catalog({
  glossary: `
terms: [{term: skipper, synonyms: [captain], definition: Who steers a boat, maps_to: boats}]
metrics: [{name: mooring_income, table: moorings, expression: sum(fee), synonyms: [berth revenue]}]
tables: {moorings: {description: "Each stay of a vessel at a berth", columns: {fee: {description: "What a stay costs"}}}}
`,
});
const found = (text: string, limit = 3): readonly string[] =>
  searchCatalog(indexCatalog(catalog), text, limit).map(({ kind, dataset, name }) =>
    kind === 'column' ? `${dataset}.${name}` : `${kind} ${name}`,
  );

test('finds by names, synonyms and descriptions, names before descriptions', () => {
  expect(found('boats')[0]).toBe('dataset boats');
  expect(found('length of the hull')[0]).toBe('boats.hullLength');
  expect(found('captain')).toEqual(['term skipper']);
  expect(found('vessel')).toEqual(['dataset moorings']);
  expect(found('berth revenue')[0]).toBe('metric mooring_income');
});

test('finds what is misspelt or begun, and says so', () => {
  expect(found('harbuor name')[0]).toBe('harbours.harbour_name');
  expect(found('moor')).toContain('dataset moorings');
  const [hit] = searchCatalog(indexCatalog(catalog), 'skiper', 1);
  expect(hit).toMatchObject({
    name: 'skipper',
    evidence: [{ searched: 'skiper', found: 'skipper', match: 'near', fields: ['name'] }],
  });
});

test('tells unlike hits before more of the same', () => {
  // Two columns are both called after the harbour, word by word; what differs from the first is told before its twin.
  const all = found('harbour', 10);
  expect(new Set(all.slice(0, 3))).toEqual(
    new Set(['dataset harbours', 'harbours.harbour_name', all.find((name) => name.endsWith('.harbour_id'))]),
  );
  expect(all.filter((name) => name.endsWith('.harbour_id'))).toHaveLength(2);
});

test('finds nothing for what is not there', () => {
  expect(found('zeppelin')).toEqual([]);
  expect(found('')).toEqual([]);
  expect(searchCatalog(indexCatalog({ datasets: [], terms: [], metrics: [] }), 'boat', 5)).toEqual([]);
});
