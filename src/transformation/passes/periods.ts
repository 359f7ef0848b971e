import type { AggregateQuery, Dimension, Expression, TimePart, TimeUnit } from '../../plan/query.js';
import type { WindowDistance } from '../../plan/relational.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { dpbError } from '../../support/errors.js';
import { output } from './draft.js';

/** The time dimension of a derived measure: what one step of it is. */
export interface PeriodDimension {
  readonly dimension: Dimension;
  /** `number`: a year as an integer. */
  readonly unit: TimeUnit | 'number';
}

/** The dimension `name` as a sequence of periods; raises `plan.refused` for one that has none. */
export function timeOf(query: AggregateQuery, name: string): PeriodDimension {
  const dimension = query.dimensions.find((candidate) => candidate.name === name);
  if (dimension === undefined) throw dpbError('plan.invalid', { problem: `"${name}" is not among the dimensions` });
  const { expression } = dimension;
  if (expression.kind === 'time_truncate') return { dimension, unit: expression.unit };
  if (expression.kind === 'time_part' && expression.part === 'year') return { dimension, unit: 'number' };
  if (expression.kind === 'column') return { dimension, unit: 'day' };
  throw dpbError('plan.refused', {
    reason: `"${name}" is not a sequence of periods: one period cannot be told from the same one of another year`,
    remedy: 'Group by day, week, month, quarter or year.',
  });
}

/** How far back the compared period lies: so many periods, the previous one, or the same one a year before. */
export function periodBack(
  { dimension, unit }: PeriodDimension,
  back: number | 'previous_period' | 'same_period_last_year',
): WindowDistance {
  if (back !== 'same_period_last_year') {
    const amount = back === 'previous_period' ? 1 : back;
    return unit === 'number' ? { kind: 'number', amount } : { kind: 'time', amount, unit };
  }
  if (unit === 'number') return { kind: 'number', amount: 1 };
  // A week has no date of the same name a year ago: 52 weeks before is the same week.
  if (unit === 'week') return { kind: 'time', amount: 52, unit: 'week' };
  if (unit === 'second' || unit === 'minute') {
    throw dpbError('plan.refused', {
      reason: `"${dimension.name}" is too fine to compare with last year`,
      remedy: 'Group by hour, day, week, month or quarter.',
    });
  }
  return { kind: 'time', amount: 1, unit: 'year' };
}

/** The window needs a period: rows whose time is null have none before them. */
export function isPresent(time: string): Expression {
  return { kind: 'is_null', operand: output(time), negated: true };
}

/**
 * What a sequence of periods runs within: all dimensions but the time and those that the time decides (the year beside
 * the month). For a period to date, also the period that it starts anew in.
 */
export function otherDimensions(
  query: AggregateQuery,
  time: string,
  until: { readonly unit: TimeUnit } | null,
): readonly Expression[] {
  const { dimension } = timeOf(query, time);
  const others = query.dimensions.filter(
    (other) => other.name !== time && !isDecidedBy(other.expression, dimension.expression),
  );
  const own = others.map(({ name }) => output(name));
  if (until === null) return own;
  if (dimension.expression.kind === 'time_part') {
    throw dpbError('plan.refused', {
      reason: `"${time}" is a number: no ${until.unit} can be told from it`,
      remedy: 'Group by day, week, month or quarter.',
    });
  }
  return [...own, { kind: 'time_truncate', unit: until.unit, operand: output(time) }];
}

/** Units whose periods each lie inside one period of the named unit. */
const inside: Readonly<Record<TimeUnit, readonly TimeUnit[]>> = {
  second: ['second'],
  minute: ['second', 'minute'],
  hour: ['second', 'minute', 'hour'],
  day: ['second', 'minute', 'hour', 'day'],
  week: ['second', 'minute', 'hour', 'day', 'week'],
  month: ['second', 'minute', 'hour', 'day', 'month'],
  quarter: ['second', 'minute', 'hour', 'day', 'month', 'quarter'],
  year: ['second', 'minute', 'hour', 'day', 'month', 'quarter', 'year'],
  fiscal_quarter: ['second', 'minute', 'hour', 'day', 'month', 'fiscal_quarter'],
  fiscal_year: ['second', 'minute', 'hour', 'day', 'month', 'fiscal_quarter', 'fiscal_year'],
};

const unitOfPart: Readonly<Record<TimePart, TimeUnit>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  month_name: 'month',
  week: 'week',
  iso_year: 'week',
  us_week: 'day',
  day_of_month: 'day',
  day_of_week: 'day',
  day_name: 'day',
  day_of_year: 'day',
  hour: 'hour',
  minute: 'minute',
};

function isDecidedBy(other: Expression, time: Expression): boolean {
  if (other.kind !== 'time_truncate' && other.kind !== 'time_part') return false;
  const base = time.kind === 'time_truncate' || time.kind === 'time_part' ? time.operand : time;
  if (canonicalJson(other.operand) !== canonicalJson(base)) return false;
  if (time.kind === 'column') return true;
  if (time.kind !== 'time_truncate') return false;
  const unit = other.kind === 'time_truncate' ? other.unit : unitOfPart[other.part];
  return inside[unit].includes(time.unit);
}
