#!/usr/bin/env node
// Starts the compiled command line. What it needs from Node is checked before anything of ours is loaded, so that an old
// Node or a missing build is told in one sentence instead of a stack trace.
import { existsSync } from 'node:fs';

const nodeMajorMin = 20;
const exitFailed = 1;
const exitInputOutput = 74;
const main = new URL('../dist/cli/main.js', import.meta.url);

// A reader that goes away (`dpb ask … | head -1`) ends the output, not the work: the run goes on and keeps its own exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
    if (stream !== process.stderr) process.stderr.write(`dpb cannot write its output: ${error.message}\n`);
    process.exit(exitInputOutput);
  });
}

if (Number.parseInt(process.versions.node, 10) < nodeMajorMin) {
  process.stderr.write(
    `dpb needs Node.js ${nodeMajorMin} or newer; this is ${process.version}. Install a newer Node.js and try again.\n`,
  );
  process.exitCode = exitFailed;
} else if (!existsSync(main)) {
  process.stderr.write(
    'dpb is not built yet: dist/cli/main.js is missing. Run `npm ci` (or `npm run build`) in the folder of dpb.\n',
  );
  process.exitCode = exitFailed;
} else {
  const { main: run } = await import(main.href);
  process.exitCode = await run(process.argv.slice(2));
}
