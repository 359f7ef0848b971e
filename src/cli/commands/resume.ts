import type { Command } from 'commander';
import type { Settings } from '../../pipeline/settings.js';
import { dpbError } from '../../support/errors.js';
import type { SetExitCode } from '../exit-codes.js';
import { followRun } from '../follow-run.js';
import { modelOf } from '../model.js';
import { type GraphFlags, type OutputFlags, withGraphOptions, withOutputOptions } from '../options.js';
import { outcomeData, sayOutcome } from '../outcome-text.js';
import { settingsFor } from '../request.js';
import { seen } from '../seen.js';
import { type Terminal, terminalFor } from '../terminal.js';

export function addResumeCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('resume')
    .argument('<run-id>', 'a run of `dpb runs list`')
    .description('Go on with a run from its last checkpoint; ends with the same bytes as an uninterrupted one.')
    .addHelpText('after', '\nExample:\n  dpb resume 01k0abcdefghjkmnpqrstvwxyz');
  withOutputOptions(withGraphOptions(command)).action(async (runId: string, flags: OutputFlags & GraphFlags) => {
    const terminal = terminalFor(flags);
    setExitCode(await resumeRun(terminal, await settingsFor(flags), runId));
  });
}

/** Goes on with the run, tells how it ended and gives the exit code. */
export async function resumeRun(terminal: Terminal, settings: Settings, runId: string | undefined): Promise<number> {
  if (runId === undefined) {
    throw dpbError('input.invalid', { what: '--resume', problem: 'it needs the run: --run-id ID' });
  }
  (await seen(settings)).requireRun(runId);
  const { resume } = await import('../../pipeline/generate.js');
  const outcome = await resume(settings, runId, followRun(terminal), () => new Date(), modelOf);
  terminal.endProgress();
  if (terminal.json) terminal.out(`${JSON.stringify(outcomeData(outcome))}\n`);
  return sayOutcome(terminal, outcome);
}
