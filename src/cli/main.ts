import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.js';
import { makeProgram } from './program.js';
import { reportError } from './report-error.js';
import { withTelemetry } from './telemetry.js';
import { terminalFor } from './terminal.js';

/** What a shell expects of a command that Ctrl-C ended, and of one that was asked to end. */
const signalExitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs one command line (without node and script) and gives its exit code. Never throws, and exits the process only where
 * Ctrl-C or SIGTERM (a timeout, a scheduler) asks it to: what it started ends with it.
 */
export async function main(argv: readonly string[]): Promise<number> {
  return withTelemetry(argv[0] ?? '', () => run(argv));
}

async function run(argv: readonly string[]): Promise<number> {
  for (const signal of signals) process.once(signal, interrupted);
  let exitCode: number = exitCodes.done;
  const program = makeProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const json = argv.includes('--json');
    return reportError(terminalFor({ json, verbose: argv.includes('--verbose') }), thrown);
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;

function interrupted(signal: (typeof signals)[number]): never {
  process.stderr.write(
    '\ninterrupted: nothing half made was published. A run of generate goes on with `dpb resume <run-id>`; see `dpb runs list`.\n',
  );
  process.exit(signalExitCodes[signal]);
}
