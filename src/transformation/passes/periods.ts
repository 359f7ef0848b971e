import type { Dimension, Expression, TimePart, TimeSettings, TimeUnit } from '../../plan/query.js';
import type { WindowDistance } from '../../plan/relational.js';
import { columnsOf, mapExpression, nodesOf } from '../../plan/traverse.js';
import { sameData } from '../../support/canonical-json.js';
import { dpbError } from '../../support/errors.js';
import { type Draft, output } from './draft.js';

/** The time dimension of a derived measure: what one step of it is. */
export interface PeriodDimension {
  readonly dimension: Dimension;
  /** `number`: a year as an integer. */
  readonly unit: TimeUnit | 'number';
}

/**
 * The dimension `name` as a sequence of periods: of the unit that it truncates to, days for a date, steps of 1 for an
 * integer. Raises `plan.refused` for what has none.
 */
export function timeOf({ query, types }: Pick<Draft, 'query' | 'types'>, name: string): PeriodDimension {
  const dimension = query.dimensions.find((candidate) => candidate.name === name);
  if (dimension === undefined) throw dpbError('plan.invalid', { problem: `"${name}" is not among the dimensions` });
  const { expression } = dimension;
  const type = types.find((candidate) => candidate.name === name)?.type;
  if (expression.kind === 'time_truncate') return { dimension, unit: expression.unit };
  const isPartOfYear = expression.kind === 'time_part' && expression.part !== 'year' && expression.part !== 'iso_year';
  if (type?.kind === 'integer' && !isPartOfYear) return { dimension, unit: 'number' };
  if (type?.kind === 'date') return { dimension, unit: 'day' };
  throw dpbError('plan.refused', {
    reason: `"${name}" is not a sequence of periods: one period cannot be told from the same one of another year`,
    remedy: 'Group by day, week, month, quarter or year.',
  });
}

/** How far back the compared period lies: so many periods, the previous one, or the same one a year before. */
export function periodBack(
  { unit }: PeriodDimension,
  back: number | 'previous_period' | 'same_period_last_year',
): WindowDistance {
  if (back !== 'same_period_last_year') {
    const amount = back === 'previous_period' ? 1 : back;
    return unit === 'number' ? { kind: 'number', amount } : { kind: 'time', amount, unit };
  }
  if (unit === 'number') return { kind: 'number', amount: 1 };
  // A week has no date of the same name a year ago: 52 weeks before is the same week.
  if (unit === 'week') return { kind: 'time', amount: 52, unit: 'week' };
  return { kind: 'time', amount: 1, unit: 'year' };
}

/** The window needs a period: rows whose time is null have none before them. */
export function isPresent(time: string): Expression {
  return { kind: 'is_null', operand: output(time), negated: true };
}

/**
 * What a sequence of periods runs within: all keys but the time and those that the time decides (the year beside the
 * month). For a period to date, also the period that it starts anew in.
 */
export function otherDimensions(
  draft: Pick<Draft, 'query' | 'types'>,
  time: string,
  until: { readonly unit: TimeUnit } | null,
  settings: TimeSettings,
): readonly Expression[] {
  const { dimension, unit } = timeOf(draft, time);
  const others = draft.query.dimensions.filter(
    (other) =>
      other.role === 'key' && other.name !== time && overPeriod(other.expression, dimension, settings) === null,
  );
  const own = others.map(({ name }) => output(name));
  if (until === null) return own;
  if (unit === 'number') {
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

/**
 * `expression` over the dimension `time` (as an output) instead of over rows, where the period decides it: made of the same
 * truncation, of truncations and parts of the same time that are the same all through the period, and of constants. Null
 * where it is not.
 */
export function overPeriod(expression: Expression, time: Dimension, settings: TimeSettings): Expression | null {
  const { unit, operand } =
    time.expression.kind === 'time_truncate' ? time.expression : ({ unit: 'day', operand: time.expression } as const);
  const decides = (coarser: TimeUnit): boolean => liesInside(unit, coarser, settings);
  const replaced = mapExpression(expression, (node): Expression => {
    if (sameData(node, time.expression)) return output(time.name);
    if (node.kind !== 'time_truncate' && node.kind !== 'time_part') return node;
    const isSameTime = sameData(node.operand, operand);
    const isDecided = node.kind === 'time_truncate' ? decides(node.unit) : decidesPart(node.part, unit, settings);
    return isSameTime && isDecided ? { ...node, operand: output(time.name) } : node;
  });
  return columnsOf(replaced).length === 0 && nodesOf(replaced).some(({ kind }) => kind === 'output') ? replaced : null;
}

function decidesPart(part: TimePart, unit: TimeUnit, settings: TimeSettings): boolean {
  // A week from Sunday lies in two ISO weeks.
  const isIso = part === 'week' || part === 'iso_year';
  return liesInside(unit, unitOfPart[part], settings) && !(isIso && unit === 'week' && settings.weekStart === 'sunday');
}

/** Whether each period of `unit` lies inside one of `coarser`, where fiscal periods may be those of the calendar. */
function liesInside(unit: TimeUnit, coarser: TimeUnit, settings: TimeSettings): boolean {
  const finer = sameUnits(unit, settings);
  return sameUnits(coarser, settings).some((outer) => finer.some((inner) => inside[outer].includes(inner)));
}

/** The units whose periods are those of `unit`: fiscal ones too where the fiscal year begins with a quarter, or the year. */
function sameUnits(unit: TimeUnit, { fiscalYearStart }: TimeSettings): readonly TimeUnit[] {
  if ((unit === 'quarter' || unit === 'fiscal_quarter') && (fiscalYearStart - 1) % 3 === 0)
    return ['quarter', 'fiscal_quarter'];
  if ((unit === 'year' || unit === 'fiscal_year') && fiscalYearStart === 1) return ['year', 'fiscal_year'];
  return [unit];
}
