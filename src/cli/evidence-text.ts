import { relative } from 'node:path';
import { type Evidence, type ToldVerdict, verdictCounts } from '../plan/evidence.js';
import type { Terminal } from './terminal.js';

/** A path as a person in the current folder writes it. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** How many proofs ended how: `32 proved, 2 warnings`. */
export function evidenceSummary(evidence: Pick<Evidence, 'entries'>): string {
  const words = (verdict: ToldVerdict, count: number): string =>
    verdict === 'warning' && count > 1 ? 'warnings' : verdict.replaceAll('_', ' ');
  return [...verdictCounts(evidence)].map(([verdict, count]) => `${count} ${words(verdict, count)}`).join(', ');
}

/** One line for each output that has no value somewhere because a denominator is 0 there. */
export function sayZeroDenominators(terminal: Terminal, { entries }: Evidence): void {
  for (const { id, kind, facts } of entries) {
    if (kind !== 'zero_denominators' || facts === null || facts.zero === 0) continue;
    const { column, of, zero, all } = facts;
    terminal.say(`  ${terminal.paint.dim(`[${id}]`)} ${zero} of ${all} ${of} have no ${column}: a denominator is 0`);
  }
}

/** One line for each proof that failed: which it is, whether it blocks publication, and the counts that decided it. */
export function sayFailed(terminal: Terminal, { entries }: Evidence): void {
  const { paint } = terminal;
  for (const { id, title, severity, status, why } of entries) {
    if (status !== 'failed') continue;
    const mark = severity === 'error' ? paint.red('failed') : paint.yellow('warning');
    terminal.warn(`  ${mark} ${paint.dim(`[${id}]`)} ${title}: ${why}`);
  }
}
