import { z } from 'zod';
import type { DeepReadonly } from '../support/deep-readonly.js';

const kind = <Kind extends string>(name: Kind) => z.object({ kind: z.literal(name) }).strict();

/**
 * The engine-neutral type of a value. `integer` is signed with the given width; `timestamp` with `zoned: false` is
 * wall-clock time; `other` is a type that plans may show but not compute with.
 */
export const dataTypeSchema = z.discriminatedUnion('kind', [
  kind('boolean'),
  z
    .object({
      kind: z.literal('integer'),
      bits: z.union([z.literal(8), z.literal(16), z.literal(32), z.literal(64), z.literal(128)]),
    })
    .strict(),
  z.object({ kind: z.literal('decimal'), precision: z.int().min(1).max(38), scale: z.int().min(0).max(38) }).strict(),
  kind('double'),
  kind('text'),
  kind('date'),
  z.object({ kind: z.literal('timestamp'), zoned: z.boolean() }).strict(),
  kind('time'),
  z.object({ kind: z.literal('other'), name: z.string() }).strict(),
]);

export type DataType = DeepReadonly<z.infer<typeof dataTypeSchema>>;

/** How far, relative to its value, a DOUBLE may lie from a decimal number and still be taken for it: arithmetic leaves that much. */
export const doubleNoise = 2 ** -50;

/** Whether sums and averages over the type mean something. */
export function isNumeric(type: DataType): boolean {
  return type.kind === 'integer' || type.kind === 'decimal' || type.kind === 'double';
}

/** Whether the type has a calendar date in it. */
export function isTemporal(type: DataType): boolean {
  return type.kind === 'date' || type.kind === 'timestamp';
}

/** The type as people write it: `decimal(12,2)`, `bigint`, `timestamp`. */
export function typeText(type: DataType): string {
  switch (type.kind) {
    case 'integer':
      return { 8: 'tinyint', 16: 'smallint', 32: 'integer', 64: 'bigint', 128: 'hugeint' }[type.bits];
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'timestamp':
      return type.zoned ? 'timestamp with time zone' : 'timestamp';
    case 'other':
      return type.name;
    default:
      return type.kind;
  }
}
