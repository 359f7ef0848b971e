import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { repository, shopData } from '../commands/workspace.js';

const strace = '/usr/bin/strace';

/** What the kernel sees of a command: where it is looked at by strace, which not every machine has. */
describe.runIf(existsSync(strace))('dpb without a language model', () => {
  it.each([['off'], ['auto']])('opens no socket of the internet with --llm %s', async (mode) => {
    const folder = mkdtempSync(join(tmpdir(), 'dpb-strace-'));
    try {
      writeFileSync(join(folder, 'dpb.yaml'), 'llm: {model: some-model}\n');
      const seen = join(folder, 'calls.txt');
      const dpb = [join(repository, 'bin/dpb.js'), 'ask', 'number of orders by status', '--data', shopData];
      const done = await execa(
        strace,
        ['-f', '-e', 'trace=socket,connect', '-o', seen, process.execPath, ...dpb, '--llm', mode],
        { cwd: folder, reject: false },
      );
      expect(done.exitCode).toBe(0);
      expect(readFileSync(seen, 'utf8')).toMatch(/exited with 0/);
      expect(readFileSync(seen, 'utf8')).not.toMatch(/AF_INET6?/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
