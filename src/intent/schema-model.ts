import type { Catalog, Column, Dataset, Relationship } from '../catalog/catalog.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import { isNumeric, isTemporal } from '../plan/data-type.js';
import type { Validity } from '../plan/query.js';
import { compareText } from '../support/text-order.js';
import type { ComputedColumn } from './computed-columns.js';
import { isRoleMentioned, standingOf } from './relationship-roles.js';
import { stemOf } from './word-forms.js';
import { abbreviations } from './words/abbreviations.js';

/** A step from a dataset to one of which each of its rows meets at most one row. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly on: readonly { readonly from: string; readonly to: string }[];
  readonly cardinality: 'many_to_one' | 'one_to_one';
  readonly cost: number;
  readonly relationship: Relationship;
  /** Of what it leads to, the row in force is met. */
  readonly during: Validity | null;
  /** The step to the table whose date says when, where that is not `from` itself. */
  readonly dated?: Step | undefined;
  /** The column of `from` that says which part of the row it leads to each row stands for. */
  readonly weight: string | null;
}

/** The catalog as composition asks it: what is reached without multiplying rows, names, keys and dates of a table. */
export interface SchemaModel {
  readonly catalog: Catalog;
  /** Stems of the request's words. */
  readonly said: ReadonlySet<string>;
  /** Columns that the catalog has only here: plans hold what they are computed from. */
  readonly computed: readonly ComputedColumn[];
  dataset(name: string): Dataset | undefined;
  column(dataset: string, column: string): Column | undefined;
  /** Steps from `from` to each dataset that it reaches n:1, cheapest path; itself with no steps. */
  reach(from: string): ReadonlyMap<string, { readonly steps: readonly Step[]; readonly cost: number }>;
  /** The datasets from which `to` may be reached, in the order of the catalog, itself included. */
  reachedFrom(to: string): readonly string[];
}

/** Stems of the request's words and of each two that follow each other, and those with the stems of words of one root or meaning (`registered` for registrations). */
export interface Said {
  readonly stems: ReadonlySet<string>;
  readonly hints: ReadonlySet<string>;
}

/** The model of `catalog`; relationships in `avoided` are not walked, those whose role words are said cost less. */
export function schemaModel(
  catalog: Catalog,
  computed: readonly ComputedColumn[],
  said: Said,
  avoided: ReadonlySet<Relationship> = new Set(),
): SchemaModel {
  const datasets = new Map(catalog.datasets.map((dataset) => [dataset.name, dataset]));
  const steps = stepsOf(catalog, said, avoided);
  const reached = new Map<string, ReadonlyMap<string, { steps: readonly Step[]; cost: number }>>();
  const places = new Map(catalog.datasets.map(({ name }, place) => [name, place]));
  const placeOf = (name: string): number => places.get(name) ?? places.size;
  const backwards = backwardsOf(steps);
  const sources = new Map<string, readonly string[]>();
  return {
    catalog,
    said: said.stems,
    computed,
    dataset: (name) => datasets.get(name),
    column: (dataset, column) => datasets.get(dataset)?.columns.find((candidate) => candidate.name === column),
    reach(from) {
      const known = reached.get(from) ?? shortestPaths(from, steps);
      reached.set(from, known);
      return known;
    },
    reachedFrom(to) {
      const known =
        sources.get(to) ?? [...startsOf(to, backwards)].sort((left, right) => placeOf(left) - placeOf(right));
      sources.set(to, known);
      return known;
    },
  };
}

/** From where each dataset is reached by one step. */
function backwardsOf(steps: ReadonlyMap<string, readonly Step[]>): ReadonlyMap<string, readonly string[]> {
  const backwards = new Map<string, string[]>();
  for (const step of [...steps.values()].flat()) {
    const list = backwards.get(step.to);
    if (list === undefined) backwards.set(step.to, [step.from]);
    else list.push(step.from);
  }
  return backwards;
}

/** No path is longer than this many steps. */
const stepsMax = 5;

/** The datasets from which `to` is at most `stepsMax` steps away, itself included. */
function startsOf(to: string, backwards: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set([to]);
  let edge: readonly string[] = [to];
  for (let step = 0; step < stepsMax && edge.length > 0; step += 1) {
    edge = [...new Set(edge.flatMap((name) => backwards.get(name) ?? []))].filter((name) => !found.has(name));
    for (const name of edge) found.add(name);
  }
  return found;
}

/** What tables that tie others together are called beside the names of those: `registrations` of `student_registrations`. */
function ownStems(catalog: Catalog, dataset: string): readonly string[] {
  const tied = catalog.relationships.filter(({ from }) => from.dataset === dataset).map(({ to }) => to.dataset);
  if (new Set(tied).size < 2) return [];
  const others = new Set(tied.flatMap((name) => wordsOfName(name)).map(stemOf));
  return wordsOfName(dataset)
    .map(stemOf)
    .filter((stem) => !others.has(stem));
}

const hintWorth = 0.3;

function endsOf({ from, to }: Relationship): string {
  return `${from.dataset}\n${to.dataset}`;
}

function stepsOf(
  catalog: Catalog,
  { stems: said, hints }: Said,
  avoided: ReadonlySet<Relationship>,
): ReadonlyMap<string, readonly Step[]> {
  const steps = new Map<string, Step[]>();
  const add = (step: Step): void => {
    const list = steps.get(step.from) ?? [];
    list.push(step);
    steps.set(step.from, list);
  };
  const datasets = new Map(catalog.datasets.map((dataset) => [dataset.name, dataset]));
  const hinted = new Set(
    catalog.datasets.map(({ name }) => name).filter((name) => ownStems(catalog, name).some((stem) => hints.has(stem))),
  );
  const undated: Step[] = [];
  const ends = new Map<string, number>();
  for (const each of catalog.relationships) ends.set(endsOf(each), (ends.get(endsOf(each)) ?? 0) + 1);
  for (const relationship of catalog.relationships) {
    const { from, to, cardinality } = relationship;
    if (avoided.has(relationship) || from.dataset === to.dataset || cardinality === 'many_to_many') continue;
    const mentioned = isRoleMentioned(relationship, said) ? 0.4 : 0;
    const standing = standingOf(relationship, (ends.get(endsOf(relationship)) ?? 0) > 1);
    const cost = 1 + (1 - standing) - mentioned - (hinted.has(from.dataset) ? hintWorth : 0);
    const on = from.columns.map((column, index) => ({ from: column, to: to.columns[index] ?? column }));
    const weight = relationship.weight?.column ?? null;
    const during = validityOf(relationship, datasets.get(from.dataset));
    if (during === 'unknown') {
      undated.push({ from: from.dataset, to: to.dataset, on, cardinality, cost, relationship, during: null, weight });
      continue;
    }
    // The present is nearer than a history.
    const price = cost + (during === null ? 0 : 0.3);
    add({ from: from.dataset, to: to.dataset, on, cardinality, cost: price, relationship, during, weight });
    if (cardinality === 'one_to_one') {
      add({
        from: to.dataset,
        to: from.dataset,
        on: on.map((pair) => ({ from: pair.to, to: pair.from })),
        cardinality,
        cost: cost + 0.2,
        relationship,
        during: null,
        weight: null,
      });
    }
  }
  for (const step of undated) {
    const dated = datedBy(step, steps.get(step.from) ?? [], datasets);
    if (dated !== null) add(dated);
  }
  return steps;
}

/**
 * The step to a history on the date of the one table that its rows lead to and that has a date: a line's order. The thing that
 * both refer to has none that counts: a product's launch says nothing of its price. Null where that leaves none, or several.
 */
function datedBy(step: Step, others: readonly Step[], datasets: ReadonlyMap<string, Dataset>): Step | null {
  const { during } = step.relationship;
  const keys = step.on.map(({ from }) => from);
  const ways = others.flatMap((other) => {
    const isSameThing = other.on.every(({ from }) => keys.includes(from));
    const dataset = datasets.get(other.to);
    if (other.during !== null || other.to === step.to || isSameThing || dataset === undefined) return [];
    const date = dateOf(dataset);
    return date === null ? [] : [{ other, date }];
  });
  const [way, second] = ways;
  if (!during || way === undefined || second !== undefined) return null;
  const { start, end } = during;
  return {
    ...step,
    cost: step.cost + 0.3 + way.other.cost / 10,
    during: { at: way.date, atTable: way.other.to, start, end },
    dated: way.other,
  };
}

/**
 * When the row of a history is to be in force: on the date of what refers to it, or on the as-of date where that is a thing of
 * its own. Unknown where something that happened has no date: its price today would be a wrong one.
 */
function validityOf({ during, from }: Relationship, dataset: Dataset | undefined): Validity | 'unknown' | null {
  if (!during) return null;
  const { start, end } = during;
  const isOwnKey =
    dataset?.keys.some(({ columns }) => columns.every((column) => from.columns.includes(column))) ?? false;
  if (isOwnKey || dataset === undefined) return { at: null, start, end };
  const date = dateOf(dataset);
  return date === null ? 'unknown' : { at: date, start, end };
}

/** The date of what happened in rows of the dataset; null where it has none. */
export function dateOf(dataset: Dataset | undefined): string | null {
  return (dataset === undefined ? undefined : dateColumns(dataset).find(({ type }) => isTemporal(type)))?.name ?? null;
}

function shortestPaths(
  start: string,
  steps: ReadonlyMap<string, readonly Step[]>,
): ReadonlyMap<string, { steps: readonly Step[]; cost: number }> {
  const done = new Map<string, { steps: readonly Step[]; cost: number }>();
  const open = new Map<string, { steps: readonly Step[]; cost: number }>([[start, { steps: [], cost: 0 }]]);
  while (open.size > 0) {
    const [name, path] = [...open].reduce((best, entry) =>
      entry[1].cost < best[1].cost || (entry[1].cost === best[1].cost && compareText(entry[0], best[0]) < 0)
        ? entry
        : best,
    );
    open.delete(name);
    done.set(name, path);
    if (path.steps.length >= stepsMax) continue;
    for (const step of steps.get(name) ?? []) {
      const cost = path.cost + step.cost;
      const known = open.get(step.to)?.cost ?? Number.POSITIVE_INFINITY;
      if (!done.has(step.to) && cost < known) open.set(step.to, { steps: [...path.steps, step], cost });
    }
  }
  return done;
}

/** The columns of the smallest key; null where none is known. */
export function keyOf(dataset: Dataset): readonly string[] | null {
  return dataset.keys[0]?.columns ?? null;
}

/** The columns that name a row for people: `name`, `title`, first and last name; the key where there are none. */
export function nameColumns(dataset: Dataset): readonly Column[] {
  const known = namesByDataset.get(dataset) ?? findNameColumns(dataset);
  namesByDataset.set(dataset, known);
  return known;
}

const namesByDataset = new WeakMap<Dataset, readonly Column[]>();

function findNameColumns(dataset: Dataset): readonly Column[] {
  const table = new Set(wordsOfName(dataset.name).map(stemOf));
  const scored = dataset.columns
    .filter((column) => column.type.kind === 'text')
    .map((column) => ({
      column,
      score: namingScore(columnWords(dataset, column), table) + (column.role === 'identifier' ? -0.2 : 0),
    }));
  const best = scored.reduce((top, entry) => (entry.score > top.score ? entry : top), {
    column: undefined as Column | undefined,
    score: 0.3,
  });
  if (best.column !== undefined && best.score < 2) {
    const parts = scored.filter(({ column }) => isPersonPart(columnWords(dataset, column)));
    if (parts.length >= 2 && best.score <= 1.2) return parts.slice(0, 2).map(({ column }) => column);
  }
  if (best.column !== undefined) return [best.column];
  const key = keyOf(dataset);
  return dataset.columns.filter((column) => key?.includes(column.name) ?? false).slice(0, 2);
}

/** Whether the words are those of a part of a person's name. */
export function isPersonPart(words: readonly string[]): boolean {
  const text = words.join(' ');
  return (
    ['first name', 'last name', 'fname', 'lname', 'family name', 'given name', 'middle name'].includes(text) &&
    text !== 'middle name'
  );
}

function namingScore(words: readonly string[], table: ReadonlySet<string>): number {
  const bare = words.filter((word) => !table.has(stemOf(word))).map((word) => abbreviations[word]?.[0] ?? word);
  const text = bare.join(' ');
  if (text === 'name') return 3;
  if (text === 'title' || text === 'full name') return 2.6;
  if (bare.length === 0 && words.length > 0) return 2.2;
  if (isPersonPart(words)) return 1.1;
  if (words.at(-1) === 'name') return 1.5;
  return words.at(-1) === 'title' ? 1 : 0;
}

/** Columns that say when something happened, likeliest first: typed dates before years kept as numbers. */
export function dateColumns(dataset: Dataset): readonly Column[] {
  const table = new Set(wordsOfName(dataset.name).map(stemOf));
  const score = (column: Column): number => {
    const words = columnWords(dataset, column);
    const own = words.some((word) => table.has(stemOf(word))) ? 1 : 0;
    const plain = words.length === 1 || (words.length === 2 && own === 1) ? 0.5 : 0;
    const created = words.some((word) => ['created', 'create', 'occurred', 'placed', 'event'].includes(word)) ? 0.4 : 0;
    const technical = words.some((word) =>
      [
        'updated',
        'update',
        'modified',
        'ingested',
        'loaded',
        'deleted',
        'birth',
        'expires',
        'end',
        'delivered',
        'resolved',
      ].includes(word),
    )
      ? -1
      : 0;
    const full = column.profile.nulls === 0 ? 0.3 : 0;
    return own + plain + created + technical + full;
  };
  const typed = dataset.columns.filter((column) => isTemporal(column.type));
  const list = typed.length > 0 ? typed : dataset.columns.filter((column) => isYearColumn(dataset, column));
  return list
    .map((column, index) => ({ column, score: score(column) - index * 0.05 }))
    .sort((left, right) => right.score - left.score)
    .map(({ column }) => column);
}

/** Whether the column holds a calendar year as a number or text. */
export function isYearColumn(dataset: Dataset, column: Column): boolean {
  if (isTemporal(column.type)) return false;
  const words = columnWords(dataset, column);
  const low = Number(column.profile.min);
  const high = Number(column.profile.max);
  const plausible = low >= 1000 && high <= 2200;
  return (
    plausible &&
    (isNumeric(column.type) || column.type.kind === 'text') &&
    words.some((word) => ['year', 'yr', 'founded', 'opened', 'built', 'since'].includes(word))
  );
}

/** Whether sums and averages of the column mean something. */
export function isSummable(column: Column): boolean {
  return isNumeric(column.type) && column.role !== 'identifier';
}
