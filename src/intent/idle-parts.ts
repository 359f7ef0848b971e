import type { Catalog } from '../catalog/catalog.js';
import type { AggregateQuery, Expression, Query } from '../plan/query.js';
import { aggregatesOf, conjunctsOf, datasetOf, queriesOf } from '../plan/traverse.js';

/**
 * How many parts of a plan change nothing, whatever the data: members of a kind counted one by one, a ratio of a measure to
 * itself, the first of a single row, groups by what is the same in all rows that are measured. Nobody asks for these: a word
 * was rather read as something else than it says.
 */
export function idleParts(query: Query, catalog: Catalog): number {
  return queriesOf(query).reduce((sum, part) => sum + (part.kind === 'aggregate' ? idleIn(part, catalog) : 0), 0);
}

function idleIn(query: AggregateQuery, catalog: Catalog): number {
  const shown = query.measures.filter((measure) => measure.shown);
  const signs = [
    query.limit !== null && query.dimensions.length === 0,
    shown.some(({ definition }) => definition.kind === 'ratio' && same(definition.numerator, definition.denominator)),
    shown.some(
      ({ definition }) =>
        definition.kind === 'aggregate' && countsEach(query, definition.function, definition.home, catalog),
    ),
    isFixed(query),
  ];
  return signs.filter(Boolean).length;
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Whether rows are counted in groups of one each: by a key of theirs. */
function countsEach(query: AggregateQuery, folded: string, home: string, { datasets }: Catalog): boolean {
  if (folded !== 'count' && folded !== 'count_distinct') return false;
  const grouped = new Set(
    query.dimensions.flatMap(({ expression }) =>
      expression.kind === 'column' && expression.table === home ? [expression.column] : [],
    ),
  );
  const name = datasetOf(query, home);
  const keys = datasets.find((dataset) => dataset.name === name)?.keys ?? [];
  return keys.some(({ columns }) => columns.every((column) => grouped.has(column)));
}

/** Whether a shown group is of a column that a condition, of all rows or of a measure alone, holds to one value. */
function isFixed(query: AggregateQuery): boolean {
  const filters = [
    query.filter,
    ...query.measures.flatMap(({ definition }) => aggregatesOf(definition)).map(({ filter }) => filter),
  ];
  const held = new Set(filters.flatMap(conjunctsOf).flatMap(heldBy));
  return query.dimensions.some(({ shown, expression }) => shown && held.has(JSON.stringify(expression)));
}

/** What a condition leaves one value: a column that equals a constant, or is true. */
function heldBy(condition: Expression): readonly string[] {
  if (condition.kind === 'column') return [JSON.stringify(condition)];
  const equal = condition.kind === 'comparison' && condition.operator === 'eq' && condition.right.kind === 'literal';
  return equal ? [JSON.stringify(condition.left)] : [];
}
