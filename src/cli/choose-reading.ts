import { createInterface, type Interface } from 'node:readline';
import type { Settings } from '../pipeline/settings.js';
import type { Reading, Selection } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';
import { commandModel } from './model.js';
import type { RequestFlags } from './options.js';
import type { Terminal } from './terminal.js';
import { withSession } from './with-session.js';

/** How many readings are offered. */
const offeredMax = 5;

/** The request as it is meant: with `--interactive`, as the person says when asked. */
export async function meantRequest(
  terminal: Terminal,
  settings: Settings,
  request: Request,
  flags: Pick<RequestFlags, 'interactive'>,
): Promise<Request> {
  return flags.interactive === true ? chooseReading(terminal, settings, request) : request;
}

/**
 * Asks which reading is meant where dpb is not sure, and whether to keep the answer in the glossary.
 * Gives the request with the reading chosen; the request as it was where nothing is to choose or nothing was chosen.
 */
async function chooseReading(terminal: Terminal, settings: Settings, request: Request): Promise<Request> {
  const selection = await understood(terminal, settings, request);
  const readings = offered(selection);
  if (selection.status !== 'needs_clarification' || readings.length === 0) return request;
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    const answers = lines[Symbol.asyncIterator]();
    await offer(terminal, readings);
    const chosen = await chosenOf(terminal, readings, answers);
    if (chosen === null) return request;
    await keep(terminal, settings, { request: request.text, reading: chosen.echo }, answers);
    return { ...request, chosen: chosen.echo };
  } finally {
    lines.close();
  }
}

type Lines = ReturnType<Interface[typeof Symbol.asyncIterator]>;

async function understood(terminal: Terminal, settings: Settings, request: Request): Promise<Selection> {
  const { understand } = await import('../pipeline/answer.js');
  // The command itself tells what cannot be read.
  return await withSession(
    terminal,
    settings,
    (session) => understand(session, request, commandModel(terminal, settings)),
    { silent: true },
  );
}

/** The readings that differ for a reader, best first; those in which a word found nothing are no choice. */
function offered({ reading, alternatives }: Selection): readonly Reading[] {
  const all = reading === null ? alternatives : [reading, ...alternatives];
  return all
    .filter(({ unresolved }) => unresolved.length === 0)
    .filter(({ echo }, index, readings) => readings.findIndex((other) => other.echo === echo) === index)
    .slice(0, offeredMax);
}

async function offer(terminal: Terminal, readings: readonly Reading[]): Promise<void> {
  const { differenceOf } = await import('../discovery/settled-reading.js');
  const { paint } = terminal;
  const [first] = readings;
  terminal.warn(paint.yellow('Which of these do you mean?'));
  for (const [index, reading] of readings.entries()) {
    terminal.warn(`  ${paint.bold(String(index + 1))}  ${reading.echo}`);
    for (const { text } of reading.assumptions) terminal.warn(paint.dim(`     assuming ${text}`));
    const difference = first === undefined || index === 0 ? null : differenceOf(first, reading);
    if (difference !== null) terminal.warn(paint.dim(`     ${difference}`));
  }
}

/** The reading whose number is typed; null for none of them and at the end of input. Anything else is asked again. */
async function chosenOf(terminal: Terminal, readings: readonly Reading[], lines: Lines): Promise<Reading | null> {
  for (;;) {
    terminal.warn(`A number from 1 to ${readings.length}, or n for none of them:`);
    const { value, done } = await lines.next();
    const typed = done === true ? 'n' : value.trim().toLowerCase();
    if (['n', 'no', 'none', 'q'].includes(typed)) return null;
    const reading = /^\d+$/u.test(typed) ? readings[Number(typed) - 1] : undefined;
    if (reading !== undefined) return reading;
  }
}

async function keep(
  terminal: Terminal,
  settings: Settings,
  answer: { readonly request: string; readonly reading: string },
  lines: Lines,
): Promise<void> {
  const { join, relative } = await import('node:path');
  const path = settings.glossary ?? join(settings.workspace.root, 'glossary.yaml');
  const shown = relative(process.cwd(), path) || path;
  terminal.warn(`Keep this answer in ${shown}, so that the same words are not asked about again? y/n`);
  const { value, done } = await lines.next();
  if (done === true || !/^y(es)?$/iu.test(value.trim())) return;
  const { rememberAnswer } = await import('../catalog/glossary-answers.js');
  rememberAnswer(path, answer);
  terminal.say(`Kept under answers in ${shown}.`);
}
