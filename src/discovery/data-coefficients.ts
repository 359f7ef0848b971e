/**
 * What the shape of a reading's result adds to the sum that the logistic function makes its confidence of. Fitted together with the
 * coefficients of the words (tests/bench/fit-confidence.py). `lead` weighs the root of how far a reading is ahead of the next one that
 * finds other rows; `ordinaryLead` is what that is on the average.
 */
export const coefficients = {
  empty: -4.004,
  repeats: -1.549,
  single: 0.438,
  nothing: -4.268,
  lead: 2.269,
  ordinaryLead: 0.601,
} as const;
