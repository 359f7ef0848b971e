/**
 * What the shape of a reading's result adds to the sum that the logistic function makes its confidence of. Fitted together with the
 * coefficients of the words (tests/bench/fit-confidence.py).
 */
export const coefficients = {
  empty: -3.938,
  repeats: -1.577,
  single: 0.388,
  nothing: -4.342,
} as const;
