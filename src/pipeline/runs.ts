import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { ulid } from 'ulid';
import { z } from 'zod';
import type { Usage } from '../catalog/journal.js';
import type { LlmSettings } from '../llm/llm-settings.js';
import type { Request } from '../plan/run-state.js';
import { evidenceText } from '../proof/evidence-file.js';
import { makeDirectory, readText, readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson } from '../support/canonical-json.js';
import { dpbError, messageOf } from '../support/errors.js';
import { scrubForms } from '../support/secrets.js';
import { compareText } from '../support/text-order.js';
import type { RunEvent } from './steps.js';
import { UnprovedBuild } from './unproved-build.js';
import type { Workspace } from './workspace.js';

const runIdPattern = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** What a run was started with, kept so that `dpb resume` needs nothing but the run-id. Paths are this machine's. */
export interface RunRequest {
  readonly request: Request;
  readonly dataRoots: readonly string[];
  readonly glossary: string | null;
  readonly products: string;
  readonly gold: string;
  readonly threads: number;
  /** Whose access counts; null or left out for nobody by name. */
  readonly user?: string | null | undefined;
  readonly build: boolean;
  readonly force: boolean;
  /** The artifacts that the definition is to have; null or left out for all. */
  readonly only?: readonly string[] | null | undefined;
  /** What its flags said of a model; left out by runs of before. */
  readonly llm?: Partial<Pick<LlmSettings, 'mode' | 'record' | 'replay' | 'propose'>> | undefined;
}

/** How a run ended. */
export interface RunResult {
  readonly runId: string;
  readonly status: string;
  readonly request: string;
  readonly product: string | null;
  readonly buildId: string | null;
  readonly message: string | null;
}

const runRequestShape = z
  .object({
    request: z.object({ text: z.string(), asOf: z.string(), threshold: z.number() }).loose(),
    dataRoots: z.array(z.string()),
    glossary: z.string().nullable(),
    products: z.string(),
    gold: z.string(),
    threads: z.int(),
    user: z.string().nullable().optional(),
    build: z.boolean(),
    force: z.boolean(),
    only: z.array(z.string()).nullable().optional(),
    llm: z
      .object({
        mode: z.enum(['off', 'auto', 'require']),
        record: z.string().nullable(),
        replay: z.string().nullable(),
        propose: z.boolean().optional(),
      })
      .strict()
      .optional(),
  })
  .strict();
const runRequestSchema = z.custom<RunRequest>((value) => runRequestShape.safeParse(value).success);

const runResultSchema = z.object({
  runId: z.string(),
  status: z.string(),
  request: z.string(),
  product: z.string().nullable(),
  buildId: z.string().nullable(),
  message: z.string().nullable(),
});

/** A new run-id: a lower-case ULID, so that ids sort by when their runs began. */
export function newRunId(): string {
  return ulid().toLowerCase();
}

/** `text` where it may name a run; raises `input.invalid` otherwise, so that no run-id can name another folder. */
export function parseRunId(text: string): string {
  if (runIdPattern.test(text)) return text;
  throw dpbError('input.invalid', {
    what: '--run-id',
    problem: `"${text}" is not made of lower-case letters, digits, "-" and "_" (64 at most, a letter or digit first)`,
  });
}

/** The folder of a run. */
export function runDirectory(workspace: Workspace, runId: string): string {
  return join(workspace.state, 'runs', parseRunId(runId));
}

/** Starts the folder of a run with its `request.json`; refuses an id that is taken. */
export function startRun(workspace: Workspace, runId: string, request: RunRequest): string {
  const directory = runDirectory(workspace, runId);
  const path = join(directory, 'request.json');
  if (existsSync(path)) throw dpbError('run.exists', { runId });
  makeDirectory(directory);
  writeTextAtomic(path, `${JSON.stringify(request, null, 1)}\n`);
  return directory;
}

/** Whether the run began with a request; builds from a product file did not. */
export function hasRequest(workspace: Workspace, runId: string): boolean {
  return existsSync(join(runDirectory(workspace, runId), 'request.json'));
}

/** What the run was started with; raises `run.unknown` with near matches, and `run.build` for one without a request. */
export function readRunRequest(workspace: Workspace, runId: string): RunRequest {
  const path = join(runDirectory(workspace, runId), 'request.json');
  const built = existsSync(path) ? null : readRunResult(workspace, runId);
  if (built !== null) throw dpbError('run.build', { runId, product: built.product ?? '' });
  if (!existsSync(path)) {
    const near = listRuns(workspace).filter((known) => distance(known, runId) <= 3);
    throw dpbError('run.unknown', { runId, near: near.slice(0, 3) });
  }
  const parsed = runRequestSchema.safeParse(JSON.parse(readText(path)));
  if (parsed.success) return parsed.data;
  throw dpbError('run.checkpoint', { step: 'request', problem: 'request.json is not one of this version of dpb' });
}

/** All run-ids, oldest first: those of requests, and those of builds from a product file, which have no request. */
export function listRuns(workspace: Workspace): readonly string[] {
  const folder = join(workspace.state, 'runs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => ['request.json', 'result.json'].some((file) => existsSync(join(folder, name, file))))
    .sort(compareText);
}

/** The result of a run; null while it has none. */
export function readRunResult(workspace: Workspace, runId: string): RunResult | null {
  const text = readTextIfThere(join(runDirectory(workspace, runId), 'result.json'));
  return text === null ? null : runResultSchema.parse(JSON.parse(text));
}

/** Records how the run ended. */
export function writeRunResult(directory: string, result: RunResult): void {
  const message = result.message === null ? null : scrubForms(result.message);
  writeTextAtomic(join(directory, 'result.json'), `${canonicalJson({ ...result, message }, 1)}\n`);
}

/** Records that the run failed, and why; the evidence of a build that was not proved is kept. Gives the error to raise. */
export function recordFailure(
  directory: string,
  result: Omit<RunResult, 'status' | 'message'>,
  thrown: unknown,
): unknown {
  writeRunResult(directory, { ...result, status: 'failed', message: messageOf(thrown) });
  if (!(thrown instanceof UnprovedBuild)) return thrown;
  const path = join(directory, 'evidence.json');
  writeTextAtomic(path, evidenceText(thrown.evidence));
  return thrown.keptAt(path);
}

/** Appends one line to `events.jsonl`, without what has the form of a secret. The clock enters here and nowhere else: events are a log, not an artifact. */
export function recordEvent(directory: string, event: RunEvent, now: Date): void {
  const line = JSON.stringify({ at: now.toISOString(), ...event });
  appendFileSync(join(directory, 'events.jsonl'), `${scrubForms(line)}\n`);
}

/** Notes who used what in the journal; the next scan that runs folds it into the popularity of the datasets. */
export function recordUsage(workspace: Workspace, usage: Usage): void {
  makeDirectory(workspace.state);
  appendFileSync(join(workspace.state, 'journal.jsonl'), `${JSON.stringify(usage)}\n`);
}
