import type { Dimension, Expression } from '../../plan/query.js';
import type { NamedExpression, Relation, ResultColumn, Step } from '../../plan/relational.js';
import { expressionAt, filledDimensionOf, occurrencesOf, reachOf } from '../../plan/traverse.js';
import { bug, dpbError } from '../../support/errors.js';
import type { Scope } from '../scope.js';
import { type Draft, output } from './draft.js';
import { filledGroups } from './fill-periods.js';
import { keyColumns } from './fold-homes.js';
import { homeRows } from './home-rows.js';

/**
 * Brings the homes together: the groups of all of them (and, for `every`, all members), each home's aggregates beside.
 * A group that a home has no rows of has counts of 0 and no other values. Each side has one row per group, so nothing
 * is repeated.
 */
export function drillAcross(draft: Draft, scope: Scope): Draft {
  const [first, ...others] = draft.branches;
  if (first === undefined) throw bug('a query has no home');
  const { every, dimensions } = draft.query;
  const isAlone =
    others.length === 0 && (every === null || dimensions.length === 0) && filledDimensionOf(draft.query) === null;
  const merged = isAlone ? { steps: [], current: first } : merge(draft, scope);
  const names = [...draft.query.dimensions.map(({ name }) => name), ...draft.aggregates.map(({ column }) => column)];
  const outputs = new Map(names.map((name) => [name, output(name)]));
  return { ...draft, steps: [...draft.steps, ...merged.steps], current: merged.current, outputs };
}

function merge(draft: Draft, scope: Scope): { readonly steps: readonly Step[]; readonly current: Step } {
  const { branches, query } = draft;
  if (query.dimensions.length === 0) {
    const current = combined(draft, scope, branches.map(read).reduce(cross), (step, column) =>
      columnOf(step.name, column),
    );
    return { steps: [current], current };
  }
  const members = query.every === null ? [] : memberSteps(draft, query.every, scope);
  const [only, ...others] = [...members.slice(-1), ...branches];
  if (only === undefined) throw bug('a query has no home');
  const groups = others.length === 0 ? [] : [groupsStep(draft, [only, ...others], scope)];
  const occurring = groups[0] ?? only;
  const filled = filledGroups(draft, occurring, scope);
  const spine = filled.at(-1) ?? occurring;
  const joined = branches.reduce<Relation>((left, branch) => besideGroups(left, branch, spine, draft), read(spine));
  const current = combined(
    draft,
    scope,
    joined,
    (step, column, isCount) => (isCount ? orZero(columnOf(step.name, column)) : columnOf(step.name, column)),
    spine,
  );
  return { steps: [...members, ...groups, ...filled, current], current };
}

/** The distinct groups of all branches: null is a group like any other. */
function groupsStep(draft: Draft, branches: readonly Step[], scope: Scope): Step {
  const names = draft.query.dimensions.map(({ name }) => name);
  const inputs = branches.map(
    (branch): Relation => ({
      kind: 'project',
      input: read(branch),
      columns: names.map((name) => plain(name, output(name))),
      windows: [],
      distinct: false,
    }),
  );
  return {
    name: scope.names.next(['groups']),
    note: `Each ${draft.query.dimensions.map(({ label }) => label).join(', ')} that occurs`,
    relation: { kind: 'set', operation: 'union', all: false, inputs },
    columns: names.map((name) => dimensionColumn(draft, name)),
  };
}

/**
 * The members of `every`, with each value of the dimensions that it does not reach: those come from the homes, and meet
 * all members (every region in every month that occurs).
 */
function memberSteps(draft: Draft, every: string, scope: Scope): readonly Step[] {
  const { query } = draft;
  const reached = reachOf(every, query.joins);
  const isOwn = (dimension: Dimension): boolean =>
    occurrencesOf(expressionAt(dimension, every)).every((occurrence) => reached.has(occurrence));
  const own = query.dimensions.filter(isOwn);
  const foreign = query.dimensions.filter((dimension) => !isOwn(dimension));
  if (own.length === 0) {
    throw dpbError('plan.refused', {
      reason: `every row of "${every}" is asked for, but the result is not grouped by any of its columns`,
      remedy: 'Group by a column of that table, or leave out "every".',
    });
  }
  const keys = keyColumns({ ...query, dimensions: own }, draft.types, every, scope.sources);
  const members: Step = {
    name: scope.names.next(['every', ...own.map(({ name }) => name)]),
    note: `Each ${own.map(({ label }) => label).join(', ')} there is, also without rows`,
    relation: {
      kind: 'project',
      input: homeRows(
        query,
        every,
        own.flatMap((dimension) => occurrencesOf(expressionAt(dimension, every))),
        draft.histories,
      ),
      columns: keys,
      windows: [],
      distinct: true,
    },
    columns: own.map(({ name }) => dimensionColumn(draft, name)),
  };
  if (foreign.length === 0) return [members];
  const seen = groupsStep({ ...draft, query: { ...query, dimensions: foreign } }, draft.branches, scope);
  const grid: Step = {
    name: scope.names.next(['every', 'combination']),
    note: `Each of them in each ${foreign.map(({ label }) => label).join(', ')} that occurs`,
    relation: {
      kind: 'project',
      input: cross(read(members), read(seen)),
      columns: query.dimensions.map((dimension) =>
        plain(dimension.name, columnOf(isOwn(dimension) ? members.name : seen.name, dimension.name)),
      ),
      windows: [],
      distinct: false,
    },
    columns: query.dimensions.map(({ name }) => dimensionColumn(draft, name)),
  };
  return [members, seen, grid];
}

function besideGroups(left: Relation, branch: Step, spine: Step, draft: Draft): Relation {
  const on = draft.query.dimensions.map(({ name }) => ({
    left: columnOf(spine.name, name),
    right: columnOf(branch.name, name),
    nullSafe: dimensionColumn(draft, name).nullable,
  }));
  return { kind: 'join', join: 'left', left, right: read(branch), on, within: null };
}

type AggregateColumn = (step: Step, column: string, isCount: boolean) => Expression;

function combined(draft: Draft, scope: Scope, input: Relation, column: AggregateColumn, spine?: Step): Step {
  const dimensions = draft.query.dimensions.map(({ name }) => plain(name, columnOf(spine?.name ?? '', name)));
  const aggregates = draft.aggregates.map((named): NamedExpression => {
    const branch = draft.branches.find(({ columns }) => columns.some(({ name }) => name === named.column));
    if (branch === undefined) throw bug(`aggregate "${named.column}" has no step`);
    return plain(named.column, column(branch, named.column, isCount(named.aggregate.function)));
  });
  const found = (name: string): ResultColumn | undefined =>
    draft.branches.flatMap(({ columns }) => columns).find((candidate) => candidate.name === name);
  return {
    name: scope.names.next(['combined']),
    note: 'The measures of all sources side by side',
    relation: { kind: 'project', input, columns: [...dimensions, ...aggregates], windows: [], distinct: false },
    columns: [
      ...draft.query.dimensions.map(({ name }) => dimensionColumn(draft, name)),
      ...draft.aggregates.flatMap(({ column: name, aggregate }) => {
        const type = found(name);
        return type === undefined
          ? []
          : [{ ...type, nullable: spine === undefined ? type.nullable : !isCount(aggregate.function) }];
      }),
    ],
  };
}

function dimensionColumn({ types }: Draft, name: string): ResultColumn {
  const typed = types.find((candidate) => candidate.name === name);
  if (typed === undefined) throw bug(`dimension "${name}" has no type`);
  return { name, type: typed.type, nullable: typed.nullable };
}

const isCount = (name: string): boolean => name === 'count' || name === 'count_distinct';
const read = (step: Step): Relation => ({ kind: 'read', step: step.name, alias: step.name });
const cross = (left: Relation, right: Relation): Relation => ({
  kind: 'join',
  join: 'cross',
  left,
  right,
  on: [],
  within: null,
});
const columnOf = (table: string, column: string): Expression => ({ kind: 'column', table, column });
const plain = (name: string, expression: Expression): NamedExpression => ({ name, expression, as: null });
const orZero = (expression: Expression): Expression => ({
  kind: 'call',
  function: 'coalesce',
  arguments: [expression, { kind: 'literal', literal: { type: 'integer', value: '0' } }],
});
