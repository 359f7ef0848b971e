import { Chalk, type ChalkInstance } from 'chalk';
import ora from 'ora';

/** How much a command says, and how. Data goes to stdout, all else to stderr. */
export interface TerminalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** The two streams and the progress line of one command. */
export interface Terminal extends TerminalOptions {
  readonly paint: ChalkInstance;
  /** Data, to stdout. */
  out(text: string): void;
  /** A line for people, to stderr; nothing with --quiet. */
  say(text: string): void;
  /** A line for people that --quiet does not silence: errors and refusals. */
  warn(text: string): void;
  /** Replaces the progress line: a spinner on a terminal, plain lines with --verbose off one, else nothing. */
  progress(text: string): void;
  endProgress(): void;
}

export function makeTerminal(options: TerminalOptions): Terminal {
  const interactive = process.stderr.isTTY === true && !options.quiet && !options.json;
  const colored = process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  let spinner: ReturnType<typeof ora> | null = null;
  const endProgress = (): void => {
    spinner?.stop();
    spinner = null;
  };
  const warn = (text: string): void => {
    endProgress();
    process.stderr.write(`${text}\n`);
  };
  return {
    ...options,
    paint: new Chalk({ level: colored ? 1 : 0 }),
    out: (text) => {
      endProgress();
      process.stdout.write(text);
    },
    say: (text) => {
      if (!options.quiet) warn(text);
    },
    warn,
    progress: (text) => {
      if (interactive) {
        if (spinner === null) spinner = ora({ text, stream: process.stderr, discardStdin: false }).start();
        else spinner.text = text;
      } else if (options.verbose) {
        process.stderr.write(`${text}\n`);
      }
    },
    endProgress,
  };
}
