import type { Query } from '../plan/query.js';
import { datasetOf, queriesOf } from '../plan/traverse.js';

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
    return inner.joins.map(({ from, to, on }) => ({
      from: datasetOf(inner, from),
      to: datasetOf(inner, to),
      columns: on.map((pair) => pair.from),
    }));
  });
}

/**
 * A text that is equal for queries that give the same rows but for the names of their columns: labels and descriptions
 * are left out, outputs are numbered.
 */
export function shapeKey(query: Query): string {
  return written(query, '', new Map());
}

const said = new Set(['label', 'description', 'unit']);
const numbered = new Set(['name', 'by', 'time']);

/** The value as text, in one pass: hundreds of plans are compared for one request. */
function written(value: unknown, key: string, numbers: Map<string, number>): string {
  if (typeof value === 'string') {
    if (!numbered.has(key)) return JSON.stringify(value);
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return `#${number}`;
  }
  if (Array.isArray(value)) {
    let list = '[';
    for (const each of value) list += `${written(each, key, numbers)},`;
    return `${list}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  let text = '{';
  for (const [inner, part] of Object.entries(value).sort(byKey))
    if (!said.has(inner) && part !== undefined) text += `${inner}:${written(part, inner, numbers)},`;
  return `${text}}`;
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
