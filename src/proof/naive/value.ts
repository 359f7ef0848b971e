import type { TableShape } from '../../plan/product.js';

/**
 * A value as the naive evaluator holds it: exact, and tagged with what it is. `day` counts days since 1970-01-01; `micros`
 * microseconds since that midnight: of wall-clock time for `timestamp`, of the instant for `instant` (a zoned timestamp as
 * stored), of the day for `clock`. `opaque` stands for types that plans may show but not compute with.
 */
export type Value =
  | null
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'decimal'; readonly unscaled: bigint; readonly scale: number }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'date'; readonly day: number }
  | { readonly kind: 'timestamp'; readonly micros: bigint }
  | { readonly kind: 'instant'; readonly micros: bigint }
  | { readonly kind: 'clock'; readonly micros: bigint }
  | { readonly kind: 'opaque'; readonly text: string };

export type Present = Exclude<Value, null>;
export type Decimal = Extract<Value, { kind: 'decimal' }>;

/** A source, or a table that the plan makes, in memory: each row has one value for each column of `source`, in that order. */
export interface Table {
  readonly source: TableShape;
  readonly rows: readonly (readonly Value[])[];
}

/** `true`, `false` or null as a value. */
export function truth(value: boolean | null): Value {
  return value === null ? null : { kind: 'boolean', value };
}

export function integer(value: bigint | number): Present {
  return { kind: 'integer', value: BigInt(value) };
}

export function double(value: number): Present {
  return { kind: 'double', value };
}

export function text(value: string): Present {
  return { kind: 'text', value };
}
