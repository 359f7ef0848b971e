import type { Command } from 'commander';
import type { Verification } from '../../pipeline/verify.js';
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
}

export function addVerifyCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('verify')
    .argument('<name>', 'a product under products/')
    .description('Prove a build again from the sources: verified, sources changed, or proof broken.')
    .option('--build <id>', 'that build (default: the current one)')
    .addHelpText(
      'after',
      '\nExamples:\n  dpb verify order_status\n  dpb verify order_status --build 2026-06-30-0123456789ab --json',
    );
  withOutputOptions(withProductOptions(withDataOptions(command))).action(async (name: string, flags: VerifyFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor(flags);
    const { verifyBuild } = await import('../../pipeline/verify.js');
    const { productDataRoots } = await import('../../pipeline/product-data.js');
    const verification = await verifyBuild({
      name,
      goldDirectory: settings.gold,
      productsDirectory: settings.products,
      buildId: flags.build ?? null,
      dataRoots: productDataRoots(settings, name),
      threads: settings.threads,
      onEvent: terminal.progress,
    });
    terminal.endProgress();
    tell(terminal, verification);
    const { editedDefinition } = await import('../../pipeline/definition.js');
    sayEdited(terminal, name, editedDefinition(settings.products, name)?.others ?? []);
    setExitCode(verification.status === 'verified' ? exitCodes.done : exitCodes.failed);
  });
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
