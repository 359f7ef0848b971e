/**
 * Coefficients of the logistic function from the confidence of a reading's words and the shape of its result to its
 * confidence. Fitted like those of the words (tests/bench/fit-confidence.py).
 */
export const coefficients = {
  intercept: 0.154,
  before: 1.033,
  empty: -4.159,
  repeats: -2.036,
  single: 0.158,
} as const;
