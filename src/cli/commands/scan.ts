import type { Command } from 'commander';
import type { Session } from '../../pipeline/session.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { type DataFlags, withDataOptions, withGraphOptions, withOutputOptions } from '../options.js';
import { settingsFor } from '../request.js';
import { terminalFor } from '../terminal.js';
import { withSession } from '../with-session.js';

interface ScanFlags extends DataFlags {
  readonly full?: boolean;
}

export function addScanCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('scan')
    .argument('[dir...]', 'folders of bronze data; overrides --data')
    .description('Look at the data: types, keys, references, values, personal data. Makes a catalog snapshot.')
    .option('--full', 'read everything again, also what has not changed')
    .addHelpText('after', '\nExamples:\n  dpb scan\n  dpb scan data/bronze ../more --json');
  withOutputOptions(withGraphOptions(withDataOptions(command))).action(async (folders: string[], flags: ScanFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor(folders.length > 0 ? { ...flags, data: folders } : flags);
    const show = async ({ graph: { catalog } }: Session): Promise<void> => {
      const { renderCatalog, catalogData } = await import('../catalog-text.js');
      terminal.out(
        terminal.json ? `${JSON.stringify(catalogData(catalog))}\n` : renderCatalog(catalog, terminal.paint),
      );
      for (const warning of catalog.warnings) terminal.say(warning);
      setExitCode(catalog.unreadable.length > 0 ? exitCodes.failed : exitCodes.done);
    };
    await withSession(terminal, settings, show, { full: flags.full === true, foldUsage: true });
  });
}
