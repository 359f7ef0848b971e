import { createHash } from 'node:crypto';
import { compareText } from './text-order.js';

/** JSON text with object keys sorted at every depth, so that equal data has equal bytes. `indent` spaces, 0 for one line. */
export function canonicalJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isPlainObject(inner) ? sortedObject(inner) : inner), indent);
}

/** Whether `left` and `right` have the same canonical JSON, without writing it. Both are plain data. */
export function sameData(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, position) => sameData(item, right[position]));
  }
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const isThere = (value: unknown): boolean => value !== undefined;
  return (
    Object.entries(left).every(([key, value]) => sameData(value, right[key])) &&
    Object.values(left).filter(isThere).length === Object.values(right).filter(isThere).length
  );
}

/** SHA-256 of the canonical JSON of `value`, as 64 lower-case hexadecimal digits. */
export function contentHash(value: unknown): string {
  return textHash(canonicalJson(value));
}

/** SHA-256 of `text` in UTF-8 (or of the bytes), as 64 lower-case hexadecimal digits. */
export function textHash(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortedObject(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => compareText(left, right)));
}
