import type { SqlFold } from './ast.js';
import { countableScale, lastDigit, powerOfTen } from './decimal-units.js';
import type { AggregateParts, WindowParts } from './dialect.js';

/** An aggregate as DuckDB's SQL. */
export function duckdbAggregate({ name, operands, distinct, orderBy, filter, fold }: AggregateParts): string {
  const order = orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.join(', ')}`;
  const condition = filter === null ? '' : ` FILTER (WHERE ${filter})`;
  return folded(
    name,
    (called) => `${called}(${distinct ? 'DISTINCT ' : ''}${operands.join(', ')}${order})${condition}`,
    fold,
  );
}

/** A window function as DuckDB's SQL. */
export function duckdbWindow({ name, operands, over, fold }: WindowParts): string {
  return folded(name, (called) => `${called}(${operands.join(', ')}) OVER (${over})`, fold);
}

function folded(name: string, call: (name: string) => string, fold: SqlFold | null): string {
  if (name !== 'avg' || fold === null || fold.of.kind !== 'decimal' || fold.to.kind !== 'decimal') return call(name);
  return exactAverage(call('sum'), call('count'), fold.of.scale, fold.to.scale);
}

/**
 * The average of decimals, rounded half away from zero once, from the exact sum: DuckDB's own avg goes through DOUBLE,
 * which knows some 16 digits. The sum is divided as whole units of one digit more than the result keeps; what is cut off
 * there decides no rounding. Null where there is nothing to average, an error where the digits do not fit.
 */
function exactAverage(sum: string, count: string, scale: number, toScale: number): string {
  const units =
    scale > countableScale ? partedUnits(sum, scale, toScale) : `CAST(${sum} * ${powerOfTen(toScale + 1)} AS HUGEINT)`;
  return `CAST((${units} // ${count}) * ${lastDigit(toScale + 1)} AS DECIMAL(38,${toScale}))`;
}

/** Where the digits after the point leave too little room, what stands before and after it is multiplied apart. */
function partedUnits(sum: string, scale: number, toScale: number): string {
  const before = `CAST(trunc(${sum}) AS HUGEINT) * ${powerOfTen(scale)}`;
  const after = `CAST((${sum} % 1) * ${powerOfTen(scale)} AS HUGEINT)`;
  return `(${before} + ${after}) * ${powerOfTen(toScale + 1 - scale)}`;
}
