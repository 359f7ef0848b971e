import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { dpbError, messageOf } from '../support/errors.js';

/** How Spark is started. */
export interface SparkLaunch {
  /** The spark-submit to run; null for the one of SPARK_HOME, else of PATH. */
  readonly submit: string | null;
  /** `local[*]`, `yarn`, `spark://host:7077`; null for what spark-submit takes by itself. */
  readonly master: string | null;
  /** Arguments in front of the script, one each. */
  readonly options: readonly string[];
}

/** How a job ended: its last event. */
export interface SparkEnd {
  readonly version: string | null;
  readonly rows: number;
}

/** The spark-submit that a launch means. Raises `spark.missing`. */
function sparkSubmitPath({ submit }: SparkLaunch, environment: NodeJS.ProcessEnv): string {
  const name = process.platform === 'win32' ? 'spark-submit.cmd' : 'spark-submit';
  const home = environment.SPARK_HOME;
  const folders = [
    ...(home ? [join(home, 'bin')] : []),
    ...(environment.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
  const places = submit === null ? folders.map((folder) => join(folder, name)) : [resolve(submit)];
  const found = places.find(isRunnable);
  if (found === undefined) throw dpbError('spark.missing', { named: submit });
  return found;
}

/** An argument line as a shell would take it apart: at spaces, but for what stands in quotes. Nothing else means anything. */
export function splitArguments(line: string): readonly string[] {
  const parts = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, (_whole, double, single) => double ?? single));
}

/**
 * Runs a job through spark-submit, without a shell. `onEvent` gets the names of its events. Raises `spark.missing` where it
 * cannot be started, `spark.failed` with what the job said last where it ends badly.
 */
export async function runSparkJob(
  launch: SparkLaunch,
  script: string,
  given: readonly string[],
  onEvent: (message: string) => void,
): Promise<SparkEnd> {
  const path = sparkSubmitPath(launch, process.env);
  const master = launch.master === null ? [] : ['--master', launch.master];
  const child = spawn(path, [...master, ...launch.options, script, ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((settle, fail) => {
    child.once('error', fail);
    child.once('close', settle);
  });
  const other: string[] = [];
  let version: string | null = null;
  let last: Readonly<Record<string, unknown>> = {};
  const take = async (lines: AsyncIterable<string>): Promise<void> => {
    for await (const line of lines) {
      const event = eventOf(line);
      if (event === null) {
        other.push(line);
        if (other.length > linesKept) other.shift();
        continue;
      }
      last = event;
      if (typeof event.spark === 'string') version = event.spark;
      onEvent(`Spark: ${String(event.event).replaceAll('_', ' ')}`);
    }
  };
  // spark-submit puts what Python writes to stderr on its own stdout.
  await Promise.all([child.stdout, child.stderr].map((stream) => take(createInterface({ input: stream }))));
  const code = await ended.catch((cause: unknown) => {
    throw dpbError('spark.failed', { reason: messageOf(cause) }, { cause });
  });
  if (code === 0 && last.event === 'job_finished') return { version, rows: Number(last.rows) };
  const said = typeof last.message === 'string' ? `${String(last.event)}: ${last.message}` : other.join('\n').trim();
  throw dpbError('spark.failed', { reason: said === '' ? `spark-submit ended with ${code}` : said });
}

const linesKept = 12;

/** A log line of the job; null for what Spark itself writes. */
function eventOf(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && 'event' in parsed ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
