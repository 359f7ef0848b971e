import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, shopData, shopGlossary, type TestWorkspace } from './workspace.js';

const dataArguments = ['--data', shopData, '--glossary', shopGlossary, '--as-of', '2026-06-15'];

describe('what a command says and how it exits', () => {
  let workspace: TestWorkspace;
  beforeAll(() => {
    workspace = makeWorkspace();
  });
  afterAll(() => workspace.remove());

  it('writes nothing for a request about things that are not in the data', async () => {
    const done = await workspace.dpbProcess(['generate', 'weather by planet', ...dataArguments]);
    expect(done.exitCode).toBe(3);
    expect(done.stderr).toContain('"weather"');
    expect(done.stderr).toContain('"planet"');
    expect(existsSync(join(workspace.folder, 'products'))).toBe(false);
    expect(existsSync(join(workspace.folder, 'gold'))).toBe(false);
  });

  it('offers a near match for a misspelt command and flag', async () => {
    const command = await workspace.dpbProcess(['genrate', 'x']);
    expect(command.exitCode).toBe(2);
    expect(command.stderr).toContain('generate');
    const flag = await workspace.dpbProcess(['scan', '--ful']);
    expect(flag.exitCode).toBe(2);
    expect(flag.stderr).toContain('--full');
  });

  it('names what is wrong with an as-of date', async () => {
    const done = await workspace.dpbProcess(['ask', 'orders by status', '--data', shopData, '--as-of', '2026-02-30']);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('2026-02-30');
  });

  it('refuses a folder without data', async () => {
    const done = await workspace.dpbProcess(['scan', workspace.folder]);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('--data');
  });

  it('prints rows on stdout and the reading on stderr', async () => {
    const done = await workspace.dpbProcess(['ask', 'order count by status', '--format', 'csv', ...dataArguments]);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout.split('\r\n')[0]).toMatch(/status/);
    expect(done.stdout).toContain('completed,81818');
    expect(done.stderr).toContain('Reading');
  });

  it('turns assumptions into a question with --strict', async () => {
    const done = await workspace.dpbProcess(['ask', 'tickets by month', '--strict', ...dataArguments]);
    expect(done.exitCode).toBe(3);
    expect(done.stdout).toBe('');
    expect(done.stderr).toContain('could mean');
  });

  it('prints JSON that programs can read', async () => {
    const done = await workspace.dpbProcess(['ask', 'order count', '--format', 'json', ...dataArguments]);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ status: 'answered', rows: [[100000]] });
  });
});
