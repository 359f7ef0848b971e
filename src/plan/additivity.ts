import { assertNever } from '../support/assert-never.js';
import type { Additivity, TableShape } from './product.js';
import type { AggregateMeasure, AggregateQuery, MeasureDefinition } from './query.js';

/**
 * Whether totals of the measure over groups give the measure of their union. Sums and counts do, also their sums,
 * differences and multiples by a constant; a distinct count does where each row of the home has a value of its own.
 */
export function additivityOf(
  definition: MeasureDefinition,
  query: AggregateQuery,
  sources: readonly TableShape[],
): Additivity {
  switch (definition.kind) {
    case 'aggregate':
      return additivityOfAggregate(definition, query, sources);
    case 'combine': {
      const parts = [definition.left, definition.right].map((part) => additivityOf(part, query, sources));
      const isMultiple =
        definition.operator === 'multiply' &&
        [definition.left, definition.right].some(({ kind }) => kind === 'constant');
      if (isMultiple) return parts.includes('additive') ? 'additive' : 'non_additive';
      return definition.operator !== 'multiply' && parts.every((part) => part === 'additive')
        ? 'additive'
        : 'non_additive';
    }
    case 'constant':
    case 'ratio':
    case 'share':
    case 'change':
    case 'running_total':
    case 'rolling':
    case 'period_to_date':
    case 'rank':
      return 'non_additive';
    default:
      return assertNever(definition);
  }
}

function additivityOfAggregate(
  aggregate: AggregateMeasure,
  query: AggregateQuery,
  sources: readonly TableShape[],
): Additivity {
  if (aggregate.snapshot !== null && aggregate.snapshot !== undefined) return 'semi_additive';
  switch (aggregate.function) {
    case 'sum':
    case 'count':
      return 'additive';
    case 'count_distinct':
      return isKeyOfHome(aggregate, query, sources) ? 'additive' : 'non_additive';
    case 'first':
    case 'last':
      return 'semi_additive';
    case 'avg':
    case 'min':
    case 'max':
    case 'median':
    case 'percentile':
    case 'stddev':
      return 'non_additive';
    default:
      return assertNever(aggregate.function);
  }
}

function isKeyOfHome(
  { argument, home }: AggregateMeasure,
  query: AggregateQuery,
  sources: readonly TableShape[],
): boolean {
  if (argument?.kind !== 'column' || argument.table !== home) return false;
  const dataset = query.tables.find(({ id }) => id === home)?.dataset;
  const keys = sources.find((source) => source.dataset === dataset)?.keys ?? [];
  return keys.some((key) => key.length === 1 && key[0] === argument.column);
}
