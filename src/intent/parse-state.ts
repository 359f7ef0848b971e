import type { AggregateFunction, ComparisonOperator } from '../plan/query.js';
import type { Chunk } from './chunks.js';
import type { Condition, Derivation, Group, Item, Ordering, Pick, Slot } from './frame.js';
import type { Direction } from './words/operator.js';

/** Where in a sentence the parser stands: what a thing that comes next is for. */
export type Mode = 'show' | 'group' | 'each' | 'where' | 'scope' | 'order';

/** A superlative that waits for the thing it is about. */
export interface PendingPick {
  readonly direction: Direction;
  readonly nouns: readonly string[];
  readonly fallback: readonly string[];
  readonly reversed: readonly string[];
  readonly frequent: boolean;
  readonly shown: boolean;
  readonly count: number | null;
}

/** What the parser has seen and what waits to be applied to the next thing. Mutated only inside parse*.ts. */
export interface ParseState {
  readonly chunks: readonly Chunk[];
  at: number;
  mode: Mode;
  readonly items: Item[];
  readonly groups: Group[];
  readonly conditions: Condition[];
  readonly scopes: Slot[];
  readonly orderings: Ordering[];
  readonly loose: number[];
  readonly absorbed: number[];
  /** Chunk of the last operator of each kind. */
  readonly operatorAt: Map<string, number>;
  pick: Pick | null;
  limit: number | null;
  distinct: boolean;
  trend: boolean;
  every: boolean;
  pendingAggregates: AggregateFunction[];
  pendingCount: 'count' | 'quantity' | null;
  pendingDistinct: boolean;
  pendingCompare: ComparisonOperator | null;
  pendingNouns: readonly string[];
  pendingText: 'anywhere' | 'start' | 'end' | null;
  pendingBetween: boolean;
  pendingNegation: boolean;
  pendingDirection: Direction | null;
  pendingPick: PendingPick | null;
  pendingDerived: Derivation | null;
  pendingRatio: boolean;
  pendingNumber: { readonly value: string; readonly chunk: number } | null;
  afterOf: boolean;
  afterArticle: boolean;
  afterAnd: boolean;
  afterOr: boolean;
  /** An `or` that waits for its second condition. */
  orPending: boolean;
  /** Indexes of conditions that are an alternative to the one before. */
  readonly alternatives: number[];
  /** Column slots with the slot of the table they were said to be of. */
  readonly owners: [number, number][];
  /** The thing that a condition will be about, once its comparison comes. */
  subject: Item | null;
  /** The last column that was shown: `the status is open`. */
  lastSlot: Slot | null;
  grouped: boolean;
}

/** A parser at the start of `chunks`. */
export function startState(chunks: readonly Chunk[]): ParseState {
  return {
    chunks,
    at: 0,
    mode: 'show',
    items: [],
    groups: [],
    conditions: [],
    scopes: [],
    orderings: [],

    loose: [],
    absorbed: [],
    operatorAt: new Map(),
    pick: null,
    limit: null,
    distinct: false,
    trend: false,
    every: false,
    pendingAggregates: [],
    pendingCount: null,
    pendingDistinct: false,
    pendingCompare: null,
    pendingNouns: [],
    pendingText: null,
    pendingBetween: false,
    pendingNegation: false,
    pendingDirection: null,
    pendingPick: null,
    pendingDerived: null,
    pendingRatio: false,
    pendingNumber: null,
    afterOf: false,
    afterArticle: false,
    afterAnd: false,
    afterOr: false,
    orPending: false,
    alternatives: [],
    owners: [],
    subject: null,
    lastSlot: null,
    grouped: false,
  };
}

/** The slot of a chunk that denotes something; its groundings without values, or only values. */
export function slotOf(state: ParseState, index: number, part: 'names' | 'values'): Slot | null {
  const chunk = state.chunks[index];
  if (chunk === undefined || (chunk.kind !== 'thing' && chunk.kind !== 'number')) return null;
  const groundings = chunk.groundings.filter(({ concept }) => (concept.kind === 'value') === (part === 'values'));
  return groundings.length === 0 ? null : { id: index, groundings };
}

/** Whether the best grounding of the slot is a table. */
export function isDatasetFirst(slot: Slot): boolean {
  const best = slot.groundings[0]?.score ?? 0;
  return slot.groundings.some(({ concept, score }) => concept.kind === 'dataset' && score >= best - 0.06);
}

/** Takes what waits to be applied to a thing and makes the item (or items) of it. */
export function takeItems(state: ParseState, slot: Slot | null): Item[] {
  const {
    pendingAggregates: functions,
    pendingCount: count,
    pendingDistinct: distinct,
    pendingDerived: derived,
  } = state;
  state.pendingAggregates = [];
  state.pendingCount = null;
  state.pendingDistinct = false;
  state.pendingDerived = null;
  const inner: Item | null = count !== null ? { kind: 'count', slot, distinct, quantity: count === 'quantity' } : null;
  const items: Item[] =
    functions.length > 0 && !(inner !== null && functions.every((name) => name === 'sum'))
      ? functions.map((name) => ({ kind: 'aggregate', function: name, slot }))
      : inner !== null
        ? [inner]
        : slot === null
          ? []
          : [{ kind: 'plain', slot, distinct }];
  return derived === null ? items : items.map((of) => ({ kind: 'derived', how: derived, of }));
}

/** Index of the next chunk that means something, past articles and fillers, from `from` on; -1 for none. */
export function nextMeaning(state: ParseState, from: number): number {
  for (let index = from; index < state.chunks.length; index += 1) {
    const kind = state.chunks[index]?.kind;
    if (kind !== 'article' && kind !== 'filler' && kind !== 'unresolved') return index;
  }
  return -1;
}

/** Index of the next thing, past words that only describe it (`distinct`, `number of`); -1 where something else comes first. */
export function nextThing(state: ParseState, from: number): number {
  const skipped = new Set(['distinct', 'suffix_compare', 'count', 'quantity', 'aggregate', 'of', 'pronoun']);
  for (let index = from; index < state.chunks.length; index += 1) {
    const chunk = state.chunks[index];
    if (chunk === undefined) return -1;
    if (chunk.kind === 'article' || chunk.kind === 'filler' || chunk.kind === 'unresolved') continue;
    if (chunk.kind === 'operator' && skipped.has(chunk.operator.kind)) continue;
    return chunk.kind === 'thing' ? index : -1;
  }
  return -1;
}
