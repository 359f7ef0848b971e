import type { Catalog, Column } from '../catalog/catalog.js';
import { sourceColumnOf } from '../plan/column-origin.js';
import type { AggregateQuery, Expression, Query, SemanticPlan } from '../plan/query.js';
import { homesOf } from '../plan/query-typing.js';
import { conjunctsOf } from '../plan/traverse.js';
import { assertNever } from '../support/assert-never.js';

/** The share of rows that a condition is taken to admit when nothing more is known. */
const admittedShare = 1 / 3;

/** What an estimate is made from. */
interface Known {
  readonly catalog: Catalog;
  readonly plan: SemanticPlan;
}

/** How many rows the plan is likely to give, from the profile of the catalog: a whole number, at least 0. For people. */
export function estimateRows(plan: SemanticPlan, catalog: Catalog): number {
  const { query } = plan;
  const rows = estimate(query, { catalog, plan });
  return Math.max(
    0,
    Math.round(query.limit === null || query.limit.per.length > 0 ? rows : Math.min(rows, query.limit.count)),
  );
}

function estimate(query: Query, known: Known): number {
  switch (query.kind) {
    case 'aggregate':
      return estimateGroups(query, known);
    case 'detail': {
      const dataset = query.tables.find(({ id }) => id === query.home)?.dataset;
      return rowsOf(dataset, known) * admittedShare ** conjunctsOf(query.filter).length;
    }
    case 'set': {
      const inputs = query.inputs.map((input) => estimate(input, known));
      return query.operation === 'union' ? inputs.reduce((sum, rows) => sum + rows, 0) : Math.min(...inputs);
    }
    default:
      return assertNever(query);
  }
}

function estimateGroups(query: AggregateQuery, known: Known): number {
  if (query.dimensions.length === 0) return 1;
  const homes = homesOf(query).map((home) => rowsOf(query.tables.find(({ id }) => id === home)?.dataset, known));
  const rows = Math.max(0, ...homes) * admittedShare ** conjunctsOf(query.filter).length;
  const keys = query.dimensions.filter(({ role }) => role === 'key');
  const groups = keys.reduce((product, { expression }) => product * distinctOf(expression, query, known), 1);
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

function distinctOf(expression: Expression, query: AggregateQuery, known: Known): number {
  if (expression.kind === 'time_truncate') {
    const days = spanInDays(expression.operand, query, known);
    return days === null ? distinctOf(expression.operand, query, known) : Math.max(1, days / daysIn[expression.unit]);
  }
  if (expression.kind !== 'column') return 10;
  const column = columnOf(expression, query, known);
  return column === undefined ? 10 : column.profile.distinct + (column.profile.nulls > 0 ? 1 : 0);
}

function spanInDays(expression: Expression, query: AggregateQuery, known: Known): number | null {
  if (expression.kind !== 'column') return null;
  const profile = columnOf(expression, query, known)?.profile;
  const [first, last] = [Date.parse(profile?.min ?? ''), Date.parse(profile?.max ?? '')];
  return Number.isNaN(first) || Number.isNaN(last) ? null : (last - first) / 86_400_000;
}

function columnOf(
  { table, column }: Extract<Expression, { kind: 'column' }>,
  query: AggregateQuery,
  { catalog, plan }: Known,
): Column | undefined {
  const name = query.tables.find(({ id }) => id === table)?.dataset;
  const place = name === undefined ? null : sourceColumnOf(plan, { dataset: name, column });
  return catalog.datasets
    .find((dataset) => dataset.name === place?.dataset)
    ?.columns.find((candidate) => candidate.name === place?.column);
}

/** Of a table that the plan makes: what its query gives; of a prepared one the rows of its sources, or the keys that stay. */
function rowsOf(dataset: string | undefined, known: Known): number {
  const made = known.plan.datasets?.find(({ name }) => name === dataset);
  if (made === undefined) return known.catalog.datasets.find(({ name }) => name === dataset)?.rows ?? 0;
  if (made.kind === 'query') return estimate(made.query, known);
  const all = made.from.reduce((sum, from) => sum + rowsOf(from, known), 0);
  if (made.dedupe === null) return all;
  const keys = made.dedupe.key.reduce((product, column) => {
    const place = sourceColumnOf(known.plan, { dataset: made.name, column });
    const source = known.catalog.datasets.find(({ name }) => name === place?.dataset);
    return product * (source?.columns.find(({ name }) => name === place?.column)?.profile.distinct ?? all);
  }, 1);
  return Math.min(all, keys);
}
