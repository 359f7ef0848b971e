import type { Inclusion, InclusionTest } from './inclusion.js';

/** Columns that may refer to a key, by what their names say. */
export interface Candidate extends InclusionTest {
  readonly nameScore: number;
  readonly role: string | null;
  /** Smaller is better among targets of the same score. */
  readonly rank: readonly number[];
}

/** A candidate that its values bear out, with its certainty from 0 to 1. */
export interface Scored extends Candidate {
  readonly inclusion: Inclusion;
  readonly score: number;
}
