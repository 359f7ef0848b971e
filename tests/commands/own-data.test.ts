import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, type TestWorkspace } from './workspace.js';

describe('products over folders of one’s own', () => {
  let workspace: TestWorkspace;
  beforeAll(() => {
    workspace = makeWorkspace();
    for (const [folder, cities] of [
      ['north', ['Oslo', 'Bergen', 'Oslo']],
      ['south', ['Rome', 'Bari', 'Rome', 'Bari', 'Pisa']],
    ] as const) {
      mkdirSync(join(workspace.folder, folder));
      const lines = cities.map((city, index) => `${index + 1},${city},${index + 2}.50,any note`);
      writeFileSync(join(workspace.folder, folder, 'sales.csv'), `sale_id,city,amount,note\n${lines.join('\n')}\n`);
    }
  });
  afterAll(() => workspace.remove());

  it('are made over CSV files with columns that they do not use', async () => {
    const done = await workspace.dpb(['generate', 'number of sales by city', '--data', 'north', '--name', 'by_city']);
    expect(done.stderr).toContain('by_city');
    expect(done.exitCode).toBe(0);
  });

  it('are built over their own folder, whatever was asked of another since', async () => {
    const asked = await workspace.dpb(['ask', 'number of sales by city', '--data', 'south']);
    expect(asked.exitCode).toBe(0);
    const built = await workspace.dpb(['build', 'by_city', '--as-of', '2026-01-02']);
    expect(built.exitCode).toBe(0);
    const verified = await workspace.dpb(['verify', 'by_city']);
    expect(verified.exitCode).toBe(0);
    const traced = await workspace.dpb(['trace', 'by_city', 'city=Oslo', '--format', 'json']);
    expect(traced.exitCode).toBe(0);
    expect(traced.stdout).toContain('Oslo');
  });

  it.each(['sales that were never recorded', 'number of sales not by city'])(
    'do not pass over a denial: %s',
    async (request) => {
      const done = await workspace.dpb(['ask', request, '--data', 'north']);
      expect(done.exitCode).toBe(3);
    },
  );
});
