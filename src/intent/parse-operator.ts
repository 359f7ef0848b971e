import { closeCondition, pushCondition } from './parse-condition.js';
import { nextMeaning, nextThing, type ParseState, slotOf, takeItems } from './parse-state.js';
import type { Direction, Operator } from './words/operator.js';

/** What an operator does to the parser. */
export function applyOperator(state: ParseState, operator: Operator): void {
  state.operatorAt.set(operator.kind, state.at);
  switch (operator.kind) {
    case 'aggregate':
      aggregateSeen(state, operator.function);
      return;
    case 'count':
    case 'quantity':
      if (countBehind(state)) return;
      leaveGroup(state);
      if (
        state.pendingPick === null &&
        state.pendingCompare === null &&
        state.pendingNumber === null &&
        (state.mode === 'where' || state.mode === 'scope') &&
        !opensCondition(state)
      )
        reopenShow(state);
      state.pendingCount = operator.kind;
      return;
    case 'times':
      leaveGroup(state);
      if (state.mode === 'where' || state.mode === 'scope') reopenShow(state);
      state.items.push({ kind: 'count', slot: null, distinct: false, quantity: false });
      return;
    case 'distinct':
      state.pendingDistinct = true;
      return;
    case 'compare':
      compareSeen(state, operator.operator);
      state.pendingNouns = operator.nouns ?? [];
      return;
    case 'suffix_compare':
      if (state.pendingNumber !== null && state.pendingCompare === null) state.pendingCompare = operator.operator;
      return;
    case 'between':
      state.pendingBetween = true;
      return;
    case 'text_match':
      state.pendingText = operator.position;
      return;
    case 'superlative':
    case 'adjective':
    case 'frequent':
    case 'top':
      pickSeen(state, operator);
      return;
    case 'negate':
      state.pendingNegation = true;
      if (state.mode !== 'where') openWhere(state);
      return;
    case 'missing':
      missingSeen(state);
      return;
    default:
      structureSeen(state, operator);
  }
}

function structureSeen(state: ParseState, operator: Operator): void {
  switch (operator.kind) {
    case 'group':
      closeCondition(state);
      if (state.mode === 'order') {
        orderObject(state);
        return;
      }
      if (state.pendingCount !== null && state.mode === 'show') state.items.push(...takeItems(state, null));
      if (
        state.pick !== null &&
        state.pick.item === null &&
        state.pick.nouns.length === 0 &&
        !state.pick.frequent &&
        state.limit !== null
      ) {
        state.pendingPick = { ...state.pick, shown: true };
        state.mode = 'show';
        return;
      }
      state.mode = 'group';
      return;
    case 'each':
      closeCondition(state);
      state.mode = 'each';
      return;
    case 'order':
      openOrder(state);
      return;
    case 'direction':
      directionSeen(state, operator.direction);
      return;
    case 'grain':
    case 'weekday':
      closeCondition(state);
      if (state.mode !== 'order')
        state.groups.push({ kind: 'grain', unit: operator.kind === 'grain' ? operator.unit : 'weekday', slot: null });
      state.grouped = true;
      if (state.mode === 'scope' || state.mode === 'where') state.mode = 'show';
      return;
    case 'time_trend':
      state.trend = true;
      return;
    case 'show':
      if (!operator.verb || opensClause(state)) reopenShow(state);
      return;
    default:
      connectorSeen(state, operator);
  }
}

function connectorSeen(state: ParseState, operator: Operator): void {
  switch (operator.kind) {
    case 'ratio':
      state.pendingRatio = true;
      return;
    case 'share':
    case 'growth':
    case 'running_total':
      state.pendingDerived = operator;
      return;
    case 'question':
      state.loose.push(state.at);
      return;
    case 'and':
      state.afterAnd = true;
      state.orPending = false;
      if (state.mode === 'scope' && state.subject !== null) closeCondition(state);
      return;
    case 'or':
      state.afterOr = true;
      state.orPending = state.conditions.length > 0;
      return;
    case 'of':
      state.afterOf = true;
      return;
    case 'where':
      openWhere(state);
      return;
    case 'preposition':
      prepositionSeen(state);
      return;
    case 'is':
      if (state.mode === 'show' && state.lastSlot !== null && state.items.length > 1) return;
      return;
    case 'every':
      state.every = true;
      return;
    case 'pronoun':
      return;
    default:
      return;
  }
}

function aggregateSeen(state: ParseState, name: Extract<Operator, { kind: 'aggregate' }>['function']): void {
  leaveGroup(state);
  if (
    (state.mode === 'where' || state.mode === 'scope') &&
    state.pendingCompare === null &&
    state.pendingPick === null
  ) {
    if (state.mode === 'where' && (name === 'max' || name === 'min') && state.items.length > 0 && !state.afterAnd) {
      pickSeen(state, { kind: 'superlative', direction: name === 'max' ? 'descending' : 'ascending', nouns: [] });
      return;
    }
    if ((state.mode === 'scope' || state.afterAnd) && !opensCondition(state)) reopenShow(state);
  }
  if (!state.pendingAggregates.includes(name)) state.pendingAggregates.push(name);
}

/** After `each region`, a count or aggregate is shown again, not grouped by. */
function leaveGroup(state: ParseState): void {
  if (state.mode === 'group' || state.mode === 'each') state.mode = 'show';
}

function reopenShow(state: ParseState): void {
  closeCondition(state);
  if (state.pendingDirection !== null) {
    state.orderings.push({ item: null, direction: state.pendingDirection });
    state.pendingDirection = null;
  }
  if (state.pendingPick !== null && state.pendingPick.shown === false) {
    const [item] = takeItems(state, null);
    state.pick = { ...state.pendingPick, item: item ?? null };
    state.pendingPick = null;
  }
  state.mode = 'show';
  state.pendingNegation = false;
  state.pendingCompare = null;
  state.lastSlot = null;
}

function openWhere(state: ParseState): void {
  const started = state.items.length + state.scopes.length + state.groups.length > 0;
  if (!started) return;
  const negated = state.pendingNegation;
  state.pendingNegation = false;
  closeCondition(state);
  state.pendingNegation = negated;
  state.mode = 'where';
}

function openOrder(state: ParseState): void {
  closeCondition(state);
  const next = nextMeaning(state, state.at + 1);
  const started = state.items.length + state.groups.length + state.scopes.length > 0;
  if (next < 0 || !started) return;
  state.mode = 'order';
}

/** `by price descending` turns the last ordering; `in descending order of price` waits for the next thing. */
function directionSeen(state: ParseState, direction: Direction): void {
  closeCondition(state);
  const last = state.orderings.at(-1);
  const next = nextMeaning(state, state.at + 1);
  const ofNext = next >= 0 && state.chunks[next]?.kind !== 'operator' ? false : next >= 0 && isOf(state, next);
  const measured = nextThing(state, state.at + 1) > state.at + 1;
  if (measured && state.mode === 'order' && last !== undefined) orderObject(state);
  else if (state.mode === 'order' && last !== undefined && !ofNext) {
    state.orderings[state.orderings.length - 1] = { item: last.item, direction };
    return;
  }
  state.mode = 'order';
  state.pendingDirection = direction;
}

function isOf(state: ParseState, index: number): boolean {
  const chunk = state.chunks[index];
  return chunk?.kind === 'operator' && (chunk.operator.kind === 'of' || chunk.operator.kind === 'group');
}

function prepositionSeen(state: ParseState): void {
  if (state.mode === 'order') return;
  if (state.pendingRatio && state.items.length === 1) {
    state.afterOf = false;
    return;
  }
  if (state.mode === 'where' && (state.subject !== null || state.pendingCompare !== null || state.pendingPick !== null))
    return;
  if (state.items.length + state.scopes.length + state.groups.length === 0) return;
  if (state.pendingPick !== null || state.pendingCount !== null || state.pendingAggregates.length > 0) return;
  closeCondition(state);
  state.mode = 'scope';
}

function compareSeen(state: ParseState, operator: Extract<Operator, { kind: 'compare' }>['operator']): void {
  state.pendingCompare = operator;
  if (state.mode === 'show' || state.mode === 'group' || state.mode === 'each' || state.mode === 'order') {
    const last = state.mode === 'show' ? state.items.at(-1) : undefined;
    const direct = state.chunks
      .slice(0, state.at)
      .findLast((chunk) => chunk.kind !== 'article' && chunk.kind !== 'filler');
    const justShown = direct?.kind === 'thing' && last?.kind === 'plain' && state.chunks[last.slot.id] === direct;
    state.mode = 'where';
    if (justShown && state.items.length > 1) state.subject = last;
  }
}

function missingSeen(state: ParseState): void {
  const subject = state.subject?.kind === 'plain' ? state.subject.slot : state.lastSlot;
  if (subject !== null) {
    pushCondition(state, {
      kind: 'missing',
      column: subject,
      negated: state.pendingNegation || state.pendingCompare === 'ne',
    });
    state.subject = null;
    state.pendingNegation = false;
    state.pendingCompare = null;
    return;
  }
  const next = nextMeaning(state, state.at + 1);
  const column = next < 0 ? null : slotOf(state, next, 'names');
  if (column !== null) pushCondition(state, { kind: 'missing', column, negated: state.pendingNegation });
}

function pickSeen(
  state: ParseState,
  operator: Extract<Operator, { kind: 'superlative' | 'adjective' | 'frequent' | 'top' }>,
): void {
  const extreme = operator.direction === 'descending' ? 'max' : 'min';
  if (
    operator.kind === 'superlative' &&
    state.mode === 'show' &&
    state.pendingAggregates.some((name) => name === 'max' || name === 'min')
  ) {
    if (!state.pendingAggregates.includes(extreme)) state.pendingAggregates.push(extreme);
    return;
  }
  leaveGroup(state);
  const number = state.pendingNumber;
  state.pendingNumber = null;
  const shown = state.mode === 'show';
  state.pendingPick = {
    direction: operator.direction,
    nouns: operator.kind === 'adjective' ? operator.nouns : [],
    fallback: operator.kind === 'superlative' ? operator.nouns : [],
    reversed: operator.kind === 'adjective' ? operator.reversed : [],
    frequent: operator.kind === 'frequent',
    shown,
    count: number === null ? (state.pendingPick?.count ?? null) : Number(number.value),
  };
  if (operator.kind === 'top') topSeen(state, operator.direction);
}

/** `top 5 products by revenue`: the things are shown, what they are ranked by comes after `by`. */
function topSeen(state: ParseState, direction: Direction): void {
  const next = nextMeaning(state, state.at + 1);
  const chunk = state.chunks[next];
  const limit = chunk?.kind === 'number' ? Number(chunk.value) : null;
  if (limit !== null) state.at = next;
  state.limit = limit ?? 1;
  state.pick = {
    direction,
    count: limit,
    item: null,
    nouns: [],
    fallback: [],
    reversed: [],
    frequent: false,
    shown: true,
  };
  state.pendingPick = null;
  state.mode = 'show';
}

/** `resident count`: the count stands behind the thing. */
function countBehind(state: ParseState): boolean {
  const last = state.items.at(-1);
  const next = nextMeaning(state, state.at + 1);
  const isThing = next >= 0 && state.chunks[next]?.kind === 'thing';
  if (state.mode !== 'show' || isThing || last?.kind !== 'plain' || last.slot.id !== state.at - 1) return false;
  state.items[state.items.length - 1] = { kind: 'count', slot: last.slot, distinct: last.distinct, quantity: false };
  return true;
}

/** `whose number of orders is more than 5`: the count is what the condition is about. */
function opensCondition(state: ParseState): boolean {
  const rest = state.chunks.slice(state.at + 1, state.at + 6);
  const compare = rest.findIndex(
    (chunk) => chunk.kind === 'operator' && (chunk.operator.kind === 'compare' || chunk.operator.kind === 'between'),
  );
  const end = rest.findIndex(
    (chunk) => chunk.kind === 'operator' && ['show', 'and', 'each', 'group', 'order'].includes(chunk.operator.kind),
  );
  return state.mode === 'where' && compare >= 0 && (end < 0 || compare < end);
}

/** `sort the cities by size`: what stands before `by` is sorted, not sorted by. */
function orderObject(state: ParseState): void {
  const last = state.orderings.at(-1);
  if (last?.item === undefined || last.item === null || last.item.kind !== 'plain') return;
  state.orderings.pop();
  if (state.items.length === 0) state.items.push(last.item);
  else state.scopes.push(last.item.slot);
}

/** A verb such as `provide` asks to show only where a sentence or clause begins. */
function opensClause(state: ParseState): boolean {
  const before = state.chunks
    .slice(0, state.at)
    .findLast((chunk) => chunk.kind !== 'filler' && chunk.kind !== 'article');
  return (
    before === undefined ||
    (before.kind === 'operator' && ['show', 'and', 'order'].includes(before.operator.kind)) ||
    state.mode === 'each'
  );
}
