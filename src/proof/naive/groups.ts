import type { AggregateQuery, Dimension } from '../../plan/query.js';
import { homesOf, resolverFor, typesOfOutputs } from '../../plan/query-typing.js';
import { aggregatesOf, expressionAt, rowExpressionsOf } from '../../plan/traverse.js';
import { distinctTuples, sameTuple, sameValue } from './comparison.js';
import { evaluated } from './expression.js';
import { filledGroups } from './fill.js';
import { refuseRepeatingJoins } from './join-premises.js';
import { admittedRows, isReached, type JoinedRow, refuseUnreachedConditions } from './joined-rows.js';
import { widened } from './number.js';
import { refusal } from './refusal.js';
import type { Value } from './value.js';
import { contextOf, type World } from './world.js';

/** A group: its value in each dimension, and the admitted rows of each home that fall into it. */
export interface Group {
  readonly keys: readonly Value[];
  readonly rows: ReadonlyMap<string, readonly JoinedRow[]>;
}

/**
 * "Each home is folded apart. The groups are those of all homes together." "No dimensions: one row, also over none. With
 * dimensions: a row for each group that occurs", and with `every` each member.
 */
export function groupsOf(query: AggregateQuery, world: World): readonly Group[] {
  const homes = homesOf(query);
  refuseFanOut(query, homes);
  refuseRepeatingJoins(query, world);
  refuseUnreachedConditions(query, homes);
  const sides = homes.map((home) => {
    const keys = keysOf(query.dimensions, query, home, world);
    return { home, rows: admittedRows(query, home, world).map((row) => ({ row, keys: keys(row) })) };
  });
  const occurring = distinctTuples(sides.flatMap(({ rows }) => rows.map(({ keys }) => keys)));
  const grouped = distinctTuples([...occurring, ...membersOf(query, occurring, world)]);
  const all =
    query.dimensions.length === 0 ? [[]] : distinctTuples([...grouped, ...filledGroups(query, grouped, world)]);
  return all.map((keys) => ({
    keys,
    rows: new Map(
      sides.map(({ home, rows }) => [
        home,
        rows.filter((candidate) => sameTuple(candidate.keys, keys)).map(({ row }) => row),
      ]),
    ),
  }));
}

/** "A dimension that a home does not reach is refused", and so is what an aggregate reads beyond its home's reach. */
function refuseFanOut(query: AggregateQuery, homes: readonly string[]): void {
  for (const home of homes) {
    const unreached = query.dimensions.find((dimension) => !isReached(query, home, expressionAt(dimension, home)));
    if (unreached !== undefined)
      throw refusal(`"${unreached.name}" has many values for a row of "${home}"`, 'Leave it out, or count distinct.');
  }
  for (const { name, definition } of query.measures) {
    for (const aggregate of aggregatesOf(definition)) {
      if (!rowExpressionsOf(aggregate).every((expression) => isReached(query, aggregate.home, expression)))
        throw refusal(
          `"${name}" reads columns that "${aggregate.home}" does not reach`,
          'Take the finest table as home.',
        );
    }
  }
}

/**
 * "**`every`**: the groups also hold each member (distinct tuple of the dimensions that the occurrence reaches, over its rows
 * that the filter admits where it reaches). Dimensions that it does not reach take each value that occurs, and every member
 * meets every such value. Refused where it reaches no dimension."
 */
function membersOf(
  query: AggregateQuery,
  occurring: readonly (readonly Value[])[],
  world: World,
): readonly (readonly Value[])[] {
  const { every } = query;
  if (every === null) return [];
  const own = query.dimensions.map((dimension) => isReached(query, every, expressionAt(dimension, every)));
  if (!own.includes(true))
    throw refusal(`"${every}" reaches no dimension`, 'Leave `every` out, or group by a column of it.');
  const reached = query.dimensions.filter((_, at) => own[at] === true);
  const keys = keysOf(reached, query, every, world);
  const members = distinctTuples(admittedRows(query, every, world).map(keys));
  // Combinations of the other dimensions are taken as they occur together.
  const others = distinctTuples(occurring.map((tuple) => tuple.filter((_, at) => own[at] === false)));
  const met = reached.length === query.dimensions.length ? [[]] : others;
  return members.flatMap((member) => met.map((other) => interleaved(own, member, other)));
}

function interleaved(isOwn: readonly boolean[], member: readonly Value[], other: readonly Value[]): readonly Value[] {
  const [mine, theirs] = [[...member], [...other]];
  return isOwn.map((own) => (own ? mine.shift() : theirs.shift()) ?? null);
}

/** The dimensions of a row. "For rows of that home (or of the table named in `every`) the dimension is the other expression. Types widen to one." */
function keysOf(
  dimensions: readonly Dimension[],
  query: AggregateQuery,
  home: string,
  world: World,
): (row: JoinedRow) => readonly Value[] {
  const context = contextOf(world, resolverFor(query, home, world.sources));
  const types = typesOfOutputs(query, world.sources);
  const parts = dimensions.map((dimension) => ({
    value: evaluated(expressionAt(dimension, home), context),
    type: types.find(({ name }) => name === dimension.name)?.type,
  }));
  return (row) => parts.map(({ value, type }) => (type === undefined ? value(row) : widened(value(row), type)));
}

/** Whether two groups are equal in the dimensions of these positions. */
export function agree(left: Group, right: Group, positions: readonly number[]): boolean {
  return positions.every((at) => sameValue(left.keys[at] ?? null, right.keys[at] ?? null));
}
