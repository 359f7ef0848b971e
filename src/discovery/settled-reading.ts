import type { Catalog } from '../catalog/catalog.js';
import type { Reading } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';

/** A reading that somebody settled; `lost` says why the one that was settled cannot be taken. */
interface Settled {
  readonly reading: Reading | null;
  readonly lost: string | null;
}

/**
 * The reading that the person chose when asked, or chose for the same words before (the glossary's `answers`). What was
 * settled and is no longer a reading of the request is told, not replaced by another.
 */
export function settledReading(readings: readonly Reading[], request: Request, catalog: Catalog): Settled {
  const wanted = request.chosen ?? answerFor(request.text, catalog);
  if (wanted === null) return { reading: null, lost: null };
  const reading = readings.find(({ echo, unresolved }) => echo === wanted && unresolved.length === 0) ?? null;
  if (reading !== null) return { reading, lost: null };
  return {
    reading: null,
    lost: `What was answered for this request before (${wanted}) is no longer a reading of it: change or remove it under answers in the glossary, or choose again with --interactive.`,
  };
}

/** The last answer for the same words, whatever their case, spacing and closing mark. */
function answerFor(text: string, catalog: Catalog): string | null {
  const words = wordsOf(text);
  return catalog.answers.findLast(({ request }) => wordsOf(request) === words)?.reading ?? null;
}

function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/[\s.?!]+$/u, '')
    .trim();
}

/**
 * In which words another reading differs from the first: `"date" is orders.order_date, not orders.ship_date`. Null where
 * each word means the same and only the way they are brought together differs.
 */
export function differenceOf(first: Reading, other: Reading): string | null {
  const parts = other.words.flatMap((word) => {
    const twin = first.words.find(({ start, end }) => start === word.start && end === word.end);
    if (twin === undefined || twin.meaning === word.meaning || word.kind !== 'concept') return [];
    return [`"${word.text}" is ${word.meaning}, not ${twin.meaning}`];
  });
  return parts.length === 0 ? null : `${parts.slice(0, 3).join('; ')}`;
}
