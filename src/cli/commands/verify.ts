import { type Command, Option } from 'commander';
import type { AskedTools } from '../../pipeline/mutate.js';
import type { EngineRun } from '../../pipeline/other-engines.js';
import type { Verification, VerifyOptions } from '../../pipeline/verify.js';
import { dpbError } from '../../support/errors.js';
import { shownPath } from '../evidence-text.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import {
  type DataFlags,
  type ProductFlags,
  withDataOptions,
  withGraphOptions,
  withOutputOptions,
  withProductOptions,
} from '../options.js';
import { sayEdited } from '../outcome-text.js';
import { settingsFor } from '../request.js';
import { seen } from '../seen.js';
import { type Terminal, terminalFor } from '../terminal.js';

const otherEngines = ['spark', 'dbt', 'python'] as const satisfies readonly EngineRun['engine'][];

interface VerifyFlags extends DataFlags, ProductFlags {
  readonly build?: string;
  readonly mutate?: boolean;
  readonly with?: string;
  readonly engine?: EngineRun['engine'];
  readonly tool?: string;
  readonly master?: string;
  readonly submit?: string;
}

export function addVerifyCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('verify')
    .argument('<name>', 'a product under products/')
    .description('Prove a build again from the sources: verified, sources changed, or proof broken.')
    .option('--build <id>', 'that build (default: the current one)')
    .addOption(
      new Option(
        '--engine <name>',
        'compute it with this engine from the same sources, compare the rows and write a certificate beside the evidence',
      ).choices(otherEngines),
    )
    .option(
      '--tool <file>',
      'of --engine: the spark-submit, dbt or Python to run (default: DPB_SPARK_SUBMIT, DPB_DBT, DPB_PYTHON, else on PATH)',
    )
    .option('--master <url>', 'of --engine spark: local[*], yarn, spark://host:7077')
    .option('--submit <arguments>', 'of --engine spark: more arguments for spark-submit, as one text')
    .option('--mutate', 'seed faults into copies of its gold table and sources, and say which of them the checks see')
    .option(
      '--with <tools>',
      'of --mutate: ask the tests of dbt and the suite of Great Expectations too: dbt,gx (of DPB_DBT, DPB_PYTHON, else on PATH)',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  dpb verify order_status\n  dpb verify order_status --build 2026-06-30-0123456789ab --json\n  dpb verify order_status --mutate\n  dpb verify order_status --mutate --with dbt,gx\n  dpb verify order_status --engine dbt',
    );
  withOutputOptions(withProductOptions(withGraphOptions(withDataOptions(command)))).action(
    async (name: string, flags: VerifyFlags) => {
      const terminal = terminalFor(flags);
      const settings = await settingsFor(flags);
      (await seen(settings)).productFile(name);
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
      const verification = await act(flags, options, terminal, verifyBuild);
      terminal.endProgress();
      if (verification === null) return;
      tell(terminal, verification);
      const { editedDefinition } = await import('../../pipeline/definition.js');
      sayEdited(terminal, name, editedDefinition(settings.products, name)?.others ?? []);
      setExitCode(verification.status === 'verified' ? exitCodes.done : exitCodes.failed);
    },
  );
}

/** What the flags ask for: told here, null; or a verification. */
async function act(
  flags: VerifyFlags,
  options: VerifyOptions,
  terminal: Terminal,
  verify: (options: VerifyOptions) => Promise<Verification>,
): Promise<Verification | null> {
  const { engine, mutate: isMutating, tool, master, submit } = flags;
  const wrong = (what: string, problem: string) => dpbError('input.invalid', { what, problem });
  if (engine !== undefined && isMutating === true) throw wrong('--engine, --mutate', 'one at a time');
  if (engine !== 'spark' && (master !== undefined || submit !== undefined))
    throw wrong('--master, --submit', 'they are for --engine spark alone');
  if (engine === undefined && tool !== undefined) throw wrong('--tool', 'it is for --engine alone');
  if (isMutating !== true && flags.with !== undefined) throw wrong('--with', 'it is for --mutate alone');
  if (isMutating === true) return mutate(options, askedTools(flags.with), terminal);
  return engine === undefined ? verify(options) : certify(options, await engineRun(engine, flags), terminal);
}

/** The tools of a list like `dbt,gx`, with the programs that the environment names. */
function askedTools(list: string | undefined): AskedTools {
  const programs = { dbt: process.env[toolVariables.dbt] ?? null, gx: process.env[toolVariables.python] ?? null };
  const names = list?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  const unknown = names.find((name) => !Object.hasOwn(programs, name));
  if (unknown !== undefined)
    throw dpbError('input.invalid', { what: '--with', problem: `"${unknown}" is none of dbt, gx` });
  return {
    ...(names.includes('dbt') ? { dbt: programs.dbt } : {}),
    ...(names.includes('gx') ? { gx: programs.gx } : {}),
  };
}

const toolVariables = { spark: 'DPB_SPARK_SUBMIT', dbt: 'DPB_DBT', python: 'DPB_PYTHON' } as const;

async function engineRun(engine: EngineRun['engine'], { tool, master, submit }: VerifyFlags): Promise<EngineRun> {
  const { newRunId } = await import('../../pipeline/runs.js');
  const { splitArguments } = await import('../../engine/spark-submit.js');
  const program = tool ?? process.env[toolVariables[engine]] ?? null;
  const runId = newRunId();
  if (engine !== 'spark') return { engine, program, runId };
  return { engine, submit: program, master: master ?? null, options: splitArguments(submit ?? ''), runId };
}

/** Tells that another engine gave the same rows; where that cannot be said, the verification that found why. */
async function certify(options: VerifyOptions, run: EngineRun, terminal: Terminal): Promise<Verification | null> {
  const { certifyBuild } = await import('../../pipeline/certify.js');
  const certificate = await certifyBuild(options, run);
  if ('status' in certificate) return certificate;
  terminal.endProgress();
  const { agreement, path } = certificate;
  if (terminal.json) terminal.out(`${JSON.stringify({ status: 'verified', certificate: path, agreement })}\n`);
  else {
    const { engine, engineVersion, rows, compared } = agreement;
    const said = `${engine} (${engineVersion ?? 'version unknown'}) gives the same ${rows} rows`;
    terminal.out(`${terminal.paint.green('verified')}  ${said}  ${shownPath(path)}\n`);
    terminal.say(`  ${compared}`);
  }
  return null;
}

/** Tells what the checks see of seeded faults; where that cannot be said, the verification that found why. */
async function mutate(options: VerifyOptions, asked: AskedTools, terminal: Terminal): Promise<Verification | null> {
  const { mutateBuild } = await import('../../pipeline/mutate.js');
  const { tellMutants } = await import('../mutation-text.js');
  const report = await mutateBuild(options, asked);
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
