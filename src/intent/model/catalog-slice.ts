import type { Catalog, Column, Dataset, Relationship } from '../../catalog/catalog.js';
import { columnWords, wordsOfName } from '../../catalog/name-words.js';
import { homesOf } from '../../catalog/search/hit-homes.js';
import type { SearchHit } from '../../catalog/search/search-hit.js';
import { typeText } from '../../plan/data-type.js';
import type { Reading } from '../../plan/reading.js';
import { datasetsOf } from '../../plan/traverse.js';
import { compareText } from '../../support/text-order.js';
import { occurrenceId } from '../names.js';
import { tokensOf } from '../tokens.js';
import { stemOf } from '../word-forms.js';

/** The part of a catalog that a model is shown: plans of its answer may use nothing else. */
export interface CatalogSlice {
  /** Dataset name → the names of the columns shown. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  readonly relationships: readonly Relationship[];
  /** What is written into the prompt: names, types, descriptions, joins; values only where that is allowed. */
  readonly data: Readonly<Record<string, unknown>>;
}

const datasetsMax = 24;
const columnsMax = 40;
const valuesMax = 30;
const textMax = 300;
/** So many hits of each order have a place. */
const meantMax = 8;

/** What a text means in the catalog, best first; nothing where only words are compared. */
export type Search = (text: string) => Promise<readonly SearchHit[]>;

/**
 * The datasets of the catalog that matter for the request, most first: those that the deterministic readings use and those
 * that `search` finds, those whose words are in the request, and what joins these. Columns of personal data are named, as
 * plans may count them, but no value of theirs is ever shown; values of other categorical columns only with `values`.
 */
export async function catalogSlice(
  catalog: Catalog,
  text: string,
  readings: readonly Reading[],
  { values, search }: { readonly values: boolean; readonly search: Search },
): Promise<CatalogSlice> {
  const stems = new Set(tokensOf(text).map(({ stem }) => stem));
  // What is shown whole needs no search.
  const hits = isCut(catalog) ? meantHits(await search(text)) : [];
  const used = new Set([
    ...readings.flatMap(({ plan }) => datasetsOf(plan.query)),
    ...hits.flatMap((hit) => homesOf(catalog, hit)),
  ]);
  const joins = catalog.relationships.filter(isPlain);
  const datasets = ranked(catalog, joins, stems, used).slice(0, datasetsMax);
  const shown = new Set(datasets.map(({ name }) => name));
  const relationships = joins.filter(({ from, to }) => shown.has(from.dataset) && shown.has(to.dataset));
  const columns = new Map(
    datasets.map((dataset) => [dataset.name, columnsShown(dataset, relationships, readings, { stems, hits })] as const),
  );
  const names = new Map([...columns].map(([name, list]) => [name, new Set(list.map((column) => column.name))]));
  return {
    columns: names,
    relationships,
    data: {
      datasets: datasets.map((dataset) => datasetData(dataset, columns.get(dataset.name) ?? [], values)),
      joins: relationships.map(({ from, to }) => ({
        from: occurrenceId(from.dataset),
        to: occurrenceId(to.dataset),
        on: from.columns.map((column, place) => ({ from: column, to: to.columns[place] ?? '' })),
      })),
      ...glossaryData(catalog, shown),
    },
  };
}

function isCut({ datasets }: Catalog): boolean {
  return datasets.length > datasetsMax || datasets.some(({ columns }) => columns.length > columnsMax);
}

/** The best of the merged ranks, and the nearest in meaning: ranks put what has a word and is a little alike before these. */
function meantHits(hits: readonly SearchHit[]): readonly SearchHit[] {
  const nearest = hits
    .filter(({ likeness }) => likeness !== undefined)
    .toSorted((left, right) => (right.likeness ?? 0) - (left.likeness ?? 0));
  return [...new Set([...hits.slice(0, meantMax), ...nearest.slice(0, meantMax)])];
}

/** Joins that a plan can take without more being said: not to histories, over bridges with parts, or to what is no key. */
function isPlain({ cardinality, during, weight, nearKey, from, to }: Relationship): boolean {
  return cardinality !== 'many_to_many' && !during && !weight && !nearKey && from.dataset !== to.dataset;
}

function ranked(
  catalog: Catalog,
  joins: readonly Relationship[],
  stems: ReadonlySet<string>,
  used: ReadonlySet<string>,
): readonly Dataset[] {
  const own = new Map(
    catalog.datasets.map((dataset) => [
      dataset.name,
      (used.has(dataset.name) ? 20 : 0) + 3 * said(namesOf(dataset), stems) + columnScore(dataset, stems),
    ]),
  );
  const scoreOf = (name: string): number => own.get(name) ?? 0;
  const beside = (name: string): number =>
    joins.reduce((most, { from, to }) => {
      const other = from.dataset === name ? to.dataset : to.dataset === name ? from.dataset : null;
      return other === null ? most : Math.max(most, scoreOf(other) / 4);
    }, 0);
  const scores = new Map(catalog.datasets.map(({ name }) => [name, scoreOf(name) + beside(name)]));
  const total = (dataset: Dataset): number => scores.get(dataset.name) ?? 0;
  return catalog.datasets.toSorted((left, right) => total(right) - total(left) || compareText(left.name, right.name));
}

function namesOf(dataset: Dataset): readonly string[] {
  return [...wordsOfName(dataset.name), ...dataset.synonyms.flatMap((synonym) => synonym.split(/\s+/u))];
}

function columnScore(dataset: Dataset, stems: ReadonlySet<string>): number {
  const scores = dataset.columns.map((column) => said(wordsOfColumn(dataset, column), stems));
  return (
    2 *
      Math.min(
        4,
        scores.reduce((sum, score) => sum + Math.min(1, score), 0),
      ) +
    described(dataset.description, stems)
  );
}

function wordsOfColumn(dataset: Dataset, column: Column): readonly string[] {
  return [...columnWords(dataset, column), ...column.synonyms.flatMap((synonym) => synonym.split(/\s+/u))];
}

function described(text: string, stems: ReadonlySet<string>): number {
  return Math.min(2, said(text.slice(0, textMax).split(/[^\p{L}\p{N}]+/u), stems) / 2);
}

/** How many of the words the request says. */
function said(words: readonly string[], stems: ReadonlySet<string>): number {
  return new Set(words.map((word) => stemOf(word)).filter((stem) => stem.length > 1 && stems.has(stem))).size;
}

/** All columns of a table that is not too wide; else keys, join columns, and those that hits, readings or the request name. */
function columnsShown(
  dataset: Dataset,
  relationships: readonly Relationship[],
  readings: readonly Reading[],
  { stems, hits }: { readonly stems: ReadonlySet<string>; readonly hits: readonly SearchHit[] },
): readonly Column[] {
  if (dataset.columns.length <= columnsMax) return dataset.columns;
  const needed = new Set([
    ...(dataset.keys[0]?.columns ?? []),
    ...relationships.flatMap(({ from, to }) => [
      ...(from.dataset === dataset.name ? from.columns : []),
      ...(to.dataset === dataset.name ? to.columns : []),
    ]),
  ]);
  const plans = readings.map(({ plan }) => JSON.stringify(plan));
  const meant = new Set(
    hits.filter(({ kind, dataset: home }) => kind === 'column' && home === dataset.name).map(({ name }) => name),
  );
  const score = (column: Column): number =>
    (needed.has(column.name) ? 10 : 0) +
    (meant.has(column.name) ? 8 : 0) +
    (plans.some((plan) => plan.includes(JSON.stringify(column.name))) ? 5 : 0) +
    2 * said(wordsOfColumn(dataset, column), stems) +
    described(column.description, stems);
  const kept = new Set(dataset.columns.toSorted((left, right) => score(right) - score(left)).slice(0, columnsMax));
  return dataset.columns.filter((column) => kept.has(column));
}

function datasetData(dataset: Dataset, columns: readonly Column[], values: boolean): Record<string, unknown> {
  const { name, description, synonyms } = dataset;
  return {
    id: occurrenceId(name),
    dataset: name,
    ...(description === '' ? {} : { description: description.slice(0, textMax) }),
    ...(synonyms.length === 0 ? {} : { synonyms }),
    key: dataset.keys[0]?.columns ?? [],
    columns: columns.map((column) => columnData(column, values)),
  };
}

function columnData(column: Column, values: boolean): Record<string, unknown> {
  const { name, type, role, description, synonyms, unit } = column;
  return {
    name,
    type: typeText(type),
    role,
    ...(description === '' ? {} : { description: description.slice(0, textMax) }),
    ...(synonyms.length === 0 ? {} : { synonyms }),
    ...(unit === null ? {} : { unit }),
    ...valuesData(column, values),
  };
}

/** Codes that the glossary explains are words of people; other values are data. Neither is shown of personal data. */
function valuesData({ pii, values }: Column, allowed: boolean): Record<string, unknown> {
  if (pii !== null || values === null) return {};
  const told = values.filter(({ label }) => allowed || label !== null).slice(0, valuesMax);
  return told.length === 0
    ? {}
    : { values: told.map(({ value, label }) => (label === null ? { value } : { value, means: label })) };
}

function glossaryData({ terms, metrics }: Catalog, shown: ReadonlySet<string>): Record<string, unknown> {
  const known = terms.filter(({ mapsTo, condition, formula }) =>
    [...mapsTo, ...[condition ?? [], formula ?? []].flat()].every(({ dataset }) => shown.has(dataset)),
  );
  const usable = metrics.filter(({ dataset }) => dataset === null || shown.has(dataset));
  return {
    ...(known.length === 0
      ? {}
      : {
          terms: known.map(({ term, synonyms, definition, mapsTo, condition, formula }) => ({
            term,
            synonyms,
            definition: definition.slice(0, textMax),
            means: mapsTo.map(({ dataset, column }) => ({ dataset, column })),
            ...(condition === null ? {} : { condition: condition.expression }),
            ...(formula === undefined ? {} : { formula: formula.expression }),
          })),
        }),
    ...(usable.length === 0
      ? {}
      : {
          metrics: usable.map(({ name, label, synonyms, description, definition }) => ({
            name,
            label,
            synonyms,
            description: description.slice(0, textMax),
            definition,
          })),
        }),
  };
}
