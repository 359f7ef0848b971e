import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that answers each line of its stdin by one of its stdout. */
export interface LineProgram {
  /** Sends a line and gives the answer; one at a time. Rejects with what the program said last where it ends instead. */
  ask(line: string): Promise<string>;
  /** Ends its stdin and waits until it is gone. */
  close(): Promise<void>;
}

const linesKept = 12;

/** Starts such a program without a shell; it says nothing until it is asked. What it cannot be started for rejects the first question. */
export function startLineProgram(
  path: string,
  given: readonly string[],
  environment: Readonly<Record<string, string>> = {},
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
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const answer = await answers.next();
      if (answer.done !== true) return answer.value;
      throw new Error(await ended);
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
