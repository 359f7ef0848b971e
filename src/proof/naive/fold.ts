import type { DataType } from '../../plan/data-type.js';
import type { AggregateMeasure, AggregateQuery, Expression, Snapshot } from '../../plan/query.js';
import { resolverFor, sourceColumn } from '../../plan/query-typing.js';
import { averageType, sumType } from '../../plan/type-rules.js';
import { typeOfExpression } from '../../plan/typing.js';
import { assertNever } from '../../support/assert-never.js';
import { bug } from '../../support/errors.js';
import { compareValues, distinctTuples, sameTuple } from './comparison.js';
import { type ExpressionContext, evaluated, isTrue } from './expression.js';
import type { JoinedRow } from './joined-rows.js';
import { decimalOf, decimalOfDouble, decimalText, divideRounded, doubleOf, fitted, rescaled } from './number.js';
import { RunFailure } from './run-failure.js';
import { double, integer, type Present, type Value } from './value.js';
import { contextOf, type World } from './world.js';

/** The value of an aggregate over given rows of its home. */
export type Fold = (rows: readonly JoinedRow[]) => Value;

/** Makes an aggregate ready: "folded over the admitted rows of its home that its own filter admits". */
export function foldOf(aggregate: AggregateMeasure, query: AggregateQuery, world: World): Fold {
  const context = contextOf(world, resolverFor(query, aggregate.home, world.sources));
  const { argument, filter, orderedBy, snapshot = null } = aggregate;
  const own = filter === null ? null : evaluated(filter, context);
  const value = argument === null ? null : evaluated(argument, context);
  const order = orderedBy === null ? null : evaluated(orderedBy, context);
  const type = argument === null ? null : typeOfExpression(argument, context.resolve, context.typing).type;
  const digits = argument === null ? null : fractionDigits(argument, query, world);
  const taken = snapshot === null ? (rows: readonly JoinedRow[]) => rows : snapshotOf(snapshot, context);
  return (rows) => {
    const admitted = taken(rows.filter((row) => own === null || isTrue(own(row))));
    // "`count` without argument counts rows."
    if (value === null || type === null) return integer(admitted.length);
    const pairs = admitted.map((row) => ({ value: value(row), order: order?.(row) ?? null }));
    if (aggregate.function === 'first' || aggregate.function === 'last') return edge(aggregate.function, pairs);
    // "All others ignore null arguments."
    const values = pairs.flatMap((pair) => (pair.value === null ? [] : [pair.value]));
    return folded(aggregate, values, type, digits);
  };
}

/**
 * "Of the rows that would be folded (admitted, own filter true, `by` not null), in each group of the query and in each tuple of
 * `per` in it (null-safely) only those with the least (`first`) or greatest (`last`) `by`: all of them where several are equal."
 */
function snapshotOf(
  { take, by, per }: Snapshot,
  context: ExpressionContext,
): (rows: readonly JoinedRow[]) => readonly JoinedRow[] {
  const [moment, parts] = [evaluated(by, context), per.map((part) => evaluated(part, context))];
  return (rows) => {
    const dated = rows.flatMap((row) => {
      const at = moment(row);
      return at === null ? [] : [{ row, at, tuple: parts.map((part) => part(row)) }];
    });
    return dated
      .filter(({ at, tuple }) =>
        dated
          .filter((other) => sameTuple(other.tuple, tuple))
          .every((other) => (take === 'last' ? compareValues(other.at, at) <= 0 : compareValues(other.at, at) >= 0)),
      )
      .map(({ row }) => row);
  };
}

/** "null over none (also `sum`; a sum over no rows is not 0). Counts over none are 0." */
function folded(
  { function: name, fraction }: AggregateMeasure,
  values: readonly Present[],
  type: DataType,
  digits: number | null,
): Value {
  if (name === 'count') return integer(values.length);
  if (name === 'count_distinct') return integer(distinctTuples(values.map((value) => [value])).length);
  if (values.length === 0) return null;
  switch (name) {
    case 'sum':
      return sumOf(values, type, digits);
    case 'avg':
      return averageOf(values, type, digits);
    case 'min':
      return ascending(values)[0] ?? null;
    case 'max':
      return ascending(values).at(-1) ?? null;
    case 'median':
      return percentile(values, 0.5);
    case 'percentile':
      return percentile(values, fraction ?? 0.5);
    case 'stddev':
      return standardDeviation(ascending(values).map(doubleOf));
    case 'first':
    case 'last':
      throw bug(`${name} takes rows with their order`);
    default:
      return assertNever(name);
  }
}

/** The sum of present values in the type that the page's table gives; null over none. `digits`: those of a DOUBLE, if known. */
export function sumOf(values: readonly Present[], type: DataType, digits: number | null): Value {
  if (values.length === 0) return null;
  const total = sumType(type);
  if (total.kind === 'double') return double(doubleSum(values, digits));
  const exact = exactSum(values, total);
  return total.kind === 'integer' ? fitted(integer(exact), total) : fitted(decimal(exact, total), total);
}

/** The average in the type that the page's table gives: "avg of DECIMAL(p,s): DECIMAL(38, max(s, 6)), rounded half away from zero". */
export function averageOf(values: readonly Present[], type: DataType, digits: number | null): Value {
  if (values.length === 0) return null;
  const result = averageType(type);
  if (type.kind === 'double') return double(doubleSum(values, digits) / values.length);
  if (result.kind !== 'decimal') return double(Number(exactSum(values, result)) / values.length);
  const total = exactSum(values, result);
  return fitted(
    { kind: 'decimal', unscaled: divideRounded(total, BigInt(values.length)), scale: result.scale },
    result,
  );
}

function exactSum(values: readonly Present[], type: DataType): bigint {
  const scale = type.kind === 'decimal' ? type.scale : 0;
  return values.reduce((total, value) => total + rescaled(decimalOf(value), scale).unscaled, 0n);
}

function decimal(unscaled: bigint, type: DataType): Value {
  return { kind: 'decimal', unscaled, scale: type.kind === 'decimal' ? type.scale : 0 };
}

/**
 * "Where the decimal digits of the argument are known each value is rounded to DECIMAL(38, digits), added exactly, and given
 * back as DOUBLE. Where not, values are added in ascending order."
 */
function doubleSum(values: readonly Present[], digits: number | null): number {
  if (digits === null) return ascending(values).reduce((total, value) => total + doubleOf(value), 0);
  const type: DataType = { kind: 'decimal', precision: 38, scale: digits };
  const exact = values.map((value) => {
    const rounded = decimalOfDouble(doubleOf(value), digits);
    if (rounded === null) throw new RunFailure(`${doubleOf(value)} does not fit a decimal`);
    return fitted(rounded, type);
  });
  const total = exactSum(
    exact.flatMap((value) => (value === null ? [] : [value])),
    type,
  );
  const sum = decimalOf(fitted(decimal(total, type), type) ?? integerZero);
  return Number(decimalText(sum));
}

const integerZero: Present = { kind: 'integer', value: 0n };

/**
 * "Where the decimal digits of the argument are known (`fractionDigits` of its columns: products add up, sums take the most,
 * at most 12)." Null where they are not known.
 */
function fractionDigits(argument: Expression, query: AggregateQuery, world: World): number | null {
  const digits = digitsOf(argument, query, world);
  return digits !== null && digits <= 12 ? digits : null;
}

function digitsOf(expression: Expression, query: AggregateQuery, world: World): number | null {
  const of = (inner: Expression): number | null => digitsOf(inner, query, world);
  switch (expression.kind) {
    case 'column': {
      const column = sourceColumn(query, expression.table, expression.column, world.sources);
      if (column.type.kind === 'integer') return 0;
      return column.type.kind === 'decimal' ? column.type.scale : (column.fractionDigits ?? null);
    }
    case 'literal':
      if (expression.literal.type === 'integer') return 0;
      return expression.literal.type === 'decimal' ? (expression.literal.value.split('.')[1]?.length ?? 0) : null;
    case 'negate':
      return of(expression.operand);
    case 'arithmetic': {
      const [left, right] = [of(expression.left), of(expression.right)];
      if (left === null || right === null) return null;
      if (expression.operator === 'multiply') return left + right;
      return expression.operator === 'add' || expression.operator === 'subtract' ? Math.max(left, right) : null;
    }
    default:
      return null;
  }
}

function ascending(values: readonly Present[]): readonly Present[] {
  return [...values].sort(compareValues);
}

/** "`median` and `percentile` interpolate linearly over DOUBLE." */
function percentile(values: readonly Present[], fraction: number): Value {
  const sorted = ascending(values).map(doubleOf);
  const place = fraction * (sorted.length - 1);
  const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return double(below + (above - below) * (place - Math.floor(place)));
}

/** "`stddev` is the sample's, null for one row; taken by the running mean, in ascending order." */
function standardDeviation(values: readonly number[]): Value {
  if (values.length < 2) return null;
  let mean = 0;
  let squares = 0;
  for (const [at, value] of values.entries()) {
    const away = value - mean;
    mean += away / (at + 1);
    squares += away * (value - mean);
  }
  return double(Math.sqrt(squares / (values.length - 1)));
}

/**
 * "`first` and `last` take the argument of the row with the least and greatest `orderedBy`; rows with a null in either do not
 * count; ties go to the least (`first`) or greatest (`last`) argument."
 */
function edge(name: 'first' | 'last', pairs: readonly { readonly value: Value; readonly order: Value }[]): Value {
  const counted = pairs.flatMap(({ value, order }) => (value === null || order === null ? [] : [{ value, order }]));
  const sorted = counted.sort((a, b) => compareValues(a.order, b.order) || compareValues(a.value, b.value));
  return (name === 'first' ? sorted[0] : sorted.at(-1))?.value ?? null;
}
