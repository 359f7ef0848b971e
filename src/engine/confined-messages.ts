import { z } from 'zod';

/** What the parent says to a confined process, a line each: first the SQL, then, if it is let through, the tables it may read. */
export const parentMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('read'), sql: z.string() }).strict(),
  z
    .object({
      kind: z.literal('run'),
      /** Each with the SELECT over its files, which dpb wrote. */
      tables: z.array(z.object({ name: z.string(), select: z.string() }).strict()),
      /** More rows than these are not read. */
      rowsMax: z.int(),
    })
    .strict(),
]);

export type ParentMessage = z.infer<typeof parentMessageSchema>;

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What the confined process answers. Nothing of it is believed but its form. */
export const childMessageSchema = z.discriminatedUnion('kind', [
  /** Its own limits are not those that were asked for. */
  z.object({ kind: z.literal('unconfined'), reason: z.string() }),
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('parsed'), serialized: z.string() }),
  z.object({
    kind: z.literal('result'),
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(cell)),
  }),
  /** `loading`: the tables could not be loaded, before any SQL of others ran. */
  z.object({ kind: z.literal('failed'), while: z.enum(['reading', 'loading', 'running']), reason: z.string() }),
]);

export type ChildMessage = z.infer<typeof childMessageSchema>;

/** The most memory of a confined process, in KiB: what its kernel gives it, and what DuckDB asks for before. */
export const confinedMemory = { dataKilobytes: 1_048_576, duckdb: '512MB', heapMegabytes: 256 } as const;

/** The pipe on which a confined process answers. */
export const answersDescriptor = 3;
