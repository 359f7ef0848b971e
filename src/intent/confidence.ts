import type { Catalog } from '../catalog/catalog.js';
import type { Query } from '../plan/query.js';
import type { WordTrace } from '../plan/reading.js';
import { passedOver } from './accounted.js';
import type { Chunk } from './chunk.js';
import type { Assignment } from './draft.js';
import type { Frame } from './frame.js';
import { idleParts } from './idle-parts.js';
import { type Signs, weightedSum } from './ranking.js';
import { unaskedKeys } from './shown-keys.js';
import { coefficients } from './words/confidence-coefficients.js';

/** What is known of a reading when its confidence is estimated: numbers of about 0 to 1, or small counts. */
export type Evidence = Readonly<Record<keyof typeof coefficients.weights, number>>;

/** A way to read a request, of which it is asked how sure it is. */
interface Weighed {
  readonly signs: Signs;
  readonly words: readonly WordTrace[];
  readonly assignment: Assignment;
  readonly chunks: readonly Chunk[];
  readonly frame: Frame;
  readonly query: Query;
}

/** Gathers the evidence of a reading; how far it is ahead of others is told by the data (src/discovery/weigh-by-data.ts). */
export function evidenceOf(weighed: Weighed, catalog: Catalog): Evidence {
  const { signs, words, assignment, chunks, frame, query } = weighed;
  const concepts = words.filter(({ kind }) => kind === 'concept');
  const count = Math.max(1, concepts.length);
  return {
    ...signs,
    lexical: concepts.reduce((sum, { score }) => sum + score, 0) / count,
    concepts: Math.min(10, concepts.length) / 5,
    idle: Math.min(2, idleParts(query, catalog)),
    keys: Math.min(2, unaskedKeys(query, assignment, frame, catalog)),
    passed: Math.min(2, passedOver(chunks, assignment, query, catalog).length),
    declared: words.filter(({ evidence }) => /glossary|metric/u.test(evidence)).length / count,
  };
}

/** The share of readings with such evidence that are right, 0 to 1, to three digits. */
export function confidenceOf(evidence: Evidence): number {
  const sum = coefficients.intercept + weightedSum(evidence, coefficients.weights);
  return Math.round(1000 / (1 + Math.exp(-sum))) / 1000;
}
