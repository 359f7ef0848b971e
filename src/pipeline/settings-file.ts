import { existsSync, readFileSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { dpbError, messageOf } from '../support/errors.js';
import { llmFileSchema } from './llm-config.js';

/** Where a knowledge graph may be asked. */
export const graphKinds = ['embedded', 'neo4j'] as const;

const fileSchema = z
  .object({
    data: z.union([z.string(), z.array(z.string()).min(1)]),
    glossary: z.string(),
    out: z.string(),
    gold: z.string(),
    threads: z.int().min(1),
    unmatched: z.enum(['keep', 'drop']),
    threshold: z.number().min(0).max(1),
    llm: llmFileSchema,
    graph: z.enum(graphKinds),
    time: z
      .object({
        zone: z.string(),
        week_start: z.enum(['monday', 'sunday']),
        fiscal_year_start: z.int().min(1).max(12),
      })
      .partial()
      .strict(),
  })
  .partial()
  .strict();
/** What `dpb.yaml` says; all of it may be left out. */
export type SettingsFile = z.infer<typeof fileSchema>;

/** Reads a `dpb.yaml`; nothing where there is none. Raises `input.invalid` with file, line and column. */
export function readSettingsFile(path: string): SettingsFile {
  if (!existsSync(path)) return {};
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const failure = document.errors[0];
  if (failure) {
    const { line, col } = lines.linePos(failure.pos[0]);
    throw dpbError(
      'input.invalid',
      { what: 'dpb.yaml', problem: messageOf(failure) },
      { place: `dpb.yaml:${line}:${col}` },
    );
  }
  const parsed = fileSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const keyPath = [...(issue?.path ?? []), ...keys.slice(0, 1)].map((key) =>
    typeof key === 'symbol' ? key.description : key,
  );
  const offset = offsetOf(document.getIn(keyPath, true));
  const { line, col } = lines.linePos(offset);
  throw dpbError(
    'input.invalid',
    { what: 'dpb.yaml', problem: `${keyPath.join('.')}: ${issue?.message ?? 'not valid'}`, near: nearKeys(keys[0]) },
    { place: `dpb.yaml:${line}:${col}` },
  );
}

function offsetOf(node: unknown): number {
  if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
    const [start] = node.range;
    if (typeof start === 'number') return start;
  }
  return 0;
}

function nearKeys(key: string | undefined): readonly string[] {
  if (key === undefined) return [];
  return Object.keys(fileSchema.shape).filter((known) => distance(known, key) <= 2);
}
