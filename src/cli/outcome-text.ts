import type { Answer } from '../pipeline/answer.js';
import { answerData } from '../pipeline/answer-data.js';
import type { BuildOutcome } from '../pipeline/build.js';
import type { GenerateOutcome } from '../pipeline/generate.js';
import { refreshText } from '../pipeline/incremental.js';
import { evidenceSummary, sayFailed, sayZeroDenominators, shownPath } from './evidence-text.js';
import { exitCodes } from './exit-codes.js';
import { reportError } from './report-error.js';
import { sayReading, sayUnanswered, unansweredExitCode } from './selection-text.js';
import type { Terminal } from './terminal.js';

/** Tells how a run of `generate` ended and gives its exit code. */
export function sayOutcome(terminal: Terminal, outcome: GenerateOutcome): number {
  const { paint } = terminal;
  if (outcome.status !== 'answered') {
    sayUnanswered(terminal, outcome.selection);
    terminal.say(paint.dim(`  nothing was written; run ${outcome.runId}`));
    return unansweredExitCode(outcome.status);
  }
  if (outcome.state.selection) sayReading(terminal, outcome.state.selection);
  terminal.say(`${paint.bold('Product')}  ${shownPath(outcome.definition)}  (${outcome.file.model.grainText})`);
  if (outcome.build !== null) sayBuild(terminal, outcome.build);
  terminal.say(paint.dim(`  run ${outcome.runId}`));
  return exitCodes.done;
}

/** Tells what a build made, what was proved and what was found on the way. */
export function sayBuild(terminal: Terminal, build: BuildOutcome): void {
  const { paint } = terminal;
  const { evidence } = build;
  terminal.say(`${paint.bold('Build')}    ${shownPath(build.folder)}${build.upToDate ? '  (up to date)' : ''}`);
  if (build.currentBuildId !== build.buildId)
    terminal.say(`         current stays ${build.currentBuildId}, which is of a later as-of date`);
  terminal.say(`${paint.bold('Evidence')} ${evidenceSummary(evidence)}`);
  const { agreement, refresh } = build;
  if (refresh !== null) terminal.say(`${paint.bold('Refresh')}  ${refreshText(refresh)}`);
  if (agreement !== null) {
    const far = agreement.ulps === null ? '' : `, DOUBLE at most ${agreement.ulps} units in the last place apart`;
    terminal.say(`${paint.bold('Spark')}    ${agreement.engineVersion ?? ''}  the same ${agreement.rows} rows${far}`);
  }
  sayZeroDenominators(terminal, evidence);
  if (!terminal.quiet) sayFailed(terminal, evidence);
}

/** Tells which files of a definition are not as dpb wrote them: they say something else than the product file. */
export function sayEdited(terminal: Terminal, name: string, files: readonly string[]): void {
  if (files.length === 0) return;
  terminal.warn(
    `  edited by hand: ${files.join(', ')} of "${name}". Builds follow ${name}.dpb.yaml alone; change that, or write the rest anew by deleting it and running \`dpb build ${name}\`.`,
  );
}

/** The outcome for programs. */
export function outcomeData(outcome: GenerateOutcome): object {
  if (outcome.status !== 'answered') {
    const { selection } = outcome;
    return {
      status: outcome.status,
      run_id: outcome.runId,
      message: selection.message,
      reading: selection.reading?.echo ?? null,
      unresolved: selection.reading?.unresolved ?? [],
      alternatives: selection.alternatives.map(({ echo, confidence }) => ({ reading: echo, confidence })),
    };
  }
  return {
    status: outcome.status,
    run_id: outcome.runId,
    product: outcome.file.name,
    reading: outcome.file.reading,
    assumptions: outcome.file.assumptions.map(({ text }) => text),
    definition: outcome.definition,
    build: outcome.build === null ? null : buildData(outcome.build),
  };
}

export function buildData(build: BuildOutcome): object {
  const { buildId, folder, upToDate, currentBuildId, evidence, agreement, refresh } = build;
  const refreshed =
    refresh?.kind === 'full' ? { kind: 'full', why: refresh.why } : { kind: 'incremental', since: refresh?.since };
  const shown = { ...(agreement === null ? {} : { agreement }), ...(refresh === null ? {} : { refresh: refreshed }) };
  return { build_id: buildId, folder, up_to_date: upToDate, current_build_id: currentBuildId, evidence, ...shown };
}

/** Tells what `generate --dry-run` would do: reading and SQL, on stdout, and gives the exit code. */
export function tellDryRun(terminal: Terminal, answered: Answer): number {
  if (terminal.json) terminal.out(`${JSON.stringify(answerData(answered))}\n`);
  if (answered.error !== null) return reportError({ ...terminal, json: false }, answered.error);
  if (answered.sql === null) {
    sayUnanswered(terminal, answered.selection);
    return unansweredExitCode(answered.selection.status);
  }
  sayReading(terminal, answered.selection);
  if (!terminal.json) terminal.out(`${answered.sql.trimEnd()}\n`);
  return exitCodes.done;
}
