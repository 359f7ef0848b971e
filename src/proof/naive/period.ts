import type { DataType } from '../../plan/data-type.js';
import type { AggregateQuery, Dimension, Expression, TimePart, TimeSettings, TimeUnit } from '../../plan/query.js';
import { columnsOf, expressionAt, nodesOf, operandsOf, withOperands } from '../../plan/traverse.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { moved } from './calendar.js';
import { refusal } from './refusal.js';
import type { Value } from './value.js';

/** How far apart the periods of a time dimension are: calendar units of a date or timestamp, or 1 of a number of years. */
export type Period = { readonly kind: 'unit'; readonly unit: TimeUnit } | { readonly kind: 'number' };

/**
 * "The period of a time dimension is the unit of its truncation; of a date that is not truncated a day; of a year as a number
 * 1. Any other has no period and is refused."
 */
export function periodOf({ name, expression }: Pick<Dimension, 'name' | 'expression'>, type: DataType): Period {
  if (expression.kind === 'time_truncate') return { kind: 'unit', unit: expression.unit };
  if (type.kind === 'date') return { kind: 'unit', unit: 'day' };
  if (type.kind === 'integer') return { kind: 'number' };
  throw refusal(`"${name}" has no period`, 'Truncate it to a unit of time.');
}

/** The value `count` periods earlier. */
export function periodsBefore(value: Value, period: Period, count: number): Value {
  if (period.kind === 'unit') return moved(value, -count, period.unit);
  return value?.kind === 'integer' ? { kind: 'integer', value: value.value - BigInt(count) } : null;
}

/** "… or one year (`same_period_last_year`; weeks: 52 weeks) before." */
export function yearBefore(value: Value, period: Period): Value {
  if (period.kind === 'number') return periodsBefore(value, period, 1);
  return period.unit === 'week' ? moved(value, -52, 'week') : moved(value, -1, 'year');
}

/**
 * The positions of the dimensions that stay apart from the time: keys, but for the time itself and those "that the time
 * determines (its year beside a month)". Attributes are determined by the keys, so they are never among them.
 */
export function otherDimensions(query: AggregateQuery, timeName: string, time: TimeSettings): readonly number[] {
  const named = query.dimensions.find(({ name }) => name === timeName);
  return query.dimensions.flatMap((dimension, at) => {
    if (dimension === named || dimension.role === 'attribute') return [];
    return named !== undefined && isDecidedBy(dimension, named, time) ? [] : [at];
  });
}

/** Whether the time decides the dimension, in each home. */
export function isDecidedBy(dimension: Dimension, named: Dimension, time: TimeSettings): boolean {
  const homes = [dimension, named].flatMap(({ perHome }) => (perHome ?? []).map(({ home }) => home));
  return ['', ...homes].every((home) => isDeterminedBy(expressionAt(dimension, home), expressionAt(named, home), time));
}

/** The expression with the time in it replaced by the period `start`: by its literal, of which coarser parts are taken. */
export function atPeriod(expression: Expression, from: Expression, start: Expression, time: TimeSettings): Expression {
  const at = (inner: Expression): Expression => {
    if (canonicalJson(inner) === canonicalJson(from)) return start;
    const isPart = inner.kind === 'time_truncate' || inner.kind === 'time_part';
    if (isPart && from.kind === 'time_truncate' && isCoarser(inner, from.unit, from.operand, time))
      return { ...inner, operand: start };
    return inner;
  };
  const whole = at(expression);
  return whole === expression ? withOperands(expression, (operand) => atPeriod(operand, from, start, time)) : whole;
}

/** Whether the value of `expression` follows from the value of `from`: it reads no column but inside parts that do. */
function isDeterminedBy(expression: Expression, from: Expression, time: TimeSettings): boolean {
  if (columnsOf(expression).length === 0) return !nodesOf(expression).some(({ kind }) => kind === 'output');
  if (canonicalJson(expression) === canonicalJson(from)) return true;
  if (from.kind === 'time_truncate' && isCoarser(expression, from.unit, from.operand, time)) return true;
  const operands = operandsOf(expression);
  return operands.length > 0 && operands.every((operand) => isDeterminedBy(operand, from, time));
}

function isCoarser(expression: Expression, unit: TimeUnit, operand: Expression, time: TimeSettings): boolean {
  if (expression.kind !== 'time_truncate' && expression.kind !== 'time_part') return false;
  if (canonicalJson(expression.operand) !== canonicalJson(operand)) return false;
  return expression.kind === 'time_truncate'
    ? unitsAround(unit, time).includes(expression.unit)
    : partsWithin(unit, time).includes(expression.part);
}

/** The units whose periods each hold periods of `unit` whole. */
function unitsAround(unit: TimeUnit, time: TimeSettings): readonly TimeUnit[] {
  const quarters: readonly TimeUnit[] = ['quarter', 'year'];
  const fiscal: readonly TimeUnit[] = ['fiscal_quarter', 'fiscal_year'];
  const months: readonly TimeUnit[] = ['month', ...quarters, ...fiscal];
  const areQuartersFiscal = (time.fiscalYearStart - 1) % 3 === 0;
  switch (unit) {
    case 'second':
      return ['second', 'minute', 'hour', 'day', 'week', ...months];
    case 'minute':
      return ['minute', 'hour', 'day', 'week', ...months];
    case 'hour':
      return ['hour', 'day', 'week', ...months];
    case 'day':
      return ['day', 'week', ...months];
    case 'week':
      return ['week'];
    case 'month':
      return months;
    case 'quarter':
      return areQuartersFiscal ? [...quarters, ...fiscal] : quarters;
    case 'fiscal_quarter':
      return areQuartersFiscal ? [...quarters, ...fiscal] : fiscal;
    case 'year':
    case 'fiscal_year':
      return time.fiscalYearStart === 1 ? ['year', 'fiscal_year'] : [unit];
  }
}

/** The parts that are the same all through a period of `unit`. */
function partsWithin(unit: TimeUnit, time: TimeSettings): readonly TimePart[] {
  const around = unitsAround(unit, time);
  const isoWeek = unit === 'week' ? time.weekStart === 'monday' : around.includes('day');
  return [
    ...(around.includes('minute') ? (['minute'] as const) : []),
    ...(around.includes('hour') ? (['hour'] as const) : []),
    ...(around.includes('day') ? (['day_of_month', 'day_of_week', 'day_name', 'day_of_year', 'us_week'] as const) : []),
    ...(isoWeek ? (['week', 'iso_year'] as const) : []),
    ...(around.includes('month') ? (['month', 'month_name'] as const) : []),
    ...(around.includes('quarter') ? (['quarter'] as const) : []),
    ...(around.includes('year') ? (['year'] as const) : []),
  ];
}
