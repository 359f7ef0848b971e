import { readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { asideOf } from './asides.js';
import { readTextIfThere, syncDirectory, writeTextAtomic } from './atomic-files.js';
import { dpbError, messageOf } from './errors.js';

/**
 * A pointer names one of the entries beside it and is replaced by one rename. It is a relative symbolic link, so that paths
 * through it work for every reader and the folder can be moved as a whole; where the system lets us make none (Windows
 * without the right to), a text file that holds the name.
 */
export function writePointer(path: string, name: string): void {
  const aside = asideOf(path);
  try {
    if (!makeLink(aside, name)) {
      writeTextAtomic(path, `${name}\n`);
      return;
    }
    try {
      renameSync(aside, path);
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
    syncDirectory(dirname(path));
  } catch (cause) {
    throw dpbError('io.write', { path, reason: messageOf(cause) }, { cause });
  }
}

/** The name that the pointer holds; null where there is none. Raises `io.read`. */
export function readPointer(path: string): string | null {
  try {
    return basename(readlinkSync(path));
  } catch (error) {
    // EINVAL: there is something, but no link (Windows says UNKNOWN).
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    return readTextIfThere(path)?.trim() ?? null;
  }
}

/** False where the system makes no links. */
function makeLink(path: string, target: string): boolean {
  try {
    symlinkSync(target, path, 'dir');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['EPERM', 'ENOSYS', 'ENOTSUP'].includes(String(error.code)))
      return false;
    throw error;
  }
}
