import { distance } from 'fastest-levenshtein';
import {
  columnWords,
  hasLetterPrefix,
  isAbbreviationOf,
  type NamedDataset,
  singularOf,
  wordsOfName,
} from './name-words.js';

/** Words at the end of a name that make it an identifier's. */
const suffixes = new Set([
  'id',
  'key',
  'code',
  'cd',
  'no',
  'nr',
  'number',
  'uuid',
  'guid',
  'pk',
  'fk',
  'sk',
  'identifier',
  'ref',
  'sku',
  'isbn',
  'iban',
  'ssn',
  'ean',
]);

/** Words that say what kind of table it is, not what is in it. */
const tableKindWords = new Set([
  'dim',
  'dimension',
  'fact',
  'fct',
  'ref',
  'reference',
  'lookup',
  'lkp',
  'tbl',
  'table',
  'stg',
  'raw',
  'bronze',
  'src',
  'master',
  'mst',
  'data',
  'list',
]);

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
  const words = tellingWords(dataset, column);
  const last = words.at(-1) ?? '';
  if (words.length === 1 && isShortIdentifier(last)) return { words, stem: [], isIdentifier: true };
  if (words.length > 1 && isShortIdentifier(last)) return { words, stem: words, isIdentifier: true };
  if (suffixes.has(last)) return { words, stem: words.slice(0, -1), isIdentifier: true };
  // `address_id_2`, `club_id_home`: what comes after tells two of a kind apart.
  const inner = words.findIndex((word, position) => position > 0 && position < words.length - 1 && word === 'id');
  return { words, stem: words, isIdentifier: inner > 0 };
}

/** Without the prefix of the table, but with the name of the table itself where that is what the prefix ends in. */
function tellingWords(dataset: NamedDataset, column: { readonly name: string }): readonly string[] {
  const all = wordsOfName(column.name).map(singularOf);
  const own = columnWords(dataset, column).map(singularOf);
  if (hasLetterPrefix(dataset)) return own;
  const removed = all.length > own.length ? all[all.length - own.length - 1] : undefined;
  const table = wordsOfName(dataset.name).map(singularOf);
  const isTable = removed !== undefined && table.some((word) => sameWords([removed], [word]) >= 0.9);
  return isTable ? [removed, ...own] : own;
}

/** Three-letter names such as `pid`. */
function isShortIdentifier(word: string): boolean {
  return word.length === 3 && word.endsWith('id') && word !== 'bid';
}

/** What the rows of a dataset are, by the words of its name: `dim_customers` and `customer` are both `customer`. */
export function entityWords(words: readonly string[]): readonly string[] {
  const own = words.map(singularOf);
  const telling = own.filter((word) => !tableKindWords.has(word));
  return telling.length > 0 ? telling : own;
}

/** Whether the column names the rows of its own dataset: `whole` as `id` or `customer_id` in `customers`, `tail` as `order_id` in `customer_orders`. */
export function ownershipOf(name: IdentifierName, entity: readonly string[]): 'whole' | 'tail' | null {
  if (!name.isIdentifier) return null;
  const { stem, words } = name;
  const [only = ''] = words;
  if (stem.length === 0 && words.length === 1 && isShortIdentifier(only)) {
    const initials = entity.filter((word) => word[0] === only[0]).length;
    if (initials === 0) return null;
    return entity.length === 1 ? 'whole' : 'tail';
  }
  if (stem.length === 0 || sameWords(stem, entity) >= 0.9) return 'whole';
  return stem.length < entity.length && sameWords(stem, entity.slice(-stem.length)) >= 0.9 ? 'tail' : null;
}

/** How well two runs of words say the same: 1 equal, 0.9 by abbreviation, 0.6 by initial letters, 0 not. */
export function sameWords(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || left.length !== right.length) return 0;
  return Math.min(...left.map((word, position) => sameWord(word, right[position] ?? '')));
}

function sameWord(left: string, right: string): number {
  if (left === right) return 1;
  if (isAbbreviationOf(left, right) || isAbbreviationOf(right, left)) return 0.9;
  if (left.length >= 7 && right.length >= 7 && distance(left, right) === 1) return 0.9;
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  return short.length === 1 && long.startsWith(short) ? 0.6 : 0;
}
