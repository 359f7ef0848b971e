// Makes the Python environments of the conformance tests in .conformance, once for each state of their requirements: one for all
// tools, one for Airflow. And a Neo4j of Maven's, each of its files checked by its sum. And sees that there is a Chromium: of CHROMIUM, of the PATH, else of Debian's packages. PYTHON names another interpreter than python3. Running it again does nothing; an install that broke off
// is begun anew.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** Chromium needs libraries of the system, so that it comes from there; only where it is missing is anything installed. */
function installChromium() {
  const chromium = process.env.CHROMIUM ?? 'chromium';
  const there = spawnSync(chromium, ['--version'], { encoding: 'utf8' });
  if (there.status === 0) {
    console.log(`Chromium is in place: ${there.stdout.trim()}`);
    return;
  }
  if (process.env.CHROMIUM !== undefined || process.getuid?.() !== 0) {
    console.error('There is no Chromium: install it (on Debian: chromium, fonts-liberation), or name one by CHROMIUM.');
    process.exit(1);
  }
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];
  run('apt-get', ['update', ...quiet]);
  run('apt-get', ['install', '--yes', '--no-install-recommends', ...quiet, 'chromium', 'fonts-liberation']);
}

installChromium();

/** What Maven takes is pinned by the sums of jars.sha256: a file that is another one, missing or new is refused. */
function installNeo4j() {
  const source = (name) => fileURLToPath(new URL(`neo4j/${name}`, import.meta.url));
  const folder = join(home, 'neo4j');
  const stamp = join(home, 'neo4j-installed');
  const files = ['pom.xml', 'jars.sha256', 'Server.java'].map(source);
  const wanted = files
    .reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256').update(folder))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    console.log('Neo4j is in place.');
    return;
  }
  rmSync(stamp, { force: true });
  rmSync(folder, { recursive: true, force: true });
  const jars = join(folder, 'jars');
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  run('mvn', ['--quiet', '--batch-mode', '--file', source('pom.xml'), copy, `-DoutputDirectory=${jars}`]);
  const sums = readFileSync(source('jars.sha256'), 'utf8').trim().split('\n');
  const expected = new Map(sums.map((line) => line.split('  ').reverse()));
  const found = readdirSync(jars);
  const wrong = [...new Set([...expected.keys(), ...found])].filter((name) => {
    if (!found.includes(name)) return true;
    return (
      createHash('sha256')
        .update(readFileSync(join(jars, name)))
        .digest('hex') !== expected.get(name)
    );
  });
  if (wrong.length > 0) {
    console.error(`These files of Neo4j are not those of jars.sha256: ${wrong.join(', ')}`);
    process.exit(1);
  }
  run('javac', ['-classpath', join(jars, '*'), '-d', join(folder, 'classes'), source('Server.java')]);
  writeFileSync(stamp, wanted);
}

installNeo4j();
