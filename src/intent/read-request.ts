import type { AggregateFunction } from '../plan/query.js';
import type { Chunk } from './chunk.js';
import type { Growing } from './growing.js';
import { joinConditions } from './join-conditions.js';
import { groupsByKind, isAgent } from './read-agent.js';
import { readClause } from './read-condition.js';
import { addPeriod, grainOf, readGrain, readGroups } from './read-groups.js';
import { listsValues } from './read-head.js';
import { readItem } from './read-item.js';
import { readModifiers, readNoun, valueOrRelated } from './read-noun.js';
import { readOrderings } from './read-order.js';
import { ratioLink } from './read-ratio.js';
import { asksForShare, narrowsShare, partOfWhole, shareOfWhole } from './read-share.js';
import {
  deniesValue,
  isColumnFirst,
  isName,
  isOperator,
  isTableFirst,
  isValue,
  operatorAt,
  past,
  peek,
  type Reader,
  readerOf,
  slotOf,
  startsItem,
  startsNoun,
} from './reader.js';
import { bareNoun, bareTree, type Condition, type Item, type RequestTree } from './request-tree.js';
import { singularOf } from './word-forms.js';

/** Reads chunks into a tree. Total: whatever finds no place is listed as loose. */
export function readRequest(chunks: readonly Chunk[]): RequestTree {
  const reader = readerOf(chunks, { item: readItem, noun: readNoun, clause: readClause });
  const growing: Growing = {
    ...bareTree,
    items: [],
    groups: [],
    conditions: [],
    orderings: [],
    whole: null,
    headline: isHeadline(reader),
    together: asksForOne(reader),
    loose: reader.loose,
    absorbed: reader.absorbed,
  };
  reader.loose.push(...bothWays(reader));
  while (peek(reader) !== undefined) {
    const before = reader.at;
    readPart(reader, growing);
    if (reader.at === before) passOver(reader);
  }
  return growing;
}

/** `with and without an owner`: neither is a condition, and nothing in a tree says both. */
function bothWays({ signs }: Reader): readonly number[] {
  return signs.flatMap(({ chunk, id }, place) => {
    const next = signs[place + 1]?.chunk;
    const links = chunk.kind === 'operator' && ['and', 'or'].includes(chunk.operator.kind);
    const denies = next?.kind === 'operator' && next.operator.kind === 'negate' && next.text.startsWith('without');
    const before = signs[place - 1]?.chunk;
    return links && denies && before?.kind === 'operator' && before.text === 'with' ? [id] : [];
  });
}

/** `top regions by revenue`: things named without a verb or question that asks for them; all of them are columns. */
function isHeadline(reader: Reader): boolean {
  const first = peek(reader)?.chunk;
  if (first?.kind === 'operator' && /^(?:(?:in|on|during) )?(?:which|what)\b/u.test(first.text)) return false;
  return !isOperator(reader, ['show', 'where', 'count', 'quantity', 'times', 'question', 'order', 'is']);
}

/** `the cost of all repairs`, as a heading or behind `what is`: the one of all of them, where `the costs` may be that of each. */
function asksForOne(reader: Reader): boolean {
  const first = peek(reader)?.chunk;
  const asks = first?.kind === 'operator' && /^what(?:'s| is| was)(?: the)?$/u.test(first.text);
  const slot = isName(peek(reader, asks ? 1 : 0)) ? slotOf(peek(reader, asks ? 1 : 0), 'names') : null;
  const of = peek(reader, asks ? 2 : 1)?.chunk;
  if (slot === null || isTableFirst(slot) || of?.kind !== 'operator' || !/^of all\b/u.test(of.text)) return false;
  const last = slot.text.toLowerCase().split(' ').at(-1) ?? '';
  return singularOf(last) === last;
}

/** Words that open or tie clauses are passed over; what carries meaning and found no place is loose. */
function passOver(reader: Reader): void {
  const sign = peek(reader);
  const harmless =
    sign?.chunk.kind === 'verb' ||
    isOperator(reader, [
      'show',
      'and',
      'or',
      'pronoun',
      'is',
      'where',
      'of',
      'possessive',
      'preposition',
      'group',
      'each',
      'times_unit',
    ]);
  if (sign !== undefined && !harmless) reader.loose.push(sign.id);
  reader.at += 1;
}

function readPart(reader: Reader, growing: Growing): void {
  const operator = operatorAt(reader);
  switch (operator?.kind) {
    case 'group':
    case 'each':
    case 'divide':
      if (isAgent(reader)) {
        reader.at += 1;
        narrow(growing, false, valueOrRelated(readNoun(reader, 'condition')));
      } else readGroups(reader, growing);
      return;
    case 'preposition':
      // `made by region`
      if (!groupsByKind(reader, 0)) break;
      reader.at += 1;
      readGroups(reader, growing);
      return;
    case 'of':
      // `Of the paid orders, how many …`: what is asked is asked of these.
      if (reader.at > 0 || !startsNoun(reader, 1)) break;
      reader.at += 1;
      growing.headline = false;
      if (asksForShare(reader)) growing.whole = readNoun(reader, 'condition');
      else narrow(growing, false, valueOrRelated(readNoun(reader, 'condition')));
      return;
    case 'grain':
    case 'cycle':
      readGrain(reader, growing, grainOf(operator));
      return;
    case 'period':
      addPeriod(reader, growing, operator.unit);
      return;
    case 'unit':
      growing.unit = operator.unit;
      reader.at += 1;
      return;
    case 'ratio':
      // `… and the ratio` behind one asks for nothing more.
      if (ratioLink(reader) !== null || !growing.items.some(isDivided)) break;
      reader.at += 1;
      return;
    case 'time_trend':
      growing.trend = true;
      reader.at += 1;
      return;
    case 'order':
    case 'direction':
      readOrderings(reader, growing);
      return;
    case 'axis':
      growing.drawn ??= 'chart';
      if (isOperator(reader, ['direction'], past(reader, ['axis', 'preposition', 'is', 'pronoun'])))
        readOrderings(reader, growing);
      else reader.at += 1;
      return;
    case 'chart':
      growing.drawn = operator.pie ? 'pie' : (growing.drawn ?? 'chart');
      reader.at += 1;
      return;
    case 'every':
      growing.every = true;
      reader.at += 1;
      return;
    case 'where':
      if (growing.items.length > 0 || isOperator(reader, ['grain', 'cycle'], -1)) break;
      growing.headline = false;
      reader.at += 1;
      return;
    case 'aggregate':
      if (
        startsNoun(reader, past(reader, ['aggregate', 'of', 'and', 'count', 'quantity', 'ratio', 'share'])) ||
        !foldTrailing(growing, operator.function)
      )
        break;
      reader.at += 1;
      return;
    case 'question':
      if (!operator.degree || !measuresColumn(reader)) reader.loose.push(peek(reader)?.id ?? 0);
      reader.at += 1;
      return;
    default:
  }
  if (opensItems(reader) && (growing.items.length === 0 || !continues(reader))) readItems(reader, growing);
  else if (startsNoun(reader)) {
    const alternative = isOperator(reader, ['or'], -1);
    const from = reader.at;
    const conditions = valueOrRelated(readNoun(reader, 'condition'));
    if (!narrowsShare(reader, from, growing, conditions)) narrow(growing, alternative, conditions);
  } else readConditions(reader, growing);
}

/** `how high is the salary`: the column is asked for, and the question adds nothing. */
function measuresColumn(reader: Reader): boolean {
  const column = slotOf(peek(reader, past(reader, ['is'], 1)), 'names');
  return column !== null && isColumnFirst(column);
}

/** `the proportion of each kind`. */
function asksForParts(item: Item): boolean {
  return item.kind === 'derived' && item.how.kind === 'share' && item.how.parts === true;
}

function isDivided({ kind }: Item): boolean {
  return kind === 'ratio' || kind === 'derived';
}

/** `the age of each group, on average`: the aggregate stands behind what it is about. */
function foldTrailing(growing: Growing, name: AggregateFunction): boolean {
  const index = growing.items.findLastIndex(({ kind }) => kind === 'noun' || (kind === 'count' && name === 'avg'));
  const item = growing.items[index];
  if (item === undefined) return false;
  growing.items[index] = { kind: 'aggregate', function: name, of: item };
  return true;
}

/** A name that no `and` or new sentence sets apart goes on saying what the items are about (`how many rooms does the building have`). */
function continues(reader: Reader): boolean {
  const operator = operatorAt(reader, -1);
  return (
    (reader.at > 0 &&
      (operator === null || !['and', 'show', 'order', 'where', 'pronoun'].includes(operator.kind)) &&
      isName(peek(reader, past(reader, ['superlative', 'adjective', 'distinct'])), 1)) ||
    (reader.at > 0 && operator === null && isValue(peek(reader)))
  );
}

/** Whether what comes next is shown rather than a condition. */
function opensItems(reader: Reader): boolean {
  if (startsItem(reader)) return true;
  const sign = peek(reader);
  if (isOperator(reader, ['superlative', 'adjective', 'frequent', 'top'])) return true;
  if (sign?.chunk.kind === 'number')
    return isName(peek(reader, 1)) || isOperator(reader, ['superlative', 'adjective', 'frequent'], 1);
  return (isValue(sign) && (isName(peek(reader, 1)) || listsValues(reader))) || deniesValue(reader);
}

function readItems(reader: Reader, growing: Growing): void {
  for (;;) {
    const article = peek(reader)?.article === true;
    const { items, top } = readItem(reader);
    const read = items.map((item) => partOfWhole(growing, item) ?? shareOfWhole(item, growing.whole));
    growing.items.push(
      ...(article ? read : inherited(growing.items.at(-1), read))
        .map((item) => changeOfBefore(growing, item))
        .filter((item) => !repeats(growing, item)),
    );
    if (items.some(asksForParts) && growing.drawn !== 'pie') growing.drawn = 'parts';
    if (top !== null) growing.top = top;
    const after = past(reader, ['and', 'pronoun']);
    if (saysWhose(reader, after)) growing.items.splice(0, growing.items.length, ...growing.items.map(listedItem));
    if (
      after === 0 ||
      !isOperator(reader, ['and']) ||
      !(startsItem(reader, after) || isOperator(reader, ['superlative', 'adjective'], after))
    )
      return;
    reader.at += after;
  }
}

/** `and their`, `and its`: what follows is of what was said before. */
function saysWhose(reader: Reader, until: number): boolean {
  for (let ahead = 0; ahead < until; ahead += 1) {
    const chunk = peek(reader, ahead)?.chunk;
    if (chunk?.kind === 'operator' && /\b(?:their|its)\b/u.test(chunk.text)) return isOperator(reader, ['and']);
  }
  return false;
}

function listedItem(item: Item): Item {
  return item.kind === 'noun' ? { ...item, listed: true } : item;
}

/** `orders by year, with the growth`: the change of what was asked for before, beside that itself. */
function changeOfBefore(growing: Growing, item: Item): Item {
  const before = growing.items.at(-1);
  const isBare =
    item.kind === 'derived' && item.how.kind !== 'share' && item.of.kind === 'count' && item.of.noun === null;
  if (!isBare || before === undefined || before.kind === 'derived' || before.kind === 'span') return item;
  const isThing = before.kind === 'noun' && before.noun.slot !== null && isTableFirst(before.noun.slot);
  const of: Item = isThing ? { kind: 'count', noun: before.noun, quantity: false } : before;
  growing.items.splice(-1, 1, of);
  return { ...item, of };
}

/** `show the proportion` behind a measure asks for nothing more. */
function repeats(growing: Growing, item: Item): boolean {
  const bare = item.kind === 'derived' && item.of.kind === 'count' && item.of.noun === null;
  return bare && growing.items.some(({ kind }) => kind !== 'noun');
}

/** `average price and weight`, `how many teachers and pupils`: what was asked of the first is asked of the second. */
function inherited(previous: Item | undefined, items: readonly Item[]): readonly Item[] {
  const [only] = items;
  if (only?.kind !== 'noun' || items.length !== 1 || only.noun.slot === null || only.noun.distinct) return items;
  if (previous?.kind === 'aggregate' && !isTableFirst(only.noun.slot)) return [{ ...previous, of: only }];
  if (previous?.kind === 'count' && isTableFirst(only.noun.slot) && !isColumnFirst(only.noun.slot))
    return [{ ...previous, noun: only.noun }];
  return items;
}

/** Adds what narrows the whole request; behind `or` it is an alternative to what was said before. */
function narrow(growing: Growing, alternative: boolean, conditions: readonly Condition[]): void {
  growing.conditions.splice(
    0,
    growing.conditions.length,
    ...joinConditions(growing.conditions, conditions, alternative),
  );
}

/** Conditions that stand apart from a noun (`for completed orders`, `in 2024`) narrow the whole request. */
function readConditions(reader: Reader, growing: Growing): void {
  const alternative = isOperator(reader, ['or'], -1);
  const from = reader.at;
  const noun = readModifiers(reader, bareNoun(null), 'item');
  if (!narrowsShare(reader, from, growing, noun.modifiers)) narrow(growing, alternative, noun.modifiers);
  if (noun.owner !== null) growing.conditions.push({ kind: 'related', noun: noun.owner, negated: false });
}
