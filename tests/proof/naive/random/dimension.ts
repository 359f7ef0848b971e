import type { Dimension, Expression, PeriodFill, TimeUnit } from '../../../../src/plan/query.js';
import { occurrencesOf, reachOf } from '../../../../src/plan/traverse.js';
import { dimension } from '../../../transformation/plan-builder.js';
import { ofPeriods, partName, timeUnits, truncation } from './construct-names.js';
import { families, familyOf, type Scope, varying } from './expression.js';
import type { Frame } from './frame.js';
import { outputName } from './names.js';
import type { Random } from './random.js';

/** Units of which so few fit between the days of a world that each may be a group. */
const longUnits: readonly TimeUnit[] = timeUnits.slice(timeUnits.indexOf('month'));

type ScopeOf = (homes: readonly string[]) => Scope;

/** Dimensions that all homes reach: periods with what they decide, values, a key with its attribute. */
export function randomDimensions(random: Random, frame: Frame, scopeOf: ScopeOf): readonly Dimension[] {
  const scope = scopeOf(frame.homes);
  if (frame.homes.length > 1 && random.chance(30, 'per home'))
    return [
      ...dimensionsPerHome(random, frame, scopeOf),
      ...(random.chance(20, 'attribute') ? keyWithAttribute(random, scope, frame) : []),
    ];
  const made = random.chance(50, ...ofPeriods, 'fill', 'as_of') ? [...periods(random, scope)] : [];
  const count = random.between(0, 2);
  for (let at = 0; at < count; at += 1) {
    const expression =
      random.chance(55) && scope.leaves.length > 0
        ? random.pick(scope.leaves, ({ constructs = [] }) => constructs).expression
        : varying(random.pick(families), scope, 1);
    made.push(dimension(outputName(random, 'dimension', at), expression, { shown: !random.chance(8, 'hidden') }));
  }
  if (random.chance(3, 'unit by row')) made.push(...labels(random, scope));
  if (random.chance(18, 'attribute')) made.push(...keyWithAttribute(random, scope, frame));
  return made;
}

/** An occurrence that reaches a dimension; null where there is none. */
export function randomEvery(random: Random, frame: Frame, dimensions: readonly Dimension[]): string | null {
  const tables = new Set(dimensions.flatMap(({ expression }) => occurrencesOf(expression)));
  const fitting = frame.tables.filter(({ id }) => [...tables].some((table) => reachOf(id, frame.joins).has(table)));
  return fitting.length === 0 ? null : random.pick(fitting).id;
}

/** Each home has an expression of its own: the month of the one's day beside the month of the other's. */
function dimensionsPerHome(random: Random, { homes }: Frame, scopeOf: ScopeOf): readonly Dimension[] {
  const [first = '', ...others] = homes;
  const family = random.pick(families);
  const unit = random.pick(timeUnits.slice(3), (named) => [truncation(named)]);
  const of = (home: string): Expression => {
    const expression = varying(family, scopeOf([home]), 0);
    return family === 'time' ? { kind: 'time_truncate', unit, operand: expression } : expression;
  };
  const perHome = others.map((home) => ({ home, expression: of(home) }));
  const isLong = family === 'time' && longUnits.includes(unit);
  const fill = isLong && random.chance(30, 'fill') ? periodFill(random) : null;
  return [dimension(family === 'time' ? 'time' : 'd0', of(first), { perHome, fill })];
}

function periods(random: Random, scope: Scope): readonly Dimension[] {
  const times = scope.leaves.filter(({ type }) => familyOf(type) === 'time');
  if (times.length === 0) return [];
  const { expression: operand, type } = random.pick(times);
  const unit = random.pick(random.chance(5, 'fill') ? longUnits : timeUnits, (named) => [truncation(named)]);
  const bare = type.kind === 'date' && random.chance(20);
  const isLong = !bare && longUnits.includes(unit);
  const fill = isLong && random.chance(22, 'fill') ? periodFill(random) : null;
  const time = bare ? operand : ({ kind: 'time_truncate', unit, operand } as const);
  const made = [dimension('time', time, fill === null ? {} : { fill })];
  const around: Expression = random.chance(50)
    ? { kind: 'time_truncate', unit: random.pick(timeUnits, (named) => [truncation(named)]), operand }
    : {
        kind: 'time_part',
        part: random.pick(['year', 'quarter', 'month', 'day_name', 'week', 'iso_year', 'us_week'] as const, (named) => [
          partName(named),
        ]),
        operand,
      };
  const isOver: Expression = {
    kind: 'comparison',
    operator: 'le',
    left: { kind: 'time_add', operand: time, amount: 1, unit },
    right: { kind: 'as_of' },
  };
  if (random.chance(25)) made.push(dimension('around', around));
  if (random.chance(10, 'as_of')) made.push(dimension('finished', isOver));
  return made;
}

function periodFill(random: Random): PeriodFill {
  const bound = (text: string): Expression | null => {
    if (random.chance(50)) return null;
    return { kind: 'literal', literal: { type: 'date', value: text } };
  };
  const to: Expression = { kind: 'time_add', operand: { kind: 'as_of' }, amount: 1, unit: 'month' };
  return {
    from: bound(random.pick(['2023-11-15', '2024-02-01'])),
    to: random.chance(30) ? to : bound(random.pick(['2024-04-01', '2024-08-02'])),
  };
}

/** What says the unit of each row of some table: without it those values are not folded. */
function labels(random: Random, { leaves }: Scope): readonly Dimension[] {
  const found = leaves.filter(({ expression }) => expression.kind === 'column' && expression.column === 'label');
  return found.length === 0 ? [] : [dimension('unit_of_rows', random.pick(found).expression)];
}

/** The key of a table and a column of it, which the key determines. */
function keyWithAttribute(random: Random, scope: Scope, frame: Frame): readonly Dimension[] {
  const ids = scope.leaves.filter(({ expression }) => expression.kind === 'column' && expression.column === 'id');
  if (ids.length === 0) return [];
  const key = random.pick(ids).expression;
  const table = key.kind === 'column' ? key.table : '';
  const reached = reachOf(table, frame.joins);
  const others = scope.leaves.filter(({ expression }) => expression.kind === 'column' && reached.has(expression.table));
  return [dimension('key', key), dimension('attribute', random.pick(others).expression, { role: 'attribute' })];
}
