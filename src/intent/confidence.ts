import type { Query } from '../plan/query.js';
import type { WordTrace } from '../plan/reading.js';
import { queriesOf } from '../plan/traverse.js';
import { coefficients } from './words/confidence-coefficients.js';

/** What is known of a reading when its confidence is estimated: numbers of about 0 to 1, or small counts. */
export type Evidence = Readonly<Record<keyof typeof coefficients.weights, number>>;

/** Gathers the evidence of a reading. `margin` is the score ahead of the next reading with another plan, `penalty` what fitted badly. */
export function evidenceOf(
  words: readonly WordTrace[],
  query: Query,
  margin: number,
  penalty: number,
  ignored: number,
): Evidence {
  const scores = words.filter(({ kind }) => kind === 'concept').map(({ score }) => score);
  const lost = words.filter(({ kind }) => kind === 'unresolved').length;
  const queries = queriesOf(query);
  const limited = queries.some((inner) => inner.limit !== null);
  const grouped = query.kind === 'aggregate' && query.dimensions.length > 0;
  return {
    lexical: scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    weakest: scores.length === 0 ? 0 : Math.min(...scores),
    lost: Math.min(3, lost),
    margin: Math.min(0.5, margin),
    penalty: Math.min(2, penalty),
    detail: query.kind === 'detail' ? 1 : 0,
    grouped: grouped ? 1 : 0,
    having: query.kind === 'aggregate' && query.having !== null ? 1 : 0,
    limited: limited ? 1 : 0,
    nested: Math.min(3, queries.length - 1),
    joins: Math.min(
      4,
      queries.reduce((sum, inner) => sum + (inner.kind === 'set' ? 0 : inner.joins.length), 0),
    ),
    outputs: Math.min(
      5,
      query.kind === 'set'
        ? 1
        : query.kind === 'aggregate'
          ? [...query.dimensions, ...query.measures].filter(({ shown }) => shown).length
          : query.columns.filter(({ shown }) => shown).length,
    ),
    concepts: Math.min(10, scores.length),
    absorbed: Math.min(3, words.filter(({ score, kind }) => kind === 'language' && score < 0.7).length),
    ignored: Math.min(4, ignored),
    length: Math.min(40, words.length) / 10,
    declared:
      scores.length === 0
        ? 0
        : words.filter(({ evidence }) => /glossary|metric/u.test(evidence)).length / scores.length,
  };
}

/** The share of readings with such evidence that are right, 0 to 1, to three digits. */
export function confidenceOf(evidence: Evidence): number {
  const weights: Readonly<Record<string, number>> = coefficients.weights;
  let sum: number = coefficients.intercept;
  for (const [name, value] of Object.entries(evidence)) sum += (weights[name] ?? 0) * value;
  return Math.round(1000 / (1 + Math.exp(-sum))) / 1000;
}
