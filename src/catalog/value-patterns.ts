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

/** The kind of personal data that most of the values look like; null for none. */
export function patternOfValues(sample: readonly string[]): string | null {
  if (sample.length < sampleMin) return null;
  for (const [kind, matches] of valuePatterns) {
    const matching = sample.filter((value) => matches(value.trim())).length;
    if (matching >= sample.length * shareMin) return kind;
  }
  return null;
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
