import { assertNever } from '../support/assert-never.js';
import { bug, dpbError } from '../support/errors.js';
import { type DataType, isNumeric, isTemporal, typeText } from './data-type.js';
import type {
  AggregateMeasure,
  ArithmeticOperator,
  Expression,
  Literal,
  MeasureDefinition,
  Query,
  TimeUnit,
} from './query.js';

/** What is known of a value before it is computed. `nullable: false` is a promise. */
export interface Typed {
  readonly type: DataType;
  readonly nullable: boolean;
}

/** The type of a source column as the rows of the query show it: null also where its join finds no partner. */
export type ResolveColumn = (table: string, column: string) => Typed;

/** What only expressions with inner queries or with outputs (having) need. */
export interface TypingContext {
  /** The shown column of a scalar query. */
  readonly query?: (query: Query) => Typed;
  /** A dimension or measure of the query around. */
  readonly output?: (name: string) => Typed;
}

const bigint: DataType = { kind: 'integer', bits: 64 };
const double: DataType = { kind: 'double' };
const text: DataType = { kind: 'text' };
const date: DataType = { kind: 'date' };
const boolean: DataType = { kind: 'boolean' };

/** Decimal digits of the largest value that an integer of each width holds. */
const integerDigits = { 8: 3, 16: 5, 32: 10, 64: 19, 128: 38 } as const;

/**
 * The type of a row expression by the rules of specs/semantics.md (Types). Raises `plan.invalid` where an operation does
 * not fit its operands (a sum of text and number, a truncation of what is no time).
 */
export function typeOfExpression(expression: Expression, resolve: ResolveColumn, context: TypingContext = {}): Typed {
  const of = (inner: Expression): Typed => typeOfExpression(inner, resolve, context);
  switch (expression.kind) {
    case 'column':
      return wallClock(resolve(expression.table, expression.column));
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
      return { type: expression.to, nullable: operand.nullable || expression.onFailure === 'null' };
    }
    case 'call':
      return typeOfCall(expression, of);
    case 'time_truncate': {
      const operand = ofTime(of(expression.operand));
      return { type: truncatedType(expression.unit), nullable: operand.nullable };
    }
    case 'time_part': {
      const operand = ofTime(of(expression.operand));
      const named = expression.part === 'month_name' || expression.part === 'day_name';
      return { type: named ? text : bigint, nullable: operand.nullable };
    }
    case 'time_add': {
      const operand = ofTime(of(expression.operand));
      const stays = operand.type.kind === 'timestamp' || isDateUnit(expression.unit);
      return { type: stays ? operand.type : { kind: 'timestamp', zoned: false }, nullable: operand.nullable };
    }
    case 'as_of':
      return { type: date, nullable: false };
    case 'membership':
      for (const key of expression.keys) of(key);
      return { type: boolean, nullable: false };
    case 'scalar_query': {
      if (context.query === undefined) throw bug('a scalar query stands where none is expected');
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

/**
 * The type of a measure. `grouped` says whether the query has dimensions: without them the one row is there even when no
 * source row is, and every aggregate but counts may be null.
 */
export function typeOfMeasure(definition: MeasureDefinition, resolve: ResolveColumn, grouped = true, context: TypingContext = {}): Typed {
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

/** The type of a sum: integers BIGINT (128 bits: decimal), decimals widen to 38 digits, DOUBLE stays. */
export function sumType(type: DataType): DataType {
  requireThat(isNumeric(type), `cannot add up ${typeText(type)}`);
  if (type.kind === 'integer') return type.bits === 128 ? { kind: 'decimal', precision: 38, scale: 0 } : bigint;
  return type.kind === 'decimal' ? { kind: 'decimal', precision: 38, scale: type.scale } : double;
}

/** The type of an average: decimals give a decimal of at least six digits after the point, other numbers DOUBLE. */
export function averageType(type: DataType): DataType {
  requireThat(isNumeric(type), `cannot average ${typeText(type)}`);
  return type.kind === 'decimal' ? { kind: 'decimal', precision: 38, scale: Math.max(type.scale, 6) } : double;
}

/** The type that holds values of both; raises `plan.invalid` where there is none. */
export function unifiedType(left: DataType, right: DataType): DataType {
  if (typeText(left) === typeText(right)) return left;
  if (isNumeric(left) && isNumeric(right)) return unifiedNumber(left, right);
  if (isTemporal(left) && isTemporal(right)) return { kind: 'timestamp', zoned: false };
  throw dpbError('plan.invalid', { problem: `${typeText(left)} and ${typeText(right)} do not fit into one column` });
}

/** Whether a truncation to the unit, or a step of it, leaves a calendar date. */
export function isDateUnit(unit: TimeUnit): boolean {
  return unit !== 'second' && unit !== 'minute' && unit !== 'hour';
}

/** The type of a literal: the narrowest of integer and bigint that holds it. */
export function typeOfLiteral(literal: Literal): Typed {
  switch (literal.type) {
    case 'null':
      return { type: { kind: 'other', name: 'null' }, nullable: true };
    case 'boolean':
      return { type: boolean, nullable: false };
    case 'integer': {
      const value = BigInt(literal.value);
      const bits = fits(value, 32) ? 32 : fits(value, 64) ? 64 : 128;
      return { type: { kind: 'integer', bits }, nullable: false };
    }
    case 'decimal': {
      const [whole = '', fraction = ''] = literal.value.replace('-', '').split('.');
      const digits = whole.replace(/^0+/, '').length;
      return {
        type: { kind: 'decimal', precision: Math.max(digits + fraction.length, 1), scale: fraction.length },
        nullable: false,
      };
    }
    case 'double':
      return { type: double, nullable: false };
    case 'text':
      return { type: text, nullable: false };
    case 'date':
      return { type: date, nullable: false };
    case 'timestamp':
      return { type: { kind: 'timestamp', zoned: false }, nullable: false };
    default:
      return assertNever(literal);
  }
}

function typeOfAggregate(aggregate: AggregateMeasure, of: (expression: Expression) => Typed, grouped: boolean): Typed {
  const { function: name, argument, filter } = aggregate;
  if (filter !== null) requireBoolean(of(filter), "a measure's filter");
  if (name === 'count' || name === 'count_distinct') {
    requireThat(argument !== null || name === 'count', 'count_distinct needs an argument');
    if (argument !== null) of(argument);
    return { type: bigint, nullable: false };
  }
  if (argument === null) throw dpbError('plan.invalid', { problem: `${name} needs an argument` });
  const operand = of(argument);
  const nullable = operand.nullable || filter !== null || !grouped;
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

/** A zoned timestamp is read as wall-clock time in the plan's zone wherever it is used. */
function wallClock(typed: Typed): Typed {
  return typed.type.kind === 'timestamp' ? { ...typed, type: { kind: 'timestamp', zoned: false } } : typed;
}

function typeOfArithmetic(operator: ArithmeticOperator, left: Typed, right: Typed, divisor: Expression | null): Typed {
  for (const { type } of [left, right]) requireThat(isNumeric(type), `cannot ${operator} ${typeText(type)}`);
  const nullable = left.nullable || right.nullable;
  if (operator === 'divide') return { type: double, nullable: nullable || !isNonZero(divisor) };
  const byZero = operator === 'modulo' && !isNonZero(divisor);
  return { type: arithmeticType(operator, left.type, right.type), nullable: nullable || byZero };
}

function arithmeticType(operator: Exclude<ArithmeticOperator, 'divide'>, left: DataType, right: DataType): DataType {
  if (left.kind === 'double' || right.kind === 'double') return double;
  if (left.kind === 'integer' && right.kind === 'integer') {
    return left.bits === 128 || right.bits === 128 ? { kind: 'integer', bits: 128 } : bigint;
  }
  const [a, b] = [asDecimal(left), asDecimal(right)];
  if (operator === 'multiply') {
    const scale = a.scale + b.scale;
    requireThat(scale <= 38, 'the product would need more than 38 digits after the point');
    return { kind: 'decimal', precision: Math.min(a.precision + b.precision, 38), scale };
  }
  const scale = Math.max(a.scale, b.scale);
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  return { kind: 'decimal', precision: Math.min(whole + scale + (operator === 'modulo' ? 0 : 1), 38), scale };
}

function unifiedNumber(left: DataType, right: DataType): DataType {
  if (left.kind === 'double' || right.kind === 'double') return double;
  if (left.kind === 'integer' && right.kind === 'integer') return left.bits > right.bits ? left : right;
  const [a, b] = [asDecimal(left), asDecimal(right)];
  const scale = Math.max(a.scale, b.scale);
  return {
    kind: 'decimal',
    precision: Math.min(Math.max(a.precision - a.scale, b.precision - b.scale) + scale, 38),
    scale,
  };
}

function asDecimal(type: DataType): { readonly precision: number; readonly scale: number } {
  if (type.kind === 'decimal') return type;
  if (type.kind === 'integer') return { precision: integerDigits[type.bits], scale: 0 };
  throw bug(`${typeText(type)} is no exact number`);
}

function typeOfComparison(operands: readonly Typed[]): Typed {
  const families = new Set(operands.map(({ type }) => familyOf(type)).filter((family) => family !== 'any'));
  requireThat(families.size <= 1, `cannot compare ${operands.map(({ type }) => typeText(type)).join(' with ')}`);
  return { type: boolean, nullable: operands.some(({ nullable }) => nullable) };
}

function typeOfLogic(operands: readonly Typed[]): Typed {
  for (const operand of operands) requireBoolean(operand, 'a condition');
  return { type: boolean, nullable: operands.some(({ nullable }) => nullable) };
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

function commonType(values: readonly Typed[]): DataType {
  const types = values.map(({ type }) => type).filter((type) => !isNullType(type));
  const [first, ...others] = types;
  if (first === undefined) throw dpbError('plan.invalid', { problem: 'a value that is always null has no type' });
  return others.reduce(unifiedType, first);
}

function typeOfCall(expression: Extract<Expression, { kind: 'call' }>, of: (inner: Expression) => Typed): Typed {
  const operands = expression.arguments.map(of);
  const nullable = operands.some((operand) => operand.nullable);
  const [first] = operands;
  if (first === undefined) throw dpbError('plan.invalid', { problem: `${expression.function} needs arguments` });
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
      requireThat(operands.length === 2, `${expression.function} needs two times`);
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

function requireBoolean(operand: Typed, what: string): void {
  requireThat(
    operand.type.kind === 'boolean' || isNullType(operand.type),
    `${what} must be true or false, not ${typeText(operand.type)}`,
  );
}

function requireThat(holds: boolean, problem: string): void {
  if (!holds) throw dpbError('plan.invalid', { problem });
}

function isNullType(type: DataType): boolean {
  return type.kind === 'other' && type.name === 'null';
}

function isNonZero(divisor: Expression | null): boolean {
  return divisor?.kind === 'literal' && 'value' in divisor.literal && Number(divisor.literal.value) !== 0;
}

function fits(value: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, value) === value;
}

/** Types of one family can be compared with each other. */
function familyOf(type: DataType): 'number' | 'text' | 'time' | 'boolean' | 'clock' | 'any' {
  if (isNumeric(type)) return 'number';
  if (isTemporal(type)) return 'time';
  switch (type.kind) {
    case 'boolean':
    case 'text':
      return type.kind;
    case 'time':
      return 'clock';
    default:
      return 'any';
  }
}
