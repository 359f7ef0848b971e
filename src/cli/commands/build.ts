import { type Command, Option } from 'commander';
import type { BuildOptions } from '../../pipeline/build.js';
import type { ProductFile } from '../../plan/product.js';
import { dpbError } from '../../support/errors.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { followRun } from '../follow-run.js';
import {
  type DataFlags,
  type ProductFlags,
  withDataOptions,
  withGraphOptions,
  withOutputOptions,
  withProductOptions,
} from '../options.js';
import { buildData, sayBuild, sayEdited } from '../outcome-text.js';
import { asOfDate, settingsFor } from '../request.js';
import { seen } from '../seen.js';
import { type Terminal, terminalFor } from '../terminal.js';

interface BuildFlags extends DataFlags, ProductFlags {
  readonly asOf?: string;
  readonly force?: boolean;
  readonly incremental?: boolean;
  readonly engine?: 'duckdb' | 'spark';
  readonly master?: string;
  readonly submit?: string;
  readonly sparkSubmit?: string;
}

export function addBuildCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('build')
    .argument('<name-or-file>', 'a product under products/, or the path of a .dpb.yaml')
    .description('Make a new build from the product file alone: gold table and evidence. For cron, Airflow and CI.')
    .option('--as-of <date>', 'the date that counts as today (YYYY-MM-DD); default: today, not that of generate')
    .option('--force', 'build again also when nothing changed')
    .option(
      '--incremental',
      'keep the periods of the last build that no new fact is of, where that gives the same rows; else all, and why',
    )
    .addOption(
      new Option('--engine <name>', 'spark: compute it with Spark too; published only where the rows are the same')
        .choices(['duckdb', 'spark'])
        .default('duckdb'),
    )
    .option('--master <url>', 'of --engine spark: local[*], yarn, spark://host:7077')
    .option('--submit <arguments>', 'of --engine spark: more arguments for spark-submit, as one text')
    .option('--spark-submit <file>', 'the spark-submit to run (default: DPB_SPARK_SUBMIT, else of SPARK_HOME or PATH)')
    .addHelpText(
      'after',
      '\nExamples:\n  dpb build order_status --engine spark --master "local[2]"\n  dpb build order_status\n  dpb build products/order_status/order_status.dpb.yaml --as-of 2026-06-30',
    );
  withOutputOptions(withProductOptions(withGraphOptions(withDataOptions(command)))).action(
    async (nameOrFile: string, flags: BuildFlags) => {
      const terminal = terminalFor(flags);
      const settings = await settingsFor(flags);
      const { buildInRun } = await import('../../pipeline/build-run.js');
      const { newRunId } = await import('../../pipeline/runs.js');
      const { productDataRoots } = await import('../../pipeline/product-data.js');
      const file = (await seen(settings)).productFile(nameOrFile);
      const runId = newRunId();
      const build = await buildInRun({
        workspace: settings.workspace,
        runId,
        now: () => new Date(),
        file,
        goldDirectory: settings.gold,
        dataRoots: productDataRoots(settings, file.name),
        asOf: asOfDate(flags.asOf, settings),
        threads: settings.threads,
        force: flags.force === true,
        incremental: flags.incremental === true,
        onEvent: followRun(terminal),
        ...(await sparkOptions(flags, runId)),
      });
      terminal.endProgress();
      await followEdits(terminal, settings.products, file);
      if (terminal.json) terminal.out(`${JSON.stringify(buildData(build))}\n`);
      sayBuild(terminal, build);
      setExitCode(exitCodes.done);
    },
  );
}

/** How Spark is to be started; nothing where it is not asked for. */
async function sparkOptions(flags: BuildFlags, runId: string): Promise<Pick<BuildOptions, 'spark'>> {
  const { master, submit, sparkSubmit } = flags;
  if (flags.engine !== 'spark') {
    if (master === undefined && submit === undefined && sparkSubmit === undefined) return {};
    const problem = 'they are for --engine spark alone';
    throw dpbError('input.invalid', { what: '--master, --submit, --spark-submit', problem });
  }
  const { splitArguments } = await import('../../engine/spark-submit.js');
  const options = splitArguments(submit ?? '');
  const program = sparkSubmit ?? process.env.DPB_SPARK_SUBMIT ?? null;
  return { spark: { engine: 'spark', submit: program, master: master ?? null, options, runId } };
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
