import { textHash } from '../../support/canonical-json.js';
import type { IndexedValue } from '../value-index.js';

/** What the indexes of values look at. `place` orders values of like matches: most rows first, then by name. */
export interface ValueProperties {
  readonly index_exact: string;
  /** The folded value between blanks, so that a run of words is a part of it. Left out where it is too long for an index. */
  readonly index_words?: string;
  readonly index_start: string;
  readonly index_finish: string;
  readonly index_size: bigint;
  readonly index_place: bigint;
}

/** The longest text, in bytes, that Neo4j's text index takes. */
const indexedBytesMax = 30_000;

/** The places of the values among each other, by the key of their nodes. */
export function placesOf(values: readonly (IndexedValue & { readonly key: string })[]): ReadonlyMap<string, number> {
  const sorted = values
    .map(({ key, rows, dataset, column, value }) => ({ key, rows, names: [dataset, column, value].map(bytesOf) }))
    .sort((left, right) => right.rows - left.rows || compareAll(left.names, right.names));
  return new Map(sorted.map(({ key }, place) => [key, place]));
}

/** What the indexes keep of a folded value. */
export function valueProperties(folded: string, place: number): ValueProperties {
  const letters = [...folded];
  const words = ` ${folded} `;
  return {
    index_exact: exactKey(folded),
    ...(bytesOf(words).length <= indexedBytesMax ? { index_words: words } : {}),
    index_start: letters.slice(0, 2).join(''),
    index_finish: letters.slice(-2).join(''),
    index_size: BigInt(letters.length),
    index_place: BigInt(place),
  };
}

/** What equal folded texts have in common, however long they are. */
export function exactKey(folded: string): string {
  return textHash(folded);
}

/**
 * Whether one typo makes `right` of `left`: a byte too many, too few, another one, or two that changed places. Bytes of
 * UTF-8, as DuckDB counts.
 */
export function isOneTypoAway(left: string, right: string): boolean {
  const [short, long] = [bytesOf(left), bytesOf(right)].sort((one, other) => one.length - other.length);
  if (short === undefined || long === undefined || long.length - short.length > 1) return false;
  const start = short.findIndex((byte, at) => byte !== long[at]);
  if (start === -1) return long.length - short.length === 1;
  const rest = (bytes: Uint8Array, from: number): Buffer => Buffer.from(bytes.subarray(from));
  if (short.length < long.length) return rest(short, start).equals(rest(long, start + 1));
  if (rest(short, start + 1).equals(rest(long, start + 1))) return true;
  const swapped = short[start] === long[start + 1] && short[start + 1] === long[start];
  return swapped && rest(short, start + 2).equals(rest(long, start + 2));
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

function compareAll(left: readonly Buffer[], right: readonly Buffer[]): number {
  for (const [at, bytes] of left.entries()) {
    const order = Buffer.compare(bytes, right[at] ?? Buffer.alloc(0));
    if (order !== 0) return order;
  }
  return 0;
}
