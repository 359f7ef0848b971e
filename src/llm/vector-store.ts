import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../support/atomic-files.js';
import { textHash } from '../support/canonical-json.js';
import { floatsOfBytes } from '../support/number-bytes.js';

const keySize = 32;
const sumSize = 8;

/**
 * Vectors by what they are the vectors of, in one file for each server and model that grows: a record is the hash of the text,
 * its vector, and a sum of both. Records that are torn or changed are none.
 */
export class VectorStore {
  readonly #folder: string;
  readonly #path: string;
  #known: Map<string, Float32Array> | null = null;

  /** `model` tells servers and models apart. */
  constructor(folder: string, model: string) {
    this.#folder = folder;
    this.#path = join(folder, `${textHash(model).slice(0, 16)}.vectors`);
  }

  /** The vector of each text; null where none is kept. */
  find(texts: readonly string[]): readonly (Float32Array | null)[] {
    this.#known ??= this.#read();
    const known = this.#known;
    return texts.map((text) => known.get(textHash(text)) ?? null);
  }

  /** Keeps the vectors, all as long as those kept before; others take the place of all. */
  add(vectors: readonly (readonly [string, Float32Array])[]): void {
    this.#known ??= this.#read();
    const records = vectors.map(([text, vector]) => {
      this.#known?.set(textHash(text), vector);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(vector.length);
      const numbers = Buffer.alloc(vector.length * 4);
      for (const [place, value] of vector.entries()) numbers.writeFloatLE(value, place * 4);
      const body = Buffer.concat([Buffer.from(textHash(text), 'hex'), size, numbers]);
      return Buffer.concat([body, sumOf(body)]);
    });
    makeDirectory(this.#folder);
    // One write: records of several processes stand whole one after the other.
    appendFileSync(this.#path, Buffer.concat(records));
  }

  #read(): Map<string, Float32Array> {
    const found = new Map<string, Float32Array>();
    if (!existsSync(this.#path)) return found;
    const bytes = readFileSync(this.#path);
    for (let place = 0; place + keySize + 4 <= bytes.length; ) {
      const length = bytes.readUInt32LE(place + keySize);
      const end = place + keySize + 4 + length * 4;
      const body = bytes.subarray(place, end);
      // What follows a damaged record cannot be told from it.
      if (end + sumSize > bytes.length || !sumOf(body).equals(bytes.subarray(end, end + sumSize))) break;
      const vector = floatsOfBytes(body.subarray(keySize + 4));
      found.set(body.subarray(0, keySize).toString('hex'), vector);
      place = end + sumSize;
    }
    return found;
  }
}

function sumOf(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, sumSize);
}
