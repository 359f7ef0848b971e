/**
 * Hash-based randomness as SQL: a value depends on a row number and a salt, never on evaluation order.
 * DuckDB's own `hash()` may change between versions, so the mixing is spelled out (32-bit, in UBIGINT).
 */
export const randomMacros = [
  'CREATE MACRO mix_first(x) AS (xor(x, x >> 16) * 569420461) % 4294967296',
  'CREATE MACRO mix_second(x) AS (xor(x, x >> 15) * 1935289751) % 4294967296',
  `CREATE MACRO rnd(i, salt) AS
     mix_second(mix_first((i::UBIGINT * 2654435769 + salt::UBIGINT * 2246822519 + 374761393) % 4294967296)) >> 2`,
  // A whole number from 0 to k - 1.
  'CREATE MACRO pick(i, salt, k) AS (rnd(i, salt) % (k)::UBIGINT)::BIGINT',
  // A whole number from 0 to k - 1 where small ones are common: k times the square of a uniform number.
  'CREATE MACRO pick_small(i, salt, k) AS ((pick(i, salt, 1000000) ** 2)::BIGINT * (k)::BIGINT // 1000000000000)::BIGINT',
  // Money is computed in whole cents and becomes a decimal at the very end.
  'CREATE MACRO money(cents) AS ((cents)::BIGINT * 0.01::DECIMAL(3, 2))::DECIMAL(14, 2)',
];

/** One text as an SQL literal. */
function literal(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Texts as an SQL list literal. */
export function list(texts) {
  return `[${texts.map(literal).join(', ')}]`;
}

/** An SQL expression that chooses one of the texts, all equally likely. */
export function oneOf(texts, row, salt) {
  return `(${list(texts)})[1 + pick(${row}, ${salt}, ${texts.length})]`;
}

/**
 * An SQL expression that chooses one of the texts by weight. `undefined` as a text means null. A list in which
 * each text stands as often as it weighs: one look-up, where a CASE would compute the random number per branch.
 * @param {[string | undefined, number][]} choices
 */
export function weighted(choices, row, salt) {
  const step = choices.map(([, weight]) => weight).reduce(greatestCommonDivisor);
  const entries = choices.flatMap(([text, weight]) =>
    Array(weight / step).fill(text === undefined ? 'NULL' : literal(text)),
  );
  return `([${entries.join(', ')}])[1 + pick(${row}, ${salt}, ${entries.length})]`;
}

function greatestCommonDivisor(a, b) {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
