/** A column that holds spans of time, which Parquet itself cannot say, and how many of its units make a second. */
export interface DurationColumn {
  readonly name: string;
  readonly unitsPerSecond: number;
}

/** `Type.Duration` of Arrow's Schema.fbs. */
const durationType = 18;
/** By `TimeUnit`: seconds, milliseconds (the default), microseconds, nanoseconds. */
const unitsPerSecond = [1, 1e3, 1e6, 1e9];

/**
 * The duration columns of a Parquet file by its `ARROW:schema` metadata (base64 of an Arrow IPC message), which DuckDB
 * does not look at: to it they are integers. None where the text is not such a schema.
 */
export function durationColumns(arrowSchema: string): readonly DurationColumn[] {
  const message = Buffer.from(arrowSchema, 'base64');
  try {
    // Two words before the message: a continuation mark and its length.
    const root = new FlatTable(message.subarray(8), message.readUInt32LE(8));
    return (root.table(2)?.tables(1) ?? []).flatMap((field) => {
      const name = field.text(0);
      if (field.byte(2) !== durationType || name === null) return [];
      const unit = field.table(3)?.short(0) ?? 1;
      return [{ name, unitsPerSecond: unitsPerSecond[unit] ?? 1 }];
    });
  } catch (thrown) {
    if (thrown instanceof RangeError) return [];
    throw thrown;
  }
}

/** A table of a FlatBuffer: fields are found over its vtable; reads outside of the buffer raise RangeError. */
class FlatTable {
  readonly #buffer: Buffer;
  readonly #position: number;

  constructor(buffer: Buffer, position: number) {
    this.#buffer = buffer;
    this.#position = position;
  }

  byte(field: number): number | null {
    const at = this.#field(field);
    return at === null ? null : this.#buffer.readUInt8(at);
  }

  short(field: number): number | null {
    const at = this.#field(field);
    return at === null ? null : this.#buffer.readInt16LE(at);
  }

  text(field: number): string | null {
    const at = this.#target(field);
    return at === null ? null : this.#buffer.toString('utf8', at + 4, at + 4 + this.#buffer.readUInt32LE(at));
  }

  table(field: number): FlatTable | null {
    const at = this.#target(field);
    return at === null ? null : new FlatTable(this.#buffer, at);
  }

  tables(field: number): readonly FlatTable[] {
    const at = this.#target(field);
    if (at === null) return [];
    return Array.from({ length: this.#buffer.readUInt32LE(at) }, (_, index) => {
      const slot = at + 4 + 4 * index;
      return new FlatTable(this.#buffer, slot + this.#buffer.readUInt32LE(slot));
    });
  }

  #target(field: number): number | null {
    const at = this.#field(field);
    return at === null ? null : at + this.#buffer.readUInt32LE(at);
  }

  #field(field: number): number | null {
    const vtable = this.#position - this.#buffer.readInt32LE(this.#position);
    const slot = 4 + 2 * field;
    if (slot >= this.#buffer.readUInt16LE(vtable)) return null;
    const offset = this.#buffer.readUInt16LE(vtable + slot);
    return offset === 0 ? null : this.#position + offset;
  }
}
