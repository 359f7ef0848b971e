import type { Command } from 'commander';
import type { Answer } from '../../pipeline/answer.js';
import { answerData } from '../../pipeline/answer-data.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { commandModel } from '../model.js';
import { type RequestFlags, withModelOptions, withOutputOptions, withRequestOptions } from '../options.js';
import { requestFor, settingsFor } from '../request.js';
import { unansweredExitCode } from '../selection-text.js';
import { type Terminal, terminalFor } from '../terminal.js';
import { withSession } from '../with-session.js';

interface ExplainFlags extends RequestFlags {
  readonly plan?: boolean;
}

export function addExplainCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('explain')
    .argument('<request>', 'what you want to know, in plain words')
    .description(
      'Show what each word became, other readings with scores, the join path with its evidence, and the SQL.',
    )
    .option('--plan', 'show the semantic plan too, as JSON')
    .addHelpText('after', '\nExamples:\n  dpb explain "revenue by region"\n  dpb explain "revenue by region" --plan');
  withOutputOptions(withModelOptions(withRequestOptions(command))).action(async (text: string, flags: ExplainFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor(flags);
    const { answer } = await import('../../pipeline/answer.js');
    await withSession(terminal, settings, async (session) => {
      const model = commandModel(terminal, settings);
      const explained = await answer(session, requestFor(text, flags, settings), false, model);
      terminal.out(
        terminal.json
          ? `${JSON.stringify(explanationData(explained))}\n`
          : explanation(terminal, explained, flags.plan === true),
      );
      if (explained.status === 'answered') setExitCode(exitCodes.done);
      else setExitCode(explained.error?.exitCode ?? unansweredExitCode(explained.selection.status));
    });
  });
}

function explanationData(explained: Answer): object {
  const { selection } = explained;
  return {
    ...answerData(explained),
    words: selection.reading?.words ?? [],
    candidates: selection.candidates,
    join_path: selection.joinPath,
    rounds: selection.rounds,
    plan: selection.reading?.plan ?? null,
  };
}

function explanation(terminal: Terminal, explained: Answer, showPlan: boolean): string {
  const { paint } = terminal;
  const { selection, sql, error } = explained;
  const { reading } = selection;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [paint.bold(title), ...lines.map((line) => `  ${line}`), ''];
  return [
    ...section('Status', [explained.status, ...(selection.message === null ? [] : [selection.message])]),
    ...section(
      'Reading',
      reading === null
        ? []
        : [reading.echo, `confidence ${reading.confidence.toFixed(2)}, score ${reading.score.toFixed(2)}`],
    ),
    ...section(
      'Words',
      (reading?.words ?? []).map(
        ({ text, meaning, evidence, score }) => `"${text}" → ${meaning} (${evidence}, ${score.toFixed(2)})`,
      ),
    ),
    ...section(
      'Not understood',
      (reading?.unresolved ?? []).map(({ text, near }) => `"${text}" (near: ${near.join(', ') || 'nothing'})`),
    ),
    ...section(
      'Assumptions',
      (reading?.assumptions ?? []).map(({ text }) => text),
    ),
    ...section(
      'Other readings',
      selection.alternatives.map(
        ({ echo, score, confidence }) => `${echo} (score ${score.toFixed(2)}, confidence ${confidence.toFixed(2)})`,
      ),
    ),
    ...section(
      'Datasets',
      selection.candidates.map(
        (candidate) =>
          `${candidate.selected ? '*' : ' '} ${candidate.dataset}  relevance ${candidate.relevance.toFixed(2)}`,
      ),
    ),
    ...section('Joins', selection.joinPath),
    ...section('Refused', error === null ? [] : [error.message, error.hint]),
    ...(showPlan && reading !== null ? [paint.bold('Plan'), JSON.stringify(reading.plan, null, 2), ''] : []),
    ...(sql === null ? [] : [paint.bold('SQL'), sql.trimEnd()]),
  ]
    .join('\n')
    .concat('\n');
}
