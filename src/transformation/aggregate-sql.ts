import type { DataType } from '../plan/data-type.js';
import type { NamedAggregate } from '../plan/relational.js';
import { aggregate, cast, integerLiteral, type SqlAggregate, type SqlExpression, type SqlSortKey } from '../sql/ast.js';
import { heldTrue } from '../sql/held-true.js';
import { type LoweringContext, lowerExpression } from '../sql/lower-expression.js';
import { hasInnerQuery, sqlColumnsOf } from '../sql/map-expression.js';
import { assertNever } from '../support/assert-never.js';
import { bug } from '../support/errors.js';
import { exactType } from './exact-type.js';

const double: DataType = { kind: 'double' };

/**
 * An aggregate as SQL that gives the same bits on every run: DOUBLE is added up as DECIMAL where its digits are known,
 * else in the order of its values; first and last break ties by the value.
 */
export function aggregateSql(named: NamedAggregate, context: LoweringContext): SqlExpression {
  const filter = named.filter === null ? null : heldTrue(lowerExpression(named.filter, context));
  if (named.argument === null) return aggregate('count', [{ kind: 'star' }], { filter });
  const argument = lowerExpression(named.argument, context);
  switch (named.function) {
    case 'count':
      return aggregate('count', [argument], { filter });
    case 'count_distinct':
      return aggregate('count', [argument], { distinct: true, filter });
    case 'sum':
      return sumSql(named, argument, filter);
    case 'avg':
      return averageSql(named, argument, filter);
    case 'min':
    case 'max': {
      const folded = aggregate(named.function, [argument], { filter });
      return exactType(named.argument) ? folded : cast(folded, named.type);
    }
    case 'median':
      return aggregate('quantile_cont', [asDouble(named, argument), fractionLiteral(0.5)], { filter });
    case 'percentile':
      return aggregate('quantile_cont', [asDouble(named, argument), fractionLiteral(named.fraction ?? 0.5)], {
        filter,
      });
    case 'stddev': {
      const value = asDouble(named, argument);
      return aggregate('stddev_samp', [value], { orderBy: ascending([value]), filter });
    }
    case 'first':
    case 'last':
      return edgeSql(named, argument, filter, context);
    default:
      return assertNever(named.function);
  }
}

function sumSql(named: NamedAggregate, argument: SqlExpression, filter: SqlExpression | null): SqlExpression {
  if (named.argumentType?.kind === 'double') return exactly(named, argument, filter, 'sum');
  const sum = aggregate('sum', [argument], { filter, ...foldOf(named) });
  // Engines widen sums of integers to 128 bits, which Parquet does not hold: 64, or an error where they do not fit.
  // A decimal that the engine folds to a constant may be of another type.
  const isPlain = named.argumentType?.kind === 'decimal' && named.argument !== null && exactType(named.argument);
  return isPlain ? sum : cast(sum, named.type);
}

function averageSql(named: NamedAggregate, argument: SqlExpression, filter: SqlExpression | null): SqlExpression {
  if (named.argumentType?.kind === 'double') return exactly(named, argument, filter, 'avg');
  return aggregate('avg', [argument], { filter, ...foldOf(named) });
}

/** What the sum or average is of, and what it gives. */
function foldOf({ argumentType, type }: NamedAggregate): Pick<SqlAggregate, 'fold'> {
  return argumentType === null ? {} : { fold: { of: argumentType, to: type } };
}

function exactly(
  named: NamedAggregate,
  argument: SqlExpression,
  filter: SqlExpression | null,
  name: 'sum' | 'avg',
): SqlExpression {
  if (named.fractionDigits === null) return aggregate(name, [argument], { orderBy: ascending([argument]), filter });
  const exact: DataType = { kind: 'decimal', precision: 38, scale: named.fractionDigits };
  const fold = { of: exact, to: name === 'sum' ? exact : double };
  const folded = aggregate(name, [cast(argument, exact, double)], { filter, fold });
  return name === 'sum' ? cast(folded, double) : folded;
}

/** The value at the first or last place of the order; rows without a value or a place do not count. */
function edgeSql(
  named: NamedAggregate,
  argument: SqlExpression,
  filter: SqlExpression | null,
  context: LoweringContext,
): SqlExpression {
  if (named.orderedBy === null) throw bug(`${named.function} has no order`);
  const place = lowerExpression(named.orderedBy, context);
  const present = [argument, place].map((operand): SqlExpression => ({ kind: 'is_null', operand, negated: true }));
  const conditions = filter === null ? present : [filter, ...present];
  const parts: Partial<SqlAggregate> = {
    orderBy: ascending([place, argument]),
    filter: { kind: 'logical', operator: 'and', operands: conditions },
  };
  const folded = aggregate(named.function === 'first' ? 'first' : 'last', [argument], parts);
  return named.argument !== null && exactType(named.argument) ? folded : cast(folded, named.type);
}

function asDouble(named: NamedAggregate, argument: SqlExpression): SqlExpression {
  return named.argumentType?.kind === 'double' ? argument : cast(argument, double);
}

function fractionLiteral(fraction: number): SqlExpression {
  return fraction === 0 || fraction === 1
    ? integerLiteral(fraction)
    : { kind: 'literal', literal: { type: 'decimal', value: fraction.toFixed(6).replace(/0+$/, '') } };
}

/** Constants order nothing, and engines refuse them. */
function ascending(expressions: readonly SqlExpression[]): readonly SqlSortKey[] {
  return expressions
    .filter((expression) => sqlColumnsOf(expression).length > 0 || hasInnerQuery(expression))
    .map((expression) => ({ expression, direction: 'ascending', nulls: 'last' }));
}
