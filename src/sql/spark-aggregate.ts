import type { DataType } from '../plan/data-type.js';
import { bug } from '../support/errors.js';
import type { SqlFold } from './ast.js';
import { countableScale, lastDigit, powerOfTen } from './decimal-units.js';
import type { AggregateParts, WindowParts } from './dialect.js';

/** An aggregate as Spark SQL: the same value on every run, and with the digits that specs/semantics.md gives it. */
export function sparkAggregate(parts: AggregateParts): string {
  const [operand = '', second = ''] = parts.operands;
  const isOrdered = parts.orderBy.length > 0;
  switch (parts.name) {
    case 'sum':
    case 'avg':
      if (isOrdered) return orderedFold(parts, parts.name);
      return parts.name === 'sum' ? sum(operand, parts) : average(operand, parts);
    case 'median':
      return folded('percentile', [operand, '0.5'], parts);
    case 'quantile_cont':
      return folded('percentile', [operand, second], parts);
    case 'stddev_samp':
      return isOrdered ? orderedFold(parts, 'stddev_samp') : folded('stddev_samp', [operand], parts);
    case 'first':
    case 'last': {
      if (!parts.isAscending) throw bug('first and last are ordered upwards');
      const place = parts.keys.length === 0 ? operand : `struct(${parts.keys.join(', ')})`;
      return folded(parts.name === 'first' ? 'min_by' : 'max_by', [operand, place], parts);
    }
    default:
      return folded(parts.name, parts.operands, parts);
  }
}

/** A window function as Spark SQL. Places are BIGINT in plans and INT in Spark. */
export function sparkWindow({ name, operands, over, isOrdered, fold }: WindowParts): string {
  const [operand = ''] = operands;
  // Spark gives places to ordered rows alone: where all are equal, any order will do.
  const needsOrder = !isOrdered && (name === 'rank' || name === 'row_number' || name === 'lead');
  const whole = needsOrder ? `${over} ORDER BY NULL`.trim() : over;
  const windowed = (call: string): string => `${call} OVER (${whole})`;
  switch (name) {
    case 'rank':
    case 'row_number':
      return `CAST(${windowed(`${name}()`)} AS BIGINT)`;
    case 'sum':
      return fold === null ? windowed(`sum(${operand})`) : widened(windowed(`sum(${operand})`), fold);
    case 'avg': {
      if (fold === null || fold.of.kind === 'double') return windowed(`avg(${operand})`);
      const total = windowed(`sum(${exactOperand(operand, fold.of)})`);
      return quotient(total, windowed(`count(${operand})`), fold);
    }
    default:
      return windowed(`${name}(${operands.join(', ')})`);
  }
}

function folded(
  name: string,
  operands: readonly string[],
  { distinct, filter }: Pick<AggregateParts, 'distinct' | 'filter'>,
): string {
  const condition = filter === null ? '' : ` FILTER (WHERE ${filter})`;
  return `${name}(${distinct ? 'DISTINCT ' : ''}${operands.join(', ')})${condition}`;
}

function sum(operand: string, parts: AggregateParts): string {
  const plain = folded('sum', [operand], parts);
  return parts.fold === null ? plain : widened(plain, parts.fold);
}

/** Sums of decimals have all digits that there are; Spark gives them ten more than their argument has. */
function widened(sum: string, { of, to }: SqlFold): string {
  if (of.kind === 'decimal') return `CAST(${sum} AS DECIMAL(38,${of.scale}))`;
  return of.kind === 'integer' && of.bits === 128 && to.kind === 'decimal' ? `CAST(${sum} AS DECIMAL(38,0))` : sum;
}

/** An average from the exact sum, divided once. */
function average(operand: string, parts: AggregateParts): string {
  const { fold } = parts;
  if (fold === null || fold.of.kind === 'double') return folded('avg', [operand], parts);
  const total = folded('sum', [exactOperand(operand, fold.of)], parts);
  return quotient(total, folded('count', [operand], parts), fold);
}

/** 64-bit integers may add up to more than they hold. */
function exactOperand(operand: string, of: DataType): string {
  return of.kind === 'integer' && of.bits >= 64 ? `CAST(${operand} AS DECIMAL(38,0))` : operand;
}

function quotient(total: string, count: string, { of, to }: SqlFold): string {
  const some = `nullif(${count}, 0)`;
  if (to.kind !== 'decimal') return `(CAST(${total} AS DOUBLE) / CAST(${some} AS DOUBLE))`;
  const scale = of.kind === 'decimal' ? of.scale : 0;
  const divisor = `CAST(${some} AS DECIMAL(20,0))`;
  // A division of decimals of many digits keeps some ten digits more than the result, of which the cast rounds.
  if (scale > countableScale)
    return `CAST(CAST(${total} AS DECIMAL(38,${scale})) / ${divisor} AS DECIMAL(38,${to.scale}))`;
  // Else it may keep too few to round but once: whole units of one digit more than the result keeps are divided without a rest.
  const units = `CAST(CAST(${total} AS DECIMAL(38,${scale})) * ${powerOfTen(to.scale + 1)} AS DECIMAL(38,0))`;
  return `CAST((${units} - ${units} % ${divisor}) / ${divisor} * ${lastDigit(to.scale + 1)} AS DECIMAL(38,${to.scale}))`;
}

/** Sums of DOUBLE whose digits are not known are taken in the order of the values, and so is the running mean of stddev. */
function orderedFold(parts: AggregateParts, name: 'sum' | 'avg' | 'stddev_samp'): string {
  const [operand = ''] = parts.operands;
  if (!parts.isAscending) throw bug('values are folded upwards');
  const values = `array_sort(${folded('collect_list', [operand], parts)})`;
  if (name === 'stddev_samp') return runningDeviation(values);
  const total = `aggregate(${values}, CAST(NULL AS DOUBLE), (total, value) -> coalesce(total + value, value))`;
  if (name === 'sum') return total;
  return `(${total} / CAST(nullif(${folded('count', [operand], parts)}, 0) AS DOUBLE))`;
}

/** Welford's running mean over values in order, as DuckDB takes it. */
function runningDeviation(values: string): string {
  const start = "named_struct('n', 0D, 'mean', 0D, 'squares', 0D)";
  const mean = 'state.mean + (value - state.mean) / (state.n + 1D)';
  const squares = `state.squares + (value - state.mean) * (value - (${mean}))`;
  const step = `named_struct('n', state.n + 1D, 'mean', ${mean}, 'squares', ${squares})`;
  const end = 'CASE WHEN state.n > 1D THEN sqrt(state.squares / (state.n - 1D)) END';
  return `aggregate(${values}, ${start}, (state, value) -> ${step}, state -> ${end})`;
}
