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

/** The kind of personal data in a column, by the pattern of its values, else by its name; null for none. */
export function personalDataOf(dataset: NamedDataset, column: MeasuredColumn): PersonalData | null {
  if (column.valuePattern !== null) return { kind: column.valuePattern, evidence: 'pattern of the values' };
  return byName(dataset, column);
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
