import type { TimeUnit } from '../plan/query.js';
import type { Chunk } from './chunk.js';
import type { Growing } from './growing.js';
import { readNoun } from './read-noun.js';
import { withoutPredicate } from './read-share.js';
import {
  isName,
  isOperator,
  isTableFirst,
  operatorAt,
  past,
  peek,
  type Reader,
  startsNoun,
  verbSlot,
} from './reader.js';
import { bareNoun, type Group, type GroupLink, type Noun, type Slot } from './request-tree.js';
import { kindOfThing } from './value-tables.js';
import type { Operator } from './words/operator.js';

type Grain = Extract<Group, { kind: 'grain' }>['unit'];

/** The unit or part of the calendar that the operator says. */
export function grainOf(operator: Extract<Operator, { kind: 'grain' | 'cycle' }>): Grain {
  return operator.kind === 'grain' ? operator.unit : { part: operator.part };
}

/** `by quarter`, and `by quarter shipped` or `by year of completion`: of when that happened. */
export function readGrain(reader: Reader, growing: Growing, unit: Grain): void {
  const place = peek(reader)?.id ?? 0;
  const ahead = isOperator(reader, ['of'], 1) ? 2 : 1;
  const event = verbSlot(peek(reader, ahead));
  if (event === null) addGrain(growing, unit, place);
  else growing.groups.push({ kind: 'grain', unit, noun: bareNoun(event), place, told: false });
  reader.at += event === null ? 1 : ahead + 1;
}

/** `by shipped month`: the period in which that happened. Whether there is one here. */
function readEventGrain(reader: Reader, growing: Growing): boolean {
  const event = peek(reader)?.chunk.kind === 'verb' ? verbSlot(peek(reader)) : null;
  const period = operatorAt(reader, 1);
  if (event === null || (period?.kind !== 'grain' && period?.kind !== 'cycle' && period?.kind !== 'period'))
    return false;
  const unit = period.kind === 'period' ? period.unit : grainOf(period);
  growing.groups.push({ kind: 'grain', unit, noun: bareNoun(event), place: peek(reader, 1)?.id ?? 0, told: false });
  reader.at += 2;
  return true;
}

/** A grain said twice is one. */
function addGrain(growing: Growing, unit: Grain, place: number): void {
  const text = JSON.stringify(unit);
  if (!growing.groups.some((group) => group.kind === 'grain' && JSON.stringify(group.unit) === text))
    growing.groups.push({ kind: 'grain', unit, noun: null, place, told: false });
}

/** `show the month and the revenue`: the period is grouped by, once. Behind a number or a superlative it is no such. */
export function addPeriod(reader: Reader, growing: Growing, unit: TimeUnit): void {
  const sign = peek(reader);
  const counted = peek(reader, -1)?.chunk.kind === 'number' || isOperator(reader, ['superlative', 'adjective'], -1);
  const before = peek(reader, -1);
  if (sign === undefined) return;
  if (counted) reader.loose.push(sign.id);
  // `founded year`: it only says what kind of thing was named.
  else if (before?.chunk.kind === 'thing' && before.id === sign.id - 1) reader.absorbed.push(sign.id);
  else addGrain(growing, unit, sign.id);
  reader.at += 1;
}

/** Reads what stands behind `by`, `per` and `for each`, as many as are joined. */
export function readGroups(reader: Reader, growing: Growing): void {
  const before = peek(reader, -1)?.chunk;
  const opener = peek(reader)?.chunk;
  const how: GroupHow = {
    aside: before?.kind === 'operator' && before.text === '(',
    link: linkOf(opener),
    opens: opener?.kind === 'operator' && /^(?:by|per|for)\b/u.test(opener.text),
  };
  const start = reader.at;
  reader.at += past(reader, ['group', 'divide', 'each', 'distinct', 'of', 'pronoun']);
  if (isOperator(reader, ['group'], -1) && peek(reader)?.chunk.kind === 'verb' && isName(peek(reader, 1)))
    reader.at += 1;
  // For each of what was not understood: without it the request asks for something else.
  const last = peek(reader, -1)?.chunk;
  const afterOpener = reader.at;
  const forEach = last?.kind === 'operator' && last.operator.kind === 'each' && last.text !== 'each';
  if (forEach && peek(reader)?.chunk.kind === 'verb') reader.loose.push(reader.signs[start]?.id ?? 0);
  for (;;) {
    const operator = operatorAt(reader);
    if (readEventGrain(reader, growing)) {
      // `by shipped month` is read.
    } else if (operator?.kind === 'grain' || operator?.kind === 'cycle') {
      readGrain(reader, growing, grainOf(operator));
    } else if (operator?.kind === 'period') addPeriod(reader, growing, operator.unit);
    else if (startsNoun(reader)) readGroup(reader, growing, how);
    else {
      const from = reader.signs[start];
      if (from !== undefined && reader.at === afterOpener && leadsNowhere(reader)) reader.loose.push(from.id);
      return;
    }
    const after = past(reader, ['and', 'each', 'group', 'distinct', 'pronoun']);
    const joined = isOperator(reader, ['and', 'group', 'each']);
    if (!joined || !(isName(peek(reader, after)) || isOperator(reader, ['grain', 'cycle', 'period'], after))) return;
    if (isOperator(reader, ['group']) && how.link !== linkOf(peek(reader)?.chunk)) return;
    if (isOperator(reader, ['and']) && endsGroups(reader, after)) return;
    reader.at += after;
  }
}

/** `by` before something that says no group at all; passed over, the request would ask for something else. */
function leadsNowhere(reader: Reader): boolean {
  const opener = operatorAt(reader, -1);
  const next = peek(reader)?.chunk;
  if (opener?.kind !== 'group') return false;
  return next?.kind === 'verb' || (next?.kind === 'operator' && next.operator.kind === 'preposition');
}

/** `for each region, the average price`: after a comma something measured begins; `show` begins anew. */
function endsGroups(reader: Reader, after: number): boolean {
  return (
    isOperator(reader, ['aggregate', 'count', 'quantity', 'show'], after) || (peek(reader, after)?.article ?? false)
  );
}

function linkOf(chunk: Chunk | undefined): GroupLink {
  if (chunk?.kind !== 'operator') return 'by';
  if (chunk.operator.kind === 'divide') return 'divided';
  return chunk.text === 'per' || chunk.text === 'per each' ? 'per' : 'by';
}

interface GroupHow {
  readonly aside: boolean;
  readonly link: GroupLink;
  /** `by`, `per` and `for each` ask for groups, where `of every` may only say whose. */
  readonly opens: boolean;
}

function readGroup(reader: Reader, growing: Growing, how: GroupHow): void {
  const kind = how.opens ? otherKind(kindOfThing(reader), growing) : null;
  const read = withoutPredicate(reader, growing, readNoun(reader, 'group'));
  const noun = read.slot === null && read.owner === null && kind !== null ? { ...read, slot: kind } : read;
  if (noun.slot === null) {
    growing.conditions.push(...noun.modifiers);
    return;
  }
  const operator = operatorAt(reader);
  const place = peek(reader)?.id ?? 0;
  const dated = how.link === 'by' && !isTableFirst(noun.slot);
  if ((operator?.kind === 'grain' || operator?.kind === 'cycle') && dated) {
    growing.groups.push({ kind: 'grain', unit: grainOf(operator), noun, place, told: false });
    reader.at += 1;
  } else if (operator?.kind === 'period' && dated && noun.slot.id === place - 1) {
    growing.groups.push({ kind: 'grain', unit: operator.unit, noun, place, told: true });
    reader.at += 1;
  } else if (growing.items.length === 0 && isEachOwner(reader, noun)) growing.items.push({ kind: 'noun', noun });
  else growing.groups.push({ kind: 'noun', noun, aside: how.aside, link: how.link });
}

/** `letters sent by courier` are those so sent: of what is counted itself a kind groups nothing. */
function otherKind(kind: Slot | null, { items }: Growing): Slot | null {
  const counted = items.flatMap((item) =>
    item.kind === 'count' || item.kind === 'noun' ? (item.noun?.slot?.groundings ?? []) : [],
  );
  const isCounted = kind?.groundings.every(({ concept }) =>
    counted.some(
      (other) =>
        other.concept.kind === 'dataset' && concept.kind === 'dataset' && other.concept.dataset === concept.dataset,
    ),
  );
  return isCounted === true ? null : kind;
}

/** `each customer's phone`: what is shown of each of them. */
function isEachOwner(reader: Reader, { slot, owner }: Noun): boolean {
  if (slot === null || isTableFirst(slot) || owner?.slot === null || owner?.slot === undefined) return false;
  const place = reader.signs.findIndex(({ id }) => id === owner.slot?.id);
  const before = reader.signs[place - 1]?.chunk;
  const possessive = reader.signs[place + 1]?.chunk;
  return (
    before?.kind === 'operator' &&
    (before.text === 'each' || before.text === 'every') &&
    possessive?.kind === 'operator' &&
    possessive.operator.kind === 'possessive' &&
    isTableFirst(owner.slot)
  );
}
