import type { ComparisonOperator } from '../plan/query.js';
import type { Chunk } from './chunks.js';
import type { Condition, Item, Slot } from './frame.js';
import { isDatasetFirst, nextThing, type ParseState, slotOf, takeItems } from './parse-state.js';
import type { TimePhrase } from './time-phrase.js';

/** Adds a condition; after an `or` it is an alternative to the one before. */
export function pushCondition(state: ParseState, condition: Condition): void {
  if (state.orPending && state.conditions.length > 0) state.alternatives.push(state.conditions.length);
  state.orPending = false;
  state.conditions.push(condition);
}

/** A condition's subject that never met a comparison: `with an order` exists; a plain column is only a scope. */
export function closeCondition(state: ParseState): void {
  const subject = state.subject;
  state.subject = null;
  if (subject === null) return;
  if (state.pendingCompare !== null && state.pendingAggregates.includes('avg')) {
    compareWithAverage(state, subject);
    return;
  }
  if (subject.kind !== 'plain') {
    state.items.push(subject);
    return;
  }
  const negated = state.pendingNegation;
  state.pendingNegation = false;
  if (state.mode === 'scope' && !negated) state.scopes.push(subject.slot);
  else pushCondition(state, { kind: 'exists', slot: namedThing(subject.slot), negated });
}

/** `a salary above the average`. */
function compareWithAverage(state: ParseState, subject: Item): void {
  const operator = state.pendingCompare ?? 'gt';
  pushCondition(state, { kind: 'compare', operator, subject, nouns: [], operand: { kind: 'average' }, negated: false });
  state.pendingAggregates = [];
  state.pendingCompare = null;
}

/** A value of the data: `in France`, `status is open`, `completed orders`. */
export function valueSeen(state: ParseState, value: Slot, chunk: Extract<Chunk, { kind: 'thing' | 'number' }>): void {
  const text = value.groundings[0]?.concept;
  if (state.pendingText !== null && text?.kind === 'value') {
    textSeen(state, chunk.kind === 'number' ? chunk.value : phraseOf(value));
    return;
  }
  if (state.mode === 'order') state.mode = 'where';
  const previous = state.conditions.at(-1);
  const alternative = state.afterOr && previous?.kind === 'value';
  const column =
    state.subject?.kind === 'plain'
      ? state.subject.slot
      : (behindColumn(state) ??
        (alternative || (state.afterAnd && previous?.kind === 'value') ? (previous?.column ?? null) : null));
  const negated = state.pendingNegation || state.pendingCompare === 'ne' || (alternative && previous.negated);
  pushCondition(state, { kind: 'value', value, column, negated });
  state.subject = null;
  state.pendingNegation = false;
  state.pendingCompare = null;
}

function phraseOf(value: Slot): string {
  const concept = value.groundings[0]?.concept;
  return concept?.kind === 'value' ? concept.value : '';
}

/** Quoted text that is no known value, or the pattern of a text match. */
export function textSeen(state: ParseState, text: string): void {
  const column = subjectSlot(state);
  if (state.pendingText !== null) {
    state.absorbed.push(state.at);
    pushCondition(state, {
      kind: 'text_match',
      position: state.pendingText,
      column,
      text,
      negated: state.pendingNegation,
    });
  } else {
    const operator: ComparisonOperator = state.pendingCompare ?? 'eq';
    const subject: Item | null = column === null ? null : { kind: 'plain', slot: column, distinct: false };
    pushCondition(state, {
      kind: 'compare',
      operator,
      subject,
      nouns: [],
      operand: { kind: 'text', value: text },
      negated: state.pendingNegation,
    });
  }
  state.subject = null;
  state.pendingText = null;
  state.pendingNegation = false;
  state.pendingCompare = null;
}

function subjectSlot(state: ParseState): Slot | null {
  if (state.subject?.kind === 'plain') return state.subject.slot;
  return state.lastSlot;
}

/** A stretch of time narrows the rows; before it may stand `before`, `after`, `since`. */
export function timeSeen(state: ParseState, phrase: TimePhrase): void {
  const column = state.subject?.kind === 'plain' ? state.subject.slot : null;
  pushCondition(state, {
    kind: 'time',
    phrase,
    operator: state.pendingCompare,
    column,
    negated: state.pendingNegation,
  });
  state.subject = null;
  state.pendingCompare = null;
  state.pendingNegation = false;
}

/** A number: a limit, an end of a range, or something to compare with. */
export function numberSeen(state: ParseState, chunk: Extract<Chunk, { kind: 'number' }>): void {
  if (state.pendingBetween) {
    betweenEnd(state, chunk.value);
    return;
  }
  const pick = state.pendingPick;
  if (pick !== null && state.mode !== 'where') {
    state.pendingPick = { ...pick, count: Number(chunk.value) };
    return;
  }
  if (state.subject !== null && state.pendingNouns.length === 0) {
    const operator = state.pendingCompare ?? suffixOperator(state) ?? 'eq';
    pushCompare(state, state.subject, operator, chunk.value);
    return;
  }
  const values = slotOf(state, state.at, 'values');
  const next = nextThing(state, state.at + 1);
  const nextIsName = next >= 0 && slotOf(state, next, 'names') !== null;
  if (values !== null && state.pendingCompare === null && !nextIsName && state.mode !== 'show') {
    valueSeen(state, values, chunk);
    return;
  }
  const following = state.chunks[state.at + 1];
  if (following?.kind === 'operator' && following.operator.kind === 'times_unit' && state.mode !== 'show') {
    pushCompare(
      state,
      { kind: 'count', slot: null, distinct: false, quantity: false },
      state.pendingCompare ?? 'eq',
      chunk.value,
    );
    return;
  }
  if (idSeen(state, chunk.value)) return;
  state.pendingCompare = state.pendingCompare ?? suffixOperator(state);
  if (state.pendingCompare !== null && !nextIsName) {
    const named = state.lastSlot !== null && !isDatasetFirst(state.lastSlot) && state.pendingNouns.length === 0;
    const subject: Item | null =
      named && state.lastSlot !== null ? { kind: 'plain', slot: state.lastSlot, distinct: false } : null;
    pushCompare(state, subject, state.pendingCompare, chunk.value);
    return;
  }
  state.pendingNumber = { value: chunk.value, chunk: state.at };
}

function suffixOperator(state: ParseState): ComparisonOperator | null {
  const next = state.chunks[state.at + 1];
  return next?.kind === 'operator' && next.operator.kind === 'suffix_compare' ? next.operator.operator : null;
}

function betweenEnd(state: ParseState, value: string): void {
  if (state.pendingNumber === null) {
    state.pendingNumber = { value, chunk: state.at };
    return;
  }
  const subject: Item | null =
    state.subject ?? (state.lastSlot === null ? null : { kind: 'plain', slot: state.lastSlot, distinct: false });
  pushCondition(state, {
    kind: 'between',
    subject,
    low: state.pendingNumber.value,
    high: value,
    negated: state.pendingNegation,
  });
  state.pendingNumber = null;
  state.pendingBetween = false;
  state.pendingNegation = false;
  state.subject = null;
}

function pushCompare(state: ParseState, subject: Item | null, operator: ComparisonOperator, value: string): void {
  pushCondition(state, {
    kind: 'compare',
    operator,
    subject,
    nouns: state.pendingNouns,
    operand: { kind: 'number', value },
    negated: state.pendingNegation,
  });
  state.subject = null;
  state.pendingCompare = null;
  state.pendingNouns = [];
  state.pendingNegation = false;
  state.pendingNumber = null;
}

/** `more than 30 credits`, `at least two orders`, `above the average price`: the thing comes after the comparison. */
export function compareWith(state: ParseState, slot: Slot): void {
  const operator = state.pendingCompare ?? 'eq';
  const number = state.pendingNumber;
  if (number === null) {
    const average = state.pendingAggregates.includes('avg');
    state.pendingAggregates = [];
    state.pendingCompare = null;
    const subject: Item = state.subject ?? { kind: 'plain', slot, distinct: false };
    if (average)
      pushCondition(state, {
        kind: 'compare',
        operator,
        subject,
        nouns: [],
        operand: { kind: 'average' },
        negated: false,
      });
    else if (operator === 'ne') pushCondition(state, { kind: 'exists', slot, negated: true });
    else {
      closeCondition(state);
      state.subject = { kind: 'plain', slot, distinct: false };
      return;
    }
    state.subject = null;
    return;
  }
  if (countsRows(slot)) state.pendingCount = 'count';
  const [item] = takeItems(state, slot);
  pushCompare(state, item ?? null, operator, number.value);
}

/** `advisor 1121`: a number right behind a column that was to be shown is a condition on it. */
function idSeen(state: ParseState, value: string): boolean {
  const previous = state.chunks[state.at - 1];
  const last = state.items.at(-1);
  if (
    state.mode !== 'show' ||
    state.pendingCompare !== null ||
    previous?.kind !== 'thing' ||
    last?.kind !== 'plain' ||
    last.slot.id !== state.at - 1
  )
    return false;
  state.items.pop();
  pushCompare(state, last, 'eq', value);
  return true;
}

/** `the spring semester`: a column right behind a value says where the value is meant. */
export function columnBehindValue(state: ParseState, slot: Slot): boolean {
  const last = state.conditions.at(-1);
  if (last?.kind !== 'value' || last.value.id !== state.at - 1 || isDatasetFirst(slot) || last.column !== null)
    return false;
  const columns = new Set(
    last.value.groundings.map(({ concept }) =>
      concept.kind === 'value' ? `${concept.dataset}.${concept.column}` : '',
    ),
  );
  const same = slot.groundings.filter(
    ({ concept }) => concept.kind === 'column' && columns.has(`${concept.dataset}.${concept.column}`),
  );
  if (same.length === 0) return false;
  state.conditions[state.conditions.length - 1] = { ...last, column: { id: slot.id, groundings: same } };
  return true;
}

/** `airline American Airlines`: the column that stands right before a value, taken back from what is shown. */
function behindColumn(state: ParseState): Slot | null {
  const last = state.items.at(-1);
  if (state.mode !== 'show' || last?.kind !== 'plain' || last.slot.id !== state.at - 1) return null;
  state.items.pop();
  if (isDatasetFirst(last.slot)) {
    state.scopes.push(last.slot);
    return null;
  }
  return last.slot;
}

/** After a number a thing that is also (part of) a table's name is counted: `at least 2 events`. */
function countsRows(slot: Slot): boolean {
  const best = slot.groundings[0]?.score ?? 0;
  return slot.groundings.some(({ concept, score }) => concept.kind === 'dataset' && score >= best - 0.22);
}

function namedThing(slot: Slot): Slot {
  const groundings = slot.groundings.filter(({ concept }) => concept.kind !== 'metric');
  return groundings.length === 0 ? slot : { ...slot, groundings };
}
