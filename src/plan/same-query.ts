import { canonicalJson } from '../support/canonical-json.js';
import { compareText } from '../support/text-order.js';
import type { Query } from './query.js';

/**
 * A text that is equal for queries that give the same rows but for the names and order of what says the same: labels are left
 * out, outputs are numbered, occurrences go by their dataset, tables, joins and conditions come in one order.
 */
export function queryMeaning(query: Query): string {
  return canonicalJson(meaningOf(query, new Map(), new Map()));
}

const left = new Set(['label', 'description', 'cardinality']);
/** Keys under which names of outputs stand. */
const outputNames = new Set(['name', 'by', 'time']);
const outputLists = new Set(['per', 'within']);
/** Keys under which ids of occurrences stand. */
const occurrenceIds = new Set(['table', 'home', 'from', 'to', 'every', 'id', 'atTable']);
/** Lists whose order says nothing. */
const unordered = new Set(['tables', 'joins', 'operands', 'values', 'on']);

type Names = ReadonlyMap<string, string>;

function meaningOf(value: unknown, datasets: Names, outputs: Map<string, string>): unknown {
  if (Array.isArray(value)) return value.map((inner: unknown) => meaningOf(inner, datasets, outputs));
  if (typeof value !== 'object' || value === null) return value;
  const isQuery = 'tables' in value && Array.isArray(value.tables);
  const ids = isQuery ? new Map([...datasets, ...idsOf(value.tables)]) : datasets;
  const names = isQuery ? new Map<string, string>() : outputs;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const isText = left.has(key) || (key === 'unit' && 'definition' in value);
      if (isText || inner === undefined || inner === null) return [];
      return [[key, partOf(key, inner, ids, names)] as const];
    }),
  );
}

function partOf(key: string, inner: unknown, ids: Names, names: Map<string, string>): unknown {
  if (typeof inner === 'string') {
    if (outputNames.has(key)) return numbered(inner, names);
    return occurrenceIds.has(key) ? (ids.get(inner) ?? inner) : inner;
  }
  if (outputLists.has(key) && Array.isArray(inner) && inner.every((name) => typeof name === 'string'))
    return inner.map((name) => numbered(name, names));
  const made = meaningOf(inner, ids, names);
  if (!unordered.has(key) || !Array.isArray(made)) return made;
  return made
    .map((one) => [canonicalJson(one), one] as const)
    .sort(([one], [other]) => compareText(one, other))
    .map(([, one]: readonly [string, unknown]) => one);
}

function numbered(name: string, names: Map<string, string>): string {
  const known = names.get(name) ?? `#${names.size}`;
  names.set(name, known);
  return known;
}

/** An occurrence goes by its dataset; where a dataset occurs twice, by its place too. */
function idsOf(tables: unknown): readonly (readonly [string, string])[] {
  const seen = new Map<string, number>();
  return (Array.isArray(tables) ? tables : []).flatMap((table: unknown) => {
    if (typeof table !== 'object' || table === null || !('id' in table) || !('dataset' in table)) return [];
    const dataset = String(table.dataset);
    const place = seen.get(dataset) ?? 0;
    seen.set(dataset, place + 1);
    return [[String(table.id), place === 0 ? dataset : `${dataset} ${place}`] as const];
  });
}
