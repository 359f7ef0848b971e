/**
 * Coefficients of the logistic function from evidence to confidence. Fitted on the readings of the tuning benchmark's
 * cases (shared/bench; two thirds of its databases, by hash of their names). `declared` is hardly in those cases (they
 * have few metrics) and was set by hand: what people wrote into a glossary names things on purpose. So was `homes`, of which the
 * cases have too few.
 */
export const coefficients = {
  intercept: -1.466,
  weights: {
    grounding: 1.252,
    penalty: -0.441,
    lost: -0.915,
    cut: -3.408,
    apart: 0.176,
    verbs: 0.219,
    weakest: -0.977,
    tables: -0.303,
    unsaid: 0.462,
    dropped: -1.453,
    joins: -0.067,
    nested: -0.06,
    having: 0.358,
    limited: -0.296,
    detail: -1.418,
    measures: -0.295,
    dimensions: -0.856,
    outputs: 0.074,
    hidden: 0.301,
    distinct: -1.803,
    homes: -1,
    near: -2.392,
    lexical: 5.49,
    margin: 1.821,
    rival: -0.423,
    concepts: 1.665,
    absorbed: 0.314,
    length: -1.495,
    declared: 1.2,
    unmeasured: -1.422,
    ungrouped: -0.365,
    unpicked: -3.409,
    undenied: -1.115,
    uncompared: -1.773,
    unused: -1.092,
    unforked: -2.367,
    unaskedLimit: -1.827,
    unaskedGroups: -0.511,
  },
} as const satisfies { readonly intercept: number; readonly weights: Readonly<Record<string, number>> };
