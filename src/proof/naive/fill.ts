import type { AggregateQuery, Dimension, Expression, TimeUnit } from '../../plan/query.js';
import { typesOfOutputs } from '../../plan/query-typing.js';
import { filledDimensionOf } from '../../plan/traverse.js';
import { bug } from '../../support/errors.js';
import { dayOf, moved, truncated } from './calendar.js';
import { textOf } from './cast.js';
import { compareValues, distinctTuples } from './comparison.js';
import { evaluated } from './expression.js';
import { widened } from './number.js';
import { atPeriod, isDecidedBy, periodOf } from './period.js';
import type { Present, Value } from './value.js';
import { contextOf, type World } from './world.js';

type Tuple = readonly Value[];

/**
 * "**`fill`**: the groups also hold each period from the one around `from` up to the last that begins before `to`. […] Each
 * period meets each tuple of the other dimensions that occurs; where there are none, it stands alone. […] Dimensions that the
 * period decides are computed from it." `grouped` are the groups of all homes and `every`.
 */
export function filledGroups(query: AggregateQuery, grouped: readonly Tuple[], world: World): readonly Tuple[] {
  const filled = filledDimensionOf(query);
  if (filled === null) return [];
  const at = query.dimensions.indexOf(filled);
  const occurring = grouped.map((tuple) => tuple[at] ?? null).filter((value) => value !== null);
  const decided = query.dimensions.map(
    (dimension) => dimension === filled || isDecidedBy(dimension, filled, world.time),
  );
  const others = decided.includes(false)
    ? distinctTuples(grouped.map((tuple) => tuple.filter((_, position) => decided[position] === false)))
    : [[]];
  return periodsOf(filled, query, occurring, world).flatMap((period) => {
    const own = query.dimensions.map((dimension) => valueIn(dimension, filled, period, query, world));
    return others.map((other) => merged(decided, own, other));
  });
}

/** "Left null, the first and the last period that occur among all groups, the last included. Nothing occurs and a bound is null: no periods are added." */
function periodsOf(
  { expression, fill, name }: Dimension,
  query: AggregateQuery,
  occurring: readonly Present[],
  world: World,
): readonly Present[] {
  const sorted = [...occurring].sort(compareValues);
  const type = typesOfOutputs(query, world.sources).find((output) => output.name === name)?.type;
  if (type === undefined) throw bug(`"${name}" has no type`);
  const period = periodOf({ name, expression }, type);
  if (period.kind === 'number') throw bug(`"${name}" is no time`);
  const [from, to] = [boundOf(fill?.from ?? null, world), boundOf(fill?.to ?? null, world)];
  const first = from === null ? (sorted[0] ?? null) : truncated(from, period.unit, world.time);
  const last = sorted.at(-1) ?? null;
  const isWithin = (value: Present): boolean => {
    if (to !== null) return compareValues(value, to) < 0;
    return last !== null && compareValues(value, last) <= 0;
  };
  const found: Present[] = [];
  for (let next = first; next !== null && isWithin(next); next = oneLater(next, period.unit)) found.push(next);
  return found;
}

function oneLater(value: Present, unit: TimeUnit): Value {
  return moved(value, 1, unit);
}

function boundOf(bound: Expression | null, world: World): Value {
  return bound === null ? null : constantValue(bound, world);
}

/** The value of an expression without columns. */
function constantValue(expression: Expression, world: World): Value {
  const context = contextOf(world, (table) => {
    throw bug(`a constant reads "${table}"`);
  });
  const none = (): never => {
    throw bug('a constant reads a row');
  };
  return evaluated(expression, context)({ column: none, output: none });
}

/** The value of a dimension that the period decides; null for others. */
function valueIn(dimension: Dimension, filled: Dimension, period: Present, query: AggregateQuery, world: World): Value {
  if (dimension === filled) return period;
  if (!isDecidedBy(dimension, filled, world.time)) return null;
  const start: Expression =
    period.kind === 'date'
      ? { kind: 'literal', literal: { type: 'date', value: textOf({ kind: 'date', day: dayOf(period) }) } }
      : { kind: 'literal', literal: { type: 'timestamp', value: textOf(period) } };
  const value = constantValue(atPeriod(dimension.expression, filled.expression, start, world.time), world);
  const type = typesOfOutputs(query, world.sources).find(({ name }) => name === dimension.name)?.type;
  return type === undefined ? value : widened(value, type);
}

function merged(isDecided: readonly boolean[], own: Tuple, other: Tuple): Tuple {
  const left = [...other];
  return isDecided.map((decided, at) => (decided ? own[at] : left.shift()) ?? null);
}
