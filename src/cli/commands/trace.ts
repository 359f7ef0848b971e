import { type Command, Option } from 'commander';
import type { Trace } from '../../pipeline/trace.js';
import { dpbError } from '../../support/errors.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import {
  type DataFlags,
  type ProductFlags,
  withDataOptions,
  withGraphOptions,
  withOutputOptions,
  withProductOptions,
} from '../options.js';
import { settingsFor } from '../request.js';
import { seen } from '../seen.js';
import { type Terminal, terminalFor } from '../terminal.js';

type Format = 'table' | 'json' | 'csv';

interface TraceFlags extends DataFlags, ProductFlags {
  readonly build?: string;
  readonly measure?: string;
  readonly format?: Format;
}

export function addTraceCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('trace')
    .argument('<name>', 'a product under products/')
    .argument(
      '[column=value...]',
      'the row of the product that holds the number; region= with nothing behind it is the group without a value (null)',
    )
    .description('The source rows behind a number, and those that were left out, with why.')
    .option('--measure <column>', 'only the rows that this measure counts or holds back')
    .option('--build <id>', 'that build (default: the current one)')
    .addOption(new Option('-f, --format <format>', 'how to print rows').choices(['table', 'json', 'csv']))
    .addHelpText(
      'after',
      '\nExamples:\n  dpb trace monthly_revenue region=EU month=2025-03\n  dpb trace monthly_revenue region=              the rows whose region is null\n  dpb trace monthly_revenue region= --measure revenue --format csv > rows.csv',
    );
  withOutputOptions(withProductOptions(withGraphOptions(withDataOptions(command)))).action(
    async (name: string, where: readonly string[], flags: TraceFlags) => {
      const format: Format = flags.format ?? (flags.json === true ? 'json' : 'table');
      const terminal = terminalFor({ ...flags, json: false });
      const settings = await settingsFor(flags);
      (await seen(settings)).productFile(name);
      const { traceProduct } = await import('../../pipeline/trace.js');
      const { productDataRoots } = await import('../../pipeline/product-data.js');
      const trace = await traceProduct({
        name,
        where,
        measure: flags.measure ?? null,
        goldDirectory: settings.gold,
        productsDirectory: settings.products,
        buildId: flags.build ?? null,
        dataRoots: productDataRoots(settings, name),
        threads: settings.threads,
        onEvent: terminal.progress,
      });
      terminal.endProgress();
      for (const note of trace.notes) terminal.warn(note);
      await tell(terminal, trace, format);
      setExitCode(exitCodes.done);
    },
  );
}

async function tell(terminal: Terminal, { buildId, homes, notes }: Trace, format: Format): Promise<void> {
  if (format === 'json') {
    const tables = homes.map(({ dataset, made, counted, excluded, table }) => ({
      dataset,
      made,
      counted,
      excluded,
      ...table,
    }));
    terminal.out(`${JSON.stringify({ build_id: buildId, notes, tables })}\n`);
    return;
  }
  const { renderCsv, renderTable } = await import('../table-text.js');
  if (format === 'csv') {
    // Tables that the plan makes are on the way to those of the sources: the rows of the files are what is asked for.
    const sources = homes.filter(({ made }) => !made);
    const [only, ...others] = sources;
    if (only === undefined || others.length > 0) {
      const names = sources.map(({ dataset }) => dataset).join(', ');
      throw dpbError('input.invalid', {
        what: '--format csv',
        problem: `the rows are of several tables (${names}), which have no common columns: name one by --measure`,
      });
    }
    terminal.out(renderCsv(only.table));
    return;
  }
  for (const { dataset, made, counted, excluded, table } of homes) {
    const what = made ? `${dataset} (made by the plan)` : dataset;
    terminal.out(`${what}: ${counted} rows count, ${excluded} were left out\n`);
    if (table.rows.length > 0) terminal.out(renderTable(table));
  }
}
