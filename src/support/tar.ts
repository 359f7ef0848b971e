import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { bug, dpbError, messageOf } from './errors.js';

/** A file of an archive: its text, or the file whose bytes it has. `path` is inside the archive, with forward slashes. */
export type ArchiveFile = { readonly path: string; readonly executable: boolean } & (
  | { readonly text: string }
  | { readonly from: string; readonly bytes: number }
);

const blockBytes = 512;

/**
 * Writes the files as a tar archive (ustar) compressed by gzip. Owners and times are left out, so that the same files are
 * the same bytes. Raises `io.write`.
 */
export async function writeTarGz(path: string, files: readonly ArchiveFile[]): Promise<void> {
  try {
    await pipeline(Readable.from(blocksOf(files)), createGzip(), createWriteStream(path, { flags: 'wx' }));
  } catch (cause) {
    throw dpbError('io.write', { path, reason: messageOf(cause) }, { cause });
  }
}

async function* blocksOf(files: readonly ArchiveFile[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    const text = 'text' in file ? Buffer.from(file.text, 'utf8') : null;
    const bytes = 'text' in file ? Buffer.byteLength(file.text, 'utf8') : file.bytes;
    yield headerOf(file.path, bytes, file.executable);
    if (text !== null) yield text;
    if ('from' in file) yield* contentOf(file.from, bytes);
    yield Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
  }
  yield Buffer.alloc(2 * blockBytes);
}

/** The bytes of a file, which must still be as many as its header says. */
async function* contentOf(path: string, bytes: number): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of createReadStream(path)) {
    if (!Buffer.isBuffer(chunk)) throw bug('a file was not read as bytes');
    seen += chunk.length;
    yield chunk;
  }
  if (seen !== bytes) throw new Error(`${path} changed while it was read`);
}

function headerOf(path: string, bytes: number, executable: boolean): Buffer {
  const header = Buffer.alloc(blockBytes);
  const { prefix, name } = splitPath(path);
  const number = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0, 'utf8');
  header.write(number(executable ? 0o755 : 0o644, 8), 100);
  header.write(number(0, 8), 108);
  header.write(number(0, 8), 116);
  header.write(number(bytes, 12), 124);
  header.write(number(0, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345, 'utf8');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A path of more than 100 bytes is cut at a slash: the part before it has room for 155. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  const fits = (text: string, most: number): boolean => Buffer.byteLength(text, 'utf8') <= most;
  if (fits(path, 100)) return { prefix: '', name: path };
  const parts = path.split('/');
  for (let at = 1; at < parts.length; at += 1) {
    const prefix = parts.slice(0, at).join('/');
    const name = parts.slice(at).join('/');
    if (fits(name, 100) && fits(prefix, 155)) return { prefix, name };
  }
  throw bug(`the path ${path} is too long for an archive`);
}
