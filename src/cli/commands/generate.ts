import type { Command } from 'commander';
import type { GenerateOutcome } from '../../pipeline/generate.js';
import type { Settings } from '../../pipeline/settings.js';
import type { Request } from '../../plan/run-state.js';
import { dpbError } from '../../support/errors.js';
import { meantRequest } from '../choose-reading.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { followRun } from '../follow-run.js';
import { commandModel, modelOf } from '../model.js';
import {
  type ProductFlags,
  type RequestFlags,
  withInteractiveOption,
  withModelOptions,
  withOutputOptions,
  withProductOptions,
  withProposeOption,
  withRequestOptions,
} from '../options.js';
import { outcomeData, sayOutcome } from '../outcome-text.js';
import { reportError } from '../report-error.js';
import { requestFor, settingsFor } from '../request.js';
import { type Terminal, terminalFor } from '../terminal.js';
import { withSession } from '../with-session.js';

interface GenerateFlags extends RequestFlags, ProductFlags {
  readonly requestFile?: string;
  readonly name?: string;
  readonly runId?: string;
  readonly resume?: boolean;
  readonly dryRun?: boolean;
  readonly build: boolean;
  readonly force?: boolean;
  readonly dbtProject?: string;
  readonly only?: string;
}

export function addGenerateCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('generate')
    .argument('[request]', 'what the product shows, in plain words; "-" reads standard input')
    .description('Define a data product from a request and build it: definition, gold table and evidence.')
    .option('--request-file <file>', 'YAML or JSON: {request: WORDS, name: NAME}, or a list of such or of words alone')
    .option('--name <name>', 'name of the product (default: from the reading)')
    .option('--run-id <id>', 'name of the run (default: a new ULID)')
    .option('--resume', 'go on with the run named by --run-id')
    .option('--dry-run', 'show reading and SQL; write nothing')
    .option('--no-build', 'define the product without building it')
    .option('--force', 'replace a product that is another one or was edited by hand')
    .option('--only <artifacts>', 'write these alone beside the product file, such as sql,dbt,contract')
    .option('--dbt-project <dir>', 'also write the product into the dbt project there, in files of its own')
    .addHelpText(
      'after',
      `
Examples:
  dpb generate "monthly revenue and active customers by region"
  dpb generate "orders by status" --name order_status --as-of 2026-06-30
  dpb generate "orders by status" --only sql,dbt
  dpb generate --request-file requests.yaml --run-id nightly
  echo "top 10 products by revenue" | dpb generate -`,
    );
  const given = withInteractiveOption(withRequestOptions(command));
  withOutputOptions(withProductOptions(withProposeOption(withModelOptions(given)))).action(
    async (text: string | undefined, flags: GenerateFlags) => {
      const terminal = terminalFor(flags);
      const settings = await settingsFor(flags);
      setExitCode(await generateAll(terminal, settings, text, flags));
    },
  );
}

async function generateAll(
  terminal: Terminal,
  settings: Settings,
  text: string | undefined,
  flags: GenerateFlags,
): Promise<number> {
  const { newRunId, parseRunId } = await import('../../pipeline/runs.js');
  if (flags.resume === true) {
    const { resumeRun } = await import('./resume.js');
    return resumeRun(terminal, settings, flags.runId);
  }
  const only = await onlyOf(flags);
  const { readRequests } = await import('../request-source.js');
  if (flags.interactive === true && text === '-')
    throw dpbError('input.invalid', {
      what: '--interactive',
      problem: 'standard input holds the request, so that nothing can be asked there',
    });
  const requests = await readRequests(text, flags.requestFile, requestFor('', flags, settings), flags.name);
  const runId = flags.runId === undefined ? newRunId() : parseRunId(flags.runId);
  const alone = requests.length === 1 ? requests[0] : undefined;
  if (alone) return generateOne(terminal, settings, alone, runId, { ...flags, only });
  const codes: number[] = [];
  for (const [index, request] of requests.entries()) {
    terminal.say(`\n[${index + 1}/${requests.length}] ${request.text}`);
    codes.push(
      await attempt(terminal, () =>
        generateOne(terminal, settings, request, `${runId}-${index + 1}`, { ...flags, only }),
      ),
    );
  }
  return batchExitCode(codes);
}

/** The artifacts that `--only` names, checked before anything is done; null for all. */
async function onlyOf({ only }: GenerateFlags): Promise<readonly string[] | null> {
  if (only === undefined) return null;
  const { artifactsNamed } = await import('../../packaging/artifact-names.js');
  return artifactsNamed(only, '--only');
}

/** A batch goes on past a failure: 1 if any failed or was refused, else 3 if any needs clarification. */
function batchExitCode(codes: readonly number[]): number {
  if (codes.every((code) => code === exitCodes.done)) return exitCodes.done;
  const failed = codes.some((code) => code !== exitCodes.done && code !== exitCodes.clarification);
  return failed ? exitCodes.failed : exitCodes.clarification;
}

async function attempt(terminal: Terminal, act: () => Promise<number>): Promise<number> {
  try {
    return await act();
  } catch (thrown) {
    return reportError(terminal, thrown);
  }
}

async function generateOne(
  terminal: Terminal,
  settings: Settings,
  request: Request,
  runId: string,
  flags: Omit<GenerateFlags, 'only'> & { readonly only: readonly string[] | null },
): Promise<number> {
  const meant = await meantRequest(terminal, settings, request, flags);
  if (flags.dryRun === true) return dryRun(terminal, settings, meant);
  const { generate } = await import('../../pipeline/generate.js');
  const outcome: GenerateOutcome = await generate({
    settings,
    request: meant,
    runId,
    build: flags.build,
    force: flags.force === true,
    only: flags.only,
    onEvent: followRun(terminal),
    now: () => new Date(),
    openModel: modelOf,
  });
  terminal.endProgress();
  if (terminal.json) terminal.out(`${JSON.stringify(outcomeData(outcome))}\n`);
  const code = sayOutcome(terminal, outcome);
  if (outcome.status === 'answered' && flags.dbtProject !== undefined && outcome.state.product !== null) {
    const { writeDbtFiles } = await import('../../pipeline/dbt-files.js');
    const written = writeDbtFiles(flags.dbtProject, outcome.state.product);
    terminal.say(`${written.length} files of its own in the dbt project ${flags.dbtProject}`);
  }
  return code;
}

async function dryRun(terminal: Terminal, settings: Settings, request: Request): Promise<number> {
  const { answer } = await import('../../pipeline/answer.js');
  const { tellDryRun } = await import('../outcome-text.js');
  return await withSession(terminal, settings, async (session) => {
    const answered = await answer(session, request, false, commandModel(terminal, settings));
    terminal.endProgress();
    return tellDryRun(terminal, answered);
  });
}
