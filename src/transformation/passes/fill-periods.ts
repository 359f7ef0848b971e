import type { Dimension, Expression, PeriodFill } from '../../plan/query.js';
import { innerContext } from '../../plan/query-typing.js';
import type { NamedExpression, PeriodBound, Relation, ResultColumn, Step } from '../../plan/relational.js';
import { filledDimensionOf, mapExpression } from '../../plan/traverse.js';
import { typeOfExpression } from '../../plan/typing.js';
import { bug } from '../../support/errors.js';
import { exactType } from '../exact-type.js';
import type { Scope } from '../scope.js';
import { type Draft, output } from './draft.js';
import { overPeriod, timeOf } from './periods.js';

/**
 * The steps that add periods without rows to `groups`: the periods, each of them for every combination of the other
 * dimensions that occurs, and all groups together, which is the last step. None where the query fills no dimension.
 */
export function filledGroups(draft: Draft, groups: Step, scope: Scope): readonly Step[] {
  const filled = filledDimensionOf(draft.query);
  const fill = filled?.fill ?? null;
  if (filled === null || fill === null) return [];
  const columns = groups.columns.filter(({ name }) => draft.query.dimensions.some((other) => other.name === name));
  const periods = periodsStep(draft, filled, fill, groups, scope);
  const decided = new Map(
    draft.query.dimensions
      .filter(({ name }) => name !== filled.name)
      .flatMap((dimension) => {
        const expression = overPeriod(dimension.expression, filled, scope.time);
        return expression === null ? [] : [[dimension.name, expression] as const];
      }),
  );
  const others = draft.query.dimensions.filter(({ name }) => name !== filled.name && !decided.has(name));
  const combinations = others.length === 0 ? [] : [combinationsStep(others, groups, columns, scope)];
  const [combination] = combinations;
  const grid = gridStep(draft, filled, { periods, combination, decided, columns }, scope);
  const all: Step = {
    name: scope.names.next(['all', 'groups']),
    note: `Groups that occur, and each ${filled.label} there is`,
    relation: {
      kind: 'set',
      operation: 'union',
      all: false,
      inputs: [namesOf(groups, columns), namesOf(grid, columns)],
    },
    columns,
  };
  return [periods, ...combinations, grid, all];
}

function periodsStep(draft: Draft, { name, label }: Dimension, fill: PeriodFill, groups: Step, scope: Scope): Step {
  const { unit } = timeOf(draft, name);
  if (unit === 'number') throw bug('a number was filled as a period');
  const column = groups.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw bug(`the groups have no "${name}"`);
  const bound = (given: Expression | null, expression: Expression | null): PeriodBound => {
    if (given === null || expression === null) return { kind: 'occurring' };
    const { nullable } = typeOfExpression(given, noColumn, innerContext(scope.sources));
    return { kind: 'constant', expression, mayBeNull: nullable };
  };
  const from = bound(fill.from, fill.from && { kind: 'time_truncate', unit, operand: fill.from });
  const before = bound(fill.to, fill.to);
  const isFixed = [from, before].every((each) => each.kind === 'constant' && !each.mayBeNull);
  const of = isFixed ? null : groups.name;
  return {
    name: scope.names.next(['every', name]),
    note: `Each ${label}, also without rows`,
    relation: { kind: 'periods', of, column: name, unit, type: column.type, from, before },
    columns: [{ ...column, nullable: false }],
  };
}

function noColumn(): never {
  throw bug('a bound of periods reads a column');
}

function combinationsStep(
  others: readonly Dimension[],
  groups: Step,
  columns: readonly ResultColumn[],
  scope: Scope,
): Step {
  const names = others.map(({ name }) => name);
  const own = columns.filter(({ name }) => names.includes(name));
  return {
    name: scope.names.next(['occurring', ...names]),
    note: `Each ${others.map(({ label }) => label).join(', ')} that occurs`,
    relation: { ...namesOf(groups, own), distinct: true },
    columns: own,
  };
}

interface GridParts {
  readonly periods: Step;
  readonly combination: Step | undefined;
  readonly decided: ReadonlyMap<string, Expression>;
  readonly columns: readonly ResultColumn[];
}

function gridStep(
  draft: Draft,
  filled: Dimension,
  { periods, combination, decided, columns }: GridParts,
  scope: Scope,
): Step {
  const read = (step: Step): Relation => ({ kind: 'read', step: step.name, alias: step.name });
  const input: Relation =
    combination === undefined
      ? read(periods)
      : { kind: 'join', join: 'cross', left: read(periods), right: read(combination), on: [], within: null };
  const period: Expression = { kind: 'column', table: periods.name, column: filled.name };
  const valueIn = (name: string): Expression => {
    if (name === filled.name) return period;
    const expression = decided.get(name);
    if (expression !== undefined) return overColumn(expression, filled.name, period);
    return { kind: 'column', table: combination?.name ?? '', column: name };
  };
  return {
    name: scope.names.next(['each', filled.name, 'of', 'each']),
    note: combination === undefined ? `Each ${filled.label}` : `Each ${filled.label} of each of them`,
    relation: {
      kind: 'project',
      input,
      columns: draft.query.dimensions.map(({ name }): NamedExpression => {
        const expression = valueIn(name);
        const type = columns.find((column) => column.name === name)?.type ?? null;
        return { name, expression, as: exactType(expression) ? null : type };
      }),
      windows: [],
      distinct: false,
    },
    columns,
  };
}

/** `expression` over the period of the grid, which is a column among those of several tables there. */
function overColumn(expression: Expression, name: string, period: Expression): Expression {
  return mapExpression(expression, (node) => (node.kind === 'output' && node.name === name ? period : node));
}

function namesOf(step: Step, columns: readonly ResultColumn[]) {
  return {
    kind: 'project',
    input: { kind: 'read', step: step.name, alias: step.name },
    columns: columns.map(({ name }): NamedExpression => ({ name, expression: output(name), as: null })),
    windows: [],
    distinct: false,
  } as const satisfies Relation;
}
