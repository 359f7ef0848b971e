import { assertNever } from '../support/assert-never.js';
import { isCovered } from './plan-datasets.js';
import type { AggregateQuery, DetailQuery, Dimension, PlanDataset, Query, SemanticPlan } from './query.js';
import { datasetOf, filledDimensionOf, occurrencesOf, reachOf, shownNamesOf } from './traverse.js';

/**
 * Why columns of a table that a plan reads may be met as a key. `made`: rows that agree in them are one by the way the
 * table is made. `source`: they are columns of that source, whose rows have to show it. `followed`: they are one by the way
 * the table is made if those columns of that source, from which its attributes follow, occur once. `unknown`: none of these.
 */
export type KeyOrigin =
  | { readonly kind: 'made' }
  | {
      readonly kind: 'source';
      readonly dataset: string;
      /** What the columns are called there, in the same order. */
      readonly columns: readonly string[];
    }
  | { readonly kind: 'followed'; readonly dataset: string; readonly columns: readonly string[] }
  | { readonly kind: 'unknown' };

/** Where the uniqueness of `columns` of `dataset` comes from. Columns beyond the key (the start of a validity) only need to be traced. */
export function keyOriginOf(plan: SemanticPlan, dataset: string, columns: readonly string[]): KeyOrigin {
  const made = plan.datasets?.find(({ name }) => name === dataset);
  return made === undefined ? { kind: 'source', dataset, columns } : originInDataset(plan, made, columns);
}

/** A table that keeps the latest row of each key of one source and changes no value, so that its rows can be told from the source alone. */
export interface LatestRows {
  readonly source: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly latestBy: readonly string[];
}

/** The latest rows that `dataset` of the plan consists of; null where it is made in another way. */
export function latestRowsOf({ datasets = [] }: SemanticPlan, dataset: string): LatestRows | null {
  const made = datasets.find(({ name }) => name === dataset);
  if (made?.kind !== 'prepared' || made.dedupe === null || made.columns.some(({ cast }) => cast !== null)) return null;
  const [source, ...others] = made.from;
  if (source === undefined || others.length > 0 || datasets.some(({ name }) => name === source)) return null;
  return { source, columns: made.columns.map(({ name }) => name), ...made.dedupe };
}

function originInDataset(plan: SemanticPlan, dataset: PlanDataset, columns: readonly string[]): KeyOrigin {
  switch (dataset.kind) {
    case 'query':
      return originInQuery(plan, dataset.query, columns);
    case 'prepared': {
      if (dataset.dedupe !== null && isCovered(dataset.dedupe.key, columns)) return { kind: 'made' };
      const [only, ...others] = dataset.from;
      // A cast can make one value of two.
      const isAsItWas = columns.every((name) =>
        dataset.columns.some((column) => column.name === name && column.cast === null),
      );
      return only !== undefined && others.length === 0 && isAsItWas
        ? keyOriginOf(plan, only, columns)
        : { kind: 'unknown' };
    }
    default:
      return assertNever(dataset);
  }
}

function originInQuery(plan: SemanticPlan, query: Query, columns: readonly string[]): KeyOrigin {
  const { limit } = query;
  if (limit !== null && limit.count === 1 && limit.ties === 'cut' && isCovered(limit.per, columns))
    return { kind: 'made' };
  switch (query.kind) {
    case 'aggregate':
      return originInGroups(plan, query, columns);
    case 'detail':
      return originInRows(plan, query, columns);
    case 'set': {
      const [first] = query.inputs;
      const isDistinct = !query.all && first !== undefined && isCovered(shownNamesOf(first), columns);
      return isDistinct ? { kind: 'made' } : { kind: 'unknown' };
    }
    default:
      return assertNever(query);
  }
}

/**
 * Groups are told apart by all dimensions together. Attributes may be left out where the keys name the row of one table that
 * all of them are computed from.
 */
function originInGroups(plan: SemanticPlan, query: AggregateQuery, columns: readonly string[]): KeyOrigin {
  const all = query.dimensions.map(({ name }) => name);
  if (isCovered(all, columns)) return { kind: 'made' };
  const keys = query.dimensions.filter(({ role }) => role === 'key');
  const isTold = isCovered(
    keys.map(({ name }) => name),
    columns,
  );
  // Periods that are filled in take their attributes from the calendar, not from rows.
  if (!isTold || filledDimensionOf(query) !== null) return { kind: 'unknown' };
  const named = namedRows(query, keys).find(({ table }) => followFrom(table, query));
  if (named === undefined) return { kind: 'unknown' };
  const dataset = datasetOf(query, named.table);
  const origin = keyOriginOf(plan, dataset, named.columns);
  return origin.kind === 'source' ? { ...origin, kind: 'followed' } : origin;
}

interface NamedRow {
  readonly table: string;
  readonly columns: readonly string[];
}

/** The tables of which the keys name a row: those that a join meets by columns which are keys as they are, on either side. */
function namedRows(query: AggregateQuery, keys: readonly Dimension[]): readonly NamedRow[] {
  const isKey = (table: string, column: string): boolean =>
    // Members of `every` have no rows of the facts: what they do not reach names none of their own.
    (query.every === null || reachOf(query.every, query.joins).has(table)) &&
    keys.some(
      ({ expression, perHome }) =>
        expression.kind === 'column' &&
        expression.table === table &&
        expression.column === column &&
        (perHome ?? []).length === 0,
    );
  const throughTime = new Set(query.joins.flatMap(({ to, during = null }) => (during === null ? [] : [to])));
  return query.joins
    .filter(({ from, to, on }) =>
      on.every((pair) => !throughTime.has(to) && (isKey(to, pair.to) || isKey(from, pair.from))),
    )
    .map(({ to, on }) => ({ table: to, columns: on.map((pair) => pair.to) }));
}

/** Whether all attributes are computed from the one row of `table`, in every home. */
function followFrom(table: string, { dimensions, joins }: AggregateQuery): boolean {
  const reached = reachOf(table, joins);
  return dimensions
    .filter(({ role }) => role === 'attribute')
    .every(
      ({ expression, perHome }) =>
        (perHome ?? []).length === 0 && occurrencesOf(expression).every((occurrence) => reached.has(occurrence)),
    );
}

/** Rows of a home are as unique as they were there, if the columns are shown as they are. */
function originInRows(plan: SemanticPlan, query: DetailQuery, columns: readonly string[]): KeyOrigin {
  if (query.distinct && isCovered(shownNamesOf(query), columns)) return { kind: 'made' };
  const home = query.tables.find(({ id }) => id === query.home)?.dataset;
  const originals = columns.flatMap((name) => {
    const expression = query.columns.find((column) => column.name === name)?.expression;
    return expression?.kind === 'column' && expression.table === query.home ? [expression.column] : [];
  });
  if (home === undefined || originals.length < columns.length) return { kind: 'unknown' };
  return keyOriginOf(plan, home, originals);
}
