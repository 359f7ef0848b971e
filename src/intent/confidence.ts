/** What is known of a reading when its confidence is estimated. */
export interface Evidence {
  /** Mean of the words' scores, 0 to 1. */
  readonly lexical: number;
  /** Lowest score of a word that names something. */
  readonly weakest: number;
  /** Share of content words that found a place. */
  readonly coverage: number;
  /** Score ahead of the next reading with another plan; 1 where there is none. */
  readonly margin: number;
  readonly penalty: number;
  readonly assumptions: number;
  readonly detail: boolean;
  readonly nested: boolean;
  readonly joins: number;
}

/**
 * Coefficients of the logistic function from evidence to confidence, fitted coarsely by hand on two thirds of the
 * tuning benchmark's databases (shared/bench, by hash of their names).
 */
const coefficients = {
  intercept: -4.2, lexical: 2.4, weakest: 1.6, coverage: 2.6, margin: 1.2, penalty: -1.6, assumptions: -0.15, detail: -0.2, nested: -0.5, joins: -0.12,
} as const;

/** The share of readings with such evidence that are right, 0 to 1, to three digits. */
export function confidenceOf(evidence: Evidence): number {
  const c = coefficients;
  const sum =
    c.intercept + c.lexical * evidence.lexical + c.weakest * evidence.weakest + c.coverage * evidence.coverage + c.margin * Math.min(1, evidence.margin) + c.penalty * evidence.penalty +
    c.assumptions * evidence.assumptions + (evidence.detail ? c.detail : 0) + (evidence.nested ? c.nested : 0) + c.joins * evidence.joins;
  return Math.round(1000 / (1 + Math.exp(-sum))) / 1000;
}
