import { isNumeric, isTemporal } from '../plan/data-type.js';
import type { ColumnRole } from './catalog.js';
import { identifierName } from './identifier-names.js';
import type { MeasuredDataset } from './keys.js';
import type { MeasuredColumn } from './profile.js';

/** Whole numbers of these names put things in order or in classes; their sum means nothing. */
const classWords = new Set(
  'year month quarter week weekday dayofweek level grade rank ranking class type tier position floor version season round zip postcode zipcode status priority gender sex group segment cluster zone district decade edition'.split(
    ' ',
  ),
);
const flagWords = new Set('is has can was did flag yn active enabled allowed'.split(' '));
const flagTexts = new Set(['y', 'n', 'yes', 'no', 't', 'f', 'true', 'false']);

/** A text column with at most this share of distinct values names classes of rows; one with more names the rows. */
const categoryShareMax = 0.5;

/**
 * How a column is used, by type, name and values. `referring` tells whether it is part of a reference to another table.
 * `time` is for dates and timestamps only; a year in a whole number is a category.
 */
export function columnRole(
  dataset: MeasuredDataset,
  column: MeasuredColumn,
  keys: readonly (readonly string[])[],
  referring: boolean,
): ColumnRole {
  const { type, profile } = column;
  const name = identifierName(dataset, column);
  if (type.kind === 'boolean') return 'flag';
  if (isTemporal(type)) return 'time';
  if (isFlag(column, name.words)) return 'flag';
  const isOnlyKey = keys[0]?.length === 1 && keys[0][0] === column.name;
  if (referring && (name.isIdentifier || isNumeric(type))) return 'identifier';
  if (isNumeric(type)) {
    if (name.isIdentifier && profile.fractionDigits === 0) return 'identifier';
    if (isOnlyKey && profile.fractionDigits === 0 && !name.words.some((word) => classWords.has(word)))
      return 'identifier';
    const last = name.words.at(-1) ?? '';
    return profile.fractionDigits === 0 && classWords.has(last) ? 'category' : 'measure';
  }
  if (type.kind !== 'text') return 'text';
  const many = profile.distinct > Math.max(20, dataset.rows * categoryShareMax);
  // Codes and numbers in text may as well name classes; an `id` never does.
  const last = name.words.at(-1) ?? '';
  if (name.isIdentifier && (many || isOnlyKey || last.endsWith('id') || last === 'key')) return 'identifier';
  if (profile.distinct > 0 && !many && (column.averageLength ?? 0) <= 60) return 'category';
  return 'text';
}

function isFlag({ type, profile, values }: MeasuredColumn, words: readonly string[]): boolean {
  if (profile.distinct > 2 || profile.distinct === 0 || values === null) return false;
  if (type.kind === 'text')
    return values.every(({ value }) => flagTexts.has(value.toLowerCase())) && profile.distinct > 0;
  const named = words.some((word) => flagWords.has(word));
  return type.kind === 'integer' && named && values.every(({ value }) => value === '0' || value === '1');
}
