import { messageOf } from '../support/errors.js';
import { type ProgramOptions, runProgram } from './run-program.js';

/** How a job of a product ended: what its log says last, or why it failed. */
export type JobEnd =
  | { readonly status: 'finished'; readonly version: string | null }
  | { readonly status: 'failed'; readonly reason: string };

/**
 * Runs a job that dpb emitted, which logs one line of JSON for each event. `onEvent` gets their names after `name`. It has finished
 * where its last event says so; the version is what the events tell under `versionField`.
 */
export async function runJob(
  program: string,
  given: readonly string[],
  { name, versionField, onEvent, ...options }: JobOptions,
): Promise<JobEnd> {
  let version: string | null = null;
  let last: Readonly<Record<string, unknown>> = {};
  const onLine = (line: string): boolean => {
    const event = eventOf(line);
    if (event === null) return false;
    last = event;
    const told = event[versionField];
    if (typeof told === 'string') version = told;
    onEvent(`${name}: ${String(event.event).replaceAll('_', ' ')}`);
    return true;
  };
  try {
    const { code, lastLines } = await runProgram(program, given, { ...options, onLine });
    if (code === 0 && last.event === 'job_finished') return { status: 'finished', version };
    const said =
      typeof last.message === 'string' ? `${String(last.event)}: ${last.message}` : lastLines.join('\n').trim();
    return { status: 'failed', reason: said === '' ? `it ended with ${code}` : said };
  } catch (thrown) {
    return { status: 'failed', reason: messageOf(thrown) };
  }
}

interface JobOptions extends Pick<ProgramOptions, 'folder' | 'environment'> {
  readonly name: string;
  readonly versionField: string;
  readonly onEvent: (message: string) => void;
}

/** A log line of the job; null for what the engine itself writes. */
function eventOf(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && 'event' in parsed ? { ...parsed } : null;
  } catch {
    return null;
  }
}
