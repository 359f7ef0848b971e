import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that answers each line of its stdin by one of its stdout. */
export interface LineProgram {
  /** The next line of its stdout, as `ask` gives it. */
  next(): Promise<string>;
  /** Sends a line and gives the answer; one at a time. Rejects with what the program said last where it ends instead. */
  ask(line: string): Promise<string>;
  /** Ends its stdin and waits until it is gone. */
  close(): Promise<void>;
}

const linesKept = 12;

export interface LineProgramOptions {
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** One that is silent for longer is ended. */
  readonly secondsMax: number;
}

/** Starts such a program without a shell. What it cannot be started for rejects the first question. */
export function startLineProgram(
  path: string,
  given: readonly string[],
  { environment = {}, secondsMax }: LineProgramOptions,
): LineProgram {
  const child = spawn(path, given, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > linesKept) said.shift();
  });
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('close', (code) => settle(said.join('\n').trim() || `it ended with ${code}`));
  });
  // A program that is gone is told by `ended`, not by the pipe to it.
  child.stdin.on('error', () => undefined);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    let isLate = false;
    const clock = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, secondsMax * 1000);
    try {
      const answer = await answers.next();
      if (answer.done !== true) return answer.value;
      const reason = await ended;
      throw new Error(isLate ? `it did not answer within ${secondsMax} seconds` : reason);
    } finally {
      clearTimeout(clock);
    }
  };
  return {
    next,
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return next();
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
