// What dpb compiles of twelve plans over a star of six tables, beside SQL by hand of the same arithmetic; and the time that
// compiling a plan over ten joins takes. Part of `npm run bench`; alone (after a build): node tests/bench/plans.mjs [--rows N]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../../dist/transformation/compile.js';
import { groups, is, planOf, sum, truncate } from './lifted/notation.mjs';
import { pairs, sources } from './star.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const rowsAsked = Number(process.argv[process.argv.indexOf('--rows') + 1]) || 10_000_000;
const turns = 3;
const processes = 2;

const middle = (numbers) => [...numbers].sort((left, right) => left - right)[Math.floor((numbers.length - 1) / 2)];

/** What a script of this folder prints, in a process of its own. */
function started(script, ...given) {
  const done = spawnSync(process.execPath, [join(here, script), ...given.map(String)], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}

/** The least seconds and megabytes of the SELECT in several processes, a few turns each, and the rows that it gives. */
function timed(file, folder) {
  const runs = Array.from({ length: processes }, () => JSON.parse(started('one-query.mjs', file, folder, turns)));
  const least = (figure) => Math.min(...runs.map((run) => run[figure]));
  return { ...runs[0], processor: least('processor'), wall: least('wall'), megabytes: least('megabytes') };
}

function planRatios() {
  const workspace = mkdtempSync(join(tmpdir(), 'dpb-star-'));
  try {
    const folder = join(workspace, 'data');
    mkdirSync(folder);
    started('star-tables.mjs', folder, rowsAsked);
    const ratios = pairs.map(({ name, plan, sql }) => {
      const [file, fileByHand] = ['compiled.sql', 'by-hand.sql'].map((each) => join(workspace, each));
      writeFileSync(file, compile(plan, sources, { asOf: '2025-01-01' }).sql);
      writeFileSync(fileByHand, sql);
      const compiled = timed(file, folder);
      const byHand = timed(fileByHand, folder);
      if (compiled.digest !== byHand.digest) throw new Error(`"${name}" gives other rows than by hand`);
      const ratio = compiled.processor / byHand.processor;
      const memory = compiled.megabytes / byHand.megabytes;
      console.log(
        `${name.padEnd(28)} ${compiled.processor.toFixed(2)} s of processor, by hand ${byHand.processor.toFixed(2)} s: ${ratio.toFixed(2)}; ` +
          `wall ${(compiled.wall / byHand.wall).toFixed(2)}; ${compiled.megabytes.toFixed(0)} MB: ${memory.toFixed(2)}; ${compiled.rows} rows`,
      );
      return { ratio, memory };
    });
    const times = ratios.map(({ ratio }) => ratio);
    console.log(
      `${pairs.length} plans over ${rowsAsked} rows      median ratio ${middle(times).toFixed(2)} (bar: 1.05), worst ${Math.max(...times).toFixed(2)} (bar: 1.3), ` +
        `most memory ${Math.max(...ratios.map(({ memory }) => memory)).toFixed(2)} (bar: 1.2)`,
    );
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** A fact with ten dimensions, each with columns that the plan does not read. */
function tenJoins() {
  const roles = Array.from({ length: 10 }, (_, at) => `side_${at}`);
  const source = (dataset, columns) => ({
    ...sources[0],
    dataset,
    columns: Object.entries(columns).map(([name, type]) => ({
      name,
      type,
      nullable: true,
      description: '',
      pii: null,
    })),
  });
  const text = { kind: 'text' };
  const key = { kind: 'integer', bits: 64 };
  const unread = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`other_${at}`, text]));
  const facts = source('facts', {
    id: key,
    day: { kind: 'date' },
    amount: { kind: 'decimal', precision: 12, scale: 2 },
    ...Object.fromEntries(roles.map((role) => [`${role}_id`, key])),
  });
  const query = groups('facts', {
    joins: roles.map((role) => `${role}_id -> ${role}.id`),
    by: { month: truncate('month', 'day'), ...Object.fromEntries(roles.map((role) => [role, `${role}.label`])) },
    where: is('side_3.other_2', 'x'),
    measures: {
      total: sum('amount'),
      growth: { kind: 'change', of: sum('amount'), time: 'month', against: 'previous_period', as: 'percent' },
      part: { kind: 'share', of: sum('amount'), within: ['month'], factor: 100 },
    },
  });
  return {
    plan: planOf(query),
    sources: [facts, ...roles.map((role) => source(role, { id: key, label: text, ...unread }))],
  };
}

function compileTimes() {
  const { plan, sources: read } = tenJoins();
  const times = Array.from({ length: 400 }, () => {
    const used = process.cpuUsage();
    compile(plan, read, { asOf: null });
    const { user, system } = process.cpuUsage(used);
    return (user + system) / 1000;
  });
  const [first] = times;
  const sorted = [...times].sort((left, right) => left - right);
  console.log(
    `compile a plan of ten joins  median ${middle(times).toFixed(1)} ms of processor, 95 of 100 within ${sorted[Math.floor(times.length * 0.95)].toFixed(1)} ms (bar: 20), the first ${first.toFixed(1)} ms`,
  );
}

compileTimes();
planRatios();
