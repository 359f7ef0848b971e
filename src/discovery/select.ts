import type { Catalog } from '../catalog/catalog.js';
import type { Reading, Selection, Unresolved } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';
import { candidatesOf } from './candidates.js';
import { joinEvidence } from './join-evidence.js';
import { overRowsThatCount } from './rows-that-count.js';
import { settledReading } from './settled-reading.js';
import { findsSame } from './weigh-by-data.js';

/** How many tables a message names. */
const tablesToldMax = 8;

/** Two readings whose scores are closer than this are too close to choose between. */
const closeMargin = 0.02;

/** Decides among readings: answered, or what stands in the way as a question or reason. `rounds` is how wide the net was. */
export function selectReading(readings: readonly Reading[], request: Request, catalog: Catalog, rounds = 1): Selection {
  const ranked = [...readings].sort(
    (left, right) => left.unresolved.length - right.unresolved.length || right.score - left.score,
  );
  const settled = settledReading(ranked, request, catalog);
  const best = settled.reading ?? ranked[0] ?? null;
  const usable = best !== null && hasOutput(best) ? best : null;
  const alternatives = ranked.filter((reading) => reading !== best && hasOutput(reading));
  const candidates = candidatesOf(ranked.filter(hasOutput), usable, catalog, request.asOf);
  const base = {
    alternatives,
    candidates,
    joinPath: usable === null ? [] : joinEvidence(usable.plan, catalog),
    rounds,
  };
  const unresolved = best?.unresolved ?? [];
  if (unresolved.length > 0 || usable === null) {
    return {
      ...base,
      status: 'not_understood',
      reading: usable,
      message: unresolved.length > 0 ? unresolvedMessage(best, catalog) : noReadingMessage(best),
    };
  }
  const reading = overRowsThatCount(usable, catalog);
  if (settled.reading !== null) return { ...base, status: 'answered', reading, message: null };
  const doubt = settled.lost ?? doubtOf(reading, alternatives, request);
  return doubt === null
    ? { ...base, status: 'answered', reading, message: null }
    : { ...base, status: 'needs_clarification', reading, message: doubt };
}

/** Whether the reading has a plan at all. */
function hasOutput(reading: Reading): boolean {
  const { query } = reading.plan;
  return query.kind !== 'aggregate' || query.tables.length > 0;
}

function unresolvedMessage(reading: Reading | null, catalog: Catalog): string {
  const unresolved = reading?.unresolved ?? [];
  const known = unresolved.filter(isCalledSo);
  const unknown = unresolved.filter((each) => !isCalledSo(each));
  const names = catalog.datasets.map(({ name }) => name);
  const more = names.length > tablesToldMax ? `, and ${names.length - tablesToldMax} more` : '';
  const tables = unknown.some(({ near }) => near.length === 0)
    ? ` The tables are ${names.slice(0, tablesToldMax).join(', ')}${more}.`
    : '';
  const parts = unknown.map(({ text, near }) => `"${text}"${near.length > 0 ? ` (near: ${near.join(', ')})` : ''}`);
  const placed = known.map(({ text }) => `"${text}"`).join(' and ');
  return [
    ...(known.length === 0 ? [] : [`I found no place for ${placed} in this. Can you say it in another way?`]),
    ...(parts.length === 0
      ? []
      : [`Nothing in the data is called ${parts.join(' or ')}.${tables} Which table or column do you mean?`]),
  ].join(' ');
}

/** Whether the data has something of that very name: the word was understood, but not what it does in the request. */
function isCalledSo({ text, near }: Unresolved): boolean {
  return near.some((name) => name.toLowerCase() === text.toLowerCase());
}

function noReadingMessage(reading: Reading | null): string {
  const named = (reading?.words ?? [])
    .filter(({ kind }) => kind === 'concept')
    .map(({ text, meaning }) => `"${text}" as ${meaning}`);
  if (named.length === 0)
    return 'The request names nothing of the data. Which tables, measures or columns do you mean?';
  return `I read ${named.join(', ')}, but found no safe way to bring these together. Can you say it with fewer tables, or name the tables' connection in the glossary?`;
}

/** What is asked back where the best reading is not sure enough; null where it is. */
function doubtOf(best: Reading, alternatives: readonly Reading[], request: Request): string | null {
  const second = alternatives.find((reading) => reading.echo !== best.echo && !findsSame(best.result, reading.result));
  if (request.strict && best.assumptions.length > 0)
    return `With --strict nothing may be assumed, but this was: ${best.assumptions.map(({ text }) => text).join(' ')} The reading: ${best.echo}`;
  if (
    second !== undefined &&
    best.score - second.score < closeMargin &&
    second.unresolved.length === 0 &&
    request.threshold > 0
  ) {
    return `Two readings are too close: (1) ${best.echo} (2) ${second.echo} Which do you mean?`;
  }
  if (best.confidence < request.threshold && (best.result?.rows === 0 || best.result?.nothing === true))
    return `No rows of the data match this reading: ${best.echo} Say it in other words, or choose with --interactive.`;
  if (best.confidence < request.threshold)
    return `I am not sure enough of this reading: ${best.echo} Do you mean that? Say it in other words, or choose with --interactive.`;
  return null;
}
