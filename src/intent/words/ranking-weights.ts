/**
 * What each sign weighs when readings of one request are compared. Fitted on the readings of the tuning benchmark's cases
 * (shared/bench; two thirds of its databases, by hash of their names): the reading whose rows are right against the others. `metrics` is set by
 * hand, as those cases have few metrics: what people declared goes before a guess of equal worth.
 */
export const weights = {
  grounding: 1.185,
  penalty: -0.575,
  lost: -0.21,
  cut: -0.95,
  apart: 0.471,
  verbs: -0.162,
  weakest: 0.442,
  tables: 0.02,
  unsaid: -0.106,
  dropped: -0.254,
  joins: -0.129,
  nested: 0.036,
  having: 0.105,
  limited: 0.234,
  detail: -0.214,
  measures: -0.206,
  dimensions: -0.239,
  outputs: 0.109,
  hidden: 0.038,
  distinct: -0.479,
  homes: -0.05,
  near: -0.129,
  metrics: 0.1,
  unmeasured: 0,
  ungrouped: 0,
  unpicked: 0,
  undenied: 0,
  uncompared: 0,
  unused: 0,
  unforked: 0,
  unaskedLimit: 0,
  unaskedGroups: 0,
} as const satisfies Readonly<Record<string, number>>;
