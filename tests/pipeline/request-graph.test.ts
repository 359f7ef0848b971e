import { expect, test } from 'vitest';
import type { Catalog, KnowledgeGraph } from '../../src/catalog/catalog.js';
import { searchInMemory } from '../../src/catalog/search/graph-search.js';
import { proposeReadings } from '../../src/intent/propose.js';
import { graphForRequest } from '../../src/pipeline/request-graph.js';
import { Workbench } from '../catalog/workbench.js';

const bench = new Workbench();
bench.csv('boats/boats.csv', [
  ['boat_id', 'harbour_id', 'hull_length'],
  [1, 1, 9],
  [2, 1, 12],
  [3, 2, 7],
]);
bench.csv('harbours/harbours.csv', [
  ['harbour_id', 'harbour_name'],
  [1, 'North Quay'],
  [2, 'South Quay'],
]);
bench.csv('moorings/moorings.csv', [
  ['mooring_id', 'boat_id', 'fee'],
  [1, 1, 10],
  [2, 2, 20],
  [3, 3, 30],
]);
const small = await bench.catalog({ glossary: 'terms: [{term: skipper, maps_to: boats}]' });

/** The catalog among hundreds of tables about something else. */
function amongOthers({ datasets, ...rest }: Catalog): Catalog {
  const [model] = datasets;
  if (model === undefined) throw new Error('there is no dataset');
  const others = Array.from({ length: 400 }, (_none, place) => ({
    ...model,
    name: `ledger_${place}`,
    columns: model.columns.map((column, at) => ({ ...column, name: `entry_${place}_${at}` })),
    keys: [],
  }));
  return { ...rest, datasets: [...others.slice(0, 200), ...datasets, ...others.slice(200)] };
}

const quay = { dataset: 'harbours', column: 'harbour_name', value: 'North Quay', rows: 1, match: 'exact' } as const;

function graphOf(catalog: Catalog): KnowledgeGraph {
  const search = searchInMemory(catalog);
  return {
    catalog,
    findValues: async (phrases) =>
      phrases.filter((phrase) => phrase === 'North Quay').map((phrase) => ({ phrase, ...quay })),
    search: (text, limit) => search.search(text, limit),
    relevantDatasets: (words, limit) => search.relevantDatasets(words, limit),
    close: async () => {},
  };
}

const large = graphOf(amongOthers(small));
const kept = async (request: string): Promise<readonly string[]> =>
  (await graphForRequest(large, request)).catalog.datasets.map(({ name }) => name);

test('a small catalog is read whole', async () => {
  const graph = graphOf(small);
  expect(await graphForRequest(graph, 'boats')).toBe(graph);
});

test.each([
  ['names', 'fee of moorings', ['moorings']],
  ['misspelt names', 'fee of moorigns', ['moorings']],
  ['terms', 'how many skippers are there', ['boats']],
  ['values', 'who lies in North Quay', ['harbours']],
  ['related words', 'vessels', ['boats']],
  ['ways between', 'total fee per harbour name', ['moorings', 'boats', 'harbours']],
])('of a large one the tables are kept that a request speaks of: by %s', async (_how, request, names) => {
  const found = await kept(request);
  expect(found).toEqual(expect.arrayContaining(names));
  expect(found.length).toBeLessThan(60);
});

test('a large catalog is read as the small one in it', async () => {
  const request = {
    text: 'total fee per harbour name',
    asOf: '2026-01-01',
    unmatched: 'keep',
    strict: false,
    threshold: 0.5,
    time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
    name: null,
    owner: null,
    sla: null,
    useCaseId: null,
    chosen: null,
  } as const;
  const [ofSmall] = await proposeReadings(request, graphOf(small));
  const [ofLarge] = await proposeReadings(request, await graphForRequest(large, request.text));
  expect(ofLarge?.echo).toBe(ofSmall?.echo);
  expect(ofLarge?.plan).toEqual(ofSmall?.plan);
});
