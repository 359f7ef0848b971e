import type { Catalog, Column, Dataset } from '../catalog/catalog.js';
import { entityWords } from '../catalog/identifier-names.js';
import { columnWords, datasetWords, isAbbreviationOf, singularOf, wordsOfName } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import type { Concept } from './concept.js';
import { flagValue, flagWords } from './flag-values.js';
import { codesInText, contentWords, plainWords } from './lexical-text.js';
import { stemOf } from './word-forms.js';
import { abbreviations } from './words/abbreviations.js';
import { functionWords } from './words/fillers.js';
import { countWords, unitJoints, unitWords } from './words/units.js';

/** One way to say a concept, in words; `weight` is the score of saying it in full. */
export interface EntryDraft {
  readonly concept: Concept;
  readonly words: readonly string[];
  readonly weight: number;
  readonly evidence: string;
  /** Words of which at least one must be said; all where it is left out. */
  readonly core?: readonly string[];
  readonly loose?: boolean;
}

/** The ways to say the datasets of the catalog and their columns: by name, synonym, description and codes. */
export function datasetDrafts(catalog: Catalog): readonly EntryDraft[] {
  const names = catalog.datasets.map(({ name }) => name);
  return catalog.datasets.flatMap((dataset) => [
    ...keyDrafts(catalog, dataset),
    ...tableDrafts(dataset, datasetWords(names, dataset.name)),
  ]);
}

const keyTails = new Set(['id', 'key', 'no', 'nr', 'code', 'number']);

/** A table of which each row has its own `county_id` is one of counties, where no other table is called so or refers to it. */
function keyDrafts({ datasets, relationships }: Catalog, dataset: Dataset): readonly EntryDraft[] {
  const [key, ...more] = dataset.keys[0]?.columns ?? [];
  if (key === undefined || more.length > 0) return [];
  const all = wordsOfName(key);
  const words = keyTails.has(all.at(-1) ?? '') ? all.slice(0, -1) : [];
  const said = words.map(stemOf).join(' ');
  const isCalledSo = ({ name }: Dataset): boolean => wordsOfName(name).map(stemOf).join(' ') === said;
  const refers = relationships.some(
    ({ from }) => from.dataset === dataset.name && from.columns.length === 1 && from.columns[0] === key,
  );
  if (words.length === 0 || refers || datasets.some(isCalledSo)) return [];
  const concept: Concept = { kind: 'dataset', dataset: dataset.name };
  return [{ concept, words, weight: 0.9, evidence: 'the key of the table' }];
}

function tableDrafts(dataset: Dataset, ownWords: readonly string[]): readonly EntryDraft[] {
  const concept: Concept = { kind: 'dataset', dataset: dataset.name };
  const words = wordsOfName(dataset.name);
  const evidence = 'name of the table';
  const drafts: EntryDraft[] = [
    { concept, words, weight: 1, evidence },
    { concept, words: ownWords, weight: 0.99, evidence },
    { concept, words: entityWords(ownWords), weight: 0.97, evidence },
  ];
  for (const synonym of dataset.synonyms)
    drafts.push({ concept, words: plainWords(synonym), weight: 0.96, evidence: 'synonym in the glossary' });
  if (dataset.description !== '')
    drafts.push({
      concept,
      words: contentWords(dataset.description),
      weight: 0.35,
      evidence: 'description of the table',
      loose: true,
    });
  return [...drafts, ...dataset.columns.flatMap((column) => columnDrafts(dataset, column, ownWords))];
}

function columnDrafts(dataset: Dataset, column: Column, tableWords: readonly string[]): readonly EntryDraft[] {
  const concept: Concept = { kind: 'column', dataset: dataset.name, column: column.name };
  const evidence = 'name of the column';
  const all = wordsOfName(column.name);
  const unprefixed = columnWords(dataset, column);
  const drafts: EntryDraft[] = [
    { concept, words: all, weight: 1, evidence },
    { concept, words: unprefixed, weight: sharesWord(all, unprefixed, tableWords) ? 0.97 : 1, evidence },
  ];
  const kept = unprefixed.filter((word) => !saysTable(word, tableWords));
  // `on` of `shipped_on` in shipments says nothing by itself.
  const bare = kept.some((word) => word.length > 2 || kept.length > 1 || !functionWords.has(word)) ? kept : [];
  if (bare.length > 0 && bare.length < unprefixed.length) drafts.push({ concept, words: bare, weight: 0.97, evidence });
  const own = withoutMark(dataset, column, bare.length > 0 ? bare : unprefixed);
  if (own.length < bare.length) drafts.push({ concept, words: own, weight: 0.97, evidence });
  for (const words of datedNames(unprefixed, column)) drafts.push({ concept, words, weight: 0.96, evidence });
  for (const { words, weight } of shorterNames(own)) drafts.push({ concept, words, weight, evidence });
  for (let from = 0; from < Math.min(3, tableWords.length); from += 1) {
    drafts.push({
      concept,
      words: [...tableWords.slice(from), ...own],
      weight: from === 0 ? 0.99 : 0.95,
      evidence: 'names of table and column',
      core: own,
    });
  }
  for (const synonym of column.synonyms)
    drafts.push({ concept, words: plainWords(synonym), weight: 0.96, evidence: 'synonym in the glossary' });
  if (column.description !== '')
    drafts.push({
      concept,
      words: contentWords(column.description),
      weight: 0.4,
      evidence: 'description of the column',
      loose: true,
    });
  return [...drafts, ...codeDrafts(dataset, column), ...flagDrafts(dataset, column, own)];
}

/** `active` customers are those of whom a column of yes and no that is called so says yes. */
function flagDrafts(dataset: Dataset, column: Column, words: readonly string[]): readonly EntryDraft[] {
  const value = flagValue(column, true);
  if (value === null) return [];
  return [
    {
      concept: { kind: 'value', dataset: dataset.name, column: column.name, value, match: 'exact' },
      words: flagWords(words),
      weight: 0.96,
      evidence: 'what a column of yes and no says',
    },
  ];
}

/** `issued_on` and `issued_at` are the issue date. */
function datedNames(words: readonly string[], { type }: Column): readonly (readonly string[])[] {
  const [last = ''] = words.slice(-1);
  if (!isTemporal(type) || words.length < 2 || !['on', 'at', 'ts', 'dt', 'timestamp', 'datetime'].includes(last))
    return [];
  const event = words.slice(0, -1);
  return [[...event, 'date'], ...(type.kind === 'date' ? [] : [[...event, 'time']])];
}

/** Whether the word is one of the table's name, or short for one (`dept_name` in `department`). */
function saysTable(word: string, tableWords: readonly string[]): boolean {
  const short = Object.hasOwn(abbreviations, word) ? (abbreviations[word] ?? []).map(stemOf) : [];
  return tableWords.some(
    (other) =>
      stemOf(other) === stemOf(word) || short.includes(stemOf(other)) || isAbbreviationOf(word, singularOf(other)),
  );
}

/** Whether the words that were taken off the name of the column are of its table's name. */
function sharesWord(all: readonly string[], rest: readonly string[], tableWords: readonly string[]): boolean {
  const taken = all.slice(0, all.length - rest.length).map(stemOf);
  return taken.some((stem) => tableWords.some((word) => stemOf(word) === stem));
}

/** The name without its unit, and without the word that says it counts. */
function shorterNames(
  words: readonly string[],
): readonly { readonly words: readonly string[]; readonly weight: number }[] {
  const shorter: { words: readonly string[]; weight: number }[] = [];
  const unitless = withoutUnit(words);
  if (unitless.length < words.length) shorter.push({ words: unitless, weight: 0.96 });
  const [first = ''] = words;
  if (words.length > 1 && countWords.has(first))
    shorter.push({ words: words.slice(words[1] === 'of' ? 2 : 1), weight: 0.74 });
  return shorter.filter((name) => name.words.length > 0);
}

function withoutUnit(words: readonly string[]): readonly string[] {
  let end = words.length;
  while (end > 1 && unitWords.has(words[end - 1] ?? '')) end -= 1;
  if (end > 1 && end < words.length && unitJoints.has(words[end - 1] ?? '')) end -= 1;
  return words.slice(0, end);
}

function withoutMark(dataset: Dataset, column: Column, words: readonly string[]): readonly string[] {
  const [first = ''] = words;
  return words.length > 1 && first.length === 1 && isMark(dataset, column, first) ? words.slice(1) : words;
}

/** A single letter before a name marks the table where it is an initial of it, or where several columns have one (`pName`, `cName`). */
function isMark(dataset: Dataset, column: Column, letter: string): boolean {
  if (wordsOfName(dataset.name).some((word) => word.startsWith(letter))) return true;
  return dataset.columns.some((other) => {
    const [first = '', second] = wordsOfName(other.name);
    return other !== column && first.length === 1 && second !== undefined;
  });
}

/** The glossary's labels of codes, and those that the description lists. */
function codeDrafts(dataset: Dataset, column: Column): readonly EntryDraft[] {
  const values = column.values ?? [];
  const draftOf = (value: string, text: string, weight: number, evidence: string): EntryDraft => ({
    concept: { kind: 'value', dataset: dataset.name, column: column.name, value, match: 'exact' },
    words: plainWords(text),
    weight,
    evidence,
  });
  const labelled = values.flatMap(({ value, label }) =>
    label === null ? [] : [draftOf(value, label, 0.97, 'label of the code in the glossary')],
  );
  const known = new Map(values.map(({ value }) => [value.toLowerCase(), value]));
  const isCode = (code: string): boolean => known.has(code.toLowerCase()) || isNumberWithin(code, column);
  const described = codesInText(column.description, isCode).map(({ code, meaning }) =>
    draftOf(known.get(code.toLowerCase()) ?? code, meaning, 0.92, 'meaning of the code in the description'),
  );
  return [...labelled, ...described];
}

/** Identifiers are not listed value by value: of numbers among them only the range is known. */
function isNumberWithin(code: string, { values, profile }: Column): boolean {
  const { min, max } = profile;
  if (values !== null || min === null || max === null || !/^\d{1,6}$/u.test(code)) return false;
  return Number(code) >= Number(min) && Number(code) <= Number(max);
}
