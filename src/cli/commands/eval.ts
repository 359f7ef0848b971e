import { type Command, Option } from 'commander';
import type { EvalReport } from '../../proof/golden/run-eval.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { type RequestFlags, wholeNumber, withOutputOptions, withRequestOptions } from '../options.js';
import { requestFor, settingsFor } from '../request.js';
import { type Terminal, terminalFor } from '../terminal.js';

interface EvalFlags extends RequestFlags {
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
    .addHelpText(
      'after',
      '\nExamples:\n  dpb eval golden/cases.jsonl\n  dpb eval golden --category ratio topn --failures --unmatched drop',
    );
  withOutputOptions(withRequestOptions(command)).action(async (paths: string[], flags: EvalFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor(flags);
    const { evaluate } = await import('../../pipeline/evaluate.js');
    const report = await evaluate({
      settings,
      paths,
      filter: { wording: flags.wording, categories: flags.category ?? [], limit: flags.limit ?? null },
      request: requestFor('', flags, settings),
      resultsDirectory: flags.results ?? null,
      onOutcome: (outcome, done, total) => terminal.progress(`${done}/${total} ${outcome.id}`),
      onProgress: () => undefined,
    });
    terminal.endProgress();
    if (flags.report !== undefined) {
      const { writeTextAtomic } = await import('../../support/atomic-files.js');
      writeTextAtomic(flags.report, `${JSON.stringify(report, null, 1)}\n`);
    }
    terminal.out(terminal.json ? `${JSON.stringify(report)}\n` : reportText(terminal, report, flags.failures === true));
    const wrong = report.outcomes.some(({ strict, status }) => !strict && status === 'answered');
    setExitCode(wrong ? exitCodes.failed : exitCodes.done);
  });
}

function reportText(terminal: Terminal, report: EvalReport, failures: boolean): string {
  const { paint } = terminal;
  const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)}%`).padStart(7);
  const lines = [paint.bold('category          cases answered right accuracy precision')];
  for (const { category, cases, answered, right, accuracy, precision } of report.scores) {
    lines.push(
      `${category.padEnd(16)} ${String(cases).padStart(6)} ${String(answered).padStart(8)} ${String(right).padStart(5)}  ${percent(accuracy)}   ${percent(precision)}`,
    );
  }
  if (report.calibration !== null) lines.push('', JSON.stringify(report.calibration));
  if (failures) {
    lines.push('');
    for (const { id, strict, status, reason, request } of report.outcomes) {
      if (!strict) lines.push(`${id}  ${status}  ${reason}\n    ${request.replace(/\s+/g, ' ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
