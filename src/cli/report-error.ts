import { UnprovedBuild } from '../pipeline/unproved-build.js';
import { errorData } from '../support/error-data.js';
import { DpbError } from '../support/errors.js';
import { sayFailed, shownPath } from './evidence-text.js';
import { exitCodes } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** Tells an error to a person (or, with --json, to a program on stdout) and gives the exit code it means. */
export function reportError(terminal: Terminal, thrown: unknown): number {
  const error = errorData(thrown);
  const unproved = thrown instanceof UnprovedBuild ? thrown : null;
  const evidence = unproved === null ? {} : { build_id: unproved.buildId, evidence: unproved.evidence };
  if (terminal.json) terminal.outError({ status: 'failed', error, ...evidence });
  const { paint } = terminal;
  const where = error.place === null ? '' : `${error.place}: `;
  terminal.warn(`${paint.red('error')} ${paint.dim(`[${error.code}]`)} ${where}${error.what}`);
  if (error.hint !== '') terminal.warn(`  ${paint.cyan('hint')} ${error.hint}`);
  if (unproved !== null) {
    sayFailed(terminal, unproved.evidence);
    if (unproved.evidencePath !== null) terminal.warn(`  evidence ${shownPath(unproved.evidencePath)}`);
  }
  if (terminal.verbose && thrown instanceof Error && thrown.stack) terminal.warn(paint.dim(thrown.stack));
  return thrown instanceof DpbError ? thrown.exitCode : exitCodes.failed;
}
