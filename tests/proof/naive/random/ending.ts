import type { Limit, Order } from '../../../../src/plan/query.js';
import type { Random } from './random.js';

/** A random order over some outputs, and a limit. */
export function randomEnding(
  random: Random,
  names: readonly string[],
): { readonly orderBy: readonly Order[]; readonly limit: Limit | null } {
  const orderBy = random.chance(40, 'order')
    ? random.some(names, 2).map(
        (by): Order => ({
          by,
          direction: random.pick(['ascending', 'descending']),
          nulls: random.pick(['first', 'last']),
        }),
      )
    : [];
  const limit = random.chance(22, 'limit', 'limit per', 'ties')
    ? {
        count: random.pick([0, 1, 1, 2, 2, 3, 3, 5, 5]),
        per: random.chance(40, 'limit per') ? random.some(names, 2) : [],
        ties: random.chance(50, 'ties') ? ('include' as const) : ('cut' as const),
      }
    : null;
  return { orderBy, limit };
}
