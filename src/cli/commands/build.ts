import type { Command } from 'commander';
import type { ProductFile } from '../../plan/product.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { followRun } from '../follow-run.js';
import {
  type DataFlags,
  type ProductFlags,
  withDataOptions,
  withOutputOptions,
  withProductOptions,
} from '../options.js';
import { buildData, sayBuild, sayEdited } from '../outcome-text.js';
import { asOfDate, settingsFor } from '../request.js';
import { makeTerminal, type Terminal } from '../terminal.js';

interface BuildFlags extends DataFlags, ProductFlags {
  readonly asOf?: string;
  readonly force?: boolean;
}

export function addBuildCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('build')
    .argument('<name-or-file>', 'a product under products/, or the path of a .dpb.yaml')
    .description('Make a new build from the product file alone: gold table and evidence. For cron, Airflow and CI.')
    .option('--as-of <date>', 'the date that counts as today (YYYY-MM-DD); default: today, not that of generate')
    .option('--force', 'build again also when nothing changed')
    .addHelpText(
      'after',
      '\nExamples:\n  dpb build order_status\n  dpb build products/order_status/order_status.dpb.yaml --as-of 2026-06-30',
    );
  withOutputOptions(withProductOptions(withDataOptions(command))).action(
    async (nameOrFile: string, flags: BuildFlags) => {
      const terminal = makeTerminal({
        json: flags.json === true,
        quiet: flags.quiet === true,
        verbose: flags.verbose === true,
      });
      const settings = await settingsFor(flags);
      const { readProductFile } = await import('../../pipeline/definition.js');
      const { buildInRun } = await import('../../pipeline/build-run.js');
      const { newRunId } = await import('../../pipeline/runs.js');
      const { productDataRoots } = await import('../../pipeline/product-data.js');
      const file = readProductFile(settings.products, nameOrFile);
      const build = await buildInRun({
        workspace: settings.workspace,
        runId: newRunId(),
        now: () => new Date(),
        file,
        goldDirectory: settings.gold,
        dataRoots: productDataRoots(settings, file.name),
        asOf: asOfDate(flags.asOf, settings),
        threads: settings.threads,
        force: flags.force === true,
        onEvent: followRun(terminal),
      });
      terminal.endProgress();
      await followEdits(terminal, settings.products, file);
      if (terminal.json) terminal.out(`${JSON.stringify(buildData(build))}\n`);
      sayBuild(terminal, build);
      setExitCode(exitCodes.done);
    },
  );
}

/** Brings the other files of a definition up to a product file that was edited, and tells of files that were edited themselves. */
async function followEdits(terminal: Terminal, products: string, file: ProductFile): Promise<void> {
  const { editedDefinition, emitAgain } = await import('../../pipeline/definition.js');
  const edited = editedDefinition(products, file.name);
  if (edited === null) return;
  sayEdited(terminal, file.name, edited.others);
  if (!edited.isStale || edited.others.length > 0) return;
  const written = await emitAgain(products, file);
  terminal.say(`Product  written anew from ${file.name}.dpb.yaml: ${written.join(', ')}`);
}
