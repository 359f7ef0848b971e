import type { WordTrace } from '../plan/reading.js';
import { type Signs, weightedSum } from './ranking.js';
import { coefficients } from './words/confidence-coefficients.js';

/** What is known of a reading when its confidence is estimated: numbers of about 0 to 1, or small counts. */
export type Evidence = Readonly<Record<keyof typeof coefficients.weights, number>>;

/** Gathers the evidence of a reading. `margin` is its rank ahead of the next reading with another plan. */
export function evidenceOf(signs: Signs, words: readonly WordTrace[], margin: number): Evidence {
  const concepts = words.filter(({ kind }) => kind === 'concept');
  const count = Math.max(1, concepts.length);
  return {
    ...signs,
    lexical: concepts.reduce((sum, { score }) => sum + score, 0) / count,
    margin: Math.min(0.5, margin),
    rival: margin < 0.03 ? 1 : 0,
    concepts: Math.min(10, concepts.length) / 5,
    absorbed: Math.min(3, words.filter(({ score, kind }) => kind === 'language' && score < 0.7).length),
    length: Math.min(40, words.length) / 10,
    declared: words.filter(({ evidence }) => /glossary|metric/u.test(evidence)).length / count,
  };
}

/** The share of readings with such evidence that are right, 0 to 1, to three digits. */
export function confidenceOf(evidence: Evidence): number {
  const sum = coefficients.intercept + weightedSum(evidence, coefficients.weights);
  return Math.round(1000 / (1 + Math.exp(-sum))) / 1000;
}
