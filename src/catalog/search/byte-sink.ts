/** Bytes that grow as they are written. */
export class ByteSink {
  #bytes = Buffer.alloc(1 << 12);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#size] = value;
    this.#size += 1;
  }

  /** A whole number from 0, seven bits a byte, the lowest first. */
  number(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Text in UTF-8 after its size. */
  text(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.number(bytes.length);
    this.#reserve(bytes.length);
    this.#size += bytes.copy(this.#bytes, this.#size);
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  #reserve(count: number): void {
    if (this.#size + count <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#size + count));
    this.#bytes.copy(grown, 0, 0, this.#size);
    this.#bytes = grown;
  }
}

/** Reads what a `ByteSink` wrote, from a place on. */
export class ByteSource {
  readonly #bytes: Uint8Array;
  #place = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isDone(): boolean {
    return this.#place >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#place] ?? 0;
    this.#place += 1;
    return value;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const part = this.byte();
      value += (part & 0x7f) * factor;
      if (part < 0x80) return value;
    }
  }

  text(): string {
    const size = this.number();
    const text = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.#place, size).toString('utf8');
    this.#place += size;
    return text;
  }
}
