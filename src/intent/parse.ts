import type { Chunk } from './chunks.js';
import type { Frame, Item, Slot } from './frame.js';
import {
  closeCondition,
  columnBehindValue,
  compareWith,
  numberSeen,
  textSeen,
  timeSeen,
  valueSeen,
} from './parse-condition.js';
import { applyOperator } from './parse-operator.js';
import { isDatasetFirst, nextMeaning, type ParseState, slotOf, startState, takeItems } from './parse-state.js';
import { softNouns } from './words/soft-nouns.js';

/** Reads chunks from left to right into a frame. Total: whatever finds no place is listed as loose. */
export function parseFrame(chunks: readonly Chunk[]): Frame {
  const state = startState(chunks);
  for (; state.at < chunks.length; state.at += 1) {
    const chunk = chunks[state.at];
    if (chunk !== undefined) step(state, chunk);
  }
  finish(state);
  const {
    items,
    groups,
    conditions,
    alternatives,
    owners,
    scopes,
    orderings,
    pick,
    limit,
    distinct,
    trend,
    every,
    loose,
    absorbed,
  } = state;
  return {
    items,
    groups,
    conditions,
    alternatives,
    owners,
    scopes: scopes.map(withoutMetrics),
    orderings,
    pick,
    limit,
    distinct,
    trend,
    every,
    loose,
    absorbed,
  };
}

/** What only limits the rows is a table or column, never a metric of the same name. */
function withoutMetrics(slot: Slot): Slot {
  const groundings = slot.groundings.filter(({ concept }) => concept.kind !== 'metric');
  return groundings.length === 0 ? slot : { ...slot, groundings };
}

function step(state: ParseState, chunk: Chunk): void {
  switch (chunk.kind) {
    case 'operator':
      applyOperator(state, chunk.operator);
      return;
    case 'thing':
      thingSeen(state, chunk);
      break;
    case 'number':
      numberSeen(state, chunk);
      break;
    case 'quoted':
      textSeen(state, chunk.text);
      break;
    case 'time':
      timeSeen(state, chunk.phrase);
      break;
    case 'article':
      state.afterArticle = true;
      return;
    case 'filler':
    case 'unresolved':
      return;
  }
  state.afterOf = false;
  state.afterArticle = false;
  state.afterAnd = false;
  state.afterOr = false;
}

function thingSeen(state: ParseState, chunk: Extract<Chunk, { kind: 'thing' }>): void {
  const names = slotOf(state, state.at, 'names');
  const values = slotOf(state, state.at, 'values');
  const bestName = names?.groundings[0]?.score ?? 0;
  const bestValue = values?.groundings[0]?.score ?? 0;
  const wantsText = state.pendingText !== null && chunk.quoted;
  if (
    wantsText ||
    (values !== null && (names === null || bestValue > bestName + (expectsValue(state) ? -0.12 : 0.04)))
  ) {
    if (values !== null) valueSeen(state, values, chunk);
    return;
  }
  if (names !== null) nameSeen(state, names);
}

/** After `status is`, `country =` a value is likelier than a name. */
function expectsValue(state: ParseState): boolean {
  return state.subject !== null || state.pendingCompare === 'eq' || state.pendingCompare === 'ne';
}

function nameSeen(state: ParseState, slot: Slot): void {
  if (columnBehindValue(state, slot)) return;
  if (isQualifier(state, slot) || isOwner(state, slot)) {
    state.scopes.push(slot);
    return;
  }
  if (!isDatasetFirst(slot) && !isNaming(state, slot)) absorbSoftNoun(state);
  if (state.pendingPick !== null) {
    pickItem(state, slot);
    return;
  }
  if (
    state.pendingNumber !== null &&
    state.pendingCompare === null &&
    state.mode !== 'where' &&
    state.mode !== 'scope'
  ) {
    state.limit = Number(state.pendingNumber.value);
    state.pendingNumber = null;
  }
  switch (state.mode) {
    case 'show':
      showName(state, slot);
      return;
    case 'group':
    case 'each':
      groupName(state, slot);
      return;
    case 'where':
    case 'scope':
      conditionName(state, slot);
      return;
    case 'order':
      orderName(state, slot);
      return;
  }
}

/** `the most orders`, `highest average price`: the thing that a superlative is about. */
function pickItem(state: ParseState, slot: Slot): void {
  const pending = state.pendingPick;
  if (pending === null) return;
  const named = pending.nouns.length > 0 || pending.frequent;
  if (named) {
    state.pick = { ...pending, item: pending.frequent ? { kind: 'plain', slot, distinct: false } : null };
    state.pendingPick = null;
    if (pending.shown) showName(state, slot);
    else if (pending.nouns.length > 0) state.pick = { ...pending, item: { kind: 'plain', slot, distinct: false } };
    return;
  }
  const [item] = takeItems(state, slot);
  state.pick = { ...pending, item: item ?? null };
  state.pendingPick = null;
  state.lastSlot = slot;
}

function showName(state: ParseState, slot: Slot): void {
  const previous = state.items.at(-1);
  const plain = state.pendingAggregates.length === 0 && state.pendingCount === null && state.pendingDerived === null;
  if (state.afterOf && plain && previous !== undefined) {
    if (isDatasetFirst(slot) || previous.kind !== 'plain') {
      state.scopes.push(slot);
      own(state, slot);
    } else if (isNaming(state, previous.slot)) {
      state.absorbed.push(previous.slot.id);
      state.items[state.items.length - 1] = {
        kind: 'plain',
        slot,
        distinct: previous.distinct || state.pendingDistinct,
      };
    } else state.scopes.push(slot);
    state.pendingDistinct = false;
    return;
  }
  if (state.grouped && plain && state.items.some((item) => item.kind !== 'plain') && isDatasetFirst(slot)) {
    state.scopes.push(slot);
    return;
  }
  const inherited =
    plain && state.afterAnd && previous?.kind === 'aggregate' && !state.afterArticle ? previous.function : null;
  if (plain && isDatasetFirst(slot) && previous !== undefined && previous.kind !== 'plain' && !state.afterAnd) {
    state.scopes.push(slot);
    return;
  }
  if (inherited !== null) state.pendingAggregates = [inherited];
  state.items.push(...takeItems(state, slot));
  foldRatio(state);
  state.lastSlot = slot;
}

/** `the customer's name`: what stands before is the owner of what follows. `the director's name`, a column, is the director. */
function isOwner(state: ParseState, slot: Slot): boolean {
  const sign = state.chunks[state.at + 1];
  if (sign?.kind !== 'operator' || sign.operator.kind !== 'possessive') return false;
  const next = nextMeaning(state, state.at + 2);
  const following = next < 0 ? null : slotOf(state, next, 'names');
  if (following === null) return false;
  if (isDatasetFirst(slot)) {
    state.owners.push([next, slot.id]);
    state.at += 1;
    return true;
  }
  if (isNaming(state, following)) {
    state.absorbed.push(next);
    state.at = next;
  }
  return false;
}

/** `id and name of each student`: the columns shown so far are the table's. */
function own(state: ParseState, owner: Slot): void {
  for (const item of [...state.items].reverse()) {
    if (item.kind !== 'plain' || state.owners.some(([slot]) => slot === item.slot.id)) return;
    state.owners.push([item.slot.id, owner.id]);
  }
}

/** `document type description`: a table right before a column says whose column is meant. */
function isQualifier(state: ParseState, slot: Slot): boolean {
  const following = state.chunks[state.at + 1];
  if (!isDatasetFirst(slot) || following?.kind !== 'thing') return false;
  const next = slotOf(state, state.at + 1, 'names');
  if (
    next === null ||
    (slotOf(state, state.at + 1, 'values')?.groundings[0]?.score ?? 0) > (next.groundings[0]?.score ?? 0)
  )
    return false;
  if (!isDatasetFirst(next)) state.owners.push([state.at + 1, slot.id]);
  return true;
}

/** `names of singers` where singers are a column: the name is the singer. */
function isNaming(state: ParseState, slot: Slot): boolean {
  const chunk = state.chunks[slot.id];
  return chunk?.kind === 'thing' && (chunk.word === 'name' || chunk.word === 'names');
}

/** `job title`, `room type`: a general noun behind a column belongs to it. */
function absorbSoftNoun(state: ParseState): void {
  const next = state.chunks[state.at + 1];
  if (next?.kind !== 'thing' || !softNouns.has(next.word) || (next.groundings[0]?.score ?? 0) >= 0.98) return;
  state.absorbed.push(state.at + 1);
  state.at += 1;
}

function groupName(state: ParseState, slot: Slot): void {
  if (state.pendingAggregates.length > 0 || state.pendingCount !== null) {
    state.mode = 'show';
    showName(state, slot);
    return;
  }
  if (state.afterOf) {
    state.scopes.push(slot);
    return;
  }
  if (state.mode === 'each' && state.groups.length > 0 && state.afterAnd && state.afterArticle) {
    state.mode = 'show';
    showName(state, slot);
    return;
  }
  if (state.mode === 'each' && isDatasetFirst(slot)) own(state, slot);
  state.groups.push({ kind: 'slot', slot: state.pick === null ? withoutMetrics(slot) : slot });
  state.grouped = true;
  state.pendingDistinct = false;
}

function conditionName(state: ParseState, slot: Slot): void {
  if (state.pendingNumber !== null || state.pendingCompare !== null) {
    compareWith(state, slot);
    return;
  }
  if (state.subject !== null && state.afterOf) {
    state.scopes.push(slot);
    return;
  }
  if (
    state.mode === 'scope' &&
    state.afterAnd &&
    state.subject === null &&
    (state.pendingAggregates.length > 0 || state.pendingCount !== null)
  ) {
    state.mode = 'show';
    showName(state, slot);
    return;
  }
  closeCondition(state);
  const [item] = takeItems(state, slot);
  state.subject = item ?? null;
}

function orderName(state: ParseState, slot: Slot): void {
  if (
    state.afterOf &&
    state.pendingAggregates.length === 0 &&
    state.pendingCount === null &&
    state.orderings.length > 0 &&
    state.pendingDirection === null
  ) {
    state.scopes.push(slot);
    return;
  }
  const [item] = takeItems(state, slot);
  state.orderings.push({ item: item ?? null, direction: state.pendingDirection ?? 'ascending' });
  state.pendingDirection = null;
}

/** `the ratio of A to B`. */
function foldRatio(state: ParseState): void {
  if (!state.pendingRatio || state.items.length < 2) return;
  const denominator = state.items.pop();
  const numerator = state.items.pop();
  if (numerator === undefined || denominator === undefined) return;
  state.items.push({ kind: 'ratio', numerator, denominator });
  state.pendingRatio = false;
}

/** `the age of each group, on average`: the aggregate stands behind what it is about. */
function foldTrailing(state: ParseState): void {
  const measured = state.items.at(-1);
  if (state.pendingDerived !== null && measured !== undefined && measured.kind !== 'derived') {
    state.items[state.items.length - 1] = { kind: 'derived', how: state.pendingDerived, of: measured };
    state.pendingDerived = null;
  }
  const [name] = state.pendingAggregates;
  const index = state.items.findLastIndex((item) => item.kind === 'plain' || (item.kind === 'count' && name === 'avg'));
  const item = state.items[index];
  if (
    name === undefined ||
    item === undefined ||
    (item.kind !== 'plain' && item.kind !== 'count') ||
    state.pendingCount !== null
  )
    return;
  state.items[index] = { kind: 'aggregate', function: name, slot: item.slot };
  state.pendingAggregates = [];
}

function finish(state: ParseState): void {
  closeCondition(state);
  if (state.pendingPick !== null) {
    const [item] = takeItems(state, null);
    state.pick = { ...state.pendingPick, item: item ?? null };
  }
  if (state.pendingDirection !== null) {
    const rest: Item | null = null;
    state.orderings.push({ item: rest, direction: state.pendingDirection });
  }
  foldTrailing(state);
  if (state.pendingCount !== null) state.items.push(...takeItems(state, null));
  if (state.pendingNumber !== null) {
    if (state.pick !== null && state.limit === null && state.pendingCompare === null)
      state.limit = Number(state.pendingNumber.value);
    else state.loose.push(state.pendingNumber.chunk);
  }
  if (state.pendingDistinct) state.distinct = true;
  leftOver(state);
}

/** Words that waited for a thing which never came are not passed over in silence. */
function leftOver(state: ParseState): void {
  const waiting: readonly (readonly [boolean, string])[] = [
    [state.pendingDerived !== null, state.pendingDerived?.kind ?? ''],
    [state.pendingRatio, 'ratio'],
    [state.pendingText !== null, 'text_match'],
    [state.pendingBetween, 'between'],
    [state.pendingCompare !== null && state.pendingNumber === null, 'compare'],
    [state.pendingNegation, 'negate'],
    [state.pendingAggregates.some((name) => name !== 'sum'), 'aggregate'],
  ];
  for (const [waits, kind] of waiting) {
    const chunk = waits ? state.operatorAt.get(kind) : undefined;
    if (chunk !== undefined) state.loose.push(chunk);
  }
}
