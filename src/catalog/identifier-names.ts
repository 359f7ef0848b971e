import { columnWords, isAbbreviationOf, type NamedDataset, singularOf, wordsOfName } from './name-words.js';

const suffixes = new Set(['id', 'key', 'code', 'no', 'nr', 'number', 'uuid', 'guid', 'pk', 'fk', 'sk', 'identifier', 'sku', 'isbn', 'iban', 'ssn', 'ean']);

/** Words that say what kind of table it is, not what is in it. */
const tableKindWords = new Set(['dim', 'dimension', 'fact', 'fct', 'ref', 'reference', 'lookup', 'lkp', 'tbl', 'table', 'stg', 'raw', 'bronze', 'src', 'master', 'mst', 'data', 'list']);

/** What a column name says about whose identifier it is. */
export interface IdentifierName {
  /** Lower-case words in singular, without the prefix of its table. */
  readonly words: readonly string[];
  /** The words without a trailing `id`, `code`, `number` and the like: what it identifies; empty for a bare `id`. */
  readonly stem: readonly string[];
  /** Whether the name ends like an identifier's. */
  readonly isIdentifier: boolean;
}

/** Reads the name of a column as that of an identifier. */
export function identifierName(dataset: NamedDataset, column: { readonly name: string }): IdentifierName {
  const words = columnWords(dataset, column).map(singularOf);
  const last = words.at(-1) ?? '';
  if (words.length === 1 && isShortIdentifier(last)) return { words, stem: [], isIdentifier: true };
  if (words.length > 1 && isShortIdentifier(last)) return { words, stem: words, isIdentifier: true };
  if (suffixes.has(last)) return { words, stem: words.slice(0, -1), isIdentifier: true };
  // `address_id_2`, `club_id_home`: what comes after tells two of a kind apart.
  const inner = words.findIndex((word, position) => position > 0 && position < words.length - 1 && word === 'id');
  return { words, stem: words, isIdentifier: inner > 0 };
}

/** Three-letter names such as `pid`. */
function isShortIdentifier(word: string): boolean {
  return word.length === 3 && word.endsWith('id') && word !== 'bid';
}

/** What the rows of a dataset are, by its name: `dim_customers` and `customer` are both `customer`. */
export function entityWords(datasetName: string, sharedPrefix: readonly string[]): readonly string[] {
  const words = wordsOfName(datasetName);
  const start = sharedPrefix.every((word, position) => words[position] === word) ? sharedPrefix.length : 0;
  const own = words.slice(start).map(singularOf);
  const telling = own.filter((word) => !tableKindWords.has(word));
  return telling.length > 0 ? telling : own;
}

/** The words that the names of all datasets begin with; none for fewer than three datasets. */
export function sharedDatasetPrefix(names: readonly string[]): readonly string[] {
  const shared = columnPrefix(names);
  return names.length < 3 ? [] : shared;
}

function columnPrefix(names: readonly string[]): readonly string[] {
  const lists = names.map(wordsOfName);
  const shortest = Math.min(...lists.map((words) => words.length));
  let length = 0;
  while (length < shortest - 1 && lists.every((words) => words[length] === lists[0]?.[length])) length += 1;
  return (lists[0] ?? []).slice(0, length);
}

/** How well two runs of words say the same: 1 equal, 0.9 by abbreviation, 0.6 by initial letters, 0 not. */
export function sameWords(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || left.length !== right.length) return 0;
  return Math.min(...left.map((word, position) => sameWord(word, right[position] ?? '')));
}

function sameWord(left: string, right: string): number {
  if (left === right) return 1;
  if (isAbbreviationOf(left, right) || isAbbreviationOf(right, left)) return 0.9;
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length === 1 && long.startsWith(short) ? 0.6 : 0;
}
