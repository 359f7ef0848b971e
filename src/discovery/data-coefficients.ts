/**
 * Coefficients of the logistic function from the confidence of a reading's words and the shape of its result to its
 * confidence. Fitted like those of the words (tests/bench/fit-confidence.py).
 */
export const coefficients = {
  intercept: 0.164,
  before: 0.981,
  empty: -4.503,
  repeats: -1.429,
  single: 0.219,
} as const;
