// Makes the Python environments of the conformance tests in .conformance, once for each state of their requirements: one for all
// tools, one for Airflow. PYTHON names another interpreter than python3. Running it again does nothing; an install that broke off
// is begun anew.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = join(root, '.conformance');
const isWindows = process.platform === 'win32';

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined || status !== 0) {
    console.error(`Could not run ${command} ${args.join(' ')}${error === undefined ? '' : `: ${error.message}`}`);
    process.exit(1);
  }
}

/** All versions are pinned, so nothing is resolved; wheels only, but for the packages of `sources`, which have none. */
function install({ folder, stamp, file, sources }) {
  const venv = join(home, folder);
  const python = join(venv, isWindows ? 'Scripts/python.exe' : 'bin/python');
  const requirements = fileURLToPath(new URL(file, import.meta.url));
  const installed = join(home, stamp);
  const wanted = createHash('sha256').update(venv).update(readFileSync(requirements)).digest('hex');
  if (existsSync(python) && existsSync(installed) && readFileSync(installed, 'utf8') === wanted) {
    console.log(`The Python environment of ${file} is in place.`);
    return;
  }
  rmSync(installed, { force: true });
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  run(process.env.PYTHON ?? (isWindows ? 'python' : 'python3'), ['-m', 'venv', venv]);
  const kinds = ['--no-deps', '--only-binary', ':all:', ...sources.flatMap((name) => ['--no-binary', name])];
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  run(python, [...pip, ...kinds, '--requirement', requirements]);
  run(python, ['-m', 'pip', 'check']);
  writeFileSync(installed, wanted);
}

install({ folder: 'venv', stamp: 'installed', file: 'requirements.txt', sources: ['pyspark'] });
install({ folder: 'airflow', stamp: 'airflow-installed', file: 'airflow-requirements.txt', sources: [] });
