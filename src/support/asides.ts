import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Names beside a path for what is not yet, or no longer, in its place. They hold the process that made them, so that what
 * a killed process left can be told from what a running one still needs; the leading dot keeps them out of listings.
 */
const asidePattern = /^\.(.+)\.(\d+)\.[0-9a-f-]{36}\.(new|former)\.tmp$/;

/** A name for what will take the place of `path`; no other process uses it. */
export function asideOf(path: string): string {
  return nameBeside(path, 'new');
}

/** A name for what stood at `path` while its successor takes the place. */
export function formerOf(path: string): string {
  return nameBeside(path, 'former');
}

/**
 * Removes from `folder` what killed processes left aside. What stood in a place that is empty now is put back there: the
 * process died between taking the old away and putting the new in.
 */
export function removeLeftovers(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const [, place, owner, kind] = asidePattern.exec(name) ?? [];
    if (place === undefined || isRunning(Number(owner))) continue;
    const [aside, path] = [join(folder, name), join(folder, place)];
    if (kind === 'former' && !existsSync(path)) renameSync(aside, path);
    else rmSync(aside, { recursive: true, force: true });
  }
}

function nameBeside(path: string, kind: 'new' | 'former'): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomUUID()}.${kind}.tmp`);
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // A process of another user is there but may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
