import pluralize from 'pluralize';
import { stemmer } from 'stemmer';
import { irregularVerbs } from '../catalog/irregular-verbs.js';

const cache = new Map<string, string>();

/** The form under which a word is searched: first form, singular, stemmed; equal for the number and tense forms of a word. */
export function stemOf(word: string): string {
  const known = cache.get(word);
  if (known !== undefined) return known;
  const lower = word.toLowerCase();
  const stem = /^[a-z]+$/u.test(lower) && lower.length > 2 ? stemmer(lemmaOf(lower)) : lower;
  cache.set(word, stem);
  return stem;
}

/** `taught` → `teach`, `customers` → `customer`; regular verb forms are left as they are. */
export function lemmaOf(word: string): string {
  const lower = word.toLowerCase();
  return irregularVerbs.get(lower) ?? singularOf(lower);
}

/** The verb that a regular past or `-ing` form may be of, in all spellings: `tried` → `try`, `stopped` → `stop`, `dating` → `date`. */
export function verbBasesOf(word: string): readonly string[] {
  const match = /^([a-z]{2,}?)(ied|ed|ing)$/u.exec(word);
  if (match === null) return [];
  const [, base = '', ending] = match;
  if (ending === 'ied') return [`${base}y`];
  return /([b-df-hj-np-tv-z])\1$/u.test(base) ? [base, base.slice(0, -1)] : [base, `${base}e`];
}

/** `customers` → `customer`; other words are left as they are. */
export function singularOf(word: string): string {
  if (word.length <= 2) return word;
  const known = singulars.get(word) ?? pluralize.singular(word);
  if (singulars.size >= wordsKept) singulars.clear();
  singulars.set(word, known);
  return known;
}

/** Words that come again and again; more than these are forgotten together. */
const wordsKept = 100_000;
const singulars = new Map<string, string>();

/** `city` → `cities`. */
export function pluralOf(word: string): string {
  return word.length > 2 ? pluralize.plural(word) : word;
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
  once: 1,
  twice: 2,
  single: 1,
  dozen: 12,
};

const letterScales: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, mn: 1e6, b: 1e9, bn: 1e9 };
const wordScales: Readonly<Record<string, number>> = {
  hundred: 1e2,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
};

/** The number that a word or digits stand for, as plain decimal text; null for other words. */
export function numberOf(word: string): string | null {
  const lower = word.toLowerCase();
  const spelled = Object.hasOwn(small, lower) ? small[lower] : wordScaleOf(lower);
  if (spelled !== undefined && spelled !== null) return String(spelled);
  const pair = /^(\p{L}+)[ -](\p{L}+)$/u.exec(lower);
  if (pair !== null) return pairOf(pair[1] ?? '', pair[2] ?? '');
  const match = /^[$€£]?(-?\d[\d,]*)(\.\d+)?(k|mn?|bn?|%)?$/u.exec(lower);
  if (match === null) return null;
  const digits = (match[1] ?? '').replaceAll(',', '');
  return scaled(`${digits}${match[2] ?? ''}`, letterScales[match[3] ?? ''] ?? 1);
}

/** `twenty five`, `hundred thousand`; null for pairs that make no number. */
function pairOf(left: string, right: string): string | null {
  const [first, second] = [numberOf(left), numberOf(right)];
  if (first === null || second === null) return null;
  const scale = wordScaleOf(right);
  if (scale !== null) return uncounted.has(left) ? null : scaled(first, scale);
  const isSum = tens.has(left) && Number(second) >= 1 && Number(second) <= 9 && !uncounted.has(right);
  return isSum ? String(Number(first) + Number(second)) : null;
}

const tens = new Set(['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']);

/** Words with a number in them that is multiplied and added to nothing. */
const uncounted = new Set(['once', 'twice', 'single', 'dozen', 'zero']);

/** What a word multiplies the number before it by: 1000000 for `million`; null for other words. */
export function wordScaleOf(word: string): number | null {
  return Object.hasOwn(wordScales, word) ? (wordScales[word] ?? null) : null;
}

/** `number` times a power of ten, as plain decimal text without rounding: the point moves. */
export function scaled(number: string, scale: number): string {
  if (scale === 1) return number;
  const [whole = '', fraction = ''] = number.split('.');
  const zeros = Math.round(Math.log10(scale));
  const moved = `${whole}${fraction.slice(0, zeros).padEnd(zeros, '0')}`.replace(/^(-?)0+(?=\d)/u, '$1');
  const rest = fraction.slice(zeros);
  return rest === '' ? moved : `${moved}.${rest}`;
}
