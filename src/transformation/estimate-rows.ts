import type { Catalog } from '../catalog/catalog.js';
import type { AggregateQuery, Expression, Query } from '../plan/query.js';
import { homesOf } from '../plan/query-typing.js';
import { conjunctsOf } from '../plan/traverse.js';
import { assertNever } from '../support/assert-never.js';

/** The share of rows that a condition is taken to admit when nothing more is known. */
const admittedShare = 1 / 3;

/** How many rows the query is likely to give, from the profile of the catalog: a whole number, at least 0. For people. */
export function estimateRows(query: Query, catalog: Catalog): number {
  const rows = estimate(query, catalog);
  return Math.max(
    0,
    Math.round(query.limit === null || query.limit.per.length > 0 ? rows : Math.min(rows, query.limit.count)),
  );
}

function estimate(query: Query, catalog: Catalog): number {
  switch (query.kind) {
    case 'aggregate':
      return estimateGroups(query, catalog);
    case 'detail': {
      const dataset = query.tables.find(({ id }) => id === query.home)?.dataset;
      return rowsOf(dataset, catalog) * admittedShare ** conjunctsOf(query.filter).length;
    }
    case 'set': {
      const inputs = query.inputs.map((input) => estimate(input, catalog));
      return query.operation === 'union' ? inputs.reduce((sum, rows) => sum + rows, 0) : Math.min(...inputs);
    }
    default:
      return assertNever(query);
  }
}

function estimateGroups(query: AggregateQuery, catalog: Catalog): number {
  if (query.dimensions.length === 0) return 1;
  const homes = homesOf(query).map((home) => rowsOf(query.tables.find(({ id }) => id === home)?.dataset, catalog));
  const rows = Math.max(0, ...homes) * admittedShare ** conjunctsOf(query.filter).length;
  const keys = query.dimensions.filter(({ role }) => role === 'key');
  const groups = keys.reduce((product, { expression }) => product * distinctOf(expression, query, catalog), 1);
  return Math.min(rows, groups) * (query.having === null ? 1 : admittedShare);
}

/** Days in the units that time is grouped by. */
const daysIn = {
  second: 1 / 86_400,
  minute: 1 / 1440,
  hour: 1 / 24,
  day: 1,
  week: 7,
  month: 30.4,
  quarter: 91.3,
  year: 365.25,
  fiscal_quarter: 91.3,
  fiscal_year: 365.25,
} as const;

function distinctOf(expression: Expression, query: AggregateQuery, catalog: Catalog): number {
  if (expression.kind === 'time_truncate') {
    const days = spanInDays(expression.operand, query, catalog);
    return days === null ? distinctOf(expression.operand, query, catalog) : Math.max(1, days / daysIn[expression.unit]);
  }
  if (expression.kind !== 'column') return 10;
  const column = columnOf(expression, query, catalog);
  return column === undefined ? 10 : column.profile.distinct + (column.profile.nulls > 0 ? 1 : 0);
}

function spanInDays(expression: Expression, query: AggregateQuery, catalog: Catalog): number | null {
  if (expression.kind !== 'column') return null;
  const profile = columnOf(expression, query, catalog)?.profile;
  const [first, last] = [Date.parse(profile?.min ?? ''), Date.parse(profile?.max ?? '')];
  return Number.isNaN(first) || Number.isNaN(last) ? null : (last - first) / 86_400_000;
}

function columnOf({ table, column }: Extract<Expression, { kind: 'column' }>, query: AggregateQuery, catalog: Catalog) {
  const name = query.tables.find(({ id }) => id === table)?.dataset;
  return catalog.datasets
    .find((dataset) => dataset.name === name)
    ?.columns.find((candidate) => candidate.name === column);
}

function rowsOf(dataset: string | undefined, catalog: Catalog): number {
  return catalog.datasets.find(({ name }) => name === dataset)?.rows ?? 0;
}
