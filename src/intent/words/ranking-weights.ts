/**
 * What each sign weighs when readings of one request are compared. Fitted on the readings of the tuning benchmark's cases
 * (shared/bench; two thirds of its databases, by hash of their names): the reading whose rows are right against the others.
 */
export const weights = {
  grounding: 1,
  penalty: -1,
  lost: -0.4,
  cut: -0.4,
  apart: 0.1,
  verbs: 0,
  weakest: 0,
  tables: 0,
  unsaid: 0,
  dropped: 0,
  joins: 0,
  nested: 0,
  having: 0,
  limited: 0,
  detail: 0,
  measures: 0,
  dimensions: 0,
  outputs: 0,
  hidden: 0,
  distinct: 0,
  homes: 0,
  near: 0,
} as const satisfies Readonly<Record<string, number>>;
