import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asideOf, formerOf, removeLeftovers } from './asides.js';
import { bug, DpbError, dpbError, messageOf } from './errors.js';

/**
 * Files that are whole or not there: what is written goes aside first, is synced to the disk, and takes its place by one
 * rename, which is then synced too. A process killed at any moment leaves the old content or the new, never a part.
 * The bytes are written in a loop until all are down; `write-file-atomic` writes once and renames a short write (a full
 * disk) into place without an error, which is why it is not used.
 */

/** A text file of a folder that is published whole; `path` is relative to it, with forward slashes. */
interface TextFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/** Makes the folder and those above it; no error when it stands. Raises `io.write`. */
export function makeDirectory(path: string): void {
  writing(path, () => mkdirSync(path, { recursive: true }));
}

/** Replaces the file at `path` by `text` in UTF-8 at once; its folder is made where it is missing. Raises `io.write`. */
export function writeTextAtomic(path: string, text: string): void {
  writeFileAtomic(path, Buffer.from(text, 'utf8'));
}

/** Replaces the file at `path` by `bytes` at once; its folder is made where it is missing. Raises `io.write`. */
export function writeFileAtomic(path: string, bytes: Uint8Array): void {
  writing(path, () => {
    const folder = dirname(path);
    mkdirSync(folder, { recursive: true });
    const aside = asideOf(path);
    try {
      writeSynced(aside, bytes, false);
      renameSync(aside, path);
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
    syncDirectory(folder);
  });
}

/** The text of a UTF-8 file. Raises `io.read`. */
export function readText(path: string): string {
  return reading(path, () => readFileSync(path, 'utf8'));
}

/** The text of a UTF-8 file, or null where there is no such file. Raises `io.read` for any other trouble. */
export function readTextIfThere(path: string): string | null {
  return reading(path, () => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
      throw error;
    }
  });
}

/** SHA-256 of a file's bytes as 64 lower-case hexadecimal digits, read in pieces. Raises `io.read`. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw dpbError('io.read', { path, reason: messageOf(cause) }, { cause });
  }
  return hash.digest('hex');
}

/**
 * Replaces the folder at `path` by one that holds `files` and nothing else, and clears away what killed processes left
 * beside it. Raises `io.write`.
 */
export function publishDirectory(path: string, files: readonly TextFile[]): void {
  const aside = asideOf(path);
  writing(path, () => {
    removeLeftovers(dirname(path));
    mkdirSync(aside, { recursive: true });
    try {
      for (const file of files) writeInside(aside, file);
      replaceDirectory(aside, path);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  });
}

/**
 * Puts the folder `aside`, which lies on the same disk, at `path` after syncing all that is in it. A folder that stands
 * there is moved out of the way first and put back when the second rename fails. Raises `io.write`.
 */
export function replaceDirectory(aside: string, path: string): void {
  writing(path, () => {
    syncTree(aside);
    const former = formerOf(path);
    const moved = renameIfThere(path, former);
    try {
      renameSync(aside, path);
    } catch (error) {
      if (moved) renameSync(former, path);
      throw error;
    }
    syncDirectory(dirname(path));
    if (moved) rmSync(former, { recursive: true, force: true });
  });
}

/** Removes the file or folder and all in it; no error when it is not there. Raises `io.write`. */
export function removeTree(path: string): void {
  writing(path, () => rmSync(path, { recursive: true, force: true }));
}

/** Removes a folder that has nothing in it; any other stays. Raises `io.write`. */
export function removeIfEmpty(path: string): void {
  writing(path, () => {
    try {
      rmdirSync(path);
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].some((code) => hasCode(error, code))) throw error;
    }
  });
}

/** Whether `error` is a system error of that code, such as `ENOENT`. */
function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function writeInside(folder: string, file: TextFile): void {
  const relative = normalize(file.path);
  if (isAbsolute(relative) || relative.startsWith('..')) throw bug(`${file.path} lies outside of the folder`);
  const path = join(folder, relative);
  mkdirSync(dirname(path), { recursive: true });
  writeSynced(path, Buffer.from(file.text, 'utf8'), file.executable);
}

function writeSynced(path: string, bytes: Uint8Array, executable: boolean): void {
  const file = openSync(path, 'wx', executable ? 0o755 : 0o644);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function syncTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) syncTree(inner);
    else syncPath(inner, 'r+');
  }
  syncDirectory(path);
}

function syncPath(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the entries of a folder survive a power cut. Some systems cannot; there the rename itself is all that can be had. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  try {
    syncPath(path, 'r');
  } catch (error) {
    if (!hasCode(error, 'EINVAL') && !hasCode(error, 'ENOTSUP')) throw error;
  }
}

function writing<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof DpbError) throw cause;
    throw dpbError('io.write', { path, reason: messageOf(cause) }, { cause });
  }
}

function reading<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    throw dpbError('io.read', { path, reason: messageOf(cause) }, { cause });
  }
}
