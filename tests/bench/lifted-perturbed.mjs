// The lifted plans against their gold SQL over data made unfriendly (lifted/perturb.mjs): the benchmark's own data hardly tells
// a boundary, a duplicate, a null or a missing partner from none. Here the gold SQL itself says what is right.
//   node tests/bench/lifted-perturbed.mjs [--cases DIR] [--out DIR] [--only TEXT] [--seed N] [--seeds N]
// Prints what differs (defog098 does, and is meant to: it crosses subqueries), then how many were the same. Not compared: where
// a limit cuts through ties, since SQL then takes any; where the gold SQL fails on the data; nulls in memberships, since SQL's
// NOT IN is never true over them.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { liftedDatabases } from './lifted/all-plans.mjs';
import { planOf } from './lifted/notation.mjs';
import { needsOf, perturb } from './lifted/perturb.mjs';
import { answerOf, scannedSession, sqlOver } from './lifted/run-plan.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { compareTables } = await import(join(root, 'dist/proof/golden/compare-tables.js'));
const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: join(root, '../shared/bench/cases') },
    out: { type: 'string', default: join(tmpdir(), 'dpb-lifted-perturbed') },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '3' },
  },
});
const out = resolve(options.out);
const tally = { same: 0, tied: 0, 'gold fails': 0, refused: 0, differs: 0, empty: 0 };

/** The plan with all rows that are equal to the last one of a limit. */
function withTies(given) {
  if (Array.isArray(given)) return given.map(withTies);
  if (given === null || typeof given !== 'object') return given;
  const made = Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, withTies(inner)]));
  const isLimit = 'ties' in made && 'count' in made;
  return isLimit ? { ...made, ties: 'include' } : made;
}

const namesOf = ({ columns, rows }) => ({ columns: columns.map(({ name }) => name), rows });

async function judge(plan, golden, session) {
  const asOf = golden.as_of ?? '2025-01-01';
  let gold;
  try {
    gold = await sqlOver(session, golden.gold_sql);
  } catch {
    return { verdict: 'gold fails' };
  }
  const answer = await answerOf(plan, session, asOf);
  if (answer.status !== 'answered') return { verdict: 'refused', why: answer.message };
  const tied = await answerOf({ ...plan, query: { ...withTies(plan.query) } }, session, asOf);
  if (tied.status === 'answered' && tied.rows.length !== answer.rows.length) return { verdict: 'tied' };
  const orderBy = (golden.order_by ?? []).map(([column]) => column);
  const ordered = golden.ordered === true && orderBy.length > 0;
  const { strict, reason } = compareTables(namesOf(answer), [namesOf(gold)], { ordered, orderBy });
  if (strict) return { verdict: gold.rows.length === 0 ? 'empty' : 'same' };
  return {
    verdict: 'differs',
    why: `${reason}\n  gold ${JSON.stringify(gold.rows)}\n  plan ${JSON.stringify(answer.rows)}`.slice(0, 2000),
  };
}

async function runDatabase(connection, { family, database, plans }, seed) {
  const folder = resolve(options.cases, family, database);
  const place = join(out, String(seed), family, database);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const made = Object.fromEntries(Object.entries(plans).map(([id, query]) => [id, planOf(query)]));
  const bronze = join(place, 'bronze');
  await perturb(connection, join(folder, 'bronze'), bronze, needsOf(Object.values(made)), seed);
  const cases = readFileSync(join(folder, 'cases.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const session = await scannedSession(bronze, null, join(place, 'state'));
  try {
    for (const golden of cases.map((line) => JSON.parse(line))) {
      if (!(golden.id in made)) continue;
      const { verdict, why } = await judge(made[golden.id], golden, session);
      tally[verdict] += 1;
      if (why !== undefined) console.log(`${verdict} seed ${seed} ${family}/${database} ${golden.id}: ${why}`);
    }
  } finally {
    await session.close();
  }
}

const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (let seed = Number(options.seed); seed < Number(options.seed) + Number(options.seeds); seed += 1)
  for (const lifted of [...liftedDatabases('chosen'), ...liftedDatabases('rare')])
    if (`${lifted.family}/${lifted.database}`.includes(options.only)) await runDatabase(connection, lifted, seed);
console.log(JSON.stringify(tally));
