import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, repository, shopData, shopGlossary, type TestWorkspace, treeHashes } from '../cli/workspace.js';

const kills = 50;
const request = 'monthly revenue by region';
const dataArguments = ['--data', shopData, '--glossary', shopGlossary, '--as-of', '2026-06-15'];

/** A reproducible moment between 0 and 1 for each kill: fractions of the golden ratio fall evenly. */
function moment(turn: number): number {
  return (turn * 0.6180339887498949) % 1;
}

describe('SIGKILL at any moment', () => {
  let workspace: TestWorkspace;
  let whole: object;
  let millisecondsWhole: number;
  const artifacts = (): object => ({
    products: treeHashes(join(workspace.folder, 'products')),
    gold: treeHashes(join(workspace.folder, 'gold')),
  });

  beforeAll(async () => {
    workspace = makeWorkspace();
    const started = Date.now();
    const done = await workspace.dpb(['generate', request, '--run-id', 'whole', ...dataArguments]);
    millisecondsWhole = Date.now() - started;
    expect(done.exitCode, done.stderr).toBe(0);
    whole = artifacts();
  });
  afterAll(() => workspace.remove());

  it.each(Array.from({ length: kills }, (_value, turn) => turn))('resumes to the same bytes, kill %i', async (turn) => {
    const runId = `kill-${turn}`;
    const child = spawn(
      process.execPath,
      [join(repository, 'bin/dpb.js'), 'generate', request, '--run-id', runId, ...dataArguments],
      { cwd: workspace.folder, stdio: 'ignore' },
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await sleep(moment(turn) * millisecondsWhole);
    child.kill('SIGKILL');
    await ended;
    let done = await workspace.dpb(['resume', runId]);
    // Killed before the run had a record of itself: there is nothing to resume, and a new start must work.
    if (done.stderr.includes('run.unknown'))
      done = await workspace.dpb(['generate', request, '--run-id', runId, ...dataArguments]);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(artifacts()).toEqual(whole);
  });
});
