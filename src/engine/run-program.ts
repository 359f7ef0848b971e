import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** How a program ended: its exit code, null where a signal ended it, and the last lines that it wrote. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly lastLines: readonly string[];
}

export interface ProgramOptions {
  readonly folder?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Gets each line of stdout and stderr; one that it takes for itself, and says so, is not kept. */
  readonly onLine?: (line: string) => boolean;
  /** One that runs for longer is ended, and the last line says so; without a bound unless given. */
  readonly secondsMax?: number;
}

const linesKept = 12;

/** The program of `named`, else the first of `names` in `folders` and then on PATH that can be run; null where there is none. */
export function findProgram(
  named: string | null,
  names: readonly string[],
  folders: readonly string[] = [],
): string | null {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const places =
    named === null
      ? names.flatMap((name) => [...folders, ...onPath].map((folder) => join(folder, name)))
      : [resolve(named)];
  return places.find(isRunnable) ?? null;
}

/**
 * Runs a program without a shell, nothing on its stdin, and waits for its end. Rejects where it cannot be started. It and what
 * it starts are a group of their own, which ends with this process: Python that is ended alone leaves the Java of its Spark.
 */
export async function runProgram(
  path: string,
  given: readonly string[],
  { folder, environment = {}, onLine = () => false, secondsMax }: ProgramOptions = {},
): Promise<ProgramEnd> {
  const child = spawn(path, given, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  const ended = new Promise<number | null>((settle, fail) => {
    child.once('error', fail);
    child.once('close', settle);
  });
  const lastLines: string[] = [];
  const endGroup = (): void => endGroupOf(child.pid, 'SIGTERM');
  process.once('exit', endGroup);
  const end = (): void => {
    endGroupOf(child.pid, 'SIGKILL');
    lastLines.push(`it did not end within ${secondsMax} seconds`);
  };
  const clock = secondsMax === undefined ? undefined : setTimeout(end, secondsMax * 1000);
  const take = async (lines: AsyncIterable<string>): Promise<void> => {
    for await (const line of lines) {
      if (onLine(line)) continue;
      lastLines.push(line);
      if (lastLines.length > linesKept) lastLines.shift();
    }
  };
  try {
    const [code] = await Promise.all([
      ended,
      ...[child.stdout, child.stderr].map((stream) => take(createInterface({ input: stream }))),
    ]);
    return { code, lastLines };
  } finally {
    clearTimeout(clock);
    process.off('exit', endGroup);
  }
}

/** Sends the signal to all processes of a group; there may be none any more. */
function endGroupOf(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
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
