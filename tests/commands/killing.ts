import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { makeWorkspace, repository, shopData, shopGlossary, type TestWorkspace, treeHashes } from './workspace.js';

const dataArguments = ['--data', shopData, '--glossary', shopGlossary, '--as-of', '2026-06-15'];

/** Kills runs of one request and compares what is left, and what a resumed run makes of it, with a run that was let be. */
export class KilledRuns {
  readonly #workspace: TestWorkspace;
  readonly #request: string;
  readonly #whole: Readonly<Record<string, string>>;
  /** How long the run that was let be took. */
  readonly milliseconds: number;

  private constructor(
    workspace: TestWorkspace,
    request: string,
    whole: Readonly<Record<string, string>>,
    milliseconds: number,
  ) {
    this.#workspace = workspace;
    this.#request = request;
    this.#whole = whole;
    this.milliseconds = milliseconds;
  }

  static async of(request: string): Promise<KilledRuns> {
    const workspace = makeWorkspace();
    // The first run also scans; its time is not that of the runs to come.
    const scanned = await workspace.dpbProcess(['generate', request, '--run-id', 'first', ...dataArguments]);
    expect(scanned.exitCode, scanned.stderr).toBe(0);
    removeArtifacts(workspace);
    const started = Date.now();
    const done = await workspace.dpbProcess(['generate', request, '--run-id', 'whole', ...dataArguments]);
    expect(done.exitCode, done.stderr).toBe(0);
    return new KilledRuns(workspace, request, artifactsOf(workspace), Date.now() - started);
  }

  /** The names of the checkpoints of a whole run, in their order. */
  get checkpoints(): readonly string[] {
    return readdirSync(join(this.#workspace.folder, '.dpb/runs/whole'))
      .filter((name) => /^\d-/.test(name))
      .sort();
  }

  /** Kills a run when `moment` comes, looks for torn files, resumes, and expects the bytes of the whole run. */
  async expectSameBytes(
    runId: string,
    moment: (runFolder: string, ended: () => boolean) => Promise<void>,
  ): Promise<void> {
    const { folder } = this.#workspace;
    removeArtifacts(this.#workspace);
    const child = spawn(
      process.execPath,
      [join(repository, 'bin/dpb.js'), 'generate', this.#request, '--run-id', runId, ...dataArguments],
      { cwd: folder, stdio: 'ignore' },
    );
    const exit = new Promise((resolve) => child.once('exit', resolve));
    await moment(join(folder, '.dpb/runs', runId), () => child.exitCode !== null);
    child.kill('SIGKILL');
    await exit;
    for (const [path, hash] of Object.entries(artifactsOf(this.#workspace)))
      if (!path.split('/').some((name) => name.startsWith('.')))
        expect([path, hash]).toEqual([path, this.#whole[path]]);
    let done = await this.#workspace.dpbProcess(['resume', runId]);
    // Killed before the run had a record of itself: there is nothing to resume, and a new start must work.
    if (done.stderr.includes('run.unknown'))
      done = await this.#workspace.dpbProcess(['generate', this.#request, '--run-id', runId, ...dataArguments]);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(artifactsOf(this.#workspace)).toEqual(this.#whole);
  }

  remove(): void {
    this.#workspace.remove();
  }
}

/** A moment that comes after so many milliseconds. */
export function after(milliseconds: number): (runFolder: string, ended: () => boolean) => Promise<void> {
  return () => sleep(milliseconds);
}

/** The moment at which the run has left the checkpoint of that name. */
export function whenThereIs(checkpoint: string): (runFolder: string, ended: () => boolean) => Promise<void> {
  return async (runFolder, ended) => {
    while (!ended() && !existsSync(join(runFolder, checkpoint))) await sleep(1);
  };
}

function removeArtifacts({ folder }: TestWorkspace): void {
  for (const name of ['products', 'gold']) rmSync(join(folder, name), { recursive: true, force: true });
}

function artifactsOf({ folder }: TestWorkspace): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ['products', 'gold'].flatMap((name) =>
      existsSync(join(folder, name))
        ? Object.entries(treeHashes(join(folder, name))).map(([path, hash]) => [`${name}/${path}`, hash] as const)
        : [],
    ),
  );
}
