// Gold queries of the tuning benchmark, lifted to plans by hand (tests/bench/lifted/): does what dpb compiles of each give the
// benchmark's rows? No words are read: the plan takes the place of a request. Run after `npm run build`:
//   node tests/bench/lifted.mjs [--cases DIR] [--out DIR] [--only TEXT] [--rare] [--python PATH]
// --rare: not the two hundred of choose.py, but further ones, picked for constructs that these hardly have. In `out`:
// results/<id>.json as `dpb eval --results` writes them, and the lifted cases alone, which the benchmark's referee then judges
// strictly (it needs a Python with pandas and pyarrow).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { liftedDatabases } from './lifted/all-plans.mjs';
import { planOf } from './lifted/notation.mjs';
import { answerOf, scannedSession } from './lifted/run-plan.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: join(root, '../shared/bench/cases') },
    out: { type: 'string', default: join(tmpdir(), 'dpb-lifted') },
    only: { type: 'string', default: '' },
    rare: { type: 'boolean', default: false },
    python: { type: 'string', default: 'python3' },
  },
});
const cases = resolve(options.cases);
const out = resolve(options.out);

/** The lifted cases alone, beside the expected rows, for the referee. */
function writeCases(folder, place, lines) {
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'cases.jsonl'), `${lines.join('\n')}\n`);
  symlinkSync(join(folder, 'expected'), join(place, 'expected'));
}

async function runDatabase({ family, database, plans }) {
  const folder = join(cases, family, database);
  const lines = readFileSync(join(folder, 'cases.jsonl'), 'utf8').split('\n');
  const golden = new Map(
    lines.flatMap((line) => {
      const read = line.trim() === '' ? null : JSON.parse(line);
      return read !== null && read.id in plans ? [[read.id, { asOf: read.as_of ?? '2025-01-01', line }]] : [];
    }),
  );
  const glossary = join(folder, 'glossary.yaml');
  const state = join(out, 'state', `${family}-${database}`);
  const session = await scannedSession(join(folder, 'bronze'), existsSync(glossary) ? glossary : null, state);
  try {
    for (const [id, query] of Object.entries(plans)) {
      const found = golden.get(id);
      if (found === undefined) throw new Error(`${family}/${database} has no case ${id}`);
      const answer = await answerOf(planOf(query), session, found.asOf);
      if (answer.status !== 'answered') console.log(`${answer.status} ${id} ${answer.message}`);
      writeFileSync(join(out, 'results', `${id}.json`), `${JSON.stringify({ id, ...answer })}\n`);
    }
  } finally {
    await session.close();
  }
  const kept = [...golden.values()].map(({ line }) => line);
  writeCases(folder, join(out, 'cases', family, database), kept);
  return kept.length;
}

for (const made of ['results', 'cases']) rmSync(join(out, made), { recursive: true, force: true });
mkdirSync(join(out, 'results'), { recursive: true });
let total = 0;
for (const lifted of liftedDatabases(options.rare ? 'rare' : 'chosen'))
  if (`${lifted.family}/${lifted.database}`.includes(options.only)) total += await runDatabase(lifted);
console.log(`${total} lifted plans run`);
const judged = spawnSync(
  options.python,
  [
    join(cases, '..', 'referee.py'),
    join(out, 'cases'),
    '--results',
    join(out, 'results'),
    '--json',
    join(out, 'verdicts.jsonl'),
  ],
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
