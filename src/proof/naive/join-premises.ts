import { type KeyOrigin, keyOriginOf, latestRowsOf } from '../../plan/key-origin.js';
import type { AggregateQuery, DetailQuery, Join, Validity } from '../../plan/query.js';
import { datasetOf } from '../../plan/traverse.js';
import { bug } from '../../support/errors.js';
import { sameTuple } from './comparison.js';
import { doubleOf } from './number.js';
import { refusal } from './refusal.js';
import { intervalsOf, overlap } from './validity.js';
import type { Table, Value } from './value.js';
import { tableNamed, tableOf, valueAt, type World } from './world.js';

type RowQuery = AggregateQuery | DetailQuery;

/**
 * "Joins lead from a row to at most one row. […] The claim is checked on all data at each build": refuses where a key that
 * a join of the query meets occurs twice, where validities overlap, where weights do not add up to 1.
 */
export function refuseRepeatingJoins(query: RowQuery, world: World): void {
  const keys = query.joins.flatMap((join) => keysOf(join, query));
  // Those that nothing shows come first: they are refused on any data.
  for (const [key, origin] of keys.map((key) => [key, originOf(key, world)] as const)) {
    if (origin.kind === 'unknown')
      throw refusal(
        `nothing shows that (${key.columns.join(', ')}) occurs once in ${key.dataset}`,
        'Group by them, or deduplicate.',
      );
  }
  for (const join of query.joins) refuseMadeWeights(join, query, world);
  for (const key of keys) refuseRepeatedKey(key, originOf(key, world), world);
  for (const join of query.joins) refuseUnevenWeights(join, query, world);
}

/** Columns of a dataset in which a join takes no two rows to agree, but (of a history) at different times. */
interface ClaimedKey {
  readonly dataset: string;
  readonly columns: readonly string[];
  readonly during: Validity | null;
}

/** "`many_to_one`; `one_to_one` either way." */
function keysOf(join: Join, query: RowQuery): readonly ClaimedKey[] {
  const to = {
    dataset: datasetOf(query, join.to),
    columns: join.on.map((pair) => pair.to),
    during: join.during ?? null,
  };
  if (join.cardinality === 'many_to_one') return [to];
  return [to, { dataset: datasetOf(query, join.from), columns: join.on.map((pair) => pair.from), during: null }];
}

/**
 * "Joined to, such a table is met at most once by each row because of how it is made […]; or the columns are a source's own,
 * shown as they are, and the source is checked. With `during`, the former holds for the columns of the join alone, the latter
 * for them, `start` and `end` together. […] Anything else is `plan.refused`."
 */
function originOf({ dataset, columns, during }: ClaimedKey, world: World): KeyOrigin {
  const origin = keyOriginOf(world.plan, dataset, columns);
  if (during === null || origin.kind === 'made') return origin;
  const bounds = [during.start, ...(during.end === null ? [] : [during.end])];
  // "Of a table that keeps the latest rows of one source, values as they are, the rows that stay are checked."
  if (latestRowsOf(world.plan, dataset) !== null) return { kind: 'source', dataset, columns: [...columns, ...bounds] };
  const bounded = keyOriginOf(world.plan, dataset, [...columns, ...bounds]);
  return bounded.kind === 'source' ? bounded : { kind: 'unknown' };
}

function refuseRepeatedKey({ dataset, columns, during }: ClaimedKey, origin: KeyOrigin, world: World): void {
  if (origin.kind !== 'source') {
    if (origin.kind === 'followed') refuseMeeting(tableNamed(origin.dataset, world), origin.columns, null, world);
    if (meetsTwice(tableNamed(dataset, world), columns, during, world))
      throw bug(`(${columns.join(', ')}) of ${dataset} repeats, and was taken to occur once by the way it is made`);
    return;
  }
  const [start = '', end = null] = origin.columns.slice(columns.length);
  const there = during === null ? null : { at: during.at, start, end };
  refuseMeeting(tableNamed(origin.dataset, world), origin.columns.slice(0, columns.length), there, world);
}

function refuseMeeting(table: Table, columns: readonly string[], during: Validity | null, world: World): void {
  if (meetsTwice(table, columns, during, world))
    throw refusal(
      `(${columns.join(', ')}) occurs more than once in ${table.source.dataset}, so the join would repeat rows`,
      'Remove the repeated rows, or join by the whole key.',
    );
}

function meetsTwice(table: Table, columns: readonly string[], during: Validity | null, world: World): boolean {
  const keyOf = (row: readonly Value[]): readonly Value[] => columns.map((column) => valueAt(table, row, column));
  // "A null in a join key meets nothing", so such keys may repeat.
  const keyed = table.rows.filter((row) => !keyOf(row).includes(null));
  return keyed.some((row) => {
    const same = keyed.filter((other) => sameTuple(keyOf(other), keyOf(row)));
    return during === null ? same.length > 1 : hasOverlap(same, table, during, world);
  });
}

/** "No two intervals of one key overlap (so without an `end`, no `start` is there twice)." */
function hasOverlap(rows: readonly (readonly Value[])[], table: Table, during: Validity, world: World): boolean {
  const intervals = intervalsOf(rows, table, during, world);
  return intervals.some((interval, at) =>
    intervals.slice(0, at).some((earlier) => {
      if (during.end === null && sameTuple([interval.start], [earlier.start])) return true;
      return overlap(interval, earlier);
    }),
  );
}

/** "A `weight` is a source's, or of such a table, where it is checked on the rows that stay; of no other table is it shown that no part was left out." */
function refuseMadeWeights({ from, weight = null }: Join, { tables }: RowQuery, { plan }: World): void {
  const dataset = tables.find(({ id }) => id === from)?.dataset;
  const isLatest = dataset !== undefined && latestRowsOf(plan, dataset) !== null;
  if (weight !== null && !isLatest && plan.datasets?.some(({ name }) => name === dataset) === true)
    throw refusal(`nothing shows that no part was left out of ${dataset}`, 'Join the bridge as the sources have it.');
}

/**
 * "The weights of the rows of `from` that agree in the columns of the join (none of them null) add up to 1 (to 1e-9), none is
 * null or negative, also where they meet no row of `to`."
 */
function refuseUnevenWeights(join: Join, query: RowQuery, world: World): void {
  const { weight = null } = join;
  if (weight === null) return;
  const near = tableOf(query, join.from, world);
  const keyOf = (row: readonly Value[]): readonly Value[] => join.on.map((pair) => valueAt(near, row, pair.from));
  const keyed = near.rows.filter((row) => !keyOf(row).includes(null));
  for (const row of keyed) {
    const parts = keyed
      .filter((other) => sameTuple(keyOf(other), keyOf(row)))
      .map((other) => valueAt(near, other, weight))
      .map((part) => (part === null ? Number.NaN : doubleOf(part)));
    const total = parts.reduce((sum, part) => sum + part, 0);
    if (!(Math.abs(total - 1) <= 1e-9 && parts.every((part) => part >= 0)))
      throw refusal(`the weights of ${near.source.dataset} do not add up to 1`, 'Correct the weights.');
  }
}
