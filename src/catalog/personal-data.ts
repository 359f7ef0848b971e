import { columnWords, type NamedDataset } from './name-words.js';
import type { MeasuredColumn } from './profile.js';

/** A kind of personal data with what showed it. */
export interface PersonalData {
  readonly kind: string;
  readonly evidence: string;
}

/** Runs of words in a column name that stand for a kind. The first that fits counts. */
const namePatterns: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['email', /\b(e ?mail|email)\b/],
  ['phone', /\b(phone|telephone|mobile|cell|cellphone|fax|msisdn)\b(?! (type|model|brand))/],
  [
    'national_id',
    /\b(ssn|nin|national id|national identifier|social security|tax id|passport|personal id|identity card|driver license|driving licence|curp|aadhaar)\b/,
  ],
  ['iban', /\biban\b|\bbank account\b/],
  ['card', /\b(card number|credit card|card no|pan)\b/],
  ['ip_address', /\b(ip|ip addr|ip address|ipv4|ipv6)\b/],
  ['birth_date', /\b(birth date|date of birth|dob|birthdate|birthday|birth day|born)\b/],
  [
    'person_name',
    /\b(first name|last name|middle name|full name|family name|given name|surname|forename|fname|lname|maiden name|personal name)\b/,
  ],
  ['address', /\b(street|address|address line|line 1|line 2|postal address)\b/],
  ['credential', /\b(password|passwd|password hash|api key|secret)\b/],
];

const people =
  'customer client user employee staff person people member student teacher instructor agent contact patient driver author owner manager buyer passenger guest tenant resident individual candidate subscriber'.split(
    ' ',
  );
const personName = new RegExp(`\\b(${people.join('|')})s? name\\b`);

const valuePatterns: readonly (readonly [kind: string, matches: (value: string) => boolean])[] = [
  ['email', (value) => /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(value)],
  ['national_id', (value) => /^\d{3}-\d{2}-\d{4}$/.test(value)],
  [
    'ip_address',
    (value) => /^(\d{1,3}\.){3}\d{1,3}$/.test(value) && value.split('.').every((part) => Number(part) <= 255),
  ],
  ['iban', isIban],
  ['card', isCardNumber],
  ['phone', (value) => /^(\+|00|\()[\d\s().-]{7,20}(x\d+)?$/.test(value) || /^\d{3}[-. ]\d{3}[-. ]\d{4}$/.test(value)],
];

/** A pattern counts when at least this share of the sampled values match it. */
const shareMin = 0.8;
const sampleMin = 3;

/** The kind of personal data in a column, by the pattern of its values, else by its name; null for none. */
export function personalDataOf(dataset: NamedDataset, column: MeasuredColumn): PersonalData | null {
  return byValues(column.sample) ?? byName(dataset, column);
}

function byValues(sample: readonly string[]): PersonalData | null {
  if (sample.length < sampleMin) return null;
  for (const [kind, matches] of valuePatterns) {
    const matching = sample.filter((value) => matches(value.trim())).length;
    if (matching >= sample.length * shareMin) return { kind, evidence: 'pattern of the values' };
  }
  return null;
}

function byName(dataset: NamedDataset, column: MeasuredColumn): PersonalData | null {
  const words = columnWords(dataset, column).join(' ');
  const isTextual = column.type.kind === 'text';
  for (const [kind, pattern] of namePatterns) {
    if (!pattern.test(words)) continue;
    if (kind === 'birth_date' ? column.type.kind === 'boolean' : !isTextual && !isNumberOfPerson(kind, column))
      continue;
    return { kind, evidence: 'name of the column' };
  }
  if (!isTextual) return null;
  const table = dataset.name.toLowerCase();
  const namesPerson =
    personName.test(words) || (words === 'name' && people.some((person) => table === person || table === `${person}s`));
  return namesPerson ? { kind: 'person_name', evidence: 'name of the column' } : null;
}

/** Phone numbers and the like stored as whole numbers; keys (`address_id`) are none. */
function isNumberOfPerson(kind: string, column: MeasuredColumn): boolean {
  const numbers = ['phone', 'national_id', 'card'];
  return numbers.includes(kind) && column.type.kind === 'integer' && (column.profile.max ?? '').length >= 7;
}

function isCardNumber(value: string): boolean {
  const digits = value.replaceAll(/[ -]/g, '');
  if (!/^\d{13,19}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, position) => {
    const doubled = Number(digit) * (position % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function isIban(value: string): boolean {
  const compact = value.replaceAll(' ', '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact)) return false;
  const moved = compact.slice(4) + compact.slice(0, 4);
  const digits = [...moved].map((letter) => (/\d/.test(letter) ? letter : String(letter.charCodeAt(0) - 55))).join('');
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}
