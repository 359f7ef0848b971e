import { type Command, Option } from 'commander';
import type { Evaluation } from '../../pipeline/evaluate.js';
import type { JudgeReport } from '../../pipeline/judge-descriptions.js';
import type { ModelReport } from '../../pipeline/measure-model.js';
import type { Tally } from '../../proof/golden/measure-model.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { requiredModel } from '../model.js';
import { type RequestFlags, wholeNumber, withOutputOptions, withRequestOptions } from '../options.js';
import { requestFor, settingsFor } from '../request.js';
import { type Terminal, terminalFor } from '../terminal.js';
import { visible } from '../visible-text.js';

interface EvalFlags extends Omit<RequestFlags, 'llm'> {
  readonly llm?: boolean;
  readonly judge?: boolean;
  readonly results?: string;
  readonly category?: readonly string[];
  readonly limit?: number;
  readonly wording: 'original' | 'paraphrase' | 'synonym';
  readonly failures?: boolean;
  readonly report?: string;
}

export function addEvalCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('eval')
    .argument('<cases...>', 'cases.jsonl files, or folders that hold some')
    .description('Ask golden requests and judge the rows: accuracy, answered and precision by category.')
    .option('--results <dir>', 'write <id>.json of each case there')
    .option('--category <name...>', 'only these categories')
    .option('--limit <n>', 'only the first n cases', wholeNumber)
    .addOption(
      new Option('--wording <which>', 'which words of a case to ask')
        .choices(['original', 'paraphrase', 'synonym'])
        .default('original'),
    )
    .option('--failures', 'list the cases that were not right, with the reason')
    .option('--report <file>', 'write scores and outcomes as JSON')
    .option('--llm', 'let the configured model read each request too; measures how far it is to be trusted')
    .option('--judge', 'let a model (llm: judge, else the one configured) score how readings are put; decides nothing')
    .option('--record <dir>', "keep the model's answers there")
    .option('--replay <dir>', "take the model's answers from there; asks no server")
    .addHelpText(
      'after',
      '\nExamples:\n  dpb eval golden/cases.jsonl\n  dpb eval golden --category ratio topn --failures --unmatched drop\n  dpb eval golden --llm',
    );
  withOutputOptions(withRequestOptions(command)).action(async (paths: string[], flags: EvalFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor({
      ...flags,
      llm: flags.llm === true || flags.judge === true ? 'require' : 'off',
    });
    const { evaluate } = await import('../../pipeline/evaluate.js');
    const { judgeSettings } = await import('../../pipeline/judge-descriptions.js');
    const report = await evaluate({
      settings,
      paths,
      filter: { wording: flags.wording, categories: flags.category ?? [], limit: flags.limit ?? null },
      request: requestFor('', { ...flags, llm: 'off' }, settings),
      resultsDirectory: flags.results ?? null,
      modelFor: flags.llm === true ? (scope, onNote) => requiredModel(settings, scope, onNote) : null,
      judgeFor:
        flags.judge === true
          ? (scope, onNote) => requiredModel({ ...settings, llm: judgeSettings(settings.llm) }, scope, onNote)
          : null,
      onOutcome: (outcome, done, total) => terminal.progress(`${done}/${total} ${outcome.id}`),
      onProgress: () => undefined,
    });
    terminal.endProgress();
    if (report.model !== null) {
      const { writeTrust } = await import('../../pipeline/model.js');
      writeTrust(settings.workspace, settings.llm, report.model.trust, report.model.cases);
    }
    if (flags.report !== undefined) {
      const { writeTextAtomic } = await import('../../support/atomic-files.js');
      writeTextAtomic(flags.report, `${JSON.stringify(report, null, 1)}\n`);
    }
    terminal.out(terminal.json ? `${JSON.stringify(report)}\n` : reportText(terminal, report, flags.failures === true));
    const wrong = report.outcomes.some(({ strict, status }) => !strict && status === 'answered');
    setExitCode(wrong ? exitCodes.failed : exitCodes.done);
  });
}

function reportText(terminal: Terminal, report: Evaluation, failures: boolean): string {
  const { paint } = terminal;
  const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)}%`).padStart(7);
  const lines = [paint.bold('category          cases answered right accuracy precision')];
  for (const { category, cases, answered, right, accuracy, precision } of report.scores) {
    lines.push(
      `${category.padEnd(16)} ${String(cases).padStart(6)} ${String(answered).padStart(8)} ${String(right).padStart(5)}  ${percent(accuracy)}   ${percent(precision)}`,
    );
  }
  if (report.model !== null) lines.push('', ...modelText(report.model));
  if (report.judge !== null) lines.push('', judgeText(report.judge));
  if (report.calibration !== null) lines.push('', JSON.stringify(report.calibration));
  if (failures) {
    lines.push('');
    for (const { id, strict, status, reason, request } of report.outcomes) {
      if (!strict) lines.push(`${id}  ${status}  ${reason}\n    ${request.replace(/\s+/g, ' ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function judgeText({ model, mean, verdicts, unscored, dollars }: JudgeReport): string {
  const scored = Object.keys(verdicts).length;
  const without = Object.keys(unscored).length;
  const found = mean === null ? 'nothing scored' : `${mean.toFixed(2)} of 5 over ${scored} descriptions`;
  return `judge ${visible(model)}: ${found}, ${without} without a score, $${dollars.toFixed(4)}; it decides nothing`;
}

/** The readers side by side, what the model cost, and from when on it is trusted. */
function modelText({
  trust,
  calls,
  cached,
  dollars,
  latencyMedianMs,
  latencyP95Ms,
  ...tallies
}: ModelReport): string[] {
  const row = (name: string, { answered, right, accuracy, precision }: Tally): string =>
    `${name.padEnd(28)} ${String(answered).padStart(8)} ${String(right).padStart(5)} ${percentOf(accuracy)} ${percentOf(precision)}`;
  return [
    'reader                       answered right accuracy precision',
    row('without a model', tallies.deterministic),
    row('the model alone', tallies.model),
    row('both', tallies.both),
    row('both, each fifth by the rest', tallies.crossChecked),
    `model: ${calls} calls, ${cached} cached, $${dollars.toFixed(4)}, ${latencyMedianMs ?? '-'} ms (p95 ${latencyP95Ms ?? '-'} ms)`,
    trust.below === 0
      ? 'It is never taken before the reading without it: no gain was larger than chance explains.'
      : `It is taken where the reading without it is less sure than ${trust.below}; then ${(trust.right * 100).toFixed(1)}% are right.`,
  ];
}

function percentOf(share: number | null): string {
  return (share === null ? '-' : `${(share * 100).toFixed(1)}%`).padStart(8);
}
