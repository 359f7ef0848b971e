import type { AggregateFunction, ComparisonOperator, TimeUnit } from '../plan/query.js';
import type { TimeNarrowing } from './chunks.js';
import type { CyclePart, Noun, RequestTree, Slot } from './request-tree.js';
import type { Direction } from './words/operator.js';

/** What is shown, ordered by or compared: a column or entity, or something computed from it. */
export type Item =
  /** `whole`: all columns of the thing. */
  | { readonly kind: 'plain'; readonly slot: Slot; readonly distinct: boolean; readonly whole?: boolean }
  | {
      readonly kind: 'aggregate';
      readonly function: AggregateFunction;
      readonly slot: Slot | null;
      readonly own: readonly Condition[];
    }
  /** `own` holds for this measure alone. */
  | {
      readonly kind: 'count';
      readonly slot: Slot | null;
      readonly distinct: boolean;
      readonly quantity: boolean;
      readonly own: readonly Condition[];
    }
  | { readonly kind: 'ratio'; readonly numerator: Item; readonly denominator: Item; readonly factor: 1 | 100 }
  | { readonly kind: 'difference'; readonly left: Item; readonly right: Item }
  | { readonly kind: 'derived'; readonly how: Derivation; readonly of: Item };

/** How a measure is made of another after aggregation. */
export type Derivation =
  | { readonly kind: 'share'; readonly factor: 1 | 100 }
  | { readonly kind: 'growth'; readonly against: 'previous_period' | 'same_period_last_year' }
  | { readonly kind: 'running_total' };

export type Group =
  | { readonly kind: 'slot'; readonly slot: Slot }
  | { readonly kind: 'grain'; readonly unit: TimeUnit | CyclePart; readonly slot: Slot | null };

/** What a condition compares with. */
export type Operand =
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'text'; readonly value: string }
  /** The one value that a request of its own gives (`the average price`). */
  | { readonly kind: 'query'; readonly inner: RequestTree }
  /** Another column of the same rows. */
  | { readonly kind: 'column'; readonly slot: Slot };

export type Condition =
  | { readonly kind: 'value'; readonly value: Slot; readonly column: Slot | null; readonly negated: boolean }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly subject: Item | null;
      readonly nouns: readonly string[];
      readonly operand: Operand;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'between';
      readonly subject: Item | null;
      readonly low: string;
      readonly high: string;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'time';
      readonly phrase: TimeNarrowing;
      readonly operator: ComparisonOperator | null;
      readonly column: Slot | null;
      /** The thing whose time it is, where no date was named. */
      readonly of: Slot | null;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'text_match';
      readonly position: 'anywhere' | 'start' | 'end';
      readonly column: Slot | null;
      readonly text: string;
      readonly negated: boolean;
    }
  | { readonly kind: 'missing'; readonly column: Slot; readonly negated: boolean }
  | { readonly kind: 'exists'; readonly slot: Slot; readonly negated: boolean }
  /** The subject is (not) among those that a request of its own finds. */
  | { readonly kind: 'nested'; readonly subject: Noun; readonly inner: RequestTree; readonly negated: boolean };

export interface Ordering {
  /** Null: by what is counted or measured. */
  readonly item: Item | null;
  readonly direction: Direction;
  /** By what a chart's axis stands for, where no item is named. */
  readonly axis: 'x' | 'y' | null;
}

/** Picks the extreme rows or groups. `nouns`: the column is known by what it would be called (`oldest`). */
export interface Pick {
  readonly direction: Direction;
  readonly count: number | null;
  readonly item: Item | null;
  readonly nouns: readonly string[];
  /** Nouns for where it is said of a thing itself: `the highest mountain`. */
  readonly fallback: readonly string[];
  readonly reversed: readonly string[];
  readonly frequent: boolean;
  /** Said where something is shown (`the highest price`), not where it is described (`with the highest price`). */
  readonly shown: boolean;
}

/** The request as structure, before its words are grounded in the catalog. */
export interface Frame {
  readonly items: readonly Item[];
  readonly groups: readonly Group[];
  readonly conditions: readonly Condition[];
  /** Indexes of conditions that are an alternative to the one before. */
  readonly alternatives: readonly number[];
  /** Column slots with the slot of the table they were said to be of (`name of the customer`). */
  readonly owners: readonly (readonly [number, number])[];
  readonly scopes: readonly Slot[];
  readonly orderings: readonly Ordering[];
  readonly pick: Pick | null;
  readonly limit: number | null;
  readonly distinct: boolean;
  /** A course over time was asked for, by whatever unit. */
  readonly trend: boolean;
  /** Only things were named, as a heading does: what ranks them is shown too. */
  readonly headline: boolean;
  /** Also the members without rows are asked for. */
  readonly every: boolean;
  /** Stretches that were understood as words but found no place in the structure, by chunk. */
  readonly loose: readonly number[];
  /** Chunks that became part of a neighbour's meaning. */
  readonly absorbed: readonly number[];
}
