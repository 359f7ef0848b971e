import { additivityOf } from '../../plan/additivity.js';
import type { DataType } from '../../plan/data-type.js';
import type { AggregateQuery, MeasureDefinition } from '../../plan/query.js';
import { homesOf, innerContext, resolverFor, typesOfOutputs } from '../../plan/query-typing.js';
import { aggregatesOf } from '../../plan/traverse.js';
import { constantLiteral, typeOfMeasure } from '../../plan/typing.js';
import { assertNever } from '../../support/assert-never.js';
import { bug } from '../../support/errors.js';
import { calculate, quotient } from './arithmetic.js';
import { truncated } from './calendar.js';
import { compareValues, sameValue } from './comparison.js';
import { literalValue } from './expression.js';
import { averageOf, foldOf, sumOf } from './fold.js';
import { agree, type Group } from './groups.js';
import { doubleOf } from './number.js';
import { otherDimensions, type Period, periodOf, periodsBefore, yearBefore } from './period.js';
import { refusal } from './refusal.js';
import { double, integer, type Value } from './value.js';
import type { World } from './world.js';

/** What measures are computed from: all groups of the query, before having and limit. */
interface Grouped {
  readonly query: AggregateQuery;
  readonly groups: readonly Group[];
  readonly world: World;
}

/** The value of a measure in each group, in the groups' order: "computed per group over all groups, before having and limit". */
export function measureValues(definition: MeasureDefinition, grouped: Grouped): readonly Value[] {
  const of = (part: MeasureDefinition): readonly Value[] => measureValues(part, grouped);
  switch (definition.kind) {
    case 'aggregate': {
      const fold = foldOf(definition, grouped.query, grouped.world);
      return grouped.groups.map(({ rows }) => fold(rows.get(definition.home) ?? []));
    }
    case 'constant':
      return grouped.groups.map(() => literalValue(constantLiteral(definition.value)));
    case 'ratio': {
      // "numerator / denominator × factor, DOUBLE, each aggregated first; null where the denominator is 0 or null."
      const [above, below] = [of(definition.numerator), of(definition.denominator)];
      return above.map((value, at) => times(divided(value, below[at] ?? null), definition.factor));
    }
    case 'combine': {
      // "`combine` follows arithmetic: a null part makes it null."
      const [left, right] = [of(definition.left), of(definition.right)];
      const type = typeOf(definition, grouped);
      return left.map((value, at) => calculate(definition.operator, value, right[at] ?? null, type));
    }
    case 'share':
      return shares(definition, of(definition.of), grouped);
    case 'rank':
      return ranks(definition, of(definition.of), grouped);
    case 'change':
      return changes(definition, of(definition.of), grouped);
    case 'running_total':
    case 'period_to_date':
    case 'rolling':
      return overTime(definition, of(definition.of), grouped);
    default:
      return assertNever(definition);
  }
}

/** "**`share`**: of / sum over the groups equal in `within`." */
function shares(
  definition: Extract<MeasureDefinition, { kind: 'share' }>,
  values: readonly Value[],
  grouped: Grouped,
): readonly Value[] {
  requireAdditive(definition.of, grouped);
  const type = typeOf(definition.of, grouped);
  const within = definition.within.map((name) => positionOf(name, grouped.query));
  return grouped.groups.map((group, at) => {
    const peers = values.filter((_, other) => agreeAt(grouped, group, other, within));
    return times(divided(values[at] ?? null, sumOf(present(peers), type, null)), definition.factor);
  });
}

/** "**`rank`**: 1 + the number of groups in `within` that are ahead; equal values share a rank, nulls come last." */
function ranks(
  definition: Extract<MeasureDefinition, { kind: 'rank' }>,
  values: readonly Value[],
  grouped: Grouped,
): readonly Value[] {
  const within = definition.within.map((name) => positionOf(name, grouped.query));
  const isAhead = (other: Value, value: Value): boolean => {
    if (other === null) return false;
    if (value === null) return true;
    return definition.descending ? compareValues(other, value) > 0 : compareValues(other, value) < 0;
  };
  return grouped.groups.map((group, at) => {
    const peers = values.filter((_, other) => agreeAt(grouped, group, other, within));
    return integer(1 + peers.filter((other) => isAhead(other, values[at] ?? null)).length);
  });
}

/**
 * "**`change`** compares with the group exactly one period before (`previous_period`), or one year before, equal in the other
 * dimensions. Where that period has no group the change is null."
 */
function changes(
  definition: Extract<MeasureDefinition, { kind: 'change' }>,
  values: readonly Value[],
  grouped: Grouped,
): readonly Value[] {
  const { at: timeAt, others, period } = timeOf(definition.time, grouped);
  const difference = typeOf({ ...definition, as: 'difference' }, grouped);
  return grouped.groups.map((group, at) => {
    const time = group.keys[timeAt] ?? null;
    // "The group with a null time has no value of these."
    if (time === null) return null;
    const before = definition.against === 'previous_period' ? periodsBefore(time, period, 1) : yearBefore(time, period);
    const earlierAt = grouped.groups.findIndex(
      (other) => sameValue(other.keys[timeAt] ?? null, before) && agree(other, group, others),
    );
    const [now, earlier] = [values[at] ?? null, values[earlierAt] ?? null];
    const changed = calculate('subtract', now, earlier, difference);
    if (definition.as === 'difference') return changed;
    // "`rate` is difference / earlier, `percent` × 100; null where the earlier is 0."
    return times(divided(changed, earlier), definition.as === 'percent' ? 100 : 1);
  });
}

/**
 * "**`running_total`**, **`period_to_date`** (anew in each `unit`) and **`rolling`** (the period and the `periods` − 1 calendar
 * periods before) fold the groups that exist up to the current one."
 */
function overTime(
  definition: Extract<MeasureDefinition, { kind: 'running_total' | 'period_to_date' | 'rolling' }>,
  values: readonly Value[],
  grouped: Grouped,
): readonly Value[] {
  const isMean = definition.kind === 'rolling' && definition.as === 'avg';
  if (!isMean) requireAdditive(definition.of, grouped);
  const { at: timeAt, others, period } = timeOf(definition.time, grouped);
  if (definition.kind === 'period_to_date' && period.kind === 'number')
    throw refusal('a number has no period to date', 'Truncate a date instead.');
  const type = typeOf(definition.of, grouped);
  return grouped.groups.map((group) => {
    const now = group.keys[timeAt] ?? null;
    if (now === null) return null;
    const folded = values.filter((_, at) => {
      const other = grouped.groups[at];
      const time = other?.keys[timeAt] ?? null;
      if (other === undefined || time === null || !agree(other, group, others)) return false;
      return compareValues(time, now) <= 0 && isInFrame(definition, time, now, period, grouped.world);
    });
    return isMean ? averageOf(present(folded), type, null) : sumOf(present(folded), type, null);
  });
}

function isInFrame(
  definition: Extract<MeasureDefinition, { kind: 'running_total' | 'period_to_date' | 'rolling' }>,
  time: Value,
  now: Value,
  period: Period,
  { time: settings }: World,
): boolean {
  switch (definition.kind) {
    case 'running_total':
      return true;
    case 'period_to_date':
      return sameValue(truncated(time, definition.unit, settings), truncated(now, definition.unit, settings));
    case 'rolling': {
      const first = periodsBefore(now, period, definition.periods - 1);
      return time !== null && first !== null && compareValues(time, first) >= 0;
    }
    default:
      return assertNever(definition);
  }
}

/** "Shares, running totals, periods to date and rolling sums of what is not additive are refused." */
function requireAdditive(definition: MeasureDefinition, { query, world }: Grouped): void {
  if (additivityOf(definition, query, world.sources) !== 'additive')
    throw refusal('a total over groups is asked of a measure whose groups do not add up', 'Take a sum or a count.');
}

function timeOf(
  name: string,
  { query, world }: Grouped,
): { readonly at: number; readonly others: readonly number[]; readonly period: Period } {
  const at = positionOf(name, query);
  const dimension = query.dimensions[at];
  const typed = typesOfOutputs(query, world.sources)[at];
  if (dimension === undefined || typed === undefined) throw bug(`"${name}" is no dimension`);
  return { at, others: otherDimensions(query, name, world.time), period: periodOf(dimension, typed.type) };
}

function positionOf(name: string, query: AggregateQuery): number {
  return query.dimensions.findIndex((dimension) => dimension.name === name);
}

function agreeAt({ groups }: Grouped, group: Group, at: number, positions: readonly number[]): boolean {
  const other = groups[at];
  return other !== undefined && agree(group, other, positions);
}

/** The type of a measure; its aggregates' homes differ only in what may be null, which values show by themselves. */
function typeOf(definition: MeasureDefinition, { query, world }: Grouped): DataType {
  const home = aggregatesOf(definition)[0]?.home ?? homesOf(query)[0] ?? '';
  return typeOfMeasure(definition, resolverFor(query, home, world.sources), true, innerContext(world.sources)).type;
}

function divided(above: Value, below: Value): Value {
  return above === null || below === null ? null : quotient(above, below);
}

function times(value: Value, factor: number): Value {
  return value === null ? null : double(doubleOf(value) * factor);
}

function present(values: readonly Value[]): readonly Exclude<Value, null>[] {
  return values.flatMap((value) => (value === null ? [] : [value]));
}
