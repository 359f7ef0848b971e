import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.js';
import { makeProgram } from './program.js';
import { reportError } from './report-error.js';
import { withTelemetry } from './telemetry.js';
import { terminalFor } from './terminal.js';

/** What a shell expects of a command that Ctrl-C ended. */
const interruptedExitCode = 130;

/**
 * Runs one command line (without node and script) and gives its exit code. Never throws, and exits the process only where
 * Ctrl-C asks it to.
 */
export async function main(argv: readonly string[]): Promise<number> {
  return withTelemetry(argv[0] ?? '', () => run(argv));
}

async function run(argv: readonly string[]): Promise<number> {
  process.once('SIGINT', interrupted);
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
    process.off('SIGINT', interrupted);
  }
}

function interrupted(): never {
  process.stderr.write(
    '\ninterrupted: nothing half made was published. A run of generate goes on with `dpb resume <run-id>`; see `dpb runs list`.\n',
  );
  process.exit(interruptedExitCode);
}
