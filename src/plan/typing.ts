import { assertNever } from '../support/assert-never.js';
import { bug, dpbError } from '../support/errors.js';
import { type DataType, isNumeric, isTemporal, typeText } from './data-type.js';
import type {
  AggregateMeasure,
  Expression,
  Literal,
  MeasureDefinition,
  Query,
  ScalarFunction,
  TimeUnit,
} from './query.js';
import {
  averageType,
  commonType,
  familyOf,
  isDateUnit,
  requireBoolean,
  requireCast,
  requireThat,
  sumType,
  type Typed,
  typeOfArithmetic,
  typeOfComparison,
  typeOfLiteral,
  typeOfLogic,
  wallClockType,
} from './type-rules.js';

export type { Typed } from './type-rules.js';

/** The type of a source column as the rows of the query show it: null also where its join finds no partner. */
export type ResolveColumn = (table: string, column: string) => Typed;

/** What only expressions with inner queries or with outputs (having) need. */
export interface TypingContext {
  /** The one shown column of a query used as a value. */
  readonly query?: (query: Query) => Typed;
  /** The shown columns of a query that keys are looked up in; left out, keys are taken to fit. */
  readonly members?: (query: Query) => readonly Typed[];
  /** A dimension or measure of the query around. */
  readonly output?: (name: string) => Typed;
}

const bigint: DataType = { kind: 'integer', bits: 64 };
const double: DataType = { kind: 'double' };
const text: DataType = { kind: 'text' };
const date: DataType = { kind: 'date' };
const boolean: DataType = { kind: 'boolean' };

/**
 * The type of a row expression by the rules of specs/semantics.md (Types). Raises `plan.invalid` where an operation does
 * not fit its operands (a sum of text and number, a truncation of what is no time).
 */
export function typeOfExpression(expression: Expression, resolve: ResolveColumn, context: TypingContext = {}): Typed {
  const of = (inner: Expression): Typed => typeOfExpression(inner, resolve, context);
  switch (expression.kind) {
    case 'column': {
      const column = resolve(expression.table, expression.column);
      return { ...column, type: wallClockType(column.type) };
    }
    case 'literal':
      return typeOfLiteral(expression.literal);
    case 'arithmetic':
      return typeOfArithmetic(expression.operator, of(expression.left), of(expression.right), expression.right);
    case 'negate': {
      const operand = of(expression.operand);
      requireThat(isNumeric(operand.type), `cannot negate ${typeText(operand.type)}`);
      return operand;
    }
    case 'comparison':
      return typeOfComparison([of(expression.left), of(expression.right)]);
    case 'between':
      return typeOfComparison([of(expression.operand), of(expression.low), of(expression.high)]);
    case 'in':
      return typeOfComparison([of(expression.operand), ...expression.values.map(typeOfLiteral)]);
    case 'and':
    case 'or':
      return typeOfLogic(expression.operands.map(of));
    case 'not':
      return typeOfLogic([of(expression.operand)]);
    case 'is_null':
      of(expression.operand);
      return { type: boolean, nullable: false };
    case 'like': {
      const operand = of(expression.operand);
      requireThat(familyOf(operand.type) === 'text', `a text pattern does not fit ${typeText(operand.type)}`);
      return { type: boolean, nullable: operand.nullable };
    }
    case 'case':
      return typeOfCase(expression, of);
    case 'cast': {
      const operand = of(expression.operand);
      requireCast(operand.type, expression.to);
      return { type: expression.to, nullable: operand.nullable || expression.onFailure === 'null' };
    }
    case 'call':
      return typeOfCall(expression, of);
    case 'time_truncate':
    case 'time_part':
    case 'time_add':
      return typeOfTime(expression, ofTime(of(expression.operand)));
    case 'as_of':
      return { type: date, nullable: false };
    case 'membership':
      return typeOfMembership(expression, of, context);
    case 'scalar_query': {
      if (context.query === undefined) throw bug('a query used as a value stands where none is expected');
      return { type: context.query(expression.query).type, nullable: true };
    }
    case 'output': {
      if (context.output === undefined)
        throw dpbError('plan.invalid', { problem: `"${expression.name}" is an output: only having may refer to it` });
      return context.output(expression.name);
    }
    default:
      return assertNever(expression);
  }
}

function typeOfMembership(
  { keys, query }: Extract<Expression, { kind: 'membership' }>,
  of: (inner: Expression) => Typed,
  context: TypingContext,
): Typed {
  const members = context.members?.(query) ?? [];
  keys.forEach((key, position) => {
    typeOfComparison([of(key), ...members.slice(position, position + 1)]);
  });
  return { type: boolean, nullable: false };
}

function typeOfTime(
  expression: Extract<Expression, { kind: 'time_truncate' | 'time_part' | 'time_add' }>,
  operand: Typed,
): Typed {
  switch (expression.kind) {
    case 'time_truncate':
      return { type: truncatedType(expression.unit), nullable: operand.nullable };
    case 'time_part': {
      const named = expression.part === 'month_name' || expression.part === 'day_name';
      return { type: named ? text : bigint, nullable: operand.nullable };
    }
    case 'time_add': {
      const stays = operand.type.kind === 'timestamp' || isDateUnit(expression.unit);
      return { type: stays ? operand.type : { kind: 'timestamp', zoned: false }, nullable: operand.nullable };
    }
    default:
      return assertNever(expression);
  }
}

/**
 * The type of a measure. `grouped` says whether the query has dimensions: without them the one row is there even when no
 * source row is, and every aggregate but counts may be null.
 */
export function typeOfMeasure(
  definition: MeasureDefinition,
  resolve: ResolveColumn,
  grouped = true,
  context: TypingContext = {},
): Typed {
  const of = (inner: MeasureDefinition): Typed => typeOfMeasure(inner, resolve, grouped, context);
  switch (definition.kind) {
    case 'aggregate':
      return typeOfAggregate(definition, (expression) => typeOfExpression(expression, resolve, context), grouped);
    case 'constant':
      return typeOfLiteral(constantLiteral(definition.value));
    case 'ratio':
      requireThat(
        [definition.numerator, definition.denominator].every((part) => isNumeric(of(part).type)),
        'a ratio needs numbers',
      );
      return { type: double, nullable: true };
    case 'combine':
      return typeOfArithmetic(definition.operator, of(definition.left), of(definition.right), null);
    case 'share':
      requireThat(isNumeric(of(definition.of).type), 'a share needs a number');
      return { type: double, nullable: true };
    case 'change': {
      const measure = of(definition.of);
      const difference = typeOfArithmetic('subtract', measure, measure, null).type;
      return { type: definition.as === 'difference' ? difference : double, nullable: true };
    }
    case 'running_total':
    case 'period_to_date':
      return { type: sumType(of(definition.of).type), nullable: true };
    case 'rolling': {
      const { type } = of(definition.of);
      return { type: definition.as === 'sum' ? sumType(type) : averageType(type), nullable: true };
    }
    case 'rank':
      of(definition.of);
      return { type: bigint, nullable: false };
    default:
      return assertNever(definition);
  }
}

/** The literal of a constant measure. */
export function constantLiteral(value: string): Literal {
  return value.includes('.') ? { type: 'decimal', value } : { type: 'integer', value };
}

function typeOfAggregate(aggregate: AggregateMeasure, of: (expression: Expression) => Typed, grouped: boolean): Typed {
  const { function: name, argument, filter } = aggregate;
  if (filter !== null) requireBoolean(of(filter), "a measure's filter");
  const { snapshot = null } = aggregate;
  if (snapshot !== null) [snapshot.by, ...snapshot.per].map(of);
  if (name === 'count' || name === 'count_distinct') {
    requireThat(argument !== null || name === 'count', 'count_distinct needs an argument');
    if (argument !== null) of(argument);
    return { type: bigint, nullable: false };
  }
  if (argument === null) throw dpbError('plan.invalid', { problem: `${name} needs an argument` });
  const operand = of(argument);
  const nullable = operand.nullable || filter !== null || snapshot !== null || !grouped;
  switch (name) {
    case 'sum':
      return { type: sumType(operand.type), nullable };
    case 'avg':
      return { type: averageType(operand.type), nullable };
    case 'median':
    case 'percentile':
    case 'stddev':
      requireThat(isNumeric(operand.type), `${name} needs a number, not ${typeText(operand.type)}`);
      requireThat(name !== 'percentile' || aggregate.fraction !== null, 'percentile needs a fraction');
      return { type: double, nullable: nullable || name === 'stddev' };
    case 'min':
    case 'max':
      return { type: operand.type, nullable };
    case 'first':
    case 'last':
      if (aggregate.orderedBy === null)
        throw dpbError('plan.invalid', { problem: `${name} needs what orders the rows` });
      return { type: operand.type, nullable: nullable || of(aggregate.orderedBy).nullable };
    default:
      return assertNever(name);
  }
}

function typeOfCase(expression: Extract<Expression, { kind: 'case' }>, of: (inner: Expression) => Typed): Typed {
  for (const { when } of expression.branches) requireBoolean(of(when), 'a condition');
  const values = [
    ...expression.branches.map(({ then }) => then),
    ...(expression.otherwise === null ? [] : [expression.otherwise]),
  ].map(of);
  return {
    type: commonType(values),
    nullable: expression.otherwise === null || values.some(({ nullable }) => nullable),
  };
}

/** How many arguments each function takes, least and most. */
const argumentCounts = {
  abs: [1, 1],
  ceil: [1, 1],
  coalesce: [1, 99],
  concat: [1, 99],
  floor: [1, 1],
  greatest: [1, 99],
  least: [1, 99],
  length: [1, 1],
  lower: [1, 1],
  nullif: [2, 2],
  round: [1, 2],
  substring: [2, 3],
  trim: [1, 1],
  upper: [1, 1],
  days_between: [2, 2],
  months_between: [2, 2],
  seconds_between: [2, 2],
} as const satisfies Record<ScalarFunction, readonly [number, number]>;

function typeOfCall(expression: Extract<Expression, { kind: 'call' }>, of: (inner: Expression) => Typed): Typed {
  const operands = expression.arguments.map(of);
  const nullable = operands.some((operand) => operand.nullable);
  const [first] = operands;
  const [least, most] = argumentCounts[expression.function];
  if (first === undefined || operands.length < least || operands.length > most) {
    throw dpbError('plan.invalid', { problem: `${expression.function} cannot take ${operands.length} arguments` });
  }
  switch (expression.function) {
    case 'abs':
      requireThat(isNumeric(first.type), `abs needs a number, not ${typeText(first.type)}`);
      return first;
    case 'ceil':
    case 'floor':
    case 'round': {
      requireThat(isNumeric(first.type), `${expression.function} needs a number, not ${typeText(first.type)}`);
      return {
        type: roundedType(first.type, expression.function === 'round' ? expression.arguments[1] : undefined),
        nullable,
      };
    }
    case 'coalesce':
      return { type: commonType(operands), nullable: operands.every((operand) => operand.nullable) };
    case 'greatest':
    case 'least':
      return { type: commonType(operands), nullable: operands.every((operand) => operand.nullable) };
    case 'nullif':
      typeOfComparison(operands);
      return { type: first.type, nullable: true };
    case 'concat':
      return { type: text, nullable: false };
    case 'length':
      requireThat(familyOf(first.type) === 'text', `length needs text, not ${typeText(first.type)}`);
      return { type: bigint, nullable };
    case 'lower':
    case 'upper':
    case 'trim':
    case 'substring':
      requireThat(familyOf(first.type) === 'text', `${expression.function} needs text, not ${typeText(first.type)}`);
      return { type: text, nullable };
    case 'days_between':
    case 'months_between':
    case 'seconds_between':
      operands.map(ofTime);
      return { type: bigint, nullable };
    default:
      return assertNever(expression.function);
  }
}

function roundedType(type: DataType, digits: Expression | undefined): DataType {
  if (type.kind !== 'decimal') return type;
  const asked = digits?.kind === 'literal' && digits.literal.type === 'integer' ? Number(digits.literal.value) : 0;
  return { kind: 'decimal', precision: type.precision, scale: Math.min(Math.max(asked, 0), type.scale) };
}

function truncatedType(unit: TimeUnit): DataType {
  return isDateUnit(unit) ? date : { kind: 'timestamp', zoned: false };
}

function ofTime(operand: Typed): Typed {
  requireThat(isTemporal(operand.type), `${typeText(operand.type)} is no date or timestamp`);
  return operand;
}
