// `npm run check`: every static check, all of them even when one fails; silent ones take a line, failing ones show their output.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tool = (path, ...args) => [`node_modules/${path}`, ...args];

/** What the compiler remembers of the last check, apart from what a build remembers: a second check looks at changes alone. */
const remembered = (what) => ['--tsBuildInfoFile', `node_modules/.cache/dpb/${what}.tsbuildinfo`];

const checks = [
  {
    name: 'types of src',
    args: tool('typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit', ...remembered('src')),
  },
  {
    name: 'types of tests',
    args: tool('typescript/bin/tsc', '-p', 'tests/tsconfig.json', '--incremental', ...remembered('tests')),
  },
  { name: 'lint and format', args: tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.') },
  {
    name: 'unused code',
    args: tool('knip/bin/knip.js', '--config', '.knip.json', '--no-progress', '--no-config-hints'),
  },
  {
    name: 'imports',
    args: tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      'src',
    ),
  },
];

function run({ name, args }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => {
      output += `${error.message}\n`;
    });
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const passed = code === 0;
      console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(16)} ${seconds.padStart(5)} s`);
      if (!passed) console.log(output.trimEnd().replace(/^/gm, '        '));
      resolve(passed);
    });
  });
}

if (!existsSync(fileURLToPath(new URL('../../node_modules', import.meta.url)))) {
  console.error('node_modules is missing: run `npm ci` first.');
  process.exit(1);
}

// Two at a time: that many cores are what a small machine has.
const waiting = [...checks];
const results = [];
await Promise.all(
  Array.from({ length: 2 }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results.push(await run(next));
  }),
);
const failed = results.filter((passed) => !passed).length;
console.log(failed === 0 ? `all ${results.length} checks passed` : `${failed} of ${results.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
