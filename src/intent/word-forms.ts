import pluralize from 'pluralize';
import { stemmer } from 'stemmer';

const cache = new Map<string, string>();

/** The form under which a word is searched: singular, then stemmed; equal for the number and tense forms of a word. */
export function stemOf(word: string): string {
  const known = cache.get(word);
  if (known !== undefined) return known;
  const lower = word.toLowerCase();
  const stem = /^[a-z]+$/u.test(lower) && lower.length > 2 ? stemmer(pluralize.singular(lower)) : lower;
  cache.set(word, stem);
  return stem;
}

/** `customers` → `customer`; other words are left as they are. */
export function singularOf(word: string): string {
  return word.length > 2 ? pluralize.singular(word) : word;
}

const small: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  hundred: 100,
  thousand: 1000,
  million: 1000000,
  once: 1,
  twice: 2,
  single: 1,
  dozen: 12,
};

/** The number that a word or digits stand for, as plain decimal text; null for other words. */
export function numberOf(word: string): string | null {
  const lower = word.toLowerCase();
  const spelled = Object.hasOwn(small, lower) ? small[lower] : undefined;
  if (spelled !== undefined) return String(spelled);
  const match = /^[$€£]?(-?\d[\d,]*)(\.\d+)?([km%])?$/u.exec(lower);
  if (match === null) return null;
  const digits = (match[1] ?? '').replaceAll(',', '');
  const scale = match[3] === 'k' ? 1000 : match[3] === 'm' ? 1000000 : 1;
  return scale === 1 ? `${digits}${match[2] ?? ''}` : String(Number(`${digits}${match[2] ?? ''}`) * scale);
}
