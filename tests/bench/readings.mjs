// Runs the readings that dpb weighs for each case of the tuning benchmark and tells which of them give the right rows: what
// the weights of ranking and confidence are fitted on (fit-readings.py beside this file). Prints one JSON line a case.
//   node tests/bench/readings.mjs DIRECTORY… > readings.jsonl
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const [
  session,
  propose,
  compiler,
  tables,
  datasets,
  settings,
  workspace,
  cases,
  expected,
  comparison,
  duckdb,
  confidence,
  probe,
  weigh,
] = await Promise.all(
  [
    'pipeline/session.js',
    'intent/propose.js',
    'transformation/compile.js',
    'catalog/source-table.js',
    'plan/plan-datasets.js',
    'pipeline/settings.js',
    'pipeline/workspace.js',
    'proof/golden/cases.js',
    'proof/golden/expected-tables.js',
    'proof/golden/compare-tables.js',
    'engine/duckdb-engine.js',
    'intent/confidence.js',
    'pipeline/data-probe.js',
    'discovery/weigh-by-data.js',
  ].map(load),
);
const readingsMax = 8;
const scratch = mkdtempSync(join(tmpdir(), 'dpb-readings-'));
const reader = await duckdb.openEngine({ threads: 1, memoryLimit: null });

for (const directory of process.argv.slice(2).flatMap(caseFolders)) await judgeFolder(directory);
reader.close();

function caseFolders(path) {
  if (existsSync(join(path, 'cases.jsonl'))) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => caseFolders(join(path, entry.name)));
}

async function judgeFolder(directory) {
  const flags = { data: [join(directory, 'bronze')], threads: 1, unmatched: 'drop' };
  const glossary = join(directory, 'glossary.yaml');
  const chosen = settings.readSettings(
    workspace.findWorkspace(scratch),
    existsSync(glossary) ? { ...flags, glossary } : flags,
    {},
  );
  const open = await session.openSession(chosen, { full: false, onProgress: () => {} });
  const all = open.graph.catalog.datasets.map(tables.sourceTableOf);
  const engine = await session.openMountedEngine(open, all);
  for (const golden of cases.loadCases([join(directory, 'cases.jsonl')], {
    wording: 'original',
    categories: [],
    limit: null,
  })) {
    const line = await judgeCase(golden, open, all, engine);
    process.stdout.write(
      `${JSON.stringify({ database: basename(directory), family: basename(dirname(directory)), ...line })}\n`,
    );
  }
  engine.close();
  await open.close();
}

async function judgeCase(golden, open, all, engine) {
  const request = {
    text: golden.request,
    asOf: golden.asOf ?? '2024-01-01',
    unmatched: 'drop',
    strict: false,
    chosen: null,
    threshold: 0,
    time: open.settings.time,
  };
  const { candidates } = await propose.candidateReadings(request, open.graph);
  const proposed = candidates.length === 0 ? [] : await propose.proposeReadings(request, open.graph);
  const wanted = await expected.expectedTables(golden, reader, (_given, sql) => engine.query(sql));
  const readings = [];
  for (const [place, candidate] of candidates.slice(0, readingsMax).entries()) {
    const { composed, signs, total } = candidate;
    const evidence = confidence.evidenceOf({ ...candidate, query: composed.query }, open.graph.catalog);
    const { confidence: sure, unresolved, echo } = proposed[place];
    // Some faults bound confidence whatever else speaks for a reading.
    const bound = sure < confidence.confidenceOf(evidence) ? sure : 1;
    const plan = { version: 1, query: composed.query, time: request.time };
    const found = await judge(plan, request, golden, wanted, all, engine);
    const usable = unresolved.length === 0 && echo !== '';
    readings.push({ signs, total, evidence, bound, usable, echo, ...found });
  }
  return { id: golden.id, category: golden.category, readings };
}

async function judge(plan, request, golden, wanted, all, engine) {
  try {
    const used = new Set(datasets.sourcesReadBy(plan));
    const { sql } = compiler.compile(
      plan,
      all.filter(({ dataset }) => used.has(dataset)),
      { asOf: request.asOf },
    );
    const result = await engine.query(sql);
    const actual = { columns: result.columns.map(({ name }) => name), rows: result.rows };
    const { strict } = comparison.compareTables(actual, wanted, { ordered: golden.ordered, orderBy: golden.orderBy });
    const shape = probe.shapeOfRows(result.rows, plan.query.orderBy.length > 0);
    const repeats = shape.repeats && !weigh.mayShareNames(plan.query);
    return { right: strict, ran: true, rows: result.rows.length, ...shape, repeats };
  } catch {
    return { right: false, ran: false, rows: 0, repeats: false, nothing: false, fingerprint: null };
  }
}
