// Makes the Python environment of the conformance tests in .conformance/venv, once for each state of requirements.txt.
// PYTHON names another interpreter than python3. Running it again does nothing; an install that broke off is begun anew.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const home = join(root, '.conformance');
const venv = join(home, 'venv');
const stamp = join(home, 'installed');
const isWindows = process.platform === 'win32';
const python = join(venv, isWindows ? 'Scripts/python.exe' : 'bin/python');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined || status !== 0) {
    console.error(`Could not run ${command} ${args.join(' ')}${error === undefined ? '' : `: ${error.message}`}`);
    process.exit(1);
  }
}

const wanted = createHash('sha256').update(venv).update(readFileSync(requirements)).digest('hex');
if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
  console.log('The Python environment of the conformance tests is in place.');
} else {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  run(process.env.PYTHON ?? (isWindows ? 'python' : 'python3'), ['-m', 'venv', venv]);
  // All versions are pinned, so nothing is resolved; wheels only, but for pyspark, which has none.
  const kinds = ['--no-deps', '--only-binary', ':all:', '--no-binary', 'pyspark'];
  run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    ...kinds,
    '--requirement',
    requirements,
  ]);
  run(python, ['-m', 'pip', 'check']);
  writeFileSync(stamp, wanted);
}
