import pluralize from 'pluralize';
import { schemaWords } from './schema-words.js';

/** What the words of a column name are read from: the name of its dataset and the names of all columns in it. */
export interface NamedDataset {
  readonly name: string;
  readonly columns: readonly { readonly name: string }[];
}

/**
 * The words of a name in lower case: split at separators, capitals and digits at the end, and where a run of letters is
 * made of well-known words (`OrderDate`, `cust_ord_amt`, `orderid`, `address1`). Never empty for a name with a letter.
 */
export function wordsOfName(name: string): readonly string[] {
  const known = wordsByName.get(name);
  if (known !== undefined) return known;
  const words = splitName(name);
  if (wordsByName.size >= namesKept) wordsByName.clear();
  wordsByName.set(name, words);
  return words;
}

/** Names are asked for again and again; more than these are forgotten together. */
const namesKept = 100_000;
const wordsByName = new Map<string, readonly string[]>();

function splitName(name: string): readonly string[] {
  return name
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .flatMap((part) => splitRun(part.toLowerCase()));
}

/**
 * The words of a column name without the prefix that the columns of its table share (`fxOrdPrice` beside `fxOrdId` and
 * `fxOrdDate` gives `price`). At least one word is left.
 */
export function columnWords(dataset: NamedDataset, column: { readonly name: string }): readonly string[] {
  const prefixed = sharedPrefixOf(dataset);
  if (prefixed.kind === 'letters' && column.name.toLowerCase().startsWith(prefixed.letters)) {
    const rest = column.name.slice(prefixed.letters.length);
    return wordsOfName(rest).flatMap((word, position) => (position === 0 ? splitUnknownStart(word) : [word]));
  }
  const words = wordsOfName(column.name);
  if (prefixed.kind !== 'words' || words.length <= prefixed.words.length) return words;
  const starts = prefixed.words.every((word, position) => words[position] === word);
  return starts ? words.slice(prefixed.words.length) : words;
}

/**
 * The words of a dataset name without what the names of all datasets begin with (`fxCustomer` and `fxRegion`, or
 * `dim_date` and `dim_store`). At least one word is left.
 */
export function datasetWords(allNames: readonly string[], name: string): readonly string[] {
  const shared = sharedOfNames(allNames);
  if (shared.kind === 'words') return wordsOfName(name).slice(shared.words.length);
  return wordsOfName(shared.kind === 'letters' ? name.slice(shared.letters.length) : name);
}

const sharedByNames = new WeakMap<readonly string[], SharedPrefix>();

/** What all names begin with; found once for a list, which callers ask about name by name. */
function sharedOfNames(allNames: readonly string[]): SharedPrefix {
  const known = sharedByNames.get(allNames);
  if (known !== undefined) return known;
  const found = findSharedOfNames(allNames);
  sharedByNames.set(allNames, found);
  return found;
}

function findSharedOfNames(allNames: readonly string[]): SharedPrefix {
  if (allNames.length < prefixColumnsMin) return { kind: 'none' };
  const lists = allNames.map(wordsOfName);
  const shared = sharedWords(lists);
  return shared > 0 ? { kind: 'words', words: (lists[0] ?? []).slice(0, shared) } : sharedLetters(allNames, 0.5);
}

/** `word` in its singular, in lower case. */
export function singularOf(word: string): string {
  const lower = word.toLowerCase();
  if (lower.length <= 3) return lower;
  const known = singulars.get(lower) ?? pluralize.singular(lower);
  if (singulars.size >= namesKept) singulars.clear();
  singulars.set(lower, known);
  return known;
}

const singulars = new Map<string, string>();

/** Whether `short` may stand for `long`: its first letters, or its consonants in order (`cust`, `qty`, `dept`). */
export function isAbbreviationOf(short: string, long: string): boolean {
  if (short.length < 2 || short.length >= long.length || short[0] !== long[0]) return false;
  // What has most of the letters is another word rather than a short form: `invest` and `investor`.
  if (short.length >= 3 && long.startsWith(short)) return short.length * 3 < long.length * 2;
  // A word of its own (`rate`, `list`) is no short form of another whose letters it happens to share.
  return short.length >= 3 && long.length - short.length >= 2 && !schemaWords.has(short) && isSubsequence(short, long);
}

/** Whether the columns of the dataset share first letters that are no word of their own (`fxordid`, `fxorddate`). */
export function hasLetterPrefix(dataset: NamedDataset): boolean {
  return sharedPrefixOf(dataset).kind === 'letters';
}

type SharedPrefix =
  | { readonly kind: 'none' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'letters'; readonly letters: string };

/** A prefix of fewer columns than this may be chance. */
const prefixColumnsMin = 3;

const prefixes = new WeakMap<NamedDataset, SharedPrefix>();

function sharedPrefixOf(dataset: NamedDataset): SharedPrefix {
  const known = prefixes.get(dataset);
  if (known !== undefined) return known;
  const found = findSharedPrefix(dataset);
  prefixes.set(dataset, found);
  return found;
}

function findSharedPrefix(dataset: NamedDataset): SharedPrefix {
  const names = dataset.columns.map(({ name }) => name);
  if (names.length < prefixColumnsMin) return { kind: 'none' };
  const lists = names.map(wordsOfName);
  const shared = sharedWords(lists);
  if (shared > 0) return { kind: 'words', words: (lists[0] ?? []).slice(0, shared) };
  return sharedTablePrefix(dataset.name, lists) ?? sharedLetters(names, 0.25);
}

/** How many first words all lists share; at least one word of each is left over. */
function sharedWords(lists: readonly (readonly string[])[]): number {
  const shortest = Math.min(...lists.map((words) => words.length));
  let shared = 0;
  while (shared < shortest - 1 && lists.every((words) => words[shared] === lists[0]?.[shared])) shared += 1;
  return shared;
}

/** Most columns, though not all, carry the name of the table or its short form. */
function sharedTablePrefix(table: string, lists: readonly (readonly string[])[]): SharedPrefix | null {
  const first = lists[0]?.[0];
  if (first === undefined) return null;
  const carrying = lists.filter((words) => words[0] === first && words.length > 1);
  const tableWords = wordsOfName(table).map(singularOf);
  const ofTable = tableWords.some((word) => word === singularOf(first) || isAbbreviationOf(first, word));
  return ofTable && carrying.length >= 4 && carrying.length >= lists.length * 0.8
    ? { kind: 'words', words: [first] }
    : null;
}

/** Names without separators (`fxordid`, `fxorddate`) share letters; what is left must read as words to be believed. */
function sharedLetters(names: readonly string[], knownShareMin: number): SharedPrefix {
  const lower = names.map((name) => name.toLowerCase());
  const [first = ''] = lower;
  let length = 0;
  while (length < first.length && lower.every((name) => name[length] === first[length])) length += 1;
  for (; length >= 2; length -= 1) {
    const rests = lower.map((name) => name.slice(length));
    const known = rests.filter((rest) => schemaWords.has(rest)).length;
    if (rests.every((rest) => rest !== '') && known >= Math.max(2, names.length * knownShareMin)) {
      return { kind: 'letters', letters: first.slice(0, length) };
    }
  }
  return { kind: 'none' };
}

function splitRun(part: string): readonly string[] {
  const digits = /^(\p{L}{2,})(\d+)$/u.exec(part);
  if (digits) return [...splitRun(digits[1] ?? ''), digits[2] ?? ''];
  if (part.length < 5 || schemaWords.has(part)) return splitIdentifier(part);
  return splitKnown(part) ?? splitIdentifier(part);
}

/** `part` as a run of two or three well-known words, longest first word preferred; null when it is none. */
function splitKnown(part: string): readonly string[] | null {
  for (let end = part.length - 2; end >= 2; end -= 1) {
    const head = part.slice(0, end);
    const tail = part.slice(end);
    if (!schemaWords.has(head)) continue;
    // `age` ends many words that have nothing to do with it.
    if (schemaWords.has(tail) && tail !== 'age') return [head, tail];
    const rest = tail.length >= 5 ? splitKnown(tail) : null;
    if (rest !== null && rest.length === 2) return [head, ...rest];
  }
  return null;
}

/** Words of English that end in `id` and are no identifiers. */
const wordsInId = new Set(
  'acid afraid aid android arid asteroid avid avoid bid braid candid covid david did fluid forbid grid hid humid hybrid invalid kid lid liquid madrid maid mid morbid orchid overpaid paid plaid prepaid pyramid raid rapid rid said sid skid solid splendid squid steroid stupid thyroid unpaid valid vivid void'.split(
    ' ',
  ),
);

/** `custid` is `cust` and `id`; three letters such as `pid` stay one word. */
function splitIdentifier(part: string): readonly string[] {
  if (part.length < 4 || !part.endsWith('id') || wordsInId.has(part)) return [part];
  return [part.slice(0, -2), 'id'];
}

/** After a prefix of letters was taken off, one unknown start before a well-known word is believed too. */
function splitUnknownStart(word: string): readonly string[] {
  if (schemaWords.has(word)) return [word];
  for (let end = 3; end <= word.length - 2; end += 1) {
    const tail = word.slice(end);
    if (schemaWords.has(tail) && tail.length >= 3) return [...splitUnknownStart(word.slice(0, end)), tail];
  }
  return [word];
}

function isSubsequence(short: string, long: string): boolean {
  let position = 0;
  for (const letter of long) if (letter === short[position]) position += 1;
  return position === short.length;
}
