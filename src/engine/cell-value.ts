import type { DuckDBValue } from '@duckdb/node-api';
import { loadCommonJs } from '../support/load-commonjs.js';
import type { CellValue } from './engine.js';

const {
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
}: typeof import('@duckdb/node-api') = loadCommonJs('@duckdb/node-api');

/**
 * A DuckDB value as a cell that is safe for JSON: whole numbers beyond 2^53 and decimals as text, dates and timestamps
 * as ISO 8601 (`2025-03-31T08:00:00`, with `Z` for instants), NaN and infinities as null, nested values as JSON text.
 */
export function cellValueOf(value: DuckDBValue): CellValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : value.toString();
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBTimestampTZValue)
    return `${isoTimestamp(new DuckDBTimestampValue(value.micros).toString())}Z`;
  const nested = nestedValueOf(value);
  if (nested !== undefined) return JSON.stringify(nested);
  return isoTimestamp(value.toString());
}

type Nested = CellValue | readonly Nested[] | { readonly [key: string]: Nested };

/** Lists, structs and maps as plain values; undefined for what is none of them. */
function nestedValueOf(value: DuckDBValue): Nested | undefined {
  if (typeof value !== 'object' || value === null || value instanceof DuckDBBlobValue) return undefined;
  if ('items' in value) return value.items.map(innerValueOf);
  if ('entries' in value && Array.isArray(value.entries)) {
    if (value.entries.every((entry) => 'key' in entry)) {
      return value.entries.map(({ key, value: held }) => [innerValueOf(key), innerValueOf(held)]);
    }
    return undefined;
  }
  if ('entries' in value) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, held]) => [key, innerValueOf(held)]));
  }
  if ('tag' in value) return innerValueOf(value.value);
  return undefined;
}

function innerValueOf(value: DuckDBValue): Nested {
  const nested = nestedValueOf(value);
  return nested === undefined ? cellValueOf(value) : nested;
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
}

const spacedTimestamp = /^(-?\d+-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/;

function isoTimestamp(text: string): string {
  return text.replace(spacedTimestamp, '$1T$2');
}
