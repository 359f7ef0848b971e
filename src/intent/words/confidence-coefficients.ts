/**
 * Coefficients of the logistic function from evidence to confidence, fitted by tests/bench/fit-confidence.py on the readings of the
 * tuning benchmark's cases (shared/bench; two thirds of its databases, by hash of their names) and, counted twice, of cases over other
 * databases that people wrote for us. What they have too few of is set by hand (that script says which). Evidence that can only speak
 * against a reading, or for it, weighs so or not at all.
 */
export const coefficients = {
  intercept: 0.167,
  weights: {
    grounding: 0.58,
    penalty: -1.415,
    lost: -1.2,
    cut: -1.847,
    apart: 0.56,
    tables: -0.325,
    unsaid: -0.037,
    dropped: -1.333,
    joins: 0.054,
    nested: -0.466,
    having: 1.793,
    limited: -0.508,
    detail: -0.407,
    measures: -0.283,
    dimensions: -0.458,
    outputs: -0.053,
    hidden: 0.141,
    distinct: -1.415,
    homes: -2.247,
    near: -4.67,
    astray: -1.6,
    lexical: 3.583,
    concepts: 0.096,
    idle: -3.883,
    keys: -2.769,
    declared: 1.2,
    unmeasured: -2.469,
    unpicked: -1.887,
    undenied: -1.668,
    uncompared: -1.099,
    unused: -1.5,
    unforked: -0.75,
    unaskedLimit: -1.4,
    unaskedGroups: -0.657,
    passed: -1.121,
    verbs: -0.143,
  },
} as const satisfies { readonly intercept: number; readonly weights: Readonly<Record<string, number>> };
