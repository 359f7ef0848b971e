import type { MadeByModel } from '../pipeline/model-sql.js';
import type { Selection } from '../plan/reading.js';
import { exitCodes } from './exit-codes.js';
import type { Terminal } from './terminal.js';
import { visible } from './visible-text.js';

/** Tells how the request was read: the reading, what was assumed, and how sure dpb is. */
export function sayReading(terminal: Terminal, selection: Selection): void {
  const { reading } = selection;
  if (reading === null) return;
  const { paint } = terminal;
  terminal.say(`${paint.bold('Reading')}  ${reading.echo}`);
  for (const { text } of reading.assumptions) terminal.say(`  ${paint.yellow('assumed')} ${text}`);
  terminal.say(paint.dim(`  confidence ${reading.confidence.toFixed(2)}`));
}

/** Tells that rows, or SQL that is only shown, are of a language model. */
export function sayMadeByModel(terminal: Terminal, { sql, columns }: MadeByModel): void {
  const { paint } = terminal;
  terminal.warn(paint.yellow('made by a language model: the SQL is not compiled from a plan, and nothing proves it'));
  for (const { name, description } of columns) terminal.warn(`  ${name}: ${visible(description)}`);
  for (const line of sql.split('\n')) terminal.warn(`  ${visible(line)}`);
}

/** Tells why a request was not answered: the question, the words that found nothing with near matches, other readings. */
export function sayUnanswered(terminal: Terminal, selection: Selection): void {
  const { paint } = terminal;
  terminal.warn(
    `${paint.yellow(selection.status.replaceAll('_', ' '))}: ${selection.message ?? 'no reading that the data supports'}`,
  );
  for (const { text, near } of selection.reading?.unresolved ?? []) {
    if (near.some((name) => name.toLowerCase() === text.toLowerCase())) {
      terminal.warn(`  "${text}" is in the data, but found no place in the reading`);
      continue;
    }
    const nearText = near.length === 0 ? 'nothing near it' : `near: ${near.join(', ')}`;
    terminal.warn(`  "${text}" is not in the data (${nearText})`);
  }
  const readings = [selection.reading, ...selection.alternatives].filter((reading) => reading !== null);
  if (selection.status === 'needs_clarification') {
    for (const reading of readings) {
      terminal.warn(`  could mean: ${reading.echo}`);
      for (const { text } of reading.assumptions) terminal.warn(`    assuming ${text}`);
    }
  }
}

/** The exit code of a request that was not answered. */
export function unansweredExitCode(status: Selection['status']): number {
  return status === 'refused' ? exitCodes.usage : exitCodes.clarification;
}
