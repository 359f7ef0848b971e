import type { TimeUnit } from '../plan/query.js';
import { extremeOf } from './extreme.js';
import {
  isName,
  isOperator,
  operatorAt,
  past,
  peek,
  type Reader,
  readUpTo,
  slotOf,
  startsNoun,
  verbSlot,
} from './reader.js';
import { bareNoun, type Condition, type Item, type Noun } from './request-tree.js';

/** Reads `days between A and B`, `time to close a ticket`, `days since the last order`; null where nothing such stands here. */
export function readSpan(reader: Reader): Item | null {
  const operator = operatorAt(reader);
  if (operator?.kind !== 'span') return null;
  const place = peek(reader)?.id ?? 0;
  const start = reader.at;
  reader.at += 1;
  const unit = operator.unit ?? readUnit(reader);
  const found =
    operator.ends === 'both' ? readBoth(reader) : operator.ends === 'end' ? readEnd(reader) : readStart(reader);
  if (found === null) {
    reader.at = start + 1;
    reader.loose.push(place);
    return null;
  }
  return { kind: 'span', ...found, unit: unit ?? readUnit(reader) };
}

interface Ends {
  readonly from: Noun | null;
  readonly to: Noun | null;
}

function readUnit(reader: Reader): TimeUnit | null {
  const operator = operatorAt(reader);
  if (operator?.kind !== 'unit') return null;
  reader.at += 1;
  return operator.unit;
}

/** `issue and payment`, `the start to the end of the trip`, `being received and paid`. */
function readBoth(reader: Reader): Ends | null {
  for (let ahead = 1; peek(reader, ahead) !== undefined; ahead += 1) {
    const chunk = peek(reader, ahead)?.chunk;
    const links = chunk?.kind === 'operator' && ['and', 'to', 'until', 'to the', 'till'].includes(chunk.text);
    if (!links || !startsEvent(reader, ahead + 1)) continue;
    const from = readUpTo(reader, reader.at + ahead, () => readEvent(reader));
    reader.at += 1;
    const to = readEvent(reader);
    return from === null || to === null ? null : { from, to };
  }
  return null;
}

function startsEvent(reader: Reader, ahead: number): boolean {
  const place = past(reader, ['is', 'pronoun', 'of'], ahead);
  return startsNoun(reader, place) || verbSlot(peek(reader, place)) !== null;
}

/** A date, a thing that has one, or what happened (`being hired`, `the last hired nurse`); null for none. */
export function readEvent(reader: Reader): Noun | null {
  reader.at += past(reader, ['is', 'pronoun', 'of']);
  const superlative = operatorAt(reader);
  const ahead = superlative?.kind === 'adjective' ? 1 : 0;
  const verb = verbSlot(peek(reader, ahead));
  if (verb !== null && !isName(peek(reader, ahead), 0.1)) {
    reader.at += ahead + 1;
    const owner = startsNoun(reader) ? reader.grammar.noun(reader, 'measured') : null;
    const modifiers: readonly Condition[] =
      superlative?.kind === 'adjective' ? [{ kind: 'extreme', extreme: extremeOf(superlative, null) }] : [];
    return { ...bareNoun(verb), owner, modifiers };
  }
  const noun = startsNoun(reader) ? reader.grammar.noun(reader, 'measured') : null;
  return noun?.slot === null ? null : noun;
}

/** `close a ticket`, `delivery`: what ends comes first, then what it is of. */
function readEnd(reader: Reader): Ends | null {
  reader.at += past(reader, ['pronoun', 'is'], 0);
  const named = isName(peek(reader), 0.3) ? slotOf(peek(reader), 'names') : null;
  const slot = verbSlot(peek(reader)) ?? named;
  if (slot === null) return null;
  reader.at += 1;
  const of = past(reader, ['of', 'preposition', 'pronoun']);
  if (!startsNoun(reader, of)) return { from: null, to: bareNoun(slot) };
  reader.at += of;
  return { from: null, to: { ...bareNoun(slot), owner: reader.grammar.noun(reader, 'measured') } };
}

/** `the last order`, also with `since` still to come. */
function readStart(reader: Reader): Ends | null {
  while (isOperator(reader, ['unit', 'pronoun', 'compare'])) reader.at += 1;
  const from = readEvent(reader);
  return from === null ? null : { from, to: null };
}
