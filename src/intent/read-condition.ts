import { extremeOf } from './extreme.js';
import { happenedCondition } from './happened-condition.js';
import { joinConditions } from './join-conditions.js';
import { groupsByKind } from './read-agent.js';
import { comparesTimes, readComparison, readItemComparison, readMatch, startsComparison } from './read-comparison.js';
import { listsValues, readHead } from './read-head.js';
import { readModifiers, valueOrRelated } from './read-noun.js';
import {
  isName,
  isOperator,
  isTableFirst,
  isValue,
  operatorAt,
  past,
  peek,
  type Reader,
  repeats,
  slotOf,
  startsItem,
  startsNoun,
} from './reader.js';
import { bareNoun, type Condition, type Item, type Noun, type Slot } from './request-tree.js';
import { kindOfThing } from './value-tables.js';
import type { Operator } from './words/operator.js';

const predicateKinds: readonly Operator['kind'][] = ['compare', 'between', 'text_match', 'missing'];

/** Reads the conditions of a clause (`that have at least two dogs and are older than 3`) about `noun`. */
export function readClause(reader: Reader, noun: Noun): readonly Condition[] {
  let conditions: readonly Condition[] = [];
  let alternative = false;
  let denied = false;
  for (;;) {
    const atoms = readAtom(reader, noun, denied);
    if (atoms.length === 0) return conditions;
    conditions = joinConditions(conditions, atoms, alternative);
    const ahead = past(reader, ['and', 'or', 'pronoun', 'where']);
    const linked = isOperator(reader, ['and', 'or']) || (isOperator(reader, ['where']) && ahead > 0);
    if (!linked || !goesOn(reader, ahead, noun, conditions)) return conditions;
    denied = deniesNext(reader, ahead, atoms);
    alternative = isOperator(reader, ['or']) && !denied;
    reader.at += ahead;
  }
}

/**
 * Whether what was denied is denied of the next, too: `neither paid nor sent`, `not paid or sent`; `not paid and sent` where
 * both are values of one column, which could not be one and the other anyway.
 */
function deniesNext(reader: Reader, ahead: number, atoms: readonly Condition[]): boolean {
  const last = atoms.at(-1);
  if (last === undefined || !('negated' in last) || !last.negated) return false;
  // `neither on the left nor on the right`
  const next = peek(reader, last.kind === 'value' ? past(reader, ['preposition'], ahead) : ahead);
  if (isOperator(reader, ['or'])) return isValue(next) || isName(next) || next?.chunk.kind === 'quoted';
  const columns = last.kind === 'value' ? columnsOf(last.value) : [];
  const others = isValue(next) ? columnsOf(slotOf(next, 'values')) : [];
  return ahead === 1 && others.some((column) => columns.includes(column));
}

/** The columns that a value may be of. */
function columnsOf(slot: Slot | null): readonly string[] {
  return (slot?.groundings ?? []).flatMap(({ concept }) =>
    concept.kind === 'value' ? [`${concept.dataset}\n${concept.column}`] : [],
  );
}

/**
 * Whether another condition follows the link rather than another thing to show. What repeats the noun begins anew, what
 * repeats the related thing (`with a cabin on deck 1 and a cabin on deck 2`) is another of its kind.
 */
function goesOn(reader: Reader, ahead: number, noun: Noun, conditions: readonly Condition[]): boolean {
  if (isOperator(reader, ['show', 'order', 'group', 'each', 'grain', 'count', 'direction'], ahead)) return false;
  if (isOperator(reader, ['where'], ahead - 1)) return true;
  const sign = peek(reader, ahead);
  if (
    isOperator(
      reader,
      ['negate', 'is', 'compare', 'between', 'superlative', 'adjective', 'text_match', 'preposition'],
      ahead,
    )
  )
    return true;
  if (sign?.chunk.kind === 'verb' || sign?.chunk.kind === 'time' || sign?.chunk.kind === 'number') return true;
  if (isValue(sign)) return true;
  if (isOperator(reader, ['aggregate'], ahead)) return comparesWithin(reader, ahead + 1);
  if (!isName(sign) || repeats(sign, noun.slot)) return false;
  const last = conditions.at(-1);
  return (
    (last?.kind === 'related' && (repeats(sign, last.noun.slot) || repeats(sign, last.noun.owner?.slot ?? null))) ||
    comparesWithin(reader, ahead + 1) ||
    isOperator(reader, ['or']) ||
    (last?.kind === 'related' && peek(reader, ahead)?.article !== true)
  );
}

/** Whether a comparison follows within the next few signs, before anything new begins. */
function comparesWithin(reader: Reader, from: number): boolean {
  for (let ahead = from; ahead < from + 4; ahead += 1) {
    if (isOperator(reader, predicateKinds, ahead)) return true;
    const kind = peek(reader, ahead)?.chunk.kind;
    if (kind === 'quoted' || kind === 'number' || isValue(peek(reader, ahead))) return true;
    if (
      isOperator(reader, ['is', 'of', 'negate', 'preposition', 'pronoun'], ahead) ||
      isName(peek(reader, ahead)) ||
      kind === 'verb'
    )
      continue;
    return false;
  }
  return false;
}

/** One condition; `denied` where a denial before it counts for it, too. */
function readAtom(reader: Reader, noun: Noun, denied: boolean): readonly Condition[] {
  let negated = denied;
  let said = false;
  for (;;) {
    const operator = operatorAt(reader);
    const sign = peek(reader);
    if (operator?.kind === 'negate') negated = !negated;
    else if (
      operator?.kind === 'compare' &&
      operator.operator === 'ne' &&
      operator.nouns === undefined &&
      !startsComparison(reader)
    )
      negated = !negated;
    else if (
      operator?.kind === 'is' ||
      operator?.kind === 'pronoun' ||
      operator?.kind === 'where' ||
      operator?.kind === 'every'
    )
      said = true;
    else if (sign?.chunk.kind === 'verb') said = true;
    else if (
      operator?.kind === 'group' &&
      said &&
      startsNoun(reader, 1) &&
      reader.at > 0 &&
      peek(reader, -1)?.chunk.kind === 'verb' &&
      !groupsByKind(reader, 0)
    )
      said = true;
    else break;
    reader.at += 1;
  }
  const atoms = readAfterLink(reader, noun, negated);
  if (atoms.length > 0 || !negated) return atoms;
  const undone = happenedCondition(peek(reader, -1), noun, true);
  if (undone !== null) return [undone];
  reader.loose.push(peek(reader, -1)?.id ?? 0);
  return [];
}

function readAfterLink(reader: Reader, noun: Noun, negated: boolean): readonly Condition[] {
  const operator = operatorAt(reader);
  const sign = peek(reader);
  switch (operator?.kind) {
    case 'adjective':
      if (isAdverb(reader)) return readDoneLast(reader, noun, operator);
      return readExtreme(reader, operator);
    case 'superlative':
    case 'frequent':
      return readExtreme(reader, operator);
    case 'top':
      return readExtreme(reader, { kind: 'superlative', direction: operator.direction, nouns: [] });
    case 'aggregate':
      return readMeasured(reader, negated);
    case 'count':
    case 'quantity':
      return readMeasured(reader, negated);
    case 'compare':
    case 'between':
      return startsComparison(reader) ? readComparison(reader, compared(noun), negated) : [];
    case 'text_match':
    case 'missing':
      return readMatch(reader, noun.slot, negated);
    case 'preposition':
      return readPlace(reader, noun, negated);
    case 'distinct':
      return readNamed(reader, negated);
    default:
  }
  if (sign?.chunk.kind === 'number' && isOperator(reader, ['superlative', 'adjective', 'frequent'], 1))
    return readNamed(reader, negated);
  if (sign?.chunk.kind === 'number') return readComparison(reader, null, negated);
  if (sign?.chunk.kind === 'quoted') return readComparison(reader, compared(noun), negated);
  if (sign?.chunk.kind === 'time') return readMatch(reader, null, negated);
  if (sign?.chunk.kind === 'thing') return readNamed(reader, negated);
  return [];
}

/** What `above 30` after a noun compares: the noun, where it may be a number itself; else what stands behind the number. */
function compared(noun: Noun): Noun | null {
  const best = noun.slot?.groundings[0];
  return noun.slot !== null && best?.concept.kind === 'column' ? { ...noun, modifiers: [] } : null;
}

/** `in France`, `for more than 3 years`, `before 2020`. */
function readPlace(reader: Reader, noun: Noun, negated: boolean): readonly Condition[] {
  const ahead = past(reader, ['preposition', 'pronoun']);
  if (isOperator(reader, ['group', 'each', 'grain', 'order', 'direction', 'show'], ahead)) return [];
  reader.at += ahead;
  return readAfterLink(reader, noun, negated);
}

/** A value, a column with what it is compared with, or a related thing. */
function readNamed(reader: Reader, negated: boolean): readonly Condition[] {
  const sign = peek(reader);
  const value = slotOf(sign, 'values');
  if (value !== null && isValue(sign) && !isName(peek(reader, 1)) && !listsValues(reader)) {
    const kind = negated && lacks(reader) ? kindOfThing(reader) : null;
    reader.at += 1;
    // `orders without a wholesaler`: also those of no customer at all.
    if (kind !== null) {
      const modifiers: readonly Condition[] = [{ kind: 'value', value, column: null, negated: false }];
      return [{ kind: 'related', noun: { ...bareNoun(kind), modifiers }, negated }];
    }
    const kept = keptIn(reader, value);
    return [{ kind: 'value', value, column: kept, negated }];
  }
  const head = readHead(reader);
  const predicate = predicateAfter(reader, head);
  if (head.slot !== null && comparesAt(reader, predicate) && !comparesTimes(reader, predicate)) {
    const denied = negated !== denies(reader, predicate);
    reader.at += predicate;
    if (isOperator(reader, ['text_match', 'missing']))
      return [...readMatch(reader, head.slot, denied), ...head.modifiers];
    return [...readComparison(reader, { ...head, modifiers: [] }, denied), ...head.modifiers];
  }
  if (head.slot !== null && isOperator(reader, ['of'])) return readOwned(reader, head, negated);
  const extreme = head.slot === null ? null : trailingExtreme(reader, head);
  if (extreme !== null) return [extreme];
  const full = readModifiers(reader, head, 'condition');
  if (!negated) return valueOrRelated(full);
  return full.slot === null && full.owner === null
    ? full.modifiers.map(denied)
    : [{ kind: 'related', noun: full, negated }];
}

/** `silver as their material`: the column that the value is of; null where none is named. */
function keptIn(reader: Reader, { groundings }: Slot): Slot | null {
  const as = peek(reader)?.chunk;
  const ahead = past(reader, ['pronoun'], 1);
  const column = as?.kind === 'operator' && as.text === 'as' ? slotOf(peek(reader, ahead), 'names') : null;
  const own = column?.groundings.some(({ concept }) =>
    groundings.some(
      ({ concept: value }) =>
        value.kind === 'value' &&
        concept.kind === 'column' &&
        concept.dataset === value.dataset &&
        concept.column === value.column,
    ),
  );
  if (own !== true) return null;
  reader.at += ahead + 1;
  return column;
}

function lacks(reader: Reader): boolean {
  const chunk = peek(reader, -1)?.chunk;
  return chunk?.kind === 'operator' && /^(?:without|with no)\b/u.test(chunk.text);
}

/** How far ahead what is said of the head stands: past `is`, and past `in` where a number or text follows (`majored in 600`). */
function predicateAfter(reader: Reader, head: Noun): number {
  const plain = past(reader, ['is', 'pronoun', 'negate', 'of'], 0, true);
  const further = past(reader, ['is', 'pronoun', 'negate', 'preposition'], 0, true);
  const kind = peek(reader, further)?.chunk.kind;
  const bare = head.slot !== null && !isTableFirst(head.slot) && (kind === 'number' || kind === 'quoted');
  return bare ? further : plain;
}

/** `whose price of the ticket is above 5`: the owner comes before the comparison. */
function readOwned(reader: Reader, head: Noun, negated: boolean): readonly Condition[] {
  const full = readModifiers(reader, head, 'condition');
  const last = full.owner?.modifiers.at(-1);
  if (comparesAt(reader, past(reader, ['is', 'pronoun'], 0, true)) && last === undefined) {
    reader.at += past(reader, ['is', 'pronoun'], 0, true);
    return readComparison(reader, full, negated);
  }
  return [{ kind: 'related', noun: full, negated }];
}

function denied(condition: Condition): Condition {
  return 'negated' in condition ? { ...condition, negated: !condition.negated } : condition;
}

function denies(reader: Reader, until: number): boolean {
  let count = 0;
  for (let ahead = 0; ahead < until; ahead += 1) if (isOperator(reader, ['negate'], ahead)) count += 1;
  return count % 2 === 1;
}

function comparesAt(reader: Reader, ahead: number): boolean {
  if (isOperator(reader, predicateKinds, ahead)) return true;
  const sign = peek(reader, ahead);
  if (sign?.chunk.kind === 'quoted') return true;
  if (sign?.chunk.kind === 'number') return !isName(peek(reader, ahead + 1)) || ahead > 0;
  if (sign?.chunk.kind === 'time') return ahead > 0;
  return isValue(sign, 0.1) && !isName(peek(reader, ahead + 1));
}

/** `whose salary is the highest`, `with salary highest`. */
function trailingExtreme(reader: Reader, head: Noun): Condition | null {
  const ahead = past(reader, ['is', 'pronoun'], 0, true);
  const operator = operatorAt(reader, ahead);
  if (operator?.kind !== 'superlative' && operator?.kind !== 'adjective') {
    if (
      ahead > 0 &&
      operator?.kind === 'aggregate' &&
      (operator.function === 'max' || operator.function === 'min') &&
      !startsNoun(reader, ahead + 1)
    ) {
      reader.at += ahead + 1;
      const direction = operator.function === 'max' ? 'descending' : 'ascending';
      return {
        kind: 'extreme',
        extreme: extremeOf({ kind: 'superlative', direction, nouns: [] }, { kind: 'noun', noun: head }),
      };
    }
    return null;
  }
  if (startsNoun(reader, ahead + 1)) return null;
  reader.at += ahead + 1;
  return { kind: 'extreme', extreme: extremeOf(operator, { kind: 'noun', noun: head }) };
}

/** `most recently` says when something was done; what was done stands behind it. */
function isAdverb(reader: Reader): boolean {
  const chunk = peek(reader)?.chunk;
  return chunk?.kind === 'operator' && chunk.text.endsWith('ly');
}

/** `who most recently booked room 3`: of those who booked it, the one who did so last. */
function readDoneLast(
  reader: Reader,
  noun: Noun,
  operator: Extract<Operator, { kind: 'adjective' }>,
): readonly Condition[] {
  reader.at += 1;
  const done = reader.at < reader.end ? readAtom(reader, noun, false) : [];
  return [...done, { kind: 'extreme', extreme: extremeOf(operator, null) }];
}

/** `the most orders`, `the highest average price`, `the 3 largest areas`. */
function readExtreme(
  reader: Reader,
  operator: Extract<Operator, { kind: 'superlative' | 'adjective' | 'frequent' }>,
): readonly Condition[] {
  const extreme = extremeOf(operator, null);
  reader.at += 1;
  const number = peek(reader)?.chunk;
  let count: number | null = null;
  if (number?.kind === 'number') {
    count = Number(number.value);
    reader.at += 1;
  }
  if (count !== null) reader.at += past(reader, ['superlative']);
  if (operator.kind === 'adjective' && !startsNoun(reader))
    return [{ kind: 'extreme', extreme: { ...extreme, count } }];
  const item: Item | null =
    startsItem(reader) || startsNoun(reader) ? (reader.grammar.item(reader).items[0] ?? null) : null;
  return [{ kind: 'extreme', extreme: { ...extreme, count, item } }];
}

/** `an average salary above 50`, `the number of orders is at least 3`, `maximum price` (an extreme where nothing is compared). */
function readMeasured(reader: Reader, negated: boolean): readonly Condition[] {
  const operator = operatorAt(reader);
  const [item] = reader.grammar.item(reader, true).items;
  if (item === undefined) return [];
  const linked = past(reader, ['is', 'pronoun', 'negate'], 0, true);
  // `an average price of over 50`.
  const isOf = isOperator(reader, ['of'], linked) && isOperator(reader, predicateKinds, linked + 1);
  const ahead = isOf ? linked + 1 : linked;
  if (comparesAt(reader, ahead)) {
    const denied = negated !== denies(reader, ahead);
    reader.at += ahead;
    return readItemComparison(reader, item, denied);
  }
  if (
    operator?.kind === 'aggregate' &&
    (operator.function === 'max' || operator.function === 'min') &&
    item.kind === 'aggregate'
  ) {
    const direction = operator.function === 'max' ? 'descending' : 'ascending';
    return [{ kind: 'extreme', extreme: extremeOf({ kind: 'superlative', direction, nouns: [] }, item.of) }];
  }
  return [];
}
