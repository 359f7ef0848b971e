import type { AggregateQuery, DetailQuery, Query, SetQuery } from '../../plan/query.js';
import { resolverFor, type TypedOutput, typesOfOutputs } from '../../plan/query-typing.js';
import { assertNever } from '../../support/assert-never.js';
import { bug } from '../../support/errors.js';
import { distinctTuples, sameTuple } from './comparison.js';
import { measureValues } from './derived.js';
import { evaluated, isTrue } from './expression.js';
import { groupsOf } from './groups.js';
import { refuseRepeatingJoins } from './join-premises.js';
import { admittedRows, isReached, refuseUnreachedConditions } from './joined-rows.js';
import { widened } from './number.js';
import { refusal } from './refusal.js';
import { limited, ordered } from './result-order.js';
import type { Value } from './value.js';
import { contextOf, type QueryRows, type World } from './world.js';

type Tuple = readonly Value[];

/** The rows that a query means, in their order. Raises `plan.refused`, and `RunFailure` for an error of the run. */
export function rowsOf(query: Query, world: World): QueryRows {
  const outputs = typesOfOutputs(query, world.sources);
  const rows = allRows(query, outputs, world);
  const names = outputs.map(({ name }) => name);
  const kept = limited(ordered(rows, query.orderBy, names), query.limit, query.orderBy, names);
  return {
    columns: outputs.filter(({ shown }) => shown),
    rows: kept.map((row) => row.filter((_, at) => outputs[at]?.shown === true)),
  };
}

/** The rows before order and limit, with all outputs. */
function allRows(query: Query, outputs: readonly TypedOutput[], world: World): readonly Tuple[] {
  switch (query.kind) {
    case 'aggregate':
      return aggregateRows(query, outputs, world);
    case 'detail':
      return detailRows(query, world);
    case 'set':
      return setRows(query, outputs, world);
    default:
      return assertNever(query);
  }
}

function aggregateRows(query: AggregateQuery, outputs: readonly TypedOutput[], world: World): readonly Tuple[] {
  const groups = groupsOf(query, world);
  const measures = query.measures.map(({ definition }) => measureValues(definition, { query, groups, world }));
  const rows = groups.map(({ keys }, at): Tuple => [...keys, ...measures.map((values) => values[at] ?? null)]);
  if (query.having === null) return rows;
  const named = (name: string): number => outputs.findIndex((output) => output.name === name);
  const context = contextOf(
    world,
    (table) => {
      throw bug(`having reads a column of "${table}"`);
    },
    (name) => outputs[named(name)] ?? { type: { kind: 'boolean' }, nullable: true },
  );
  const holds = evaluated(query.having, context);
  return rows.filter((row) =>
    isTrue(
      holds({
        output: (name) => row[named(name)] ?? null,
        column: (table) => {
          throw bug(`having reads a column of "${table}"`);
        },
      }),
    ),
  );
}

/** "**Detail**: one row for each admitted row of `home`. `distinct` keeps one of equal rows (nulls equal)." */
function detailRows(query: DetailQuery, world: World): readonly Tuple[] {
  refuseRepeatingJoins(query, world);
  refuseUnreachedConditions(query, [query.home]);
  const unreached = query.columns.find(({ expression }) => !isReached(query, query.home, expression));
  if (unreached !== undefined)
    throw refusal(`"${unreached.name}" has many values for a row of "${query.home}"`, 'Take the finer table as home.');
  if (query.distinct && query.columns.some(({ shown }) => !shown))
    throw refusal('distinct rows cannot be ordered by a hidden column', 'Show the column, or keep all rows.');
  const context = contextOf(world, resolverFor(query, query.home, world.sources));
  const columns = query.columns.map(({ expression }) => evaluated(expression, context));
  const rows = admittedRows(query, query.home, world).map((row): Tuple => columns.map((column) => column(row)));
  return query.distinct ? distinctTuples(rows) : rows;
}

/**
 * "**Set**: inputs meet by position. `union`, `intersect`, `except` work on distinct rows, nulls equal; with `all`, on
 * multiplicities (sum, least, difference). More than two inputs associate to the left. Column types widen."
 */
function setRows(query: SetQuery, outputs: readonly TypedOutput[], world: World): readonly Tuple[] {
  const inputs = query.inputs.map((input) =>
    rowsOf(input, world).rows.map(
      (row): Tuple =>
        row.map((value, at) => {
          const type = outputs[at]?.type;
          return type === undefined ? value : widened(value, type);
        }),
    ),
  );
  const [first = [], ...others] = inputs;
  return others.reduce((left, right) => combined(query, left, right), query.all ? first : distinctTuples(first));
}

function combined({ operation, all }: SetQuery, left: readonly Tuple[], right: readonly Tuple[]): readonly Tuple[] {
  if (operation === 'union') return all ? [...left, ...right] : distinctTuples([...left, ...right]);
  if (!all) {
    const isCommon = (row: Tuple): boolean => right.some((other) => sameTuple(row, other));
    return distinctTuples(left.filter((row) => isCommon(row) === (operation === 'intersect')));
  }
  const rest = [...right];
  return left.filter((row) => {
    const at = rest.findIndex((other) => sameTuple(row, other));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0 === (operation === 'intersect');
  });
}
