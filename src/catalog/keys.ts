import type { Engine } from '../engine/engine.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import { isTemporal } from '../plan/data-type.js';
import { entityWords, identifierName, ownershipOf } from './identifier-names.js';
import { type NamedDataset, wordsOfName } from './name-words.js';
import type { MeasuredColumn } from './profile.js';

/** A dataset of which the columns were measured. */
export interface MeasuredDataset extends NamedDataset {
  readonly rows: number;
  readonly columns: readonly MeasuredColumn[];
}

/** Names that identify people and things to people, but are not meant to be unique. */
const descriptiveWords = new Set([
  'name',
  'title',
  'description',
  'email',
  'phone',
  'url',
  'address',
  'label',
  'text',
  'comment',
  'note',
  'detail',
  'homepage',
  'password',
  'value',
]);

const keyLengthMax = 60;
const compositeCandidatesMax = 8;
/** More keys of one size only repeat that the columns tell the rows apart. */
const compositeKeysMax = 3;
const compositeRowsMax = 50_000_000;

/**
 * Keys measured on all rows, best first. Single columns without null and duplicate; only where there is none, pairs, then
 * triples of columns that may identify. A table of fewer than two rows proves nothing: there only names count.
 */
export async function measureKeys(engine: Engine, dataset: MeasuredDataset): Promise<readonly (readonly string[])[]> {
  const single = singleKeys(dataset);
  const lasting = single.filter((key) => !isLaterTime(dataset, key));
  if (lasting.length > 0 || dataset.rows < 2 || dataset.rows > compositeRowsMax)
    return (lasting.length > 0 ? lasting : single).map((name) => [name]);
  const composite = await compositeKeys(engine, dataset);
  return composite.length > 0 ? composite : single.map((name) => [name]);
}

/** Moments are often unique by chance: one that is not even the first column is a key only where there is no other. */
function isLaterTime(dataset: MeasuredDataset, name: string): boolean {
  return dataset.columns.some((column, position) => column.name === name && position > 0 && isTemporal(column.type));
}

/** Of the values of a near key at most one in so many has a row too many. */
const nearKeyValues = 4;

/**
 * The column that is named as the key of its table but is there twice with a few of its values; null where there is none,
 * or a key that is named so too. Which rows are too many no measure can tell.
 */
export function nearKeyOf(dataset: MeasuredDataset, keys: readonly (readonly string[])[]): readonly string[] | null {
  const entity = entityWords(wordsOfName(dataset.name));
  const isOwn = (column: MeasuredColumn): boolean =>
    ownershipOf(identifierName(dataset, column), entity) === 'whole' && typePoints(column) !== null;
  const own = dataset.columns.filter(isOwn);
  if (own.some(({ name }) => keys.some((key) => key.length === 1 && key[0] === name))) return null;
  const near = own.find(({ profile: { nulls, distinct } }) => {
    const tooMany = dataset.rows - nulls - distinct;
    return tooMany > 0 && tooMany * nearKeyValues <= distinct && nulls * nearKeyValues <= dataset.rows;
  });
  return near === undefined ? null : [near.name];
}

/** Unique columns, the one most like a primary key first. */
function singleKeys(dataset: MeasuredDataset): readonly string[] {
  const unique = dataset.columns.flatMap((column, position) => {
    const points = keyPoints(dataset, column, position);
    const isUnique = column.profile.nulls === 0 && column.profile.distinct === dataset.rows;
    return isUnique && points !== null ? [{ name: column.name, points, position }] : [];
  });
  return unique
    .sort((left, right) => right.points - left.points || left.position - right.position)
    .map(({ name }) => name);
}

/** How much the column looks like a primary key; null where it cannot be one whatever its values. */
function keyPoints(dataset: MeasuredDataset, column: MeasuredColumn, position: number): number | null {
  const name = identifierName(dataset, column);
  const isOwn = ownershipOf(name, entityWords(wordsOfName(dataset.name))) !== null;
  if (dataset.rows < 2 && !isOwn && !(position === 0 && name.isIdentifier)) return null;
  const type = typePoints(column);
  if (type === null) return null;
  const isNumber = column.type.kind !== 'text' && column.type.kind !== 'date' && column.type.kind !== 'timestamp';
  if (isNumber && !name.isIdentifier && position > 0) return null;
  const descriptive = descriptiveWords.has(name.words.at(-1) ?? '') ? -3 : 0;
  return (name.isIdentifier ? 4 : 0) + (isOwn ? 4 : 0) + (position === 0 ? 3 : 0) + type + descriptive;
}

function typePoints({ type, profile, averageLength }: MeasuredColumn): number | null {
  switch (type.kind) {
    case 'integer':
      return 2;
    case 'decimal':
    case 'double':
      return profile.fractionDigits === 0 ? 0 : null;
    case 'text':
      return (averageLength ?? 0) <= keyLengthMax ? 1 : null;
    case 'date':
    case 'timestamp':
      return 0;
    default:
      return null;
  }
}

/** Pairs, then triples of candidate columns, tested in one statement each; the first size that has keys is the answer. */
async function compositeKeys(engine: Engine, dataset: MeasuredDataset): Promise<readonly (readonly string[])[]> {
  const candidates = compositeCandidates(dataset);
  if (candidates.length < 2 || (await countGroups(engine, dataset, [candidates]))[0] !== dataset.rows) return [];
  const distincts = new Map(dataset.columns.map(({ name, profile }) => [name, profile.distinct]));
  for (const size of [2, 3, 4]) {
    const sets = combinations(candidates, size)
      .filter((set) => set.reduce((product, name) => product * (distincts.get(name) ?? 0), 1) >= dataset.rows)
      .slice(0, dataset.rows > 1_000_000 ? 6 : 28);
    if (sets.length === 0) continue;
    const counts = await countGroups(engine, dataset, sets);
    const keys = sets.filter((_set, index) => counts[index] === dataset.rows);
    if (keys.length > 0) return keys.slice(0, compositeKeysMax);
  }
  return [];
}

/** Columns that may be part of a key, the likeliest first: identifiers, then times, then text, in table order. */
function compositeCandidates(dataset: MeasuredDataset): readonly string[] {
  const ranked = dataset.columns.flatMap((column) => {
    const rank = compositeRank(dataset, column);
    return column.profile.nulls > 0 || column.profile.distinct < 2 || rank === null
      ? []
      : [{ name: column.name, rank }];
  });
  return ranked
    .sort((left, right) => left.rank - right.rank)
    .slice(0, compositeCandidatesMax)
    .map(({ name }) => name);
}

function compositeRank(dataset: MeasuredDataset, column: MeasuredColumn): number | null {
  const name = identifierName(dataset, column);
  if (typePoints(column) === null) return null;
  if (name.isIdentifier) return 0;
  if (column.type.kind === 'date') return 1;
  if (column.type.kind === 'timestamp') return 2;
  if (column.type.kind === 'text') return descriptiveWords.has(name.words.at(-1) ?? '') ? null : 3;
  return name.words.some((word) => orderWords.has(word)) ? 1 : null;
}

/** Whole numbers of these names count within something, hence often complete a key. */
const orderWords = new Set([
  'year',
  'month',
  'quarter',
  'week',
  'day',
  'hour',
  'line',
  'sequence',
  'seq',
  'version',
  'position',
  'index',
  'season',
  'round',
  'number',
  'no',
  'period',
  'rank',
]);

function combinations(items: readonly string[], size: number): readonly (readonly string[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) => combinations(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}

async function countGroups(
  engine: Engine,
  dataset: MeasuredDataset,
  sets: readonly (readonly string[])[],
): Promise<readonly number[]> {
  const counts = sets.map((set) => {
    const columns = set.map(quoteIdentifier).join(', ');
    return `(SELECT count(*) FROM (SELECT ${columns} FROM ${quoteIdentifier(dataset.name)} GROUP BY ${columns}))`;
  });
  const { rows } = await engine.query(`SELECT ${counts.join(', ')}`);
  return (rows[0] ?? []).map(Number);
}
