import type { Column } from '../catalog/catalog.js';

const truths = new Set(['y', 'yes', 't', 'true', '1']);

/** The value with which a column of yes and no says yes, or no; null where it never says so, and for other columns. */
export function flagValue(column: Column, yes: boolean): string | null {
  if (column.role !== 'flag') return null;
  if (column.type.kind === 'boolean') return String(yes);
  return column.values?.find(({ value }) => truths.has(value.toLowerCase()) === yes)?.value ?? null;
}

const leads = new Set('is has was can did does are have had should'.split(' '));
const tails = new Set('flag flg ind indicator yn bool boolean'.split(' '));

/** What a column of yes and no says of a row: `is_on_sale`, `active_flag` without the words that only say that it is one. */
export function flagWords(words: readonly string[]): readonly string[] {
  let from = 0;
  let end = words.length;
  while (from < end - 1 && leads.has(words[from] ?? '')) from += 1;
  while (end > from + 1 && tails.has(words[end - 1] ?? '')) end -= 1;
  return words.slice(from, end);
}
