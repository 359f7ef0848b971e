import { extremeOf } from './extreme.js';
import { joinConditions } from './join-conditions.js';
import {
  deniesValue,
  isName,
  isOperator,
  isTableFirst,
  isValue,
  operatorAt,
  past,
  peek,
  type Reader,
  slotOf,
  verbSlot,
} from './reader.js';
import { bareNoun, type Condition, type Noun, type Slot } from './request-tree.js';
import type { Sign } from './signs.js';
import { singularOf } from './word-forms.js';
import { softNouns } from './words/soft-nouns.js';
import { pastForms } from './words/verbs.js';

/** The noun itself with what stands before it: values, superlatives, the table a column is of, an owner with 's. */
export function readHead(reader: Reader): Noun {
  const before: Condition[] = [];
  let distinct = false;
  let count: number | null = null;
  for (;;) {
    const operator = operatorAt(reader);
    const sign = peek(reader);
    if (operator?.kind === 'distinct') {
      distinct = true;
      reader.at += 1;
    } else if (operator?.kind === 'pronoun') reader.at += 1;
    else if (operator?.kind === 'superlative' || operator?.kind === 'adjective' || operator?.kind === 'frequent') {
      before.push({ kind: 'extreme', extreme: extremeOf(operator, null) });
      reader.at += 1;
    } else if (
      sign?.chunk.kind === 'number' &&
      (isName(peek(reader, 1)) || isOperator(reader, ['superlative', 'adjective', 'frequent'], 1))
    ) {
      count = Number(sign.chunk.value);
      reader.at += 1;
    } else if (deniesValue(reader, 0)) {
      const value = slotOf(peek(reader, 1), 'values');
      if (value !== null) before.push({ kind: 'value', value, column: null, negated: true });
      reader.at += 2;
    } else if (isValue(sign) && !endsWithValue(reader)) before.push(...readValuesBefore(reader));
    else if (saysYes(sign) && (isTable(peek(reader, 1)) || isOfThing(sign, peek(reader, 1)))) {
      const value = slotOf(sign, 'values');
      if (value !== null) before.push({ kind: 'value', value, column: null, negated: false });
      reader.at += 1;
    } else break;
  }
  const definite = peek(reader)?.article === true;
  const noun = asHappening(readNames(reader) ?? bareNoun(null), reader);
  const told = noun.slot === null || isTableFirst(noun.slot) ? before : eitherOfColumn(before, noun.slot);
  return { ...noun, count, definite, distinct: distinct || noun.distinct, modifiers: [...told, ...noun.modifiers] };
}

/**
 * `north and south revenue`: of what is measured, that of either; nothing is measured of both at once. In `north and south
 * regions` the noun only tells what the values are.
 */
function eitherOfColumn(before: readonly Condition[], { groundings }: Slot): readonly Condition[] {
  const noun = groundings[0]?.concept;
  const named = noun?.kind === 'column' ? noun.column : null;
  const tells = before.some(
    (condition) =>
      condition.kind === 'value' &&
      condition.value.groundings.some(({ concept }) => concept.kind === 'value' && concept.column === named),
  );
  if (tells) return before;
  return before.reduce<readonly Condition[]>((told, condition) => {
    const last = told.at(-1);
    const first = last?.kind === 'either' ? last.options[0]?.[0] : last;
    return joinConditions(told, [condition], first !== undefined && areOfColumn(first, condition));
  }, []);
}

function areOfColumn(one: Condition, other: Condition): boolean {
  if (one.kind !== 'value' || other.kind !== 'value' || one.negated || other.negated) return false;
  const [left, right] = [one.value.groundings[0]?.concept, other.value.groundings[0]?.concept];
  if (left?.kind !== 'value' || right?.kind !== 'value') return false;
  return left.dataset === right.dataset && left.column === right.column;
}

/** `certified` where a column of yes and no is called so: before a table it rather says yes than names the column. */
export function saysYes(sign: Sign | undefined): boolean {
  const name = slotOf(sign, 'names')?.groundings[0]?.concept;
  const value = slotOf(sign, 'values')?.groundings[0]?.concept;
  return (
    name?.kind === 'column' && value?.kind === 'value' && name.dataset === value.dataset && name.column === value.column
  );
}

function isTable(sign: Sign | undefined): boolean {
  const slot = isName(sign) ? slotOf(sign, 'names') : null;
  return slot !== null && isTableFirst(slot);
}

/** `vegetarian dishes priced …`: behind the column of yes and no stands another column of the same things. */
function isOfThing(flag: Sign | undefined, sign: Sign | undefined): boolean {
  const thing = slotOf(flag, 'names')?.groundings[0]?.concept;
  const other = isName(sign) ? slotOf(sign, 'names')?.groundings[0]?.concept : undefined;
  return thing?.kind === 'column' && other?.kind === 'column' && thing.dataset === other.dataset;
}

/** `registrations` of a `registered_on`: the things that it happened to. */
function asHappening(noun: Noun, reader: Reader): Noun {
  const sign = peek(reader, -1);
  const dates = verbSlot(sign);
  if (noun.slot === null || sign?.chunk.kind !== 'thing' || noun.slot.id !== sign.id || dates === null) return noun;
  if (singularOf(sign.chunk.word) === sign.chunk.word) return noun;
  const tables = dates.groundings.flatMap(({ concept, score }) =>
    concept.kind === 'column'
      ? [{ concept: { kind: 'dataset' as const, dataset: concept.dataset }, score, evidence: 'what it happened to' }]
      : [],
  );
  const owner = noun.owner?.slot ?? null;
  const slot: Slot = owner !== null && isTableFirst(owner) ? owner : { ...noun.slot, groundings: tables, word: '' };
  return { ...bareNoun(slot), modifiers: [...noun.modifiers, { kind: 'missing', column: dates, negated: true }] };
}

/** A value that nothing follows which it could describe stands for itself. */
function endsWithValue(reader: Reader): boolean {
  return !(isName(peek(reader, 1)) || isValue(peek(reader, 1)) || listsValues(reader));
}

/** `red or green labels`: the values of a list describe the noun behind it. */
export function listsValues(reader: Reader): boolean {
  const place = past(reader, ['and', 'or'], 1);
  return place > 1 && leadsToName(reader, place);
}

/** Whether the values of a list lead from here to the noun that they describe. */
function leadsToName(reader: Reader, from: number): boolean {
  if (!isValue(peek(reader, from))) return false;
  const next = past(reader, ['and', 'or'], from + 1);
  return next === from + 1 ? isName(peek(reader, next)) : leadsToName(reader, next);
}

/** `completed orders`, `female or retired members`: one value, or a list of alternatives. */
function readValuesBefore(reader: Reader): readonly Condition[] {
  let values: readonly Condition[] = [];
  let alternative = false;
  for (;;) {
    const value = slotOf(peek(reader), 'values');
    if (value !== null && isValue(peek(reader)))
      values = joinConditions(values, [{ kind: 'value', value, column: null, negated: false }], alternative);
    reader.at += 1;
    alternative = isOperator(reader, ['or']);
    const after = past(reader, ['and', 'or']);
    if (!isValue(peek(reader, after)) || !(leadsToName(reader, after) || after === 0)) return values;
    reader.at += after;
  }
}

/** `customer email`, `the student's name`, `job title`: the last name is the noun, those before it own it. */
function readNames(reader: Reader): Noun | null {
  let noun: Noun | null = null;
  for (;;) {
    const slot: Slot | null = isName(peek(reader)) ? slotOf(peek(reader), 'names') : null;
    if (slot === null || (noun !== null && isDone(slot))) return noun;
    const state =
      noun?.slot !== undefined && noun.slot !== null && isTableFirst(noun.slot) ? stateOf(peek(reader)) : null;
    reader.at += 1;
    if (noun !== null && state !== null)
      return { ...noun, modifiers: [{ kind: 'value', value: state, column: null, negated: false }] };
    noun = { ...bareNoun(slot), owner: noun };
    if (!isTableFirst(slot) && !isNaming(peek(reader, -1))) absorbSoftNoun(reader);
    if (isOperator(reader, ['possessive'])) reader.at += 1;
    else if (!adjoins(reader)) return noun;
  }
}

/** `parcels on hold`, `parcels returned` where a column of yes and no says it: that it says yes; null for what only names one. */
function stateOf(sign: Sign | undefined): Slot | null {
  if (sign?.chunk.kind !== 'thing' || !saysYes(sign)) return null;
  const words = sign.chunk.text.toLowerCase().split(' ');
  const last = words.at(-1) ?? '';
  const predicates = placeWords.has(words[0] ?? '') || last.endsWith('ed') || pastForms.has(last);
  return predicates ? slotOf(sign, 'values') : null;
}

const placeWords: ReadonlySet<string> = new Set(['in', 'on', 'at', 'under', 'out', 'off', 'for', 'up']);

/** Whether the sign here stands right behind the one before, without an article or any other word between. */
function adjoins(reader: Reader): boolean {
  return peek(reader)?.id === (peek(reader, -1)?.id ?? 0) + 1;
}

/** `names` of something else is no kind of column. */
function isNaming(sign: Sign | undefined): boolean {
  return sign?.chunk.kind === 'thing' && (sign.chunk.word === 'name' || sign.chunk.word === 'names');
}

/** `job title`, `room type`: a general noun behind a name belongs to it. */
function absorbSoftNoun(reader: Reader): void {
  const next = peek(reader);
  if (next?.chunk.kind !== 'thing' || !adjoins(reader) || !softNouns.has(next.chunk.word)) return;
  if ((next.chunk.groundings[0]?.score ?? 0) >= 0.98) return;
  reader.absorbed.push(next.id);
  reader.at += 1;
}

/** A table named by what was done (`booked` for bookings) has the thing that it was done to behind it: `booked a room`. */
export function isDone(slot: Slot | null): boolean {
  return slot !== null && isTableFirst(slot) && isParticiple(slot);
}

/** Whether the word of a name says what was done. */
export function isParticiple({ word }: Slot): boolean {
  return pastForms.has(word) || /^[a-z]{2,}ed$/u.test(word);
}
