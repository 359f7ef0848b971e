import type { Grounding } from './concept.js';
import type { TimeMeaning } from './time-phrase.js';
import type { Operator } from './words/operator.js';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The request cut into parts that each play one role. `thing` denotes something of the catalog, a value included. */
export type Chunk = Span &
  (
    | { readonly kind: 'operator'; readonly operator: Operator; readonly text: string }
    | {
        readonly kind: 'thing';
        readonly groundings: readonly Grounding[];
        readonly quoted: boolean;
        /** Of a single word, in lower case; else empty. */
        readonly word: string;
        /** As written. */
        readonly text: string;
        /** Of a participle, columns that may tell when it happened. */
        readonly dates: readonly Grounding[];
        /** `how old is`: a question for a column of what follows. */
        readonly asks: boolean;
      }
    | { readonly kind: 'number'; readonly value: string; readonly groundings: readonly Grounding[] }
    | { readonly kind: 'quoted'; readonly text: string }
    | { readonly kind: 'time'; readonly phrase: TimeNarrowing; readonly assumption: string | null }
    | { readonly kind: 'article' }
    /** What share of things have one of these values: `rejection rate`. */
    | { readonly kind: 'rate'; readonly groundings: readonly Grounding[] }
    /** A verb or adverb that names nothing of the catalog: it ties what stands around it. `dates`: columns that may tell when it happened. */
    | { readonly kind: 'verb'; readonly past: boolean; readonly dates: readonly Grounding[] }
    /** Says in which role tables meet (`billing`). */
    | { readonly kind: 'role' }
    | { readonly kind: 'filler' }
    | { readonly kind: 'unresolved' }
  );

/** Time that narrows rows: stretches, parts that come around, times of day. */
export type TimeNarrowing = Extract<TimeMeaning, { kind: 'stretches' | 'recurring' | 'clock' }>;
