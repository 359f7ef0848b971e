import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readText, readTextIfThere } from '../support/atomic-files.js';
import { dpbError, messageOf } from '../support/errors.js';
import { goldFolderOf, lineageFileName, storedBuild } from './build-files.js';
import { listRuns, readRunResult, runDirectory } from './runs.js';
import type { Settings } from './settings.js';

/** An event of OpenLineage, as far as dpb looks into it. */
export type LineageEvent = z.infer<typeof eventSchema>;

const datasetSchema = z.looseObject({ namespace: z.string(), name: z.string() });
const eventSchema = z.looseObject({
  eventTime: z.string(),
  eventType: z.string(),
  run: z.looseObject({ runId: z.string() }),
  job: datasetSchema,
  inputs: z.array(datasetSchema),
  outputs: z.array(datasetSchema),
});
const eventsSchema = z.array(eventSchema).min(1);

/** The events of one build. */
export interface BuildLineage {
  readonly buildId: string;
  readonly events: readonly LineageEvent[];
}

/**
 * The events of a stored build (null: the current one), with the times at which its run began and ended where this workspace
 * still knows it. `namespace` takes the place of dpb's own; null keeps that. Raises `build.unknown`, `lineage.none`.
 */
export async function buildLineage(
  settings: Settings,
  name: string,
  buildId: string | null,
  namespace: string | null,
): Promise<BuildLineage> {
  const stored = await storedBuild(goldFolderOf(settings.gold, name), buildId);
  const problem = stored.altered.includes(lineageFileName) ? 'they are not those that were published' : 'it has none';
  const text = stored.altered.includes(lineageFileName) ? null : readTextIfThere(join(stored.folder, lineageFileName));
  if (text === null) throw dpbError('lineage.none', { name, buildId: stored.buildId, problem });
  const events = eventsSchema.parse(JSON.parse(text));
  const times = timesOfRun(settings, name, stored.buildId);
  return {
    buildId: stored.buildId,
    events: events.map((event) => {
      const time = event.eventType === 'START' ? times?.began : times?.ended;
      return inNamespace({ ...event, eventTime: time ?? event.eventTime }, namespace);
    }),
  };
}

/** The events of a run whose build failed, as its record keeps them. Raises `lineage.none` where it keeps none of the product. */
export function failedRunLineage(
  { workspace }: Settings,
  name: string,
  runId: string,
  namespace: string | null,
): readonly LineageEvent[] {
  const text = readTextIfThere(join(runDirectory(workspace, runId), lineageFileName));
  const events = text === null ? [] : eventsSchema.parse(JSON.parse(text));
  if (events.length === 0 || events.some(({ job }) => job.name !== name))
    throw dpbError('lineage.none', { name, buildId: runId, problem: 'no build of it failed in this run' });
  return events.map((event) => inNamespace(event, namespace));
}

/** When the newest run that made the build began and ended; null where its record is gone. */
function timesOfRun({ workspace }: Settings, name: string, buildId: string): { began: string; ended: string } | null {
  for (const runId of [...listRuns(workspace)].reverse()) {
    const result = readRunResult(workspace, runId);
    if (result?.product !== name || result.buildId !== buildId) continue;
    if (!['built', 'answered'].includes(result.status)) continue;
    const path = join(runDirectory(workspace, runId), 'events.jsonl');
    if (!existsSync(path)) continue;
    const times = readText(path)
      .split('\n')
      .flatMap((line) => /^\{"at":"([^"]+)"/.exec(line)?.slice(1) ?? []);
    const [began] = times;
    const ended = times.at(-1);
    if (began !== undefined && ended !== undefined) return { began, ended };
  }
  return null;
}

function inNamespace(event: LineageEvent, namespace: string | null): LineageEvent {
  if (namespace === null) return event;
  const own = event.job.namespace;
  return eventSchema.parse(
    JSON.parse(JSON.stringify(event), (key, value: unknown) =>
      key === 'namespace' && value === own ? namespace : value,
    ),
  );
}

/** Where events go. */
export interface LineageTarget {
  readonly url: URL;
  /** Sent as a bearer token; null for none. */
  readonly apiKey: string | null;
  /** For each event. */
  readonly seconds: number;
}

/** The longest part of an answer that an error shows. */
const answerCharactersMax = 300;

/**
 * Sends the events in their order, each once; the first that is not taken ends it. Sending them again is harmless: they
 * have the same ids. Raises `lineage.unreachable` for trouble that may pass (no answer in time, a status of 500 and
 * above, 429), `lineage.refused` for an answer that will stay.
 */
export async function sendEvents(events: readonly LineageEvent[], target: LineageTarget): Promise<void> {
  for (const event of events) await send(event, target);
}

async function send(event: LineageEvent, { url, apiKey, seconds }: LineageTarget): Promise<void> {
  const place = `${url.origin}${url.pathname}`;
  const unreachable = (reason: string, cause?: unknown) =>
    dpbError('lineage.unreachable', { url: place, reason }, { cause });
  const deadline = AbortSignal.timeout(seconds * 1000);
  let answer: { status: number; text: string };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(event),
      // The key is meant for this server alone, so that nobody is followed elsewhere.
      redirect: 'manual',
      signal: deadline,
    });
    answer = { status: response.status, text: await response.text() };
  } catch (cause) {
    throw unreachable(deadline.aborted ? `no answer within ${seconds} s` : reasonOf(cause), cause);
  }
  const { status, text } = answer;
  if (status >= 200 && status < 300) return;
  const said = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, answerCharactersMax);
  if (status >= 500 || status === 429) throw unreachable(`it answered ${status} ${said}`.trim());
  throw dpbError('lineage.refused', { url: place, status, answer: said });
}

/** What `fetch` says is "fetch failed"; the reason is in its cause. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || thrown.cause === undefined) return messageOf(thrown);
  const { cause } = thrown;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return [messageOf(cause), code].find((text) => text !== '') ?? thrown.message;
}

/**
 * The place to send events to: a server's address alone gets the path that servers of OpenLineage listen at. Raises
 * `input.invalid` for what is no HTTP address, or one that holds a password.
 */
export function lineageUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const invalid = (problem: string) => dpbError('input.invalid', { what, problem });
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw invalid(`"${text}" is not an address like http://localhost:5000`);
  if (url.username !== '' || url.password !== '')
    throw invalid('an address holds no password here: set OPENLINEAGE_API_KEY');
  if (url.pathname === '/') url.pathname = '/api/v1/lineage';
  return url;
}
