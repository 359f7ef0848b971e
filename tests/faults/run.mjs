// `npm run test:faults -- [--quick] [words]`: puts each fault of faults.json (those whose id holds one of the words) into a
// copy of the tree and runs the tests of the compiler and of the proofs until one fails. A fault that none sees is a hole in
// the tests. `--quick` leaves out the random plans, which see what the cases do not.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = ['src', 'tests', 'specs', 'data', 'fixtures', 'bin', 'dist', 'package.json', 'tsconfig.json'];
const workers = 2;
const secondsMax = 1200;
const running = new Set();
const quick = process.argv.includes('--quick') ? { FAULT_QUICK: '1' } : {};

/** The file with the fault in it; raises where the list no longer fits the code. */
function withFault({ id, file, find, replace }) {
  const parts = readFileSync(join(root, file), 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`${id}: its text occurs ${parts.length - 1} times in ${file}, not once`);
  const changed = parts.join(replace);
  const { diagnostics = [] } = typescript.transpileModule(changed, { reportDiagnostics: true, fileName: file });
  if (diagnostics.length > 0) throw new Error(`${id}: ${file} with the fault is no TypeScript`);
  return changed;
}

function makeTree(folder) {
  mkdirSync(folder);
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs the tests in a tree: the first that failed, with what it said; null where all passed. */
async function firstFailure(tree, file = '') {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/faults/vitest.config.ts'];
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DPB_')));
  const child = spawn(process.execPath, [...vitest, '--reporter=json', `--outputFile=${report}`], {
    cwd: tree,
    env: {
      ...environment,
      ...quick,
      NAIVE_SEED: '1',
      NAIVE_FIRST: '1',
      FAULT_FILE: file,
      FAULT_CACHE: join(tree, 'cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const deadline = setTimeout(() => child.kill('SIGKILL'), secondsMax * 1000);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(deadline);
  running.delete(child);
  if (code === null) return { test: `nothing: the tests did not end in ${secondsMax} s`, said: '' };
  if (code === 0) return null;
  return failureIn(report, tree) ?? { test: 'nothing that the report names', said: output.slice(-2000) };
}

function failureIn(report, tree) {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(tree, name);
    const failed = assertionResults.find((test) => test.status === 'failed');
    if (failed !== undefined) return { test: `${file}: ${failed.fullName}`, said: failed.failureMessages.join('\n') };
    if (status === 'failed') return { test: `${file}: it does not load`, said: message };
  }
  return null;
}

async function shown(fault, tree) {
  const started = performance.now();
  const path = join(tree, fault.file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, withFault(fault));
  const failure = await firstFailure(tree, fault.file);
  writeFileSync(path, original);
  const seconds = ((performance.now() - started) / 1000).toFixed(0).padStart(3);
  if (failure === null) console.log(`SURVIVED ${seconds} s  ${fault.id}\n                  ${fault.breaks}`);
  else console.log(`caught   ${seconds} s  ${fault.id}\n                  by ${failure.test}`);
  if (process.env.FAULTS_SAID !== undefined) console.log((failure?.said ?? '').slice(0, 1500));
  return failure !== null;
}

/** What fails without a fault catches nothing. */
async function requirePassing(tree) {
  const broken = await firstFailure(tree);
  if (broken !== null) throw new Error(`without any fault it fails: ${broken.test}\n${broken.said}`);
}

const words = process.argv.slice(2).filter((word) => word !== '--quick');
const all = JSON.parse(readFileSync(new URL('faults.json', import.meta.url), 'utf8'));
const faults = all.filter(({ id }) => words.length === 0 || words.some((word) => id.includes(word)));
for (const fault of faults) withFault(fault);

const folder = mkdtempSync(join(tmpdir(), 'dpb-faults-'));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of running) child.kill();
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
}
try {
  const trees = Array.from({ length: workers }, (_, at) => makeTree(join(folder, `tree-${at}`)));
  const waiting = [...faults];
  const results = [];
  await Promise.all(
    trees.map(async (tree, at) => {
      if (at === 0) await requirePassing(tree);
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        results.push(await shown(next, tree));
    }),
  );
  const caught = results.filter(Boolean).length;
  console.log(`${caught} caught, ${results.length - caught} survived`);
  process.exitCode = caught === results.length ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
