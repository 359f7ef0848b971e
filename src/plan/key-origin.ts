import { assertNever } from '../support/assert-never.js';
import { isCovered } from './plan-datasets.js';
import type { AggregateQuery, DetailQuery, PlanDataset, Query, SemanticPlan } from './query.js';
import { shownNamesOf } from './traverse.js';

/**
 * Why columns of a table that a plan reads may be met as a key. `made`: rows that agree in them are one by the way the
 * table is made. `source`: they are columns of that source, whose rows have to show it. `unknown`: neither.
 */
export type KeyOrigin =
  | { readonly kind: 'made' }
  | {
      readonly kind: 'source';
      readonly dataset: string;
      /** What the columns are called there, in the same order. */
      readonly columns: readonly string[];
    }
  | { readonly kind: 'unknown' };

/** Where the uniqueness of `columns` of `dataset` comes from. Columns beyond the key (the start of a validity) only need to be traced. */
export function keyOriginOf(plan: SemanticPlan, dataset: string, columns: readonly string[]): KeyOrigin {
  const made = plan.datasets?.find(({ name }) => name === dataset);
  return made === undefined ? { kind: 'source', dataset, columns } : originInDataset(plan, made, columns);
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
      return originInGroups(query, columns);
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

/** Groups are told apart by all dimensions together, attributes too: that the keys alone do is not known. */
function originInGroups({ dimensions }: AggregateQuery, columns: readonly string[]): KeyOrigin {
  const names = dimensions.map(({ name }) => name);
  return isCovered(names, columns) ? { kind: 'made' } : { kind: 'unknown' };
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
