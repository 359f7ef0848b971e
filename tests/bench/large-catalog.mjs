// Search, opening and join paths over a catalog of 10,000 tables with 1,000,000 columns, made up and kept as a snapshot. Run
// after `npm run build`:
//   node tests/bench/large-catalog.mjs [--tables N] [--columns N] [--keep FOLDER]
// A process of its own is measured, so that what made the snapshot does not count: its time to open the graph, p50 and p95 of
// searching (words as they are; misspelt and begun words merged in) and of the path between two tables, and its peak memory.
// Another process compares meanings too: with vectors of 1,536 numbers, made up and kept as those of a model are.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const { values: options } = parseArgs({
  options: {
    tables: { type: 'string', default: '10000' },
    columns: { type: 'string', default: '100' },
    keep: { type: 'string' },
    measure: { type: 'string' },
    meanings: { type: 'string' },
  },
});

/** Numbers that look random and are the same each time. */
function numbersFrom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const syllables = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri flo gru'.split(' ');
/** 15,000 words, of which the first are said the most. */
const vocabulary = Array.from({ length: 15_000 }, (_none, index) =>
  [index % 25, Math.floor(index / 25) % 25, Math.floor(index / 625)].map((place) => syllables[place]).join(''),
);

function wordOf(next) {
  // The square makes a few words common and most of them rare.
  const share = next(1_000_000) / 1_000_000;
  return vocabulary[Math.floor(share ** 3 * vocabulary.length)];
}

const commonEndings = ['id', 'code', 'date', 'name', 'amount', 'status', 'count', 'type'];

function columnOf(next, name) {
  return {
    name,
    type: { kind: 'text' },
    nullable: true,
    description: next(3) === 0 ? Array.from({ length: 6 }, () => wordOf(next)).join(' ') : '',
    synonyms: [],
    unit: null,
    role: 'text',
    pii: null,
    profile: { nulls: 0, distinct: next(1000), min: 'a', max: 'z', mean: null, fractionDigits: null },
    values: null,
  };
}

function largeCatalog(tables, columnsEach) {
  const next = numbersFrom(7);
  const datasets = Array.from({ length: tables }, (_none, place) => {
    const names = new Set([`${wordOf(next)}_id`]);
    while (names.size < columnsEach)
      names.add(`${wordOf(next)}_${wordOf(next)}_${commonEndings[next(commonEndings.length)]}`);
    const [key] = names;
    return {
      name: `${wordOf(next)}_${wordOf(next)}_${place}`,
      description: Array.from({ length: 8 }, () => wordOf(next)).join(' '),
      synonyms: [],
      owner: null,
      domain: null,
      freshness: null,
      format: { kind: 'parquet' },
      root: '/data',
      files: [{ path: `t${place}/t${place}.parquet`, size: 1, modifiedMs: 1, sha256: 'ab'.repeat(32) }],
      rows: 1000,
      columns: [...names].map((name) => columnOf(next, name)),
      keys: [{ columns: [key], source: 'measured' }],
      popularity: 0,
    };
  });
  // Each table refers to two others; most to near ones, some far away.
  const relationships = datasets.flatMap((from, place) =>
    [0, 1].flatMap((turn) => {
      const to = datasets[turn === 0 && place > 0 ? Math.max(0, place - 1 - next(50)) : next(tables)];
      if (to.name === from.name) return [];
      const columns = [from.columns[1 + turn].name];
      return [
        {
          from: { dataset: from.name, columns },
          to: { dataset: to.name, columns: to.keys[0].columns },
          cardinality: 'many_to_one',
          source: 'measured',
          role: null,
          score: 0.5 + next(50) / 100,
          matched: 1000,
          orphans: 0,
          nulls: 0,
        },
      ];
    }),
  );
  const sla = { freshness: null, latency: null, completeness: null, accuracy: null };
  const nothing = { terms: [], metrics: [], rules: [], owners: [], answers: [], warnings: [], unreadable: [] };
  return { datasets, relationships, sla, ...nothing };
}

async function makeSnapshot(folder) {
  const [{ openEngine }, { writeSnapshot }, { prepareValueCounts }] = await Promise.all(
    ['engine/duckdb-engine.js', 'catalog/snapshot.js', 'catalog/profile.js'].map(load),
  );
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  await prepareValueCounts(engine);
  const content = largeCatalog(Number(options.tables), Number(options.columns));
  const started = performance.now();
  const { path } = await writeSnapshot(engine, folder, content);
  const seconds = (performance.now() - started) / 1000;
  console.log(`snapshot of ${options.tables} tables of ${options.columns} columns written in ${seconds.toFixed(1)} s`);
  engine.close();
  return path;
}

function told(what, times, bar) {
  const at = (share, kind) => {
    const sorted = times.map((time) => time[kind]).sort((left, right) => left - right);
    return (sorted[Math.ceil(share * sorted.length) - 1] ?? 0).toFixed(1);
  };
  const figures = [0.5, 0.95, 1].map((share, place) => {
    const name = ['p50', 'p95', 'most'][place];
    return `${name} ${at(share, 'wall')} ms`;
  });
  console.log(`${what.padEnd(36)} ${figures.join(', ')}, of processor p95 ${at(0.95, 'cpu')} ms   (bar: ${bar})`);
}

async function timed(times, act) {
  const before = process.cpuUsage();
  const started = performance.now();
  const result = await act();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  times.push({ wall, cpu: (user + system) / 1000 });
  return result;
}

async function measure(path) {
  const { openEmbeddedGraph } = await load('catalog/embedded-graph.js');
  const { joinGraphOf } = await load('catalog/join-graph.js');
  const opening = [];
  const graph = await timed(opening, () => openEmbeddedGraph(path));
  told('opening the graph', opening, '300 ms');
  const next = numbersFrom(11);
  const [lexical, merged, paths, first] = [[], [], [], []];
  await timed(first, () => graph.search(`${wordOf(next)} ${wordOf(next)}`, 20));
  told('first search', first, 'with what it loads');
  for (let turn = 0; turn < 200; turn += 1) {
    const words = [wordOf(next), wordOf(next), commonEndings[next(commonEndings.length)]];
    await timed(lexical, () => graph.search(words.join(' '), 20));
    const said = words.map((word, place) =>
      place === 0 ? word.slice(0, 4) : `${word.slice(0, -2)}q${word.slice(-1)}`,
    );
    await timed(merged, () => graph.search([...words, ...said].join(' '), 20));
  }
  told('search of words as they are', lexical, '50 ms');
  told('search, near words merged in', merged, '150 ms');
  const { datasets } = graph.catalog;
  const made = [];
  const joins = await timed(made, () => joinGraphOf(graph.catalog));
  told('graph of joins made', made, 'once for a catalog');
  for (let turn = 0; turn < 200; turn += 1) {
    const from = next(datasets.length);
    const to = Math.max(0, from - 1 - next(60));
    await timed(paths, () => joins.paths(datasets[from].name, datasets[to].name, 1));
  }
  told('path between two tables', paths, '5 ms');
  await graph.close();
  toldPeak();
}

function toldPeak() {
  const megabytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  console.log(`${'peak memory'.padEnd(36)} ${(Number(megabytes) / 1024).toFixed(0)} MB   (bar: 500 MB)`);
}

const vectorSize = 1536;

/** Vectors as a model's server gives them, kept by the store of dpb. */
async function madeUpMeanings(folder) {
  const { VectorStore } = await load('llm/vector-store.js');
  const store = new VectorStore(folder, 'made up');
  const next = numbersFrom(5);
  const vectorOf = () => {
    const vector = Float32Array.from({ length: vectorSize }, () => next(2_000_001) / 1_000_000 - 1);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  return {
    model: 'made up',
    vectors: async (texts) => {
      const known = store.find(texts);
      const added = texts.filter((_text, place) => known[place] === null).map((text) => [text, vectorOf()]);
      if (added.length === 0) return known;
      store.add(added);
      return store.find(texts);
    },
  };
}

async function measureMeanings(path, isFirst) {
  const { openEmbeddedGraph } = await load('catalog/embedded-graph.js');
  const graph = await openEmbeddedGraph(path);
  const meanings = await madeUpMeanings(join(dirname(path), 'made-up-vectors'));
  const next = numbersFrom(13);
  const words = () => [wordOf(next), wordOf(next), commonEndings[next(commonEndings.length)]].join(' ');
  const [first, merged] = [[], []];
  await timed(first, () => graph.search(words(), 20, meanings));
  if (isFirst) return;
  told('first search with vectors', first, 'with what it loads');
  for (let turn = 0; turn < 100; turn += 1) await timed(merged, () => graph.search(words(), 20, meanings));
  told('search, vectors merged in', merged, '150 ms');
  await graph.close();
  toldPeak();
}

if (options.meanings !== undefined) await measureMeanings(options.measure, options.meanings === 'first');
else if (options.measure !== undefined) await measure(options.measure);
else {
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'dpb-large-'));
  const kept = join(folder, 'path.txt');
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(kept)) writeFileSync(kept, await makeSnapshot(folder));
    const arguments_ = [fileURLToPath(import.meta.url), '--measure', readFileSync(kept, 'utf8')];
    for (const more of [[], ['--meanings', 'first'], ['--meanings', 'again']])
      execFileSync(process.execPath, [...arguments_, ...more], { stdio: 'inherit' });
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
