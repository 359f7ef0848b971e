import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

/** What one pass over the bytes of a file shows. */
export interface FileContent {
  readonly sha256: string;
  /** Whether all bytes are UTF-8; not looked at for binary files. */
  readonly isUtf8: boolean;
}

/** Hashes the file in one pass and, for text, tells whether it is UTF-8. Raises what the file system raises. */
export async function readContent(path: string, isText: boolean): Promise<FileContent> {
  const hash = createHash('sha256');
  const decoder = isText ? new TextDecoder('utf-8', { fatal: true }) : null;
  let isUtf8 = true;
  const decode = (chunk: Uint8Array | undefined): void => {
    if (decoder === null || !isUtf8) return;
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      isUtf8 = false;
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes: Uint8Array = chunk;
    hash.update(bytes);
    decode(bytes);
  }
  decode(undefined);
  return { sha256: hash.digest('hex'), isUtf8 };
}

/** The text at the beginning of a file, at most `bytesMax` bytes, cut after its last whole line unless it is the whole file. */
export async function readBeginning(path: string, encoding: 'utf-8' | 'latin-1', bytesMax: number): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytesMax), 0, bytesMax, 0);
    const text = buffer.subarray(0, bytesRead).toString(encoding === 'utf-8' ? 'utf8' : 'latin1');
    return bytesRead < bytesMax ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  } finally {
    await file.close();
  }
}
