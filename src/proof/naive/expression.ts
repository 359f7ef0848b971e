import type { ComparisonOperator, Expression, Literal, Query, TimeSettings } from '../../plan/query.js';
import { type ResolveColumn, type TypingContext, typeOfExpression } from '../../plan/typing.js';
import { assertNever } from '../../support/assert-never.js';
import { calculate, negated } from './arithmetic.js';
import { moved, partOf, truncated } from './calendar.js';
import { castTo, dayOfText, microsOfText } from './cast.js';
import { compareValues, equal } from './comparison.js';
import { widened } from './number.js';
import { RunFailure } from './run-failure.js';
import { call } from './scalar-functions.js';
import { matchesPattern } from './text.js';
import { truth, type Value } from './value.js';
import { wallClock } from './zone.js';

/** What the names in an expression mean for one row: its columns, or (in having) the outputs of its group. */
export interface Row {
  readonly column: (table: string, column: string) => Value;
  readonly output: (name: string) => Value;
}

/** What an expression needs beside the row. `members` gives the shown rows of an inner query. */
export interface ExpressionContext {
  readonly resolve: ResolveColumn;
  readonly typing: TypingContext;
  readonly time: TimeSettings;
  readonly asOf: string;
  readonly members: (query: Query) => readonly (readonly Value[])[];
}

/** An expression made ready: its value for a row. */
export type Evaluated = (row: Row) => Value;

/** Makes `expression` ready to be evaluated row by row. */
export function evaluated(expression: Expression, context: ExpressionContext): Evaluated {
  const of = (inner: Expression): Evaluated => evaluated(inner, context);
  const typeOf = (inner: Expression) => typeOfExpression(inner, context.resolve, context.typing).type;
  switch (expression.kind) {
    case 'column':
      return (row) => wallClock(row.column(expression.table, expression.column), context.time.zone);
    case 'output':
      return (row) => row.output(expression.name);
    case 'literal': {
      const value = literalValue(expression.literal);
      return () => value;
    }
    case 'as_of': {
      const day = dayOfText(context.asOf);
      return () => ({ kind: 'date', day });
    }
    case 'arithmetic': {
      const [left, right, type] = [of(expression.left), of(expression.right), typeOf(expression)];
      return (row) => calculate(expression.operator, left(row), right(row), type);
    }
    case 'negate': {
      const [operand, type] = [of(expression.operand), typeOf(expression)];
      return (row) => negated(operand(row), type);
    }
    case 'case': {
      const type = typeOf(expression);
      const branches = expression.branches.map(({ when, then }) => ({ when: of(when), then: of(then) }));
      const otherwise = expression.otherwise === null ? null : of(expression.otherwise);
      // "`case` takes the first branch whose condition is true, else `otherwise`, else null."
      return (row) => widened((branches.find(({ when }) => isTrue(when(row)))?.then ?? otherwise)?.(row) ?? null, type);
    }
    case 'cast':
      return castOf(expression, context);
    case 'call': {
      const [given, type] = [expression.arguments.map(of), typeOf(expression)];
      const { function: name } = expression;
      if (name === 'coalesce') return (row) => widened(firstPresent(given, row), type);
      return (row) =>
        call(
          name,
          given.map((argument) => argument(row)),
          type,
        );
    }
    case 'time_truncate': {
      const operand = of(expression.operand);
      return (row) => truncated(operand(row), expression.unit, context.time);
    }
    case 'time_part': {
      const operand = of(expression.operand);
      return (row) => partOf(operand(row), expression.part, context.time);
    }
    case 'time_add': {
      const operand = of(expression.operand);
      return (row) => moved(operand(row), expression.amount, expression.unit);
    }
    case 'scalar_query': {
      // "No row: null."
      const value = context.members(expression.query)[0]?.[0] ?? null;
      return () => value;
    }
    default:
      return conditionOf(expression, context);
  }
}

/** The first value that is not null; what comes after it is not computed. */
function firstPresent(given: readonly Evaluated[], row: Row): Value {
  for (const argument of given) {
    const value = argument(row);
    if (value !== null) return value;
  }
  return null;
}

/** The value of a constant. */
export function literalValue(literal: Literal): Value {
  switch (literal.type) {
    case 'null':
      return null;
    case 'boolean':
      return { kind: 'boolean', value: literal.value };
    case 'integer':
      return { kind: 'integer', value: BigInt(literal.value) };
    case 'decimal': {
      const scale = literal.value.split('.')[1]?.length ?? 0;
      return { kind: 'decimal', unscaled: BigInt(literal.value.replace('.', '')), scale };
    }
    case 'double':
      return { kind: 'double', value: literal.value };
    case 'text':
      return { kind: 'text', value: literal.value };
    case 'date':
      return { kind: 'date', day: dayOfText(literal.value) };
    case 'timestamp':
      return { kind: 'timestamp', micros: microsOfText(literal.value) };
    default:
      return assertNever(literal);
  }
}

/** "A filter, having or measure filter admits a row only where it is *true*." */
export function isTrue(value: Value): boolean {
  return value?.kind === 'boolean' && value.value;
}

type Condition = Extract<
  Expression,
  { kind: 'comparison' | 'and' | 'or' | 'not' | 'is_null' | 'in' | 'between' | 'like' | 'membership' }
>;

/** "Truth is three-valued." */
function conditionOf(expression: Condition, context: ExpressionContext): Evaluated {
  const of = (inner: Expression): Evaluated => evaluated(inner, context);
  switch (expression.kind) {
    case 'comparison': {
      const [left, right] = [of(expression.left), of(expression.right)];
      return (row) => truth(compared(expression.operator, left(row), right(row)));
    }
    case 'and': {
      const operands = expression.operands.map(of);
      return (row) => truth(and(operands.map((operand) => truthOf(operand(row)))));
    }
    case 'or': {
      const operands = expression.operands.map(of);
      return (row) => truth(or(operands.map((operand) => truthOf(operand(row)))));
    }
    case 'not': {
      const operand = of(expression.operand);
      return (row) => truth(not(truthOf(operand(row))));
    }
    case 'is_null': {
      const operand = of(expression.operand);
      return (row) => truth((operand(row) === null) !== expression.negated);
    }
    case 'in': {
      // "`in` follows comparison with each value joined by *or*."
      const [operand, values] = [of(expression.operand), expression.values.map(literalValue)];
      return (row) => {
        const value = operand(row);
        return negatedIf(expression.negated, or(values.map((listed) => equal(value, listed))));
      };
    }
    case 'between': {
      // "`between` includes both ends."
      const [operand, low, high] = [of(expression.operand), of(expression.low), of(expression.high)];
      return (row) => {
        const value = operand(row);
        return negatedIf(expression.negated, and([compared('ge', value, low(row)), compared('le', value, high(row))]));
      };
    }
    case 'like': {
      const operand = of(expression.operand);
      return (row) => {
        const value = operand(row);
        if (value?.kind !== 'text') return null;
        return negatedIf(expression.negated, matchesPattern(value.value, expression.pattern, expression.ignoreCase));
      };
    }
    case 'membership': {
      // "True where the tuple of keys equals a row of the inner query; a tuple with a null is in no query. Never null itself."
      const [keys, members] = [expression.keys.map(of), context.members(expression.query)];
      return (row) => {
        const tuple = keys.map((key) => key(row));
        const isMember = members.some((member) => tuple.every((key, at) => equal(key, member[at] ?? null) === true));
        return truth(isMember !== expression.negated);
      };
    }
    default:
      return assertNever(expression);
  }
}

/** "`cast` with `onFailure: error` stops the run; `null` gives null." */
function castOf(expression: Extract<Expression, { kind: 'cast' }>, context: ExpressionContext): Evaluated {
  const operand = evaluated(expression.operand, context);
  return (row) => {
    const value = operand(row);
    try {
      return castTo(value, expression.to);
    } catch (failure) {
      if (failure instanceof RunFailure && expression.onFailure === 'null') return null;
      throw failure;
    }
  };
}

/** "Comparison with null is null." */
function compared(operator: ComparisonOperator, left: Value, right: Value): boolean | null {
  if (left === null || right === null) return null;
  const order = compareValues(left, right);
  return {
    eq: order === 0,
    ne: order !== 0,
    lt: order < 0,
    le: order <= 0,
    gt: order > 0,
    ge: order >= 0,
  }[operator];
}

function truthOf(value: Value): boolean | null {
  return value?.kind === 'boolean' ? value.value : null;
}

function and(truths: readonly (boolean | null)[]): boolean | null {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

function or(truths: readonly (boolean | null)[]): boolean | null {
  if (truths.includes(true)) return true;
  return truths.includes(null) ? null : false;
}

function not(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function negatedIf(isNegated: boolean, value: boolean | null): Value {
  return truth(isNegated ? not(value) : value);
}
