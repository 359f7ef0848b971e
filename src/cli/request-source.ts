import { readFileSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Request } from '../plan/run-state.js';
import { dpbError, messageOf } from '../support/errors.js';
import { parseIsoDate } from '../support/iso-date.js';
import { withoutSecrets } from './request.js';

const serviceLevelSchema = z
  .object({ freshness: z.string(), latency: z.string(), completeness: z.number(), accuracy: z.number() })
  .partial()
  .strict();

const requestSchema = z.strictObject(
  {
    request: z.string().min(1),
    name: z.string().optional(),
    owner: z.string().optional(),
    sla: serviceLevelSchema.optional(),
    as_of: z.string().optional(),
    use_case_id: z.string().optional(),
    outputs: z.array(z.string()).optional(),
  },
  {
    error: ({ code }) =>
      code === 'invalid_type'
        ? 'is no request: write its words, or {request: WORDS, name: NAME, as_of: DATE}'
        : undefined,
  },
);
const listSchema = z.strictObject({ requests: z.array(requestSchema).min(1) });
type RequestEntry = z.infer<typeof requestSchema>;

/**
 * The requests of a command line: its words, a request file, or standard input (`-`), which is a request file when it
 * parses to an object, else plain words. Keys of a request win over flags; `defaults` carries the flags.
 */
export async function readRequests(
  words: string | undefined,
  file: string | undefined,
  defaults: Request,
  name: string | undefined,
): Promise<readonly Request[]> {
  const given = { ...defaults, name: name ?? null };
  if (file !== undefined) return entriesOf(readRequestFile(file), file).map((entry) => withEntry(given, entry));
  if (words === undefined) {
    throw dpbError('input.invalid', {
      what: 'request',
      problem: 'there is none: give it in quotes, or --request-file FILE, or "-"',
    });
  }
  if (words !== '-') return [withoutSecrets({ ...given, text: nonEmpty(words) })];
  const text = readFileSync(0, 'utf8');
  const document = parseDocument(text);
  const data: unknown = document.errors.length === 0 ? document.toJS() : null;
  if (typeof data !== 'object' || data === null) return [withoutSecrets({ ...given, text: nonEmpty(text.trim()) })];
  return entriesOf(text, 'standard input').map((entry) => withEntry(given, entry));
}

function readRequestFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    throw dpbError('io.read', { path: file, reason: messageOf(thrown) }, { cause: thrown });
  }
}

function nonEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw dpbError('input.invalid', { what: 'request', problem: 'it is empty' });
}

function withEntry(defaults: Request, entry: RequestEntry): Request {
  return withoutSecrets({
    ...defaults,
    text: entry.request,
    name: entry.name ?? defaults.name,
    owner: entry.owner ?? null,
    sla: entry.sla === undefined ? null : withoutUndefined(entry.sla),
    useCaseId: entry.use_case_id ?? null,
    asOf: entry.as_of === undefined ? defaults.asOf : parseIsoDate(entry.as_of, 'as_of'),
  });
}

function withoutUndefined(sla: z.infer<typeof serviceLevelSchema>): NonNullable<Request['sla']> {
  const { freshness = null, latency = null, completeness = null, accuracy = null } = sla;
  return { freshness, latency, completeness, accuracy };
}

function entriesOf(text: string, file: string): readonly RequestEntry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const failure = document.errors[0];
  if (failure) {
    const { line, col } = lines.linePos(failure.pos[0]);
    throw dpbError(
      'input.invalid',
      { what: 'request file', problem: messageOf(failure) },
      { place: `${file}:${line}:${col}` },
    );
  }
  const data: unknown = document.toJS();
  const isBareList = Array.isArray(data);
  const isList = isBareList || (typeof data === 'object' && data !== null && 'requests' in data);
  const parsed = isList
    ? listSchema.safeParse(
        isBareList ? { requests: withWordsAlone(data) } : { ...data, requests: withWordsAlone(data.requests) },
      )
    : requestSchema.safeParse(data);
  if (parsed.success) return 'requests' in parsed.data ? parsed.data.requests : [parsed.data];
  const issue = parsed.error.issues[0];
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = (issue?.path ?? []).filter((key) => typeof key !== 'symbol').slice(isBareList ? 1 : 0);
  const { line, col } = lines.linePos(startOf(document, unknownKey === undefined ? path : [...path, unknownKey]));
  throw dpbError(
    'input.invalid',
    {
      what: 'request file',
      problem: `${path.join('.')} ${issue?.message ?? 'is not valid'}`.trim(),
      near: nearKeys(unknownKey),
    },
    { place: `${file}:${line}:${col}` },
  );
}

/** Requests of which some are words alone, each as a request. */
function withWordsAlone(requests: unknown): unknown {
  if (!Array.isArray(requests)) return requests;
  return requests.map((entry: unknown) => (typeof entry === 'string' ? { request: entry } : entry));
}

/** Where the value at `path` begins, else the nearest around it that there is. */
function startOf(document: Document, path: readonly (string | number)[]): number {
  const node: unknown = document.getIn(path, true);
  if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
    return Number(node.range[0]);
  return path.length === 0 ? 0 : startOf(document, path.slice(0, -1));
}

function nearKeys(key: string | undefined): readonly string[] {
  if (key === undefined) return [];
  return Object.keys(requestSchema.shape).filter((known) => distance(known, key) <= 2);
}
