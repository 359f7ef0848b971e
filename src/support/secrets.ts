import { compareText } from './text-order.js';

/** What stands in place of a secret. */
const hidden = '[secret]';

/**
 * Forms that secrets have wherever they come from. Each is bounded at its start, so that a long text without secrets is
 * looked through in one pass.
 */
const patterns: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/gu,
  /\b(?:sk|pk|rk)[-_](?:[A-Za-z0-9]{1,40}[-_]){0,4}(?=[A-Za-z]{0,200}\d)[A-Za-z0-9]{16,200}/gu,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/gu,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/gu,
  /\bgithub_pat_[A-Za-z0-9_]{30,}/gu,
  /\bglpat-[A-Za-z0-9_-]{16,}/gu,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/gu,
  /\bAIza[A-Za-z0-9_-]{30,}/gu,
  /\bhf_[A-Za-z0-9]{24,}/gu,
  /\bnpm_[A-Za-z0-9]{30,}/gu,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/gu,
];

/** Secrets that stand behind a word that announces them: the word stays, what follows it goes. */
const announced: readonly RegExp[] = [
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{1,100}:)[^\s@/]{1,200}(?=@)/giu,
  /(\bauthorization\\?["']?\s{0,9}[:=]\s{0,9}\\?["']?(?:basic|bearer|token)\s{1,9})[^\s"',;\\]{6,}/giu,
  /(\bbearer\s{1,9})[A-Za-z0-9._~+/-]{16,}=*/giu,
  /(\b(?:api[_-]?key|access[_-]?key|secret[_-]?key|client[_-]?secret|[a-z]{2,12}[_-]token|password|passwd|pwd)\\?["']?\s{0,9}[:=]\s{0,9}\\?["']?)[^\s"',;&\\]{6,}/giu,
];

/** Names of environment variables whose values are secrets. */
const secretName = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/u;

/** A value that is shorter is a word that occurs by chance. */
const secretLengthMin = 8;

/** Nothing shorter is looked at: the shortest of the forms, a key of a cloud, is 20 long. */
const secretFormLengthMin = 15;

/** Takes the secrets out of a text. */
export type Scrub = (text: string) => string;

/** Takes out what has the form of a secret, wherever it comes from. */
export const scrubForms: Scrub = (text) => {
  let clean = text;
  for (const pattern of patterns) clean = clean.replace(pattern, hidden);
  for (const pattern of announced) clean = clean.replace(pattern, `$1${hidden}`);
  return clean;
};

/** Whether a value has a form that nothing but secrets have; words beside it do not count. */
export function hasSecretForm(value: string): boolean {
  if (value.length < secretFormLengthMin) return false;
  return patterns.some((pattern) => value.search(pattern) !== -1);
}

/**
 * A scrubber for texts that leave dpb: the given secrets by their value (also as JSON writes them), the values of environment
 * variables that are named like secrets, and what has the form of one. What it puts in their place is not scrubbed again.
 */
export function scrubberOf(environment: NodeJS.ProcessEnv, secrets: readonly (string | null)[]): Scrub {
  const named = Object.entries(environment).flatMap(([name, value]) =>
    secretName.test(name.toUpperCase()) && value !== undefined ? [value] : [],
  );
  const values = [...secrets.flatMap((secret) => secret ?? []), ...named]
    .map((value) => value.trim())
    .filter((value) => value.length >= secretLengthMin)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]);
  // The longest first: one secret may be the beginning of another.
  const known = [...new Set(values)].sort((left, right) => right.length - left.length || compareText(left, right));
  return (text) => {
    let clean = text;
    for (const value of known) clean = clean.replaceAll(value, hidden);
    return scrubForms(clean);
  };
}
