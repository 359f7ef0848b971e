import type { Limit, Order } from '../../plan/query.js';
import { compareValues, sameValue } from './comparison.js';
import type { Value } from './value.js';

type Tuple = readonly Value[];

/**
 * "Rows come in the order asked for, ties broken by all other outputs, shown or not, in order, ascending, nulls last." `names`
 * are the outputs in order, as in each row.
 */
export function ordered(rows: readonly Tuple[], orderBy: readonly Order[], names: readonly string[]): readonly Tuple[] {
  const others = names
    .filter((name) => !orderBy.some(({ by }) => by === name))
    .map((by): Order => ({ by, direction: 'ascending', nulls: 'last' }));
  return [...rows].sort((left, right) => compareRows(left, right, [...orderBy, ...others], names));
}

/** "`limit` takes the first `count` in that order; `per` within each group equal (null-safely) in those outputs." */
export function limited(
  rows: readonly Tuple[],
  limit: Limit | null,
  orderBy: readonly Order[],
  names: readonly string[],
): readonly Tuple[] {
  if (limit === null) return rows;
  const per = limit.per.map((name) => names.indexOf(name));
  return rows.filter((row) => {
    const peers = rows.filter((other) => per.every((at) => sameValue(other[at] ?? null, row[at] ?? null)));
    const last = peers[limit.count - 1];
    if (limit.count > 0 && (last === undefined || peers.indexOf(row) < limit.count)) return true;
    // "`ties: include` keeps also rows equal to the last in the order *asked for*; without such an order it is as `cut`."
    if (limit.ties === 'cut' || orderBy.length === 0 || last === undefined) return false;
    return compareRows(row, last, orderBy, names) === 0;
  });
}

function compareRows(left: Tuple, right: Tuple, order: readonly Order[], names: readonly string[]): number {
  for (const { by, direction, nulls } of order) {
    const at = names.indexOf(by);
    const compared = compareInOrder(left[at] ?? null, right[at] ?? null, direction, nulls);
    if (compared !== 0) return compared;
  }
  return 0;
}

function compareInOrder(left: Value, right: Value, direction: Order['direction'], nulls: Order['nulls']): number {
  if (left === null || right === null) {
    if (left === right) return 0;
    return (left === null) === (nulls === 'first') ? -1 : 1;
  }
  const compared = compareValues(left, right);
  return direction === 'ascending' ? compared : -compared;
}
