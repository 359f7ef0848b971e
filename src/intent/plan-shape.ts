import type { Query } from '../plan/query.js';
import { queriesOf } from '../plan/traverse.js';

/** A join of a query or of one inside it, by dataset. */
export interface UsedJoin {
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
}

/** All joins of the query, inner queries included. */
export function joinsOfQuery(query: Query): readonly UsedJoin[] {
  return queriesOf(query).flatMap((inner) => {
    if (inner.kind === 'set') return [];
    const dataset = (id: string): string => inner.tables.find((table) => table.id === id)?.dataset ?? id;
    return inner.joins.map(({ from, to, on }) => ({
      from: dataset(from),
      to: dataset(to),
      columns: on.map((pair) => pair.from),
    }));
  });
}
