// How long a request takes to be understood, on the sample as it is and on a catalog of many tables made of it (the sample's
// tables again and again under other names, with their columns, keys and relationships). Run after `npm run build`:
//   node tests/bench/understanding.mjs [--tables N] [--rounds N]
// Prints for each the time to make what reading needs of a catalog, and p50, p95 and the most of reading a request.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const [{ scan }, { openEmbeddedGraph }, { proposeReadings }, { graphForRequest }, { searchInMemory }] =
  await Promise.all(
    [
      'catalog/scan.js',
      'catalog/embedded-graph.js',
      'intent/propose.js',
      'pipeline/request-graph.js',
      'catalog/search/graph-search.js',
    ].map(load),
  );
const { values: options } = parseArgs({
  options: { tables: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
});

const requests = [
  'daily revenue, order count and units sold by region and category for completed orders',
  'How many customers are there in each city?',
  'names of customers who never placed an order',
  'top 5 products by total amount in the last 3 months',
  'average unit price of products per category, highest first',
  'customers with at least 2 orders in 2024',
  'total amount of cancelled orders by month',
  'which product has the highest list price',
];

/** Words that stand before a table's name in the larger catalog: pairs of them name 14,400 areas. */
const areas = Array.from(
  { length: 120 },
  (_none, index) =>
    `${'bcdfghklmnprstvz'[index % 16]}${'aeiou'[index % 5]}${'lmnrst'[index % 6]}${'aeio'[Math.floor(index / 30)]}n`,
);

/** The catalog with copies of its tables under names of their own, up to `count` tables. */
function enlarged(catalog, count) {
  const datasets = [...catalog.datasets];
  const relationships = [...catalog.relationships];
  for (let round = 0; datasets.length < count; round += 1) {
    const area = `${areas[round % areas.length]}_${areas[Math.floor(round / areas.length) % areas.length]}`;
    for (const dataset of catalog.datasets.slice(0, count - datasets.length))
      datasets.push({ ...dataset, name: `${area}_${dataset.name}` });
    for (const relationship of catalog.relationships)
      relationships.push({
        ...relationship,
        from: { ...relationship.from, dataset: `${area}_${relationship.from.dataset}` },
        to: { ...relationship.to, dataset: `${area}_${relationship.to.dataset}` },
      });
  }
  const names = new Set(datasets.map(({ name }) => name));
  const known = relationships.filter(({ from, to }) => names.has(from.dataset) && names.has(to.dataset));
  return { ...catalog, datasets, relationships: known };
}

/** Milliseconds of processor that this process took: what others do on the machine does not count. */
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measure(title, graph) {
  const ask = async (text) =>
    proposeReadings(
      {
        text,
        asOf: '2026-01-01',
        unmatched: 'drop',
        strict: false,
        threshold: 0.5,
        time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
      },
      await graphForRequest(graph, text),
    );
  const wall = performance.now();
  const opened = processorMs();
  await ask('orders');
  const opening = processorMs() - opened;
  const openingWall = performance.now() - wall;
  const times = [];
  for (let round = 0; round < Number(options.rounds); round += 1)
    for (const text of requests) {
      const started = processorMs();
      await ask(text);
      if (round > 0 || Number(options.rounds) === 1) times.push(processorMs() - started);
    }
  times.sort((left, right) => left - right);
  const at = (share) => `${(times[Math.ceil(share * times.length) - 1] ?? 0).toFixed(0)} ms`;
  console.log(
    `${title.padEnd(16)} first request ${opening.toFixed(0).padStart(6)} ms of processor (${openingWall.toFixed(0)} ms), then p50 ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)} (${times.length} requests, bar of p95: 250 ms)`,
  );
}

const state = mkdtempSync(join(tmpdir(), 'dpb-understanding-'));
const { catalogPath } = await scan({
  roots: [join(root, 'data', 'bronze')],
  glossaryPath: null,
  stateDirectory: state,
  threads: 1,
  full: false,
  foldUsage: false,
  onProgress: () => {},
});
const graph = await openEmbeddedGraph(catalogPath);
try {
  await measure(`${graph.catalog.datasets.length} tables`, graph);
  const catalog = enlarged(graph.catalog, Number(options.tables));
  const findValues = (phrases, misspelt) => graph.findValues(phrases, misspelt);
  const search = searchInMemory(catalog);
  await search.search('orders', 1);
  const asked = {
    catalog,
    findValues,
    search: (text, limit) => search.search(text, limit),
    relevantDatasets: (words, limit) => search.relevantDatasets(words, limit),
  };
  await measure(`${catalog.datasets.length} tables`, asked);
} finally {
  await graph.close();
  rmSync(state, { recursive: true, force: true });
}
