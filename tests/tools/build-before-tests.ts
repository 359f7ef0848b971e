import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Tests that start `bin/dpb.js` must see the sources as they are now, so dist is brought up to date first. Type errors are
 * printed and left to `npm run check`: tsc emits in spite of them, and one file in the middle of an edit should not stop the
 * tests of all others. Settings of the person's own shell are taken away, so that tests mean the same on every machine.
 */
export default function setup(): void {
  const build = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (build.error !== undefined) throw build.error;
  if (build.status !== 0) {
    process.stderr.write(`\nThe build before the tests has errors:\n${build.stdout}${build.stderr}\n`);
    if (!existsSync(new URL('../../dist/cli/main.js', import.meta.url)))
      throw new Error('The build left no dist/cli/main.js.');
  }
  for (const name of Object.keys(process.env)) if (name.startsWith('DPB_')) delete process.env[name];
}
