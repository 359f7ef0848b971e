import { resolve } from 'node:path';
import type { Command } from 'commander';
import { shownPath } from '../evidence-text.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import {
  type OutputFlags,
  type ProductFlags,
  type UserFlags,
  withOutputOptions,
  withProductOptions,
  withUserOptions,
} from '../options.js';
import { settingsFor } from '../request.js';
import { seen } from '../seen.js';
import { terminalFor } from '../terminal.js';

interface ExportFlags extends OutputFlags, ProductFlags, UserFlags {
  readonly to?: string;
  readonly format: string;
  /** False for `--no-build`. */
  readonly build?: string | false;
  readonly force?: boolean;
}

export function addExportCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('export')
    .argument('<name>', 'a product under products/')
    .description('Hand a product on: all of it with a build, as a folder or an archive, or one artifact of it.')
    .option('--to <path>', 'a folder, or an archive where it ends in .tar.gz (default: stdout, for one file)')
    .option('--format <what>', 'package, or an artifact: contract (odcs), dbt, sql, lineage …', 'package')
    .option('--build <id>', 'the build in a package (default: the current one)')
    .option('--no-build', 'a package without a build: text alone')
    .option('--force', 'replace what is there')
    .addHelpText(
      'after',
      `
Examples:
  dpb export order_status --to order_status.tar.gz
  dpb export order_status --format odcs > contract.yaml
  dpb export order_status --format dbt --to ../warehouse/order_status`,
    );
  withOutputOptions(withProductOptions(withUserOptions(command))).action(async (name: string, flags: ExportFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor(flags);
    (await seen(settings)).productFile(name);
    const { exportedText, exportProduct } = await import('../../pipeline/export.js');
    if (flags.to === undefined || flags.to === '-') {
      terminal.out(await exportedText(settings, name, flags.format));
    } else {
      const exported = await exportProduct(settings, {
        name,
        format: flags.format,
        buildId: flags.build === false ? null : (flags.build ?? null),
        withoutBuild: flags.build === false,
        to: resolve(flags.to),
        force: flags.force === true,
      });
      const { to, files, buildId } = exported;
      if (terminal.json) terminal.out(`${JSON.stringify({ to, files, build_id: buildId })}\n`);
      terminal.say(`${files.length} files in ${shownPath(to)}${buildId === null ? '' : `, with build ${buildId}`}`);
    }
    setExitCode(exitCodes.done);
  });
}
