/**
 * What the shape of a reading's result adds to the sum that the logistic function makes its confidence of. Fitted together with the
 * coefficients of the words (tests/bench/fit-confidence.py). `lead` weighs the root of how far a reading is ahead of the next one that
 * finds other rows; `ordinaryLead` is what that is on the average.
 */
export const coefficients = {
  empty: -5.185,
  repeats: -2.508,
  single: 0.361,
  nothing: -5.462,
  lead: 2.625,
  ordinaryLead: 0.603,
} as const;
