// Gold queries of the tuning benchmark, lifted to plans by hand (tests/bench/lifted/): does what dpb compiles of each give the
// benchmark's rows? No words are read: the plan takes the place of a request. Run after `npm run build`:
//   node tests/bench/lifted.mjs [--cases DIR] [--out DIR] [--only TEXT] [--python PATH]
// In `out`: results/<id>.json as `dpb eval --results` writes them, and the lifted cases alone, which the benchmark's referee
// then judges strictly (it needs a Python with pandas and pyarrow).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plans as defog } from './lifted/defog.mjs';
import { planOf } from './lifted/notation.mjs';
import { plans as nvbench } from './lifted/nvbench.mjs';
import { plans as spiderGroups } from './lifted/spider-groups.mjs';
import { plans as spiderRows } from './lifted/spider-rows.mjs';
import { plans as spiderSets } from './lifted/spider-sets.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const load = async (path) => await import(join(root, 'dist', path));
const { sourceTableOf } = await load('catalog/source-table.js');
const { openSession, openMountedEngine } = await load('pipeline/session.js');
const { sourcesReadBy } = await load('plan/plan-datasets.js');
const { validatePlan } = await load('plan/validate.js');
const { provePremises } = await load('proof/premises.js');
const { DpbError } = await load('support/errors.js');
const { compile } = await load('transformation/compile.js');

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: join(root, '../shared/bench/cases') },
    out: { type: 'string', default: join(tmpdir(), 'dpb-lifted') },
    only: { type: 'string', default: '' },
    python: { type: 'string', default: 'python3' },
  },
});
const cases = resolve(options.cases);
const out = resolve(options.out);

const families = { defog: [defog], nvbench: [nvbench], spider_train: [spiderGroups, spiderRows, spiderSets] };

/** The plans of a family by database and case. */
function byDatabase(lifted) {
  const all = new Map();
  for (const [database, plans] of lifted.flatMap(Object.entries)) {
    const known = all.get(database) ?? {};
    for (const id of Object.keys(plans)) if (id in known) throw new Error(`${id} is lifted twice`);
    all.set(database, { ...known, ...plans });
  }
  return all;
}

/** Compiles and runs as dpb does with what it read of a request, premises of joins and all. */
async function answered(plan, session, asOf) {
  validatePlan(plan);
  const used = new Set(sourcesReadBy(plan));
  const sources = session.graph.catalog.datasets.filter(({ name }) => used.has(name)).map(sourceTableOf);
  const { sql } = compile(plan, sources, { asOf });
  const engine = await openMountedEngine(session, sources);
  try {
    const failed = (await provePremises(engine, plan, sources)).filter(({ status }) => status === 'failed');
    if (failed.length > 0) {
      const message = failed.map(({ title, why }) => `it is not so that ${title}: ${why}`).join('; ');
      return { status: 'refused', sql, columns: [], rows: [], message };
    }
    return { status: 'answered', sql, ...(await engine.query(sql)), message: null };
  } finally {
    engine.close();
  }
}

/** The answer, or what dpb says instead of it; bugs are thrown. */
async function answerOf(plan, session, asOf) {
  try {
    return await answered(plan, session, asOf);
  } catch (thrown) {
    if (!(thrown instanceof DpbError)) throw thrown;
    const status = thrown.code === 'plan.refused' ? 'refused' : 'failed';
    return { status, sql: null, columns: [], rows: [], message: `${thrown.code}: ${thrown.message}` };
  }
}

async function sessionOf(folder, database) {
  const state = join(out, 'state', database);
  mkdirSync(state, { recursive: true });
  const glossary = join(folder, 'glossary.yaml');
  const settings = {
    dataRoots: [join(folder, 'bronze')],
    glossary: existsSync(glossary) ? glossary : null,
    workspace: { root: state, state },
    threads: 1,
  };
  return await openSession(settings, { full: false, onProgress: () => undefined });
}

/** The lifted cases alone, beside the expected rows, for the referee. */
function writeCases(folder, place, lines) {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'cases.jsonl'), `${lines.join('\n')}\n`);
  symlinkSync(join(folder, 'expected'), join(place, 'expected'));
}

async function runDatabase(family, database, plans) {
  const folder = join(cases, family, database);
  const lines = readFileSync(join(folder, 'cases.jsonl'), 'utf8').split('\n');
  const lifted = new Map(
    lines.flatMap((line) => {
      if (line.trim() === '') return [];
      const golden = JSON.parse(line);
      return golden.id in plans ? [[golden.id, { golden, line }]] : [];
    }),
  );
  const session = await sessionOf(folder, `${family}-${database}`);
  try {
    for (const [id, query] of Object.entries(plans)) {
      const found = lifted.get(id);
      if (found === undefined) throw new Error(`${family}/${database} has no case ${id}`);
      const answer = await answerOf(planOf(query), session, found.golden.as_of ?? '2025-01-01');
      if (answer.status !== 'answered') console.log(`${answer.status} ${id} ${answer.message}`);
      writeFileSync(join(out, 'results', `${id}.json`), `${JSON.stringify({ id, ...answer })}\n`);
    }
  } finally {
    await session.close();
  }
  const kept = [...lifted.values()].map(({ line }) => line);
  writeCases(folder, join(out, 'cases', family, database), kept);
  return kept.length;
}

for (const made of ['results', 'cases']) rmSync(join(out, made), { recursive: true, force: true });
mkdirSync(join(out, 'results'), { recursive: true });
let total = 0;
for (const [family, lifted] of Object.entries(families))
  for (const [database, plans] of byDatabase(lifted))
    if (`${family}/${database}`.includes(options.only)) total += await runDatabase(family, database, plans);
console.log(`${total} lifted plans run`);
const referee = join(cases, '..', 'referee.py');
const judged = spawnSync(
  options.python,
  [referee, join(out, 'cases'), '--results', join(out, 'results'), '--json', join(out, 'verdicts.jsonl')],
  { encoding: 'utf8' },
);
if (judged.error !== undefined || judged.status !== 0)
  throw new Error(`the referee did not judge: ${judged.error?.message ?? judged.stderr}`);
console.log(judged.stdout);
for (const line of readFileSync(join(out, 'verdicts.jsonl'), 'utf8').split('\n')) {
  if (line.trim() === '') continue;
  const { id, dir, strict, reason } = JSON.parse(line);
  if (!strict) console.log(`differs ${dir.split('/').at(-1)} ${id}: ${reason}`);
}
