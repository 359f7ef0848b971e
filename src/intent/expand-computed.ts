import type { AggregateQuery, DetailQuery, Expression, TimeUnit } from '../plan/query.js';
import { querySchema } from '../plan/query-schema.js';
import type { ComputedColumn } from './computed-columns.js';
import { occurrenceId } from './names.js';

/** The query with references to computed columns replaced by what they stand for, lengths of time told in `unit`. */
export function expandComputed(
  query: AggregateQuery | DetailQuery,
  computed: readonly ComputedColumn[],
  unit: TimeUnit | null,
): AggregateQuery | DetailQuery {
  if (computed.length === 0) return query;
  const known = new Map(computed.map((one) => [`${occurrenceId(one.dataset)}.${one.column.name}`, one]));
  let isUsed = false;
  const expressionOf = (value: object): Expression | null => {
    if (!('kind' in value && value.kind === 'column' && 'table' in value && 'column' in value)) return null;
    return known.get(`${String(value.table)}.${String(value.column)}`)?.expression(unit) ?? null;
  };
  const expand = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(expand);
    if (typeof value !== 'object' || value === null) return value;
    const expression = expressionOf(truthOf(value) ?? value);
    if (expression === null) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, expand(part)]));
    isUsed = true;
    return placed(expression);
  };
  const expanded = expand(query);
  if (!isUsed) return query;
  const parsed = querySchema.parse(expanded);
  return parsed.kind === 'set' ? query : parsed;
}

/** What is compared with true says it by itself. */
function truthOf(value: object): object | null {
  if (!('kind' in value && value.kind === 'comparison' && 'operator' in value && value.operator === 'eq')) return null;
  if (!('left' in value && 'right' in value)) return null;
  const { left, right } = value;
  const isTrue = JSON.stringify(right) === '{"kind":"literal","literal":{"type":"boolean","value":true}}';
  return isTrue && typeof left === 'object' ? left : null;
}

/** Glossaries and columns name datasets; in a query they are known by their occurrences. */
function placed(expression: Expression): unknown {
  const place = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(place);
    if (typeof value !== 'object' || value === null) return value;
    const isColumn = 'kind' in value && value.kind === 'column' && 'table' in value;
    const entries = Object.entries(value).map(([key, part]) => [key, place(part)] as const);
    return isColumn
      ? { ...Object.fromEntries(entries), table: occurrenceId(String(value.table)) }
      : Object.fromEntries(entries);
  };
  return place(expression);
}
