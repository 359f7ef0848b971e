import { canonicalJson } from '../../support/canonical-json.js';
import type { Json, Properties } from '../graph/graph-content.js';

/** What a property of Neo4j may hold of ours. Other data is kept as JSON text under `<name>_json`. */
type StoredValue = boolean | bigint | number | string | readonly string[];

/**
 * The properties as Neo4j keeps them. Names of ours have no underscore, so that those of the store have: `_json` for what
 * only text can say, `null_names` for what is null, which Neo4j leaves out.
 */
export function storedProperties(properties: Properties): Readonly<Record<string, StoredValue>> {
  const entries = Object.entries(properties);
  const nulls = entries.flatMap(([name, value]) => (value === null ? [name] : []));
  const stored = entries.flatMap(([name, value]): (readonly [string, StoredValue])[] => {
    if (value === null) return [];
    if (!isStorable(value)) return [[`${name}_json`, canonicalJson(value)]];
    // The driver sends numbers as floats, and whole ones as whole only as this type.
    return [[name, Number.isSafeInteger(value) ? BigInt(Number(value)) : value]];
  });
  return { ...Object.fromEntries(stored), ...(nulls.length === 0 ? {} : { null_names: nulls }) };
}

/** What `storedProperties` was given. Raises a SyntaxError where somebody else wrote what is no JSON. */
export function readProperties(stored: Readonly<Record<string, unknown>>): Properties {
  const entries = Object.entries(stored).flatMap(([name, value]): (readonly [string, Json])[] => {
    if (name === 'null_names') return Array.isArray(value) ? value.map((known) => [String(known), null] as const) : [];
    if (name.endsWith('_json')) {
      const data: Json = JSON.parse(String(value));
      return [[name.slice(0, -'_json'.length), data]];
    }
    if (name === 'key' || name.includes('_')) return [];
    return isStorable(value) ? [[name, value]] : [[name, String(value)]];
  });
  return Object.fromEntries(entries);
}

function isStorable(value: unknown): value is Exclude<StoredValue, bigint> {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return ['boolean', 'number', 'string'].includes(typeof value);
}
