import { type DataType, typeText } from '../plan/data-type.js';
import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  Query,
  TimePart,
  TimeSettings,
  TimeUnit,
} from '../plan/query.js';
import { isDateUnit } from '../plan/type-rules.js';
import { assertNever } from '../support/assert-never.js';
import {
  binary,
  call,
  cast,
  type IntervalUnit,
  integerLiteral,
  type SqlBinaryOperator,
  type SqlExpression,
  textLiteral,
} from './ast.js';
import { castSql, withLeadingZero } from './cast-sql.js';
import { heldTrue } from './held-true.js';

/** What the expression's surroundings decide. */
export interface LoweringContext {
  readonly time: TimeSettings;
  /** The column reference as SQL. Only the name: `lowerExpression` itself makes zoned timestamps wall-clock time. */
  readonly column: (table: string, column: string) => SqlExpression;
  /** The type of an expression by typing.ts. A column's type is its source's, zoned or not: see `sourceType`. */
  readonly typeOf: (expression: Expression) => DataType;
  /** The type of a column as stored. */
  readonly sourceType: (table: string, column: string) => DataType;
  /** What stands for the as-of date: a DATE literal or the parameter. */
  readonly asOf: SqlExpression;
  /** The truth of a membership, its keys lowered. */
  readonly membership: (query: Query, keys: readonly SqlExpression[], negated: boolean) => SqlExpression;
  readonly scalarQuery: (query: Query) => SqlExpression;
}

/** A plan expression as SQL with the meaning of specs/semantics.md. Pure; total over all kinds. */
export function lowerExpression(expression: Expression, context: LoweringContext): SqlExpression {
  const lower = (inner: Expression): SqlExpression => lowerExpression(inner, context);
  switch (expression.kind) {
    case 'column':
      return lowerColumn(expression, context);
    case 'literal':
      return { kind: 'literal', literal: expression.literal };
    case 'arithmetic':
      return lowerArithmetic(expression, context);
    case 'negate':
      return { kind: 'negate', operand: lower(expression.operand) };
    case 'comparison':
      return binary(comparisonOperators[expression.operator], lower(expression.left), lower(expression.right));
    case 'and':
    case 'or':
      return { kind: 'logical', operator: expression.kind, operands: expression.operands.map(lower) };
    case 'not':
      return { kind: 'not', operand: lower(expression.operand) };
    case 'is_null':
      return { kind: 'is_null', operand: lower(expression.operand), negated: expression.negated };
    case 'in':
    case 'between':
    case 'like':
      return lowerTest(expression, lower);
    case 'case': {
      const chosen = (value: Expression): SqlExpression => chosenValue(value, expression, context);
      return {
        kind: 'case',
        branches: expression.branches.map(({ when, then }) => ({ when: heldTrue(lower(when)), then: chosen(then) })),
        otherwise: expression.otherwise === null ? null : chosen(expression.otherwise),
      };
    }
    case 'cast':
      return lowerCast(expression, context);
    case 'call':
      return lowerCall(expression, context);
    case 'time_truncate':
      return truncated(lower(expression.operand), expression.unit, context.typeOf(expression.operand), context.time);
    case 'time_part':
      return timePart(lower(expression.operand), expression.part, context);
    case 'time_add':
      return lowerTimeAdd(expression, context);
    case 'as_of':
      return context.asOf;
    case 'membership':
      return context.membership(expression.query, expression.keys.map(lower), expression.negated);
    case 'scalar_query':
      return context.scalarQuery(expression.query);
    case 'output':
      return context.column('', expression.name);
    default:
      return assertNever(expression);
  }
}

function lowerTest(
  expression: Extract<Expression, { kind: 'in' | 'between' | 'like' }>,
  lower: (inner: Expression) => SqlExpression,
): SqlExpression {
  const operand = lower(expression.operand);
  switch (expression.kind) {
    case 'in': {
      const values = expression.values.map((literal): SqlExpression => ({ kind: 'literal', literal }));
      return { kind: 'in', operand, values, negated: expression.negated };
    }
    case 'between':
      return { ...expression, operand, low: lower(expression.low), high: lower(expression.high) };
    case 'like':
      return { ...expression, operand };
    default:
      return assertNever(expression);
  }
}

/** A calendar step as an interval that every engine knows: months, days, hours, minutes or seconds. */
export function intervalOf(amount: number, unit: TimeUnit): { readonly amount: number; readonly unit: IntervalUnit } {
  switch (unit) {
    case 'year':
    case 'fiscal_year':
      return { amount: amount * 12, unit: 'month' };
    case 'quarter':
    case 'fiscal_quarter':
      return { amount: amount * 3, unit: 'month' };
    case 'week':
      return { amount: amount * 7, unit: 'day' };
    default:
      return { amount, unit };
  }
}

/** The start of the period around `operand`. */
function truncated(operand: SqlExpression, unit: TimeUnit, type: DataType, time: TimeSettings): SqlExpression {
  const date: DataType = { kind: 'date' };
  const asDate = (inner: SqlExpression): SqlExpression => cast(inner, date);
  const to = (name: string, inner: SqlExpression): SqlExpression => call('date_trunc', textLiteral(name), inner);
  switch (unit) {
    case 'day':
      return type.kind === 'date' ? operand : asDate(operand);
    case 'week': {
      // date_trunc's week begins on Monday; a Sunday week is the Monday week of the next day, one day earlier.
      if (time.weekStart === 'monday') return asDate(to('week', operand));
      const day: SqlExpression = { kind: 'interval', amount: 1, unit: 'day' };
      return asDate(binary('-', to('week', binary('+', operand, day)), day));
    }
    case 'fiscal_quarter':
    case 'fiscal_year': {
      const name = unit === 'fiscal_year' ? 'year' : 'quarter';
      // Quarters only shift by what is left of whole quarters.
      const lag = (time.fiscalYearStart - 1) % (unit === 'fiscal_year' ? 12 : 3);
      if (lag === 0) return asDate(to(name, operand));
      // Back from the first of the month: the 31st less a month would be another day than the 30th less a month.
      const months: SqlExpression = { kind: 'interval', amount: lag, unit: 'month' };
      return asDate(binary('+', to(name, binary('-', to('month', operand), months)), months));
    }
    case 'month':
    case 'quarter':
    case 'year':
      return asDate(to(unit, operand));
    default:
      return to(unit, type.kind === 'date' ? cast(operand, { kind: 'timestamp', zoned: false }) : operand);
  }
}

const comparisonOperators = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const satisfies Record<
  ComparisonOperator,
  SqlBinaryOperator
>;

const arithmeticOperators = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  modulo: '%',
} as const satisfies Record<ArithmeticOperator, SqlBinaryOperator>;

function lowerColumn(expression: Extract<Expression, { kind: 'column' }>, context: LoweringContext): SqlExpression {
  const reference = context.column(expression.table, expression.column);
  const stored = context.sourceType(expression.table, expression.column);
  const isZoned = stored.kind === 'timestamp' && stored.zoned;
  return isZoned ? call('timezone', textLiteral(context.time.zone), reference) : reference;
}

function lowerArithmetic(
  expression: Extract<Expression, { kind: 'arithmetic' }>,
  context: LoweringContext,
): SqlExpression {
  const { operator } = expression;
  const left = lowerExpression(expression.left, context);
  const right = lowerExpression(expression.right, context);
  const dividing = operator === 'divide' || operator === 'modulo';
  const divisor = dividing && !isNonZeroLiteral(expression.right) ? call('nullif', right, integerLiteral(0)) : right;
  const type = context.typeOf(expression);
  // Engines leave exact numbers for DOUBLE where the remainder would need more than 38 digits.
  if (operator === 'modulo' && isWidest(type)) return binary('%', cast(left, type), cast(divisor, type));
  return binary(arithmeticOperators[operator], widened(left, expression, context), divisor);
}

/** Narrow integers are computed in 64 bits, so that a product of two of them does not overflow. */
function widened(
  left: SqlExpression,
  expression: Extract<Expression, { kind: 'arithmetic' }>,
  context: LoweringContext,
): SqlExpression {
  if (expression.operator === 'divide') return left;
  const types = [context.typeOf(expression.left), context.typeOf(expression.right)];
  const areNarrow = types.every((type) => type.kind === 'integer' && type.bits < 64);
  return areNarrow ? cast(left, { kind: 'integer', bits: 64 }) : left;
}

function isNonZeroLiteral(expression: Expression): boolean {
  return expression.kind === 'literal' && 'value' in expression.literal && Number(expression.literal.value) !== 0;
}

function lowerCast(expression: Extract<Expression, { kind: 'cast' }>, context: LoweringContext): SqlExpression {
  const { operand, to, onFailure } = expression;
  return castSql(lowerExpression(operand, context), context.typeOf(operand), to, onFailure === 'null');
}

/**
 * A value that may become the whole expression. Engines find a type of fewer digits than the one that holds all where
 * decimals of several scales meet, greatest and least always, others from 38 digits on: each is brought to that one.
 */
function chosenValue(value: Expression, whole: Expression, context: LoweringContext): SqlExpression {
  const lowered = lowerExpression(value, context);
  const type = context.typeOf(whole);
  const isLeftToEngines = type.kind !== 'decimal' || typeText(context.typeOf(value)) === typeText(type);
  if (isLeftToEngines) return lowered;
  const isExtreme = whole.kind === 'call' && whole.function !== 'coalesce';
  return isExtreme || isWidest(type) ? cast(lowered, type) : lowered;
}

/** Whether the type has all digits that decimals may have, so that engines may have cut some. */
function isWidest(type: DataType): boolean {
  return type.kind === 'decimal' && type.precision === 38;
}

/** The operand as text: cast where it is something else. */
function asText(operand: SqlExpression, type: DataType): SqlExpression {
  return type.kind === 'text' ? operand : cast(withLeadingZero(operand, type), { kind: 'text' }, type);
}

/**
 * Integers are rounded to tens in 128 bits: in their own type engines wrap around instead of saying that it does not fit.
 * Decimals get room for the digit that 99 gains where it is rounded to hundreds: without it engines give 0.
 */
function roundedSql(
  { arguments: given }: Extract<Expression, { kind: 'call' }>,
  operands: readonly SqlExpression[],
  context: LoweringContext,
): SqlExpression {
  const [value, digits] = operands;
  const type = given[0] === undefined ? null : context.typeOf(given[0]);
  if (value !== undefined && digits !== undefined && type?.kind === 'decimal') {
    const [, asked] = given;
    const tens = asked?.kind === 'literal' && asked.literal.type === 'integer' ? -Number(asked.literal.value) : 0;
    const wholeDigits = type.precision - type.scale;
    const gainsDigit = tens > 0 && tens === wholeDigits && type.precision < 38;
    const roomy = gainsDigit ? cast(value, { ...type, precision: type.precision + 1 }) : value;
    const rounded = typedCall('round', [roomy, digits], given[0], context);
    if (tens <= 0 || tens < wholeDigits || gainsDigit) return rounded;
    // Where no digit can be left, engines give 0 for nulls, too.
    const isThere: SqlExpression = { kind: 'is_null', operand: value, negated: true };
    return { kind: 'case', branches: [{ when: isThere, then: rounded }], otherwise: null };
  }
  if (value === undefined || digits === undefined || type?.kind !== 'integer')
    return typedCall('round', operands, given[0], context);
  return cast(call('round', cast(value, { kind: 'integer', bits: 128 }), digits), type);
}

/** A call of a function that rounds, with the type of what it rounds. */
function typedCall(
  name: 'ceil' | 'floor' | 'round',
  operands: readonly SqlExpression[],
  first: Expression | undefined,
  context: LoweringContext,
): SqlExpression {
  const plain = { kind: 'call', function: name, arguments: operands } as const;
  return first === undefined ? plain : { ...plain, type: context.typeOf(first) };
}

function lowerCall(expression: Extract<Expression, { kind: 'call' }>, context: LoweringContext): SqlExpression {
  const operands = expression.arguments.map((inner) => lowerExpression(inner, context));
  switch (expression.function) {
    case 'days_between':
      return call('date_diff', textLiteral('day'), ...operands);
    case 'months_between':
      return call('date_diff', textLiteral('month'), ...operands);
    case 'seconds_between':
      return call('date_diff', textLiteral('second'), ...operands);
    case 'ceil':
    case 'floor': {
      const [first] = expression.arguments;
      const [only] = operands;
      // Integers are whole already, and engines would make a DOUBLE of them.
      const isWhole = first !== undefined && context.typeOf(first).kind === 'integer';
      return isWhole && only !== undefined ? only : typedCall(expression.function, operands, first, context);
    }
    case 'coalesce':
    case 'greatest':
    case 'least':
      return call(expression.function, ...expression.arguments.map((value) => chosenValue(value, expression, context)));
    case 'round':
      return roundedSql(expression, operands, context);
    case 'concat':
      return call(
        'concat',
        ...expression.arguments.map((argument, position) =>
          asText(operands[position] ?? textLiteral(''), context.typeOf(argument)),
        ),
      );
    case 'trim':
      // Spaces alone: engines differ in what else is blank.
      return call('trim', ...operands, textLiteral(' '));
    default:
      return call(expression.function, ...operands);
  }
}

function timePart(operand: SqlExpression, part: TimePart, context: LoweringContext): SqlExpression {
  switch (part) {
    case 'year':
    case 'quarter':
    case 'month':
    case 'hour':
    case 'minute':
      return call(part, operand);
    case 'month_name':
      return call('monthname', operand);
    case 'day_name':
      return call('dayname', operand);
    case 'week':
      return call('weekofyear', operand);
    case 'iso_year':
      return call('isoyear', operand);
    case 'us_week':
      return usWeek(operand);
    case 'day_of_month':
      return call('dayofmonth', operand);
    case 'day_of_year':
      return call('dayofyear', operand);
    case 'day_of_week':
      // 1 is the first day of the week; DuckDB's dayofweek counts Sunday as 0.
      return context.time.weekStart === 'monday'
        ? call('isodow', operand)
        : binary('+', call('dayofweek', operand), integerLiteral(1));
    default:
      return assertNever(part);
  }
}

/** Weeks begin on Sunday, the first is that of January 1: whole weeks since the Sunday on or before it. */
function usWeek(operand: SqlExpression): SqlExpression {
  const newYear = call('date_trunc', textLiteral('year'), operand);
  const days = binary('+', binary('-', call('dayofyear', operand), integerLiteral(1)), call('dayofweek', newYear));
  const wholeWeeks = binary('-', days, binary('%', days, integerLiteral(7)));
  return binary(
    '+',
    cast(binary('/', wholeWeeks, integerLiteral(7)), { kind: 'integer', bits: 64 }),
    integerLiteral(1),
  );
}

function lowerTimeAdd(expression: Extract<Expression, { kind: 'time_add' }>, context: LoweringContext): SqlExpression {
  const operand = lowerExpression(expression.operand, context);
  const { amount, unit } = intervalOf(Math.abs(expression.amount), expression.unit);
  const moved = binary(expression.amount < 0 ? '-' : '+', operand, { kind: 'interval', amount, unit });
  const staysDate = context.typeOf(expression.operand).kind === 'date' && isDateUnit(expression.unit);
  return staysDate ? cast(moved, { kind: 'date' }) : moved;
}
