/** Where a word of something stands: what it is called, what else it is called, what people wrote of it. */
export type SearchField = 'name' | 'synonym' | 'description';

/** What can be searched for. */
export type SearchKind = 'dataset' | 'column' | 'term' | 'metric';

/** What showed that something is meant: a word that was searched, the word of the catalog that it met, and where that stands. */
export interface SearchEvidence {
  readonly searched: string;
  readonly found: string;
  readonly match: 'exact' | 'near';
  readonly fields: readonly SearchField[];
}

/** Something that was found. Scores compare only within one search. */
export interface SearchHit {
  readonly kind: SearchKind;
  /** Null for terms, and for metrics over several datasets. */
  readonly dataset: string | null;
  readonly name: string;
  readonly score: number;
  readonly evidence: readonly SearchEvidence[];
  /** How near its meaning is to what was searched, -1 to 1; left out where meanings were not compared. */
  readonly likeness?: number;
}

/** Gives texts vectors of length 1 whose products say how near their meanings are. */
export interface Meanings {
  /** Tells apart what gives vectors: those of one are never compared with those of another. */
  readonly model: string;
  vectors(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

/** The place of a document in the index of a catalog, and how near its meaning is to what was searched, -1 to 1. */
export interface Meant {
  readonly place: number;
  readonly likeness: number;
}

/** Keeps the vectors of a catalog's documents where they are compared without being fetched. */
export interface KeptMeanings {
  /** The documents nearest to `searched`, best first; null where what is kept is not what `identity` names. */
  nearest(identity: string, searched: Float32Array): Promise<readonly Meant[] | null>;
}

/** A word that is looked for, and how much finding it counts, 0 to 1. */
export interface WeightedWord {
  readonly word: string;
  readonly weight: number;
}
