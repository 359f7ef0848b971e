import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, shopData, shopGlossary, type TestWorkspace, treeHashes } from './workspace.js';

const request = 'monthly revenue by region';
const dataArguments = ['--data', shopData, '--glossary', shopGlossary, '--as-of', '2026-06-15'];

function runFolder(workspace: TestWorkspace, runId: string): string {
  return join(workspace.folder, '.dpb/runs', runId);
}

function checkpoints(workspace: TestWorkspace, runId: string): string[] {
  return readdirSync(runFolder(workspace, runId))
    .filter((name) => /^\d-/.test(name))
    .sort();
}

function artifacts(workspace: TestWorkspace): object {
  return { products: treeHashes(join(workspace.folder, 'products')), gold: treeHashes(join(workspace.folder, 'gold')) };
}

describe('a run that was cut off', () => {
  let workspace: TestWorkspace;
  let whole: object;

  beforeAll(async () => {
    workspace = makeWorkspace();
    const done = await workspace.dpb(['generate', request, '--run-id', 'whole', ...dataArguments]);
    expect(done.stderr).toContain('Product');
    expect(done.exitCode).toBe(0);
    whole = artifacts(workspace);
  });
  afterAll(() => workspace.remove());

  it('leaves one checkpoint a step', () => {
    expect(checkpoints(workspace, 'whole')).toEqual([
      '0-scan.json',
      '1-intent.json',
      '2-discovery.json',
      '3-modeling.json',
      '4-transformation.json',
      '5-quality.json',
      '6-packaging.json',
      '7-build.json',
    ]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('ends with the same bytes from the boundary after %i checkpoints', async (kept) => {
    const runId = `cut-${kept}`;
    cpSync(runFolder(workspace, 'whole'), runFolder(workspace, runId), { recursive: true });
    for (const name of checkpoints(workspace, 'whole').slice(kept)) rmSync(join(runFolder(workspace, runId), name));
    rmSync(join(workspace.folder, 'products'), { recursive: true, force: true });
    rmSync(join(workspace.folder, 'gold'), { recursive: true, force: true });
    const resumed = await workspace.dpb(['resume', runId]);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(artifacts(workspace)).toEqual(whole);
  });

  it('refuses a poisoned checkpoint and names the step', async () => {
    cpSync(runFolder(workspace, 'whole'), runFolder(workspace, 'poisoned'), { recursive: true });
    const path = join(runFolder(workspace, 'poisoned'), '2-discovery.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"answered"', '"refused"'));
    const resumed = await workspace.dpb(['resume', 'poisoned']);
    expect(resumed.exitCode).toBe(2);
    expect(resumed.stderr).toContain('step "discovery"');
  });

  it('refuses a checkpoint of another run', async () => {
    const other = await workspace.dpb([
      'generate',
      'order count by status',
      '--run-id',
      'other',
      '--no-build',
      ...dataArguments,
    ]);
    expect(other.exitCode, other.stderr).toBe(0);
    cpSync(runFolder(workspace, 'whole'), runFolder(workspace, 'foreign'), { recursive: true });
    cpSync(
      join(runFolder(workspace, 'other'), '3-modeling.json'),
      join(runFolder(workspace, 'foreign'), '3-modeling.json'),
    );
    const resumed = await workspace.dpb(['resume', 'foreign']);
    expect(resumed.exitCode).toBe(2);
    expect(resumed.stderr).toContain('step "modeling"');
  });

  it('is refused when it does not exist, with a near match', async () => {
    const resumed = await workspace.dpb(['resume', 'whol']);
    expect(resumed.exitCode).toBe(2);
    expect(resumed.stderr).toContain('"whole"');
  });

  it('is refused when a source changed in between', async () => {
    const data = join(workspace.folder, 'data');
    cpSync(shopData, data, { recursive: true });
    const started = await workspace.dpb([
      'generate',
      request,
      '--run-id',
      'changed',
      '--name',
      'changed',
      '--data',
      data,
      '--glossary',
      shopGlossary,
      '--as-of',
      '2026-06-15',
    ]);
    expect(started.exitCode, started.stderr).toBe(0);
    cpSync(join(data, 'support_tickets'), join(data, 'former_tickets'), { recursive: true });
    const resumed = await workspace.dpb(['resume', 'changed']);
    expect(resumed.exitCode).toBe(2);
    expect(resumed.stderr).toContain('changed since the run began');
  });
});
