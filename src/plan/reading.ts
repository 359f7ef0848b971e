import type { SemanticPlan } from './query.js';

/** What a stretch of the request was read as. Every content word of the request is in one of these, or is `unresolved`. */
export interface WordTrace {
  /** The words as written. */
  readonly text: string;
  /** Character offsets in the request, end excluded. */
  readonly start: number;
  readonly end: number;
  /** `concept`: a thing of the catalog or glossary. `language`: a word of English with a role here. `filler`: changes nothing. */
  readonly kind: 'concept' | 'language' | 'filler' | 'unresolved';
  /** What it became, for people: `column orders.total_amount`, `metric revenue`, `value "EU" of customers.region`. */
  readonly meaning: string;
  /** Why: `same name`, `synonym in the glossary`, `near match of "regoin"`. */
  readonly evidence: string;
  /** 0 to 1. */
  readonly score: number;
}

/** Something dpb decided that the request did not say: which date column, what an unmatched key does, which of two paths. */
export interface Assumption {
  /** Stable kind for programs, such as `date_column`, `join_path`, `unmatched`. */
  readonly code: string;
  /** One sentence for people. */
  readonly text: string;
}

/** A word that names something which is not in the data. */
export interface Unresolved {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Nearest names of the catalog, best first, at most three. */
  readonly near: readonly string[];
}

/** What running the plan of a reading found. */
export interface ResultShape {
  readonly rows: number;
  /** Whether rows are equal to each other; false where there are too many to compare. */
  readonly repeats: boolean;
  /** Whether the only row holds but zeros and nothing: a count of none, a sum of no rows. */
  readonly nothing: boolean;
  /** Equal for results of equal rows, whatever the order of their columns; null where there are too many rows to compare. */
  readonly fingerprint: string | null;
}

/** One complete way to read the request, joinable or not yet known to be: intent makes these, discovery prices them. */
export interface Reading {
  readonly plan: SemanticPlan;
  /** The reading in plain words. */
  readonly echo: string;
  readonly words: readonly WordTrace[];
  readonly assumptions: readonly Assumption[];
  readonly unresolved: readonly Unresolved[];
  /** Internal score, comparable only within one request. */
  readonly score: number;
  /** The share of such readings that are right, 0 to 1. */
  readonly confidence: number;
  /** Null until discovery has run the plan; it runs those it chooses between. */
  readonly result: ResultShape | null;
}

export type ReadingStatus = 'answered' | 'needs_clarification' | 'not_understood' | 'refused';

/** A dataset that discovery looked at, with the parts of its relevance score, each 0 to 1. */
export interface Candidate {
  readonly dataset: string;
  readonly coverage: number;
  readonly quality: number;
  readonly freshness: number;
  readonly popularity: number;
  readonly relevance: number;
  readonly selected: boolean;
}

/** What discovery decided and why. `alternatives` are the readings not taken, best first. */
export interface Selection {
  readonly status: ReadingStatus;
  readonly reading: Reading | null;
  readonly alternatives: readonly Reading[];
  readonly candidates: readonly Candidate[];
  /** Each join of the reading with its measured evidence, in words. */
  readonly joinPath: readonly string[];
  /** How wide the net was thrown: 1 to 3. */
  readonly rounds: number;
  /** For any status but `answered`: the question or reason, in one or two sentences. */
  readonly message: string | null;
}
