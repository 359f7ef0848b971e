import { Chalk, type ChalkInstance } from 'chalk';
import type { Ora } from 'ora';
import { scrubberOf } from '../support/secrets.js';
import type { OutputFlags } from './options.js';

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
  /** What a program is told of a failure, to stdout as JSON; without secrets, as all that goes to stderr. */
  outError(error: object): void;
  /** A line for people, to stderr; nothing with --quiet. */
  say(text: string): void;
  /** A line for people that --quiet does not silence: errors and refusals. */
  warn(text: string): void;
  /** Replaces the progress line: a spinner on a terminal, plain lines with --verbose off one, else nothing. */
  progress(text: string): void;
  endProgress(): void;
}

/** The terminal of a command as its options say. */
export function terminalFor({ json, quiet, verbose }: OutputFlags): Terminal {
  return makeTerminal({ json: json === true, quiet: quiet === true, verbose: verbose === true });
}

function makeTerminal(options: TerminalOptions): Terminal {
  // A terminal that says it has no columns (docker run -t, script) would send ora counting lines without end.
  const hasRoom = process.stderr.isTTY === true && process.stderr.columns > 0;
  const interactive = hasRoom && !options.quiet && !options.json;
  const colored = process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  // Errors and progress may quote what was read; data on stdout are what was asked for.
  const scrub = scrubberOf(process.env, []);
  let spinner: Ora | null = null;
  // What the spinner is to say; null while there is nothing under way.
  let underWay: string | null = null;
  const endProgress = (): void => {
    underWay = null;
    spinner?.stop();
    spinner = null;
  };
  const spin = async (text: string): Promise<void> => {
    const isFirst = underWay === null;
    underWay = text;
    if (spinner !== null) spinner.text = text;
    if (!isFirst) return;
    // Loaded when there is something to wait for: it takes a third of the start of a command.
    const { default: ora } = await import('ora');
    if (underWay !== null && spinner === null)
      spinner = ora({ text: underWay, stream: process.stderr, discardStdin: false }).start();
  };
  const warn = (text: string): void => {
    endProgress();
    process.stderr.write(`${scrub(text)}\n`);
  };
  return {
    ...options,
    paint: new Chalk({ level: colored ? 1 : 0 }),
    out: (text) => {
      endProgress();
      process.stdout.write(text);
    },
    outError: (error) => {
      endProgress();
      process.stdout.write(`${scrub(JSON.stringify(error))}\n`);
    },
    say: (text) => {
      if (!options.quiet) warn(text);
    },
    warn,
    progress: (text) => {
      if (interactive) {
        void spin(scrub(text));
      } else if (options.verbose) {
        process.stderr.write(`${scrub(text)}\n`);
      }
    },
    endProgress,
  };
}
