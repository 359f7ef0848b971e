/**
 * Coefficients of the logistic function from evidence to confidence, fitted by tests/bench/fit-confidence.py on the readings of the
 * tuning benchmark's cases (shared/bench; two thirds of its databases, by hash of their names) and, counted twice, of cases over other
 * databases that people wrote for us. What they have too few of is set by hand (that script says which). Evidence that can only speak
 * against a reading, or for it, weighs so or not at all.
 */
export const coefficients = {
  intercept: -0.024,
  weights: {
    grounding: 0.607,
    penalty: -1.179,
    lost: -1.2,
    cut: -1.612,
    apart: 0.504,
    tables: -0.363,
    unsaid: -0.047,
    dropped: -1.309,
    joins: 0.04,
    nested: -0.485,
    having: 1.84,
    limited: -0.494,
    detail: -0.403,
    measures: -0.265,
    dimensions: -0.464,
    outputs: 0.015,
    hidden: 0.126,
    distinct: -1.388,
    homes: -2.071,
    near: -4.021,
    astray: -1.3,
    lexical: 3.836,
    concepts: 0.701,
    length: -0.591,
    idle: -3.707,
    keys: -3.228,
    declared: 1.2,
    unmeasured: -2.379,
    unpicked: -1.848,
    undenied: -1.569,
    uncompared: -1.039,
    unused: -1.5,
    unforked: -0.75,
    unaskedLimit: -1.4,
    unaskedGroups: -0.644,
    passed: -1.152,
    verbs: -0.017,
    weakest: 0.027,
  },
} as const satisfies { readonly intercept: number; readonly weights: Readonly<Record<string, number>> };
