import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { CellValue } from '../../engine/engine.js';
import { readText } from '../../support/atomic-files.js';
import { dpbError, messageOf } from '../../support/errors.js';
import type { IsoDate } from '../../support/iso-date.js';
import { compareText } from '../../support/text-order.js';
import type { ComparedTable } from './compare-tables.js';
import { tableFromJson } from './table-text.js';

/** Where the right rows of a case are: files (any of which is right), the case itself, or its own SQL. */
export type Expected =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'rows'; readonly table: ComparedTable }
  | { readonly kind: 'gold_sql'; readonly sql: string };

/** A golden request: words with the rows that are right for them. */
export interface GoldenCase {
  readonly id: string;
  /** Absolute path of the folder that the case's file lies in; data and glossary lie beside it unless told otherwise. */
  readonly directory: string;
  readonly request: string;
  readonly category: string;
  readonly expected: Expected;
  readonly ordered: boolean;
  /** Positions of expected columns whose order counts; none: all of them. */
  readonly orderBy: readonly number[];
  readonly asOf: IsoDate | null;
  /** Absolute paths; null for `bronze/` and `glossary.yaml` beside the case's file. */
  readonly data: string | null;
  readonly glossary: string | null;
  /** The status that is right for a request that must not be answered; null for one that has right rows. */
  readonly expectStatus: string | null;
}

/** Which words of a case are asked: its own, its paraphrases (each a case of its own), or its wording with synonyms. */
export type Wording = 'original' | 'paraphrase' | 'synonym';

export interface CaseFilter {
  readonly wording: Wording;
  /** Categories to keep; none: all. */
  readonly categories: readonly string[];
  readonly limit: number | null;
}

const cellSchema: z.ZodType<CellValue> = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const rowSchema = z.union([z.array(cellSchema), z.record(z.string(), cellSchema)]);

const caseSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be letters, digits, ".", "_" and "-": it names a file'),
  request: z.string().min(1),
  category: z.string().default('all'),
  gold_sql: z.string().optional(),
  expected: z
    .union([
      z.string(),
      z.array(z.string()).min(1),
      z.array(rowSchema),
      z.object({ columns: z.array(z.union([z.string(), z.object({ name: z.string() })])), rows: z.array(rowSchema) }),
    ])
    .optional(),
  ordered: z.boolean().default(false),
  order_by: z.array(z.tuple([z.int().min(0), z.boolean()])).default([]),
  as_of: z.iso.date().optional(),
  paraphrases: z.array(z.string()).default([]),
  synonym_request: z.string().optional(),
  data: z.string().optional(),
  glossary: z.string().optional(),
  expect_status: z.enum(['needs_clarification', 'not_understood', 'refused']).optional(),
});
type CaseLine = z.infer<typeof caseSchema>;

/**
 * The cases of `.jsonl` files and of all `cases.jsonl` below folders, in the order given, folders sorted. Raises `io.read`
 * and `input.invalid` with file and line.
 */
export function loadCases(paths: readonly string[], filter: CaseFilter): readonly GoldenCase[] {
  const files = paths.flatMap((path) => (isFolder(path) ? caseFilesBelow(path) : [path]));
  if (files.length === 0)
    throw dpbError('input.invalid', { what: paths.join(', '), problem: 'there is no cases.jsonl in it' });
  const all = files.flatMap((path) => casesOf(path, filter.wording));
  const kept = all.filter(({ category }) => filter.categories.length === 0 || filter.categories.includes(category));
  return filter.limit === null ? kept : kept.slice(0, filter.limit);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw dpbError('io.read', { path, reason: messageOf(cause) }, { cause });
  }
}

function caseFilesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((left, right) =>
    compareText(left.name, right.name),
  );
  const own = entries
    .filter((entry) => entry.isFile() && entry.name === 'cases.jsonl')
    .map(({ name }) => join(folder, name));
  const deeper = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => caseFilesBelow(join(folder, name)));
  return [...own, ...deeper];
}

function casesOf(path: string, wording: Wording): readonly GoldenCase[] {
  return readText(path)
    .split('\n')
    .flatMap((line, index) =>
      line.trim() === '' ? [] : worded(parseLine(line, `${path}:${index + 1}`), wording, dirname(path)),
    );
}

function parseLine(line: string, place: string): CaseLine {
  const refuse = (problem: string): Error => dpbError('input.invalid', { what: place, problem }, { place });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (thrown) {
    throw refuse(`it is not JSON (${messageOf(thrown)})`);
  }
  const parsed = caseSchema.safeParse(value);
  if (!parsed.success) throw refuse(z.prettifyError(parsed.error));
  const { expected, gold_sql: sql, expect_status: status } = parsed.data;
  if (expected === undefined && sql === undefined && status === undefined)
    throw refuse('a case needs "expected", "gold_sql" or "expect_status"');
  return parsed.data;
}

/** The first wording keeps the case's id, so that results can be judged by id; further ones are numbered. */
function worded(line: CaseLine, wording: Wording, directory: string): readonly GoldenCase[] {
  const synonym = line.synonym_request === undefined ? [] : [line.synonym_request];
  const requests = { original: [line.request], paraphrase: line.paraphrases, synonym }[wording];
  return requests.map((request, index) => ({
    id: index === 0 ? line.id : `${line.id}.${index + 1}`,
    directory,
    request,
    category: line.category,
    expected: expectedOf(line, directory),
    ordered: line.ordered,
    orderBy: line.order_by.map(([column]) => column),
    asOf: line.as_of ?? null,
    data: line.data === undefined ? null : join(directory, line.data),
    glossary: line.glossary === undefined ? null : join(directory, line.glossary),
    expectStatus: line.expect_status ?? null,
  }));
}

function expectedOf({ expected, gold_sql: sql }: CaseLine, directory: string): Expected {
  if (expected === undefined) return { kind: 'gold_sql', sql: sql ?? '' };
  if (typeof expected === 'string') return { kind: 'files', paths: [join(directory, expected)] };
  if (Array.isArray(expected)) {
    const paths = expected.filter((item) => typeof item === 'string');
    if (paths.length > 0) return { kind: 'files', paths: paths.map((path) => join(directory, path)) };
  }
  return { kind: 'rows', table: tableFromJson(expected) };
}
