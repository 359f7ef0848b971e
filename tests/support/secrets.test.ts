import { describe, expect, it } from 'vitest';
import { scrubberOf } from '../../src/support/secrets.js';

/** Letters that look random and are the same each time. */
function letters(seed: number, length: number, alphabet: string): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return alphabet[Math.floor((state / 4_294_967_296) * alphabet.length)];
  }).join('');
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const mixed = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Ten kinds of secrets as they are found in the wild, made from a seed; what is told is what must not be left. */
const kinds: Readonly<Record<string, (seed: number) => readonly [text: string, secret: string]>> = {
  'key of an API': (seed) => twice(`sk-proj-${letters(seed, 40, mixed)}`),
  'key of a cloud': (seed) => twice(`AKIA${letters(seed, 16, upper)}`),
  'token of a code host': (seed) => twice(`ghp_${letters(seed, 36, mixed)}`),
  'token of a chat': (seed) => twice(`xoxb-${letters(seed, 12, '0123456789')}-${letters(seed, 24, mixed)}`),
  'signed token': (seed) =>
    twice(`eyJ${letters(seed, 20, mixed)}.eyJ${letters(seed + 1, 40, mixed)}.${letters(seed + 2, 43, mixed)}`),
  'private key': (seed) => {
    const body = letters(seed, 64, mixed);
    return [`-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`, body];
  },
  'address with a password': (seed) => {
    const secret = letters(seed, 12, mixed);
    return [`postgres://user:${secret}@db.example.org/sales`, secret];
  },
  header: (seed) => {
    const secret = letters(seed, 24, mixed);
    return [`Authorization: Bearer ${secret}`, secret];
  },
  assignment: (seed) => {
    const secret = letters(seed, 14, mixed);
    return [`"api_key": "${secret}"`, secret];
  },
  'value of the environment': (seed) => twice(`value ${letters(seed, 20, mixed)}`),
};

function twice(secret: string): readonly [string, string] {
  return [secret, secret];
}

describe('secrets in texts', () => {
  const planted = Object.values(kinds).flatMap((made) => [11, 22, 33, 44, 55].map((seed) => made(seed)));
  const environment = Object.fromEntries(
    [11, 22, 33, 44, 55].map((seed) => [`SERVICE_${seed}_TOKEN`, kinds['value of the environment']?.(seed)[1]]),
  );
  const scrub = scrubberOf(environment, []);

  it('are fifty, and none is left in words, in JSON or in several lines', () => {
    expect(planted).toHaveLength(50);
    for (const [text, secret] of planted) {
      const texts = [
        `count rows where note is ${text} please`,
        JSON.stringify({ request: text }),
        `first\n${text}\nlast`,
      ];
      for (const one of texts) {
        const clean = scrub(one);
        expect(clean).not.toContain(secret);
        expect(clean).toContain('[secret]');
      }
    }
  });

  it.each([
    'revenue by token type and password age',
    'orders where status = open and region: north',
    'SELECT "api_key_count" FROM "keys"',
    'https://example.org/path?a=1',
    'sk-1 and AKIA and eyJ',
    'pk_customer_identifier_number of orders_with_pk_of_customers',
  ])('are not seen where there are none: %s', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('that are known by value go also where they are escaped or encoded', () => {
    const secret = 'pa"ss/wörd+1234';
    const known = scrubberOf({}, [secret]);
    for (const written of [secret, JSON.stringify(secret), encodeURIComponent(secret)])
      expect(known(`x ${written} y`)).toContain('[secret]');
  });
});
