import type { AggregateFunction, TimeUnit } from '../plan/query.js';
import type {
  Axis,
  CyclePart,
  Derivation,
  Extreme,
  GroupLink,
  Noun,
  RequestTree,
  Slot,
  Condition as TreeCondition,
} from './request-tree.js';
import type { Direction, Quantifier } from './words/operator.js';

/** What is shown, ordered by or compared: a column or entity, or something computed from it. */
export type Item =
  /** `whole`: all columns of the thing. `listed`: it is shown itself, beside columns of its own. */
  | {
      readonly kind: 'plain';
      readonly slot: Slot;
      readonly distinct: boolean;
      readonly whole?: boolean;
      readonly listed?: boolean;
    }
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
  | { readonly kind: 'derived'; readonly how: Derivation; readonly of: Item }
  /** The time between two events, folded: since the beginning of what ends, where `from` is null; until today, where `to` is. */
  | {
      readonly kind: 'span';
      readonly function: AggregateFunction;
      readonly from: Slot | null;
      readonly to: Slot | null;
      readonly unit: TimeUnit | null;
      readonly own: readonly Condition[];
    }
  /** The mean over all `per` of what is measured for each. */
  | { readonly kind: 'mean'; readonly of: Item; readonly per: Group };

export type Group =
  | { readonly kind: 'slot'; readonly slot: Slot; readonly link: GroupLink }
  | { readonly kind: 'grain'; readonly unit: TimeUnit | CyclePart; readonly slot: Slot | null; readonly told: boolean };

/** What a condition compares with. */
export type Operand =
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'text'; readonly value: string }
  /** The one value that a request of its own gives (`the average price`), or the outermost of several. */
  | { readonly kind: 'query'; readonly inner: RequestTree; readonly quantifier: Quantifier | null }
  /** Another column of the same rows. */
  | { readonly kind: 'column'; readonly slot: Slot };

/** A condition of one scope: those of a tree with their nouns reduced to slots, and what became a request of its own. */
export type Condition =
  | Extract<TreeCondition, { kind: 'value' | 'text_match' | 'missing' }>
  | (Omit<Extract<TreeCondition, { kind: 'compare' }>, 'subject' | 'operand'> & {
      readonly subject: Item | null;
      readonly operand: Operand;
    })
  | (Omit<Extract<TreeCondition, { kind: 'between' }>, 'subject'> & { readonly subject: Item | null })
  | (Omit<Extract<TreeCondition, { kind: 'length' }>, 'subject' | 'from' | 'to'> & {
      readonly subject: Slot | null;
      readonly from: Slot | null;
      readonly to: Slot | null;
    })
  /** `of`: the thing whose time it is, where no date was named. */
  | (Extract<TreeCondition, { kind: 'time' }> & { readonly of: Slot | null })
  /** `narrowed`: more was said of it than that it is there. */
  | { readonly kind: 'exists'; readonly slot: Slot; readonly negated: boolean; readonly narrowed?: boolean }
  | Extract<TreeCondition, { kind: 'refers' }>
  /** The subject is (not) among those that a request of its own finds. */
  | { readonly kind: 'nested'; readonly subject: Noun; readonly inner: RequestTree; readonly negated: boolean };

export interface Ordering {
  /** Null: by what is counted or measured. */
  readonly item: Item | null;
  readonly direction: Direction;
  /** By what a chart's axis stands for, where no item is named. */
  readonly axis: Axis | null;
}

/** Picks the extreme rows or groups, by a slot or a measure. */
export type Pick = Omit<Extreme, 'item'> & {
  readonly item: Item | null;
  /** Said where something is shown (`the highest price`), not where it is described (`with the highest price`). */
  readonly shown: boolean;
  /** Said of a list that is only ordered by it: nothing is cut off. */
  readonly all?: boolean;
  /** No word names what it ranks by: that is shown too. */
  readonly measured?: boolean;
};

/** The request as structure, before its words are grounded in the catalog. */
export interface Frame {
  readonly items: readonly Item[];
  readonly groups: readonly Group[];
  readonly conditions: readonly Condition[];
  /** Conditions of the frame or of one measure that are an alternative to the one before them. */
  readonly alternatives: ReadonlySet<Condition>;
  /** Column slots with the slot of the table they were said to be of (`name of the customer`). */
  readonly owners: readonly (readonly [number, number])[];
  readonly scopes: readonly Slot[];
  readonly orderings: readonly Ordering[];
  readonly pick: Pick | null;
  readonly limit: number | null;
  /** What lengths of time are told in. */
  readonly unit: TimeUnit | null;
  /** Proportions were asked for, and what they are of is shown. */
  readonly parts: boolean;
  /** A course over time was asked for, by whatever unit. */
  readonly trend: boolean;
  /** Only things were named, as a heading does: what ranks them is shown too. */
  readonly headline: boolean;
  /** One number of all things together was asked for (`the cost of all repairs`). */
  readonly together: boolean;
  /** Also the members without rows are asked for. */
  readonly every: boolean;
  /** Stretches that were understood as words but found no place in the structure, by chunk. */
  readonly loose: readonly number[];
  /** Chunks that became part of a neighbour's meaning. */
  readonly absorbed: readonly number[];
}
