import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { textHash } from '../../support/canonical-json.js';
import { readRange } from '../../support/read-range.js';

/**
 * A file of named sections of bytes, of which only what is asked for is read. The file says what it was made of (its
 * identity), and each block is checked against its hash when it is read: what an older catalog left, or what was damaged, is
 * found out before it is believed. Equal content is equal bytes.
 *
 *     hash of the head · size of the head · head (JSON) · hashes of the blocks · blocks
 */
interface Head {
  readonly identity: string;
  /** Where each section begins and ends among the blocks. */
  readonly sections: Readonly<Record<string, readonly [number, number]>>;
  readonly blockHashes: string;
}

const blockSize = 65_536;
const hashSize = 16;
const prefixSize = 32 + 4;
/** Blocks that are kept once they were read: 32 MB. */
const blocksKept = 512;

/** The file is not what was asked for: of something else, torn, or changed. */
export class DamagedFile extends Error {}

/** The bytes of a file of `sections`. */
export function blockFileBytes(identity: string, sections: Readonly<Record<string, Uint8Array>>): Uint8Array {
  let end = 0;
  const places: Record<string, readonly [number, number]> = {};
  for (const [name, bytes] of Object.entries(sections)) {
    places[name] = [end, end + bytes.length];
    end += bytes.length;
  }
  const data = Buffer.concat(Object.values(sections), end);
  const hashes = Buffer.concat(
    Array.from({ length: Math.ceil(end / blockSize) }, (_none, index) =>
      shortHash(data.subarray(index * blockSize, (index + 1) * blockSize)),
    ),
  );
  const head: Head = { identity, sections: places, blockHashes: textHash(hashes) };
  const text = Buffer.from(JSON.stringify(head), 'utf8');
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  return Buffer.concat([createHash('sha256').update(text).digest(), size, text, hashes, data]);
}

/** Gives the bytes of a file from `from` up to `to`, fewer where it ends before. */
type ReadBytes = (from: number, to: number) => Buffer;

/** Reads what `blockFileBytes` wrote. */
export class BlockFile {
  readonly #read: ReadBytes;
  readonly #close: () => void;
  readonly #head: Head;
  readonly #hashes: Buffer;
  readonly #start: number;
  readonly #blocks = new Map<number, Buffer>();

  private constructor(identity: string, size: number, read: ReadBytes, close: () => void) {
    this.#read = read;
    this.#close = close;
    const prefix = read(0, prefixSize);
    if (prefix.length < prefixSize) throw new DamagedFile('it has no head');
    const headEnd = prefixSize + prefix.readUInt32LE(32);
    const text = read(prefixSize, Math.min(headEnd, size));
    if (!createHash('sha256').update(text).digest().equals(prefix.subarray(0, 32)))
      throw new DamagedFile('its head was changed');
    const head: Head = JSON.parse(text.toString('utf8'));
    if (head.identity !== identity) throw new DamagedFile('it is of something else');
    const end = Math.max(0, ...Object.values(head.sections).map(([, last]) => last));
    this.#head = head;
    this.#start = headEnd + Math.ceil(end / blockSize) * hashSize;
    this.#hashes = read(headEnd, this.#start);
    if (size !== this.#start + end || textHash(this.#hashes) !== head.blockHashes)
      throw new DamagedFile('it is not whole');
  }

  /** Opens the file at `path`, which was made of what has this identity. Raises `DamagedFile`, and system errors as they are. */
  static open(path: string, identity: string): BlockFile {
    const file = openSync(path, 'r');
    try {
      const read: ReadBytes = (from, to) => readRange(file, from, to);
      return new BlockFile(identity, fstatSync(file).size, read, () => closeSync(file));
    } catch (thrown) {
      closeSync(file);
      throw thrown;
    }
  }

  /** The same of bytes that are in memory. */
  static of(bytes: Uint8Array, identity: string): BlockFile {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return new BlockFile(identity, data.length, (from, to) => data.subarray(from, to), doNothing);
  }

  /** The bytes of a section from `from` up to `to`, which defaults to its end. Raises `DamagedFile`. */
  bytes(section: string, from = 0, to?: number): Buffer {
    const [first, last] = this.#head.sections[section] ?? [0, 0];
    const [begin, end] = [first + from, Math.min(last, to === undefined ? last : first + to)];
    if (begin >= end) return Buffer.alloc(0);
    const [firstBlock, lastBlock] = [Math.floor(begin / blockSize), Math.floor((end - 1) / blockSize)];
    if (lastBlock - firstBlock >= blocksKept / 2) return this.#checkedRun(firstBlock, lastBlock, begin, end);
    if (firstBlock === lastBlock)
      return this.#block(firstBlock).subarray(begin - firstBlock * blockSize, end - firstBlock * blockSize);
    const blocks = Array.from({ length: lastBlock - firstBlock + 1 }, (_none, index) =>
      this.#block(firstBlock + index),
    );
    return Buffer.concat(blocks).subarray(begin - firstBlock * blockSize, end - firstBlock * blockSize);
  }

  /** Nothing can be read afterwards. */
  close(): void {
    this.#blocks.clear();
    this.#close();
  }

  #block(index: number): Buffer {
    const known = this.#blocks.get(index);
    if (known !== undefined) return known;
    const block = this.#checkedRun(index, index, index * blockSize, (index + 1) * blockSize);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size >= blocksKept && oldest !== undefined) this.#blocks.delete(oldest);
    this.#blocks.set(index, block);
    return block;
  }

  /** Blocks that are too many to be kept, read at once. */
  #checkedRun(firstBlock: number, lastBlock: number, begin: number, end: number): Buffer {
    const run = this.#read(this.#start + firstBlock * blockSize, this.#start + (lastBlock + 1) * blockSize);
    for (let index = firstBlock; index <= lastBlock; index += 1) {
      const block = run.subarray((index - firstBlock) * blockSize, (index - firstBlock + 1) * blockSize);
      if (!shortHash(block).equals(this.#hashes.subarray(index * hashSize, (index + 1) * hashSize)))
        throw new DamagedFile(`block ${index} was changed`);
    }
    return run.subarray(begin - firstBlock * blockSize, end - firstBlock * blockSize);
  }
}

function shortHash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest().subarray(0, hashSize);
}

function doNothing(): void {
  // Memory needs no closing.
}
