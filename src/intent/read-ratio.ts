import {
  isName,
  isOperator,
  operatorAt,
  past,
  peek,
  type Reader,
  readUpTo,
  slotOf,
  startsItem,
  startsNoun,
} from './reader.js';
import { bareNoun, type Condition, type Item, type Noun } from './request-tree.js';
import { tablesOf } from './value-tables.js';

/** Words between the two sides of a ratio. */
const ratioLinks: ReadonlySet<string> = new Set([
  'to',
  'to the',
  'per',
  'versus',
  'vs',
  'over',
  'against',
  'divided by',
  'divided by the',
  'compared to',
  'compared with',
  'relative to',
]);

/** How far ahead the link of a ratio's sides stands; null for none before the sentence ends. */
export function ratioLink(reader: Reader): number | null {
  let joined: number | null = null;
  for (let ahead = 0; ; ahead += 1) {
    const chunk = peek(reader, ahead)?.chunk;
    if (chunk === undefined) return joined;
    if (chunk.kind !== 'operator') continue;
    if (chunk.operator.kind === 'show' && !chunk.operator.verb) return joined;
    const begins = startsItem(reader, ahead + 1) || startsNoun(reader, ahead + 1);
    if (ahead > 0 && begins && ratioLinks.has(chunk.text)) return ahead;
    if (ahead > 0 && begins && chunk.operator.kind === 'and') joined ??= ahead;
  }
}

/** `the ratio of A to B`, `the ratio between A and B`. */
export function readRatio(reader: Reader): readonly Item[] {
  const place = peek(reader)?.id ?? 0;
  reader.at += past(reader, ['ratio', 'of', 'pronoun']);
  const link = ratioLink(reader);
  if (link === null) {
    reader.loose.push(place);
    return reader.grammar.item(reader).items;
  }
  const [numerator] = readUpTo(reader, reader.at + link, () => reader.grammar.item(reader).items);
  reader.at += 1;
  const [denominator] = reader.grammar.item(reader).items;
  if (numerator === undefined || denominator === undefined) {
    reader.loose.push(place);
    return [numerator, denominator].filter((item) => item !== undefined);
  }
  return [{ kind: 'ratio', numerator, denominator, factor: 1 }];
}

/** `the rejection rate of claims`: the share of the claims, or of what can be rejected, that were. */
export function readRate(reader: Reader): Item | null {
  const sign = peek(reader);
  if (sign?.chunk.kind !== 'rate') return null;
  const { groundings } = sign.chunk;
  reader.at += 1;
  const value: Condition = {
    kind: 'value',
    value: { id: sign.id, groundings, word: '', text: '' },
    column: null,
    negated: false,
  };
  const of = past(reader, ['of', 'preposition', 'pronoun']);
  const named = of > 0 && isName(peek(reader, of)) && !isOperator(reader, ['group', 'each', 'grain'], of);
  if (named) reader.at += of;
  const noun = named ? reader.grammar.noun(reader, 'measured') : bareNoun(tablesOf(sign.id, groundings));
  const counted: Noun = { ...noun, said: noun.modifiers.length, modifiers: [...noun.modifiers, value] };
  const rated: Item = { kind: 'count', noun: counted, quantity: false };
  return { kind: 'derived', how: { kind: 'share', factor: 1 }, of: rated };
}

/** `the tax to amount ratio`. */
export function readTrailingRatio(reader: Reader): readonly Item[] | null {
  const link = peek(reader, 1)?.chunk;
  if (link?.kind !== 'operator' || !ratioLinks.has(link.text) || !isOperator(reader, ['ratio'], 3)) return null;
  if (!isName(peek(reader)) || !isName(peek(reader, 2))) return null;
  const sides = [0, 2].map((ahead) => slotOf(peek(reader, ahead), 'names'));
  const [numerator, denominator] = sides.map((slot): Item => ({ kind: 'noun', noun: bareNoun(slot) }));
  reader.at += 4;
  return numerator === undefined || denominator === undefined
    ? null
    : [{ kind: 'ratio', numerator, denominator, factor: 1 }];
}

/** `number of orders per number of customers`, `total cost divided by total weight`: the lower side says itself what it measures. */
export function dividedItems(reader: Reader, items: readonly Item[]): readonly Item[] {
  const [only, ...others] = items;
  const link = peek(reader)?.chunk;
  const links = link?.kind === 'operator' && (link.operator.kind === 'divide' || link.text === 'per');
  if (only === undefined || others.length > 0 || !links) return items;
  const after = past(reader, ['pronoun'], 1);
  const below = operatorAt(reader, after);
  const measures = below?.kind === 'count' || (below?.kind === 'aggregate' && below.function === 'sum');
  const averages = only.kind === 'aggregate' && only.function === 'avg';
  if (!measures || averages || !startsItem(reader, after)) return items;
  reader.at += 1;
  const [denominator] = reader.grammar.item(reader).items;
  if (denominator === undefined) return items;
  const share = only.kind === 'derived' && only.how.kind === 'share' ? only : null;
  const factor = share?.how.kind === 'share' ? share.how.factor : 1;
  return [{ kind: 'ratio', numerator: share?.of ?? only, denominator, factor }];
}
