import type { Engine } from '../engine/engine.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import { isTemporal } from '../plan/data-type.js';
import type { Dataset, History, Versions } from './catalog.js';
import type { MeasureClaim } from './key-evidence.js';
import { wordsOfName } from './name-words.js';

/** Words of columns that say that a row holds for a time, not when something happened. */
const holding: ReadonlySet<string> = new Set('valid validity effective applies applicable'.split(' '));
const starting: ReadonlySet<string> = new Set('from since start starts begin begins'.split(' '));
const ending: ReadonlySet<string> = new Set('to until till thru through end ends'.split(' '));

type Period = Pick<Versions, 'start' | 'end'>;

/** When rows of the dataset hold, as the glossary says or its columns are called (`valid_from`, `valid_to`); null where nothing says so. */
function periodOf({ history, columns }: Dataset): Period | null {
  if (history) return history.end === null ? null : { start: history.start, end: history.end };
  const named = (words: ReadonlySet<string>): readonly string[] =>
    columns
      .filter(({ name, type }) => isTemporal(type) && wordsOfName(name).some((word) => holding.has(word)))
      .filter(({ name }) => wordsOfName(name).some((word) => words.has(word)))
      .map(({ name }) => name);
  const [[start, ...moreStarts], [end, ...moreEnds]] = [named(starting), named(ending)];
  if (start === undefined || end === undefined || start === end) return null;
  return moreStarts.length + moreEnds.length > 0 ? null : { start, end };
}

/**
 * Measures whether the rows of a dataset are versions: of each key one at a time, and of some keys several. Null where they are
 * not, or where nothing says when they hold.
 */
export async function versionsOf(
  dataset: Dataset,
  measure: MeasureClaim,
  engineFor: () => Promise<Engine>,
): Promise<Versions | null> {
  const period = periodOf(dataset);
  if (period === null) return null;
  for (const key of keysOf(dataset, period)) {
    const validity = { start: period.start, end: period.end };
    const evidence = await measure({ kind: 'validity', dataset: dataset.name, columns: key, validity, weight: null });
    if (evidence.broken > 0 || evidence.keys === 0 || evidence.keys >= dataset.rows) continue;
    return { key, ...period, endsIncluded: await endsAreIncluded(await engineFor(), dataset, key, period) };
  }
  return null;
}

/** Whose versions the rows may be: keys with their times left out, then columns that identify another thing. */
function keysOf({ history, keys, columns }: Dataset, { start, end }: Period): readonly (readonly string[])[] {
  if (history) return [history.key];
  const measured = keys
    .map((key) => key.columns)
    .filter((names) => names.includes(start) || names.includes(end))
    .map((names) => names.filter((name) => name !== start && name !== end));
  const identifiers = columns.filter(({ role }) => role === 'identifier').map(({ name }) => [name]);
  return [...measured, ...identifiers].filter((names) => names.length > 0);
}

/** Whether a row holds on its last day too: then the next of its key begins the day after, not on the same day. */
async function endsAreIncluded(
  engine: Engine,
  dataset: Dataset,
  key: readonly string[],
  period: Period,
): Promise<boolean> {
  if (!endsOnDays(dataset, period)) return false;
  const [after, on] = await countSuccessions(engine, dataset.name, key, period, [
    'next = last + INTERVAL 1 DAY',
    'next = last',
  ]);
  return (after ?? 0) > (on ?? 0);
}

/** The declared history with whether it goes on without a gap: each row up to the day before the next, the last of each key open. */
export async function continuousHistory(engine: Engine, dataset: Dataset, history: History): Promise<History> {
  const { key, start, end } = history;
  if (end === null || !endsOnDays(dataset, { start, end })) return history;
  const [others, followed] = await countSuccessions(engine, dataset.name, key, { start, end }, [
    'CAST(next - INTERVAL 1 DAY AS DATE) IS DISTINCT FROM last',
    'next IS NOT NULL',
  ]);
  return others === 0 && (followed ?? 0) > 0 ? { ...history, continuous: true } : history;
}

function endsOnDays({ columns }: Dataset, { start, end }: Period): boolean {
  return columns.every(({ name, type }) => (name !== start && name !== end) || type.kind === 'date');
}

/** How many rows meet each condition over `last`, when they end, and `next`, when the next of their key begins. */
async function countSuccessions(
  engine: Engine,
  dataset: string,
  key: readonly string[],
  { start, end }: Period,
  conditions: readonly string[],
): Promise<readonly number[]> {
  const [from, to] = [quoteIdentifier(start), quoteIdentifier(end)];
  const next = `lead(${from}) OVER (PARTITION BY ${key.map(quoteIdentifier).join(', ')} ORDER BY ${from})`;
  const counts = conditions.map((condition) => `count(*) FILTER (WHERE ${condition})`);
  const { rows } = await engine.query(
    `SELECT ${counts.join(', ')} FROM (SELECT ${to} AS last, ${next} AS next FROM ${quoteIdentifier(dataset)})`,
  );
  return (rows[0] ?? []).map(Number);
}
