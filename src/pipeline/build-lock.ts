import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeDirectory, readTextIfThere } from '../support/atomic-files.js';
import { dpbError, messageOf } from '../support/errors.js';
import type { GoldFolder } from './build-files.js';

/** Where a build that is under way says so, beside the builds. */
const lockName = '.building';

/**
 * Runs `act` as the only build of the product. Raises `io.locked` where another process builds it. The lock of a process that
 * died on this machine is taken over; that of another machine is not, for nothing here shows whether it is alive.
 */
export async function asOnlyBuild<Result>(gold: GoldFolder, act: () => Promise<Result>): Promise<Result> {
  makeDirectory(gold.path);
  const path = join(gold.path, lockName);
  if (!take(path)) {
    const holder = readTextIfThere(path)?.trim() ?? '';
    if (isAlive(holder)) throw dpbError('io.locked', { path: gold.path });
    rmSync(path, { force: true });
    if (!take(path)) throw dpbError('io.locked', { path: gold.path });
  }
  try {
    return await act();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Makes the lock with our name in it; false where there is one. */
function take(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    try {
      writeSync(file, `${process.pid} ${hostname()}\n`);
    } finally {
      closeSync(file);
    }
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw dpbError('io.write', { path, reason: messageOf(cause) }, { cause });
  }
}

/** Whether the process that holds a lock may still run. One that is just being written names nobody yet. */
function isAlive(holder: string): boolean {
  const [, pid, host] = /^(\d+) (.*)$/.exec(holder) ?? [];
  if (pid === undefined || host !== hostname()) return true;
  // A lock of our own process is of another build in it.
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
