// What dpb compiles of twelve plans over a star of six tables, beside SQL by hand of the same arithmetic; and the time that
// compiling a plan over ten joins takes. Part of `npm run bench`; alone (after a build):
// node tests/bench/plans.mjs [--rows N] [--only WORDS OF A NAME] [--data FOLDER, kept for the next run]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compile } from '../../dist/transformation/compile.js';
import { pairs, sources } from './star.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: asked } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    only: { type: 'string', default: '' },
    data: { type: 'string' },
  },
});
const turns = 3;
const processes = 2;
const firstCalls = 5;

const middle = (numbers) => [...numbers].sort((left, right) => left - right)[Math.floor((numbers.length - 1) / 2)];

/** What a script of this folder prints, in a process of its own. */
function started(script, ...given) {
  const done = spawnSync(process.execPath, [join(here, script), ...given.map(String)], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}

/** For each SQL file the least seconds and megabytes of several processes, a few turns each, and what it gives. */
function timed(files, folder) {
  // In turns, so that what else the machine does meets all of them.
  const rounds = Array.from({ length: processes }, () =>
    files.map((file) => JSON.parse(started('one-query.mjs', file, folder, turns))),
  );
  return files.map((_file, at) => {
    const least = (figure) => Math.min(...rounds.map((round) => round[at][figure]));
    return { ...rounds[0][at], processor: least('processor'), wall: least('wall'), megabytes: least('megabytes') };
  });
}

const columns = [
  ['plan', 28],
  ['processor s', 12],
  ['by hand', 8],
  ['ratio', 6],
  ['wall ratio', 11],
  ['MB', 5],
  ['by hand', 8],
  ['ratio', 6],
  ['rows', 9],
];

function line(cells) {
  return cells
    .map((cell, at) => (at === 0 ? cell.padEnd(columns[at][1]) : String(cell).padStart(columns[at][1])))
    .join('');
}

/** The ratios of one plan, printed as a line of the table. */
function ratiosOf({ name, plan, sql }, workspace, folder) {
  const files = ['compiled.sql', 'by-hand.sql'].map((each) => join(workspace, each));
  writeFileSync(files[0], compile(plan, sources, { asOf: '2025-01-01' }).sql);
  writeFileSync(files[1], sql);
  const [compiled, byHand] = timed(files, folder);
  if (compiled.digest !== byHand.digest) throw new Error(`"${name}" gives other rows than by hand`);
  const [time, wall, memory] = ['processor', 'wall', 'megabytes'].map((figure) => compiled[figure] / byHand[figure]);
  const cells = [
    ...[compiled.processor, byHand.processor, time, wall].map((figure) => figure.toFixed(2)),
    ...[compiled.megabytes.toFixed(0), byHand.megabytes.toFixed(0), memory.toFixed(2)],
  ];
  console.log(line([name, ...cells, compiled.rows]));
  return { time, memory };
}

function planRatios() {
  const chosen = pairs.filter(({ name }) => name.includes(asked.only));
  if (chosen.length === 0) throw new Error(`no plan is called "${asked.only}"`);
  const workspace = mkdtempSync(join(tmpdir(), 'dpb-star-'));
  try {
    const folder = asked.data ?? join(workspace, 'data');
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length === 0) started('star-tables.mjs', folder, asked.rows);
    console.log(line(columns.map(([title]) => title)));
    const ratios = chosen.map((pair) => ratiosOf(pair, workspace, folder));
    const times = ratios.map(({ time }) => time);
    const memory = Math.max(...ratios.map((each) => each.memory));
    const over = asked.data === undefined ? `${asked.rows} rows` : `the rows in ${asked.data}`;
    console.log(
      `${chosen.length} plans over ${over}: median ratio ${middle(times).toFixed(2)} (bar: 1.05), worst ${Math.max(...times).toFixed(2)} (bar: 1.3), ` +
        `most memory ${memory.toFixed(2)} (bar: 1.2)`,
    );
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function compileTimes() {
  const runs = Array.from({ length: firstCalls }, () => JSON.parse(started('ten-joins.mjs')));
  const least = (figure) => Math.min(...runs.map(figure)).toFixed(1);
  console.log(
    `compile a plan of ten joins: ${least(({ median }) => median)} ms of processor, 95 of 100 within ${least(({ most }) => most)} ms (bar: 20); ` +
      `the first of a process ${least(({ first }) => first.processor)} ms of processor, ${least(({ first }) => first.wall)} ms`,
  );
}

compileTimes();
planRatios();
