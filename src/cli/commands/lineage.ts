import type { Command } from 'commander';
import type { BuildLineage } from '../../pipeline/lineage-events.js';
import type { Settings } from '../../pipeline/settings.js';
import { dpbError } from '../../support/errors.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import {
  type OutputFlags,
  type ProductFlags,
  type UserFlags,
  wholeNumber,
  withOutputOptions,
  withProductOptions,
  withUserOptions,
} from '../options.js';
import { settingsFor } from '../request.js';
import { seen } from '../seen.js';
import { terminalFor } from '../terminal.js';

interface EmitFlags extends OutputFlags, ProductFlags, UserFlags {
  readonly url?: string;
  readonly build?: string;
  readonly run?: string;
  readonly namespace?: string;
  readonly timeout: number;
  readonly dryRun?: boolean;
}

/** Seconds that a server has to take one event. */
const secondsDefault = 10;

export function addLineageCommand(program: Command, setExitCode: SetExitCode): void {
  const lineage = program
    .command('lineage')
    .description('Show where the columns of a product come from, or send the events of a build to a lineage server.')
    .addHelpText(
      'after',
      '\nExamples:\n  dpb lineage show order_status\n  dpb lineage emit order_status --url http://localhost:5000',
    );
  addShow(lineage, setExitCode);
  addEmit(lineage, setExitCode);
}

function addShow(lineage: Command, setExitCode: SetExitCode): void {
  const show = lineage
    .command('show')
    .argument('<name>', 'a product under products/')
    .description('Each column, the source columns that it is made of, and those that decide which rows count.')
    .addHelpText('after', '\nExamples:\n  dpb lineage show order_status\n  dpb lineage show order_status --json');
  withOutputOptions(withProductOptions(withUserOptions(show))).action(
    async (name: string, flags: OutputFlags & ProductFlags & UserFlags) => {
      const terminal = terminalFor(flags);
      const settings = await settingsFor(flags);
      const { compiledProduct } = await import('../../pipeline/definition.js');
      const { lineage: columns } = await compiledProduct((await seen(settings)).productFile(name));
      if (terminal.json) terminal.out(`${JSON.stringify({ product: name, columns })}\n`);
      else {
        const { renderTable } = await import('../table-text.js');
        const names = ['column', 'from', 'kind', 'transformation'].map((title) => ({ name: title, type: 'VARCHAR' }));
        const rows = columns.flatMap(({ column, from }) =>
          from.map((origin) => [column, `${origin.dataset}.${origin.column}`, origin.kind, origin.transformation]),
        );
        terminal.out(renderTable({ columns: names, rows }));
      }
      setExitCode(exitCodes.done);
    },
  );
}

function addEmit(lineage: Command, setExitCode: SetExitCode): void {
  const emit = lineage
    .command('emit')
    .argument('<name>', 'a product that was built')
    .description('Send the OpenLineage events of a build (START, COMPLETE) to a server such as Marquez or DataHub.')
    .option('--url <url>', 'where the server listens (default: OPENLINEAGE_URL); /api/v1/lineage where it has no path')
    .option('--build <id>', 'that build (default: the current one)')
    .option('--run <id>', 'instead: the run of a build that failed (START, FAIL), as `dpb runs list` names it')
    .option('--namespace <name>', 'namespace of job and datasets (default: OPENLINEAGE_NAMESPACE, else dpb)')
    .option('--timeout <seconds>', 'how long the server may take for one event', wholeNumber, secondsDefault)
    .option('--dry-run', 'print the events as JSON on stdout; send nothing')
    .addHelpText(
      'after',
      `
OPENLINEAGE_API_KEY, where set, is sent as a bearer token.

Examples:
  dpb lineage emit order_status --url http://localhost:5000
  dpb lineage emit order_status --build 2026-06-30-0123456789ab --dry-run`,
    );
  withOutputOptions(withProductOptions(withUserOptions(emit))).action(async (name: string, flags: EmitFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor(flags);
    const { lineageUrl, sendEvents } = await import('../../pipeline/lineage-events.js');
    const namespace = flags.namespace ?? setting('OPENLINEAGE_NAMESPACE');
    const given = flags.url ?? setting('OPENLINEAGE_URL');
    const url = given === null ? null : lineageUrl(given, flags.url === undefined ? 'OPENLINEAGE_URL' : '--url');
    if (url === null && flags.dryRun !== true)
      throw dpbError('input.invalid', { what: '--url', problem: 'no lineage server was named' });
    const sees = await seen(settings);
    sees.productFile(name);
    if (flags.run !== undefined) sees.requireRun(flags.run);
    const { buildId, events } = await eventsOf(settings, name, flags, namespace);
    if (flags.dryRun === true) terminal.out(`${JSON.stringify(events, null, 2)}\n`);
    else if (url !== null) {
      await sendEvents(events, { url, apiKey: setting('OPENLINEAGE_API_KEY'), seconds: flags.timeout });
      const place = `${url.origin}${url.pathname}`;
      if (terminal.json) terminal.out(`${JSON.stringify({ build_id: buildId, events: events.length, url: place })}\n`);
      terminal.say(`${events.length} events of build ${buildId} were taken by ${place}`);
    }
    setExitCode(exitCodes.done);
  });
}

/** The events of the build, or of the failed run, that the flags name. */
async function eventsOf(
  settings: Settings,
  name: string,
  { build, run }: EmitFlags,
  namespace: string | null,
): Promise<BuildLineage> {
  const { buildLineage, failedRunLineage } = await import('../../pipeline/lineage-events.js');
  if (run === undefined) return buildLineage(settings, name, build ?? null, namespace);
  if (build !== undefined) throw dpbError('input.invalid', { what: '--build, --run', problem: 'one at a time' });
  return { buildId: run, events: failedRunLineage(settings, name, run, namespace) };
}

/** A variable of the environment; null where it is not set or empty. */
function setting(name: string): string | null {
  const value = process.env[name];
  return value === undefined || value === '' ? null : value;
}
