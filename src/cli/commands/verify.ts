import type { Command } from 'commander';
import type { Verification, VerifyOptions } from '../../pipeline/verify.js';
import { shownPath } from '../evidence-text.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import {
  type DataFlags,
  type ProductFlags,
  withDataOptions,
  withOutputOptions,
  withProductOptions,
} from '../options.js';
import { sayEdited } from '../outcome-text.js';
import { settingsFor } from '../request.js';
import { type Terminal, terminalFor } from '../terminal.js';

interface VerifyFlags extends DataFlags, ProductFlags {
  readonly build?: string;
  readonly mutate?: boolean;
}

export function addVerifyCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('verify')
    .argument('<name>', 'a product under products/')
    .description('Prove a build again from the sources: verified, sources changed, or proof broken.')
    .option('--build <id>', 'that build (default: the current one)')
    .option('--mutate', 'seed faults into copies of its gold table and sources, and say which of them the checks see')
    .addHelpText(
      'after',
      '\nExamples:\n  dpb verify order_status\n  dpb verify order_status --build 2026-06-30-0123456789ab --json\n  dpb verify order_status --mutate',
    );
  withOutputOptions(withProductOptions(withDataOptions(command))).action(async (name: string, flags: VerifyFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor(flags);
    const { verifyBuild } = await import('../../pipeline/verify.js');
    const { productDataRoots } = await import('../../pipeline/product-data.js');
    const options = {
      name,
      goldDirectory: settings.gold,
      productsDirectory: settings.products,
      buildId: flags.build ?? null,
      dataRoots: productDataRoots(settings, name),
      threads: settings.threads,
      onEvent: terminal.progress,
    };
    const verification = await (flags.mutate === true ? mutate(options, terminal) : verifyBuild(options));
    terminal.endProgress();
    if (verification === null) return;
    tell(terminal, verification);
    const { editedDefinition } = await import('../../pipeline/definition.js');
    sayEdited(terminal, name, editedDefinition(settings.products, name)?.others ?? []);
    setExitCode(verification.status === 'verified' ? exitCodes.done : exitCodes.failed);
  });
}

/** Tells what the checks see of seeded faults; where that cannot be said, the verification that found why. */
async function mutate(options: VerifyOptions, terminal: Terminal): Promise<Verification | null> {
  const { mutateBuild } = await import('../../pipeline/mutate.js');
  const { tellMutants } = await import('../mutation-text.js');
  const report = await mutateBuild(options);
  if ('status' in report) return report;
  terminal.endProgress();
  tellMutants(terminal, report);
  return null;
}

function tell(terminal: Terminal, { status, buildId, folder, differences, evidence }: Verification): void {
  if (terminal.json) {
    terminal.out(`${JSON.stringify({ status, build_id: buildId, folder, differences, evidence })}\n`);
    return;
  }
  const { paint } = terminal;
  const verdict = status.replaceAll('_', ' ');
  terminal.out(`${status === 'verified' ? paint.green(verdict) : paint.red(verdict)}  ${shownPath(folder)}\n`);
  for (const difference of differences) terminal.warn(`  ${difference}`);
}
