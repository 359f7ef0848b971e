import type { Query } from '../plan/query.js';
import { queriesOf } from '../plan/traverse.js';
import { canonicalJson } from '../support/canonical-json.js';

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

/**
 * A text that is equal for queries that give the same rows but for the names of their columns: labels and descriptions
 * are left out, outputs are numbered.
 */
export function shapeKey(query: Query): string {
  const numbers = new Map<string, string>();
  const numberOf = (name: string): string => {
    const known = numbers.get(name) ?? `#${numbers.size}`;
    numbers.set(name, known);
    return known;
  };
  const said = new Set(['label', 'description', 'unit']);
  const plain = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => plain(each, key));
    if (typeof value === 'string') return key === 'name' || key === 'by' || key === 'time' ? numberOf(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([inner, part]) => (said.has(inner) ? [] : [[inner, plain(part, inner)]])),
    );
  };
  return canonicalJson(plain(query, ''));
}
