import type { AggregateFunction, ComparisonOperator, TimePart, TimeUnit } from '../plan/query.js';
import type { TimeNarrowing } from './chunk.js';
import type { Grounding } from './concept.js';
import type { Direction, Quantifier } from './words/operator.js';

/**
 * A part of the request that must become one thing of the catalog. `id` is the index of its chunk; below zero, -1 less
 * that index, for the date on which happened what the chunk says.
 */
export interface Slot {
  readonly id: number;
  readonly groundings: readonly Grounding[];
  /** Its one word, in lower case; empty where it has several. */
  readonly word: string;
  /** As written; empty where it was not said. */
  readonly text: string;
}

/**
 * A noun phrase: what is named, whose it is (`the name of the student`, `student's name`) and what narrows it. A `slot` of
 * null is a pronoun or a phrase that names nothing itself (`those with a car`).
 */
export interface Noun {
  readonly slot: Slot | null;
  readonly owner: Noun | null;
  readonly modifiers: readonly Condition[];
  /** `orders of 2024 that are late`: how many of the modifiers tell what it is of which something is said; null where nothing is. */
  readonly said: number | null;
  readonly distinct: boolean;
  /** `with the name`: an article stands before it. */
  readonly definite: boolean;
  /** `the three cities`: how many of them. */
  readonly count: number | null;
}

/** How a measure is made of another after aggregation. */
export type Derivation =
  /** `parts`: the proportion of each kind, which the numbers of all kinds show. `told`: `… as a share of`, of what was named before. */
  | { readonly kind: 'share'; readonly factor: 1 | 100; readonly parts?: boolean; readonly told?: boolean }
  /** `unit`: of the periods compared (`month over month`), null where it was not said. */
  | {
      readonly kind: 'growth';
      readonly against: 'previous_period' | 'same_period_last_year';
      readonly as: 'difference' | 'rate' | 'percent';
      readonly unit: TimeUnit | null;
    }
  | { readonly kind: 'running_total' };

/** What is shown, ordered by or compared: a thing, or something computed from it. */
export type Item =
  /** `whole`: all columns of the thing. `listed`: it is shown itself, beside columns of its own (`the rooms and their prices`). */
  | { readonly kind: 'noun'; readonly noun: Noun; readonly whole?: boolean; readonly listed?: boolean }
  | { readonly kind: 'aggregate'; readonly function: AggregateFunction; readonly of: Item }
  /** Rows or distinct things; of nothing named, the rows of whatever the request is about. `quantity`: a number may be meant (`amount of`). */
  | { readonly kind: 'count'; readonly noun: Noun | null; readonly quantity: boolean }
  | { readonly kind: 'ratio'; readonly numerator: Item; readonly denominator: Item; readonly factor: 1 | 100 }
  | { readonly kind: 'derived'; readonly how: Derivation; readonly of: Item }
  /**
   * The time between two events, each a date or a thing that has one: up to `to`, where `from` is null from its beginning;
   * since `from`, where `to` is null until today.
   */
  | { readonly kind: 'span'; readonly from: Noun | null; readonly to: Noun | null; readonly unit: TimeUnit | null }
  /** `average number of orders per customer`: the mean over all `per` of what is measured for each. */
  | { readonly kind: 'mean'; readonly of: Item; readonly per: Group };

/** A part of the calendar that comes around: `{ part: 'day_name' }`. */
export interface CyclePart {
  readonly part: TimePart;
}

/** What ties a group to what is measured: behind `per` a number makes a ratio (`cost per mile`), behind `divided by` also a thing. `over`: an item is divided by it. */
export type GroupLink = 'by' | 'per' | 'divided' | 'over';

export type Group =
  /** `aside`: said in brackets. */
  | { readonly kind: 'noun'; readonly noun: Noun; readonly aside: boolean; readonly link: GroupLink }
  /**
   * `place`: the index of the chunk that said it. `told`: the period is a word of what is named (`launch year`), and cuts it
   * only where that is a date.
   */
  | {
      readonly kind: 'grain';
      readonly unit: TimeUnit | CyclePart;
      readonly noun: Noun | null;
      readonly place: number;
      readonly told: boolean;
    };

/** What a condition compares with. */
export type Operand =
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'text'; readonly value: string }
  /** `quantifier`: for how many of several values it has to hold; null where that was not said. */
  | { readonly kind: 'item'; readonly item: Item; readonly quantifier: Quantifier | null };

/**
 * A superlative. `item` is what it ranks by (`with the most orders`); without one it ranks the noun it stands at:
 * `nouns` are what the column would be called (`oldest`), `fallback` what it would be called where the noun is a thing
 * (`the highest mountain`), `reversed` columns that order the other way.
 */
export interface Extreme {
  readonly direction: Direction;
  readonly count: number | null;
  readonly item: Item | null;
  readonly nouns: readonly string[];
  readonly fallback: readonly string[];
  readonly reversed: readonly string[];
  readonly frequent: boolean;
}

/** What narrows a noun or the whole request. */
export type Condition =
  | { readonly kind: 'value'; readonly value: Slot; readonly column: Slot | null; readonly negated: boolean }
  | {
      readonly kind: 'compare';
      readonly subject: Item | null;
      readonly nouns: readonly string[];
      readonly operator: ComparisonOperator;
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
      readonly negated: boolean;
    }
  /** How long it is between two events: compare `lasted more than 2 hours`. What was not named is as with a span. */
  | {
      readonly kind: 'length';
      readonly subject: Item | null;
      readonly nouns: readonly string[];
      readonly from: Noun | null;
      readonly to: Noun | null;
      readonly operator: ComparisonOperator;
      readonly amount: string;
      readonly unit: TimeUnit;
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
  /** Rows of another thing belong to it (`who bought a car`), or none do. */
  | { readonly kind: 'related'; readonly noun: Noun; readonly negated: boolean }
  | { readonly kind: 'extreme'; readonly extreme: Extreme }
  | { readonly kind: 'either'; readonly options: readonly (readonly Condition[])[] }
  /** The noun is (not) among those that a request of its own finds. */
  | { readonly kind: 'among'; readonly inner: RequestTree; readonly negated: boolean }
  /** `whose manager works in Rome`: what the column of the noun refers to, a row of the same table, is among those found. */
  | { readonly kind: 'refers'; readonly column: Slot; readonly inner: RequestTree };

/** An axis of a chart, or what an order is said to be of without naming it: names (`alphabetically`) or time. */
export type Axis = 'x' | 'y' | 'name' | 'time';

export interface Ordering {
  /** Null: by what is shown first, or counted. */
  readonly item: Item | null;
  readonly direction: Direction;
  /** By what a chart's axis stands for, where no item is named. */
  readonly axis: Axis | null;
}

/** `top 5 products by revenue`: how many, and what they are ranked by (null: by what is counted or ordered). */
export interface Top {
  readonly direction: Direction;
  readonly count: number;
  readonly by: Item | null;
}

/** The request as structure, before its words are grounded in the catalog. */
export interface RequestTree {
  readonly items: readonly Item[];
  readonly groups: readonly Group[];
  /** Said of the whole request, not of one noun. */
  readonly conditions: readonly Condition[];
  readonly orderings: readonly Ordering[];
  readonly top: Top | null;
  /** What lengths of time are told in; null where it was not said. */
  readonly unit: TimeUnit | null;
  /** A course over time was asked for, by whatever unit. */
  readonly trend: boolean;
  /** Also the members without rows are asked for. */
  readonly every: boolean;
  /** To be drawn; a pie shows shares by itself, and `parts` are to be seen beside each other. */
  readonly drawn: 'pie' | 'parts' | 'chart' | null;
  /** Only things were named, as a heading does: all of them are shown. */
  readonly headline: boolean;
  /** `what is the cost of all repairs`: one number of all things together. */
  readonly together: boolean;
  /** Chunks that were understood as words but found no place in the structure. */
  readonly loose: readonly number[];
  /** Chunks that became part of a neighbour's meaning. */
  readonly absorbed: readonly number[];
}

/** A request for nothing yet. */
export const bareTree: RequestTree = {
  items: [],
  groups: [],
  conditions: [],
  orderings: [],
  top: null,
  unit: null,
  trend: false,
  every: false,
  drawn: null,
  headline: false,
  together: false,
  loose: [],
  absorbed: [],
};

/** A noun without anything around it. */
export function bareNoun(slot: Slot | null): Noun {
  return { slot, owner: null, modifiers: [], said: null, distinct: false, definite: false, count: null };
}
