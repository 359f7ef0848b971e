import type { AggregateFunction } from '../plan/query.js';
import { extremeOf } from './extreme.js';
import { dividedItems, readRate, readRatio, readTrailingRatio } from './read-ratio.js';
import { readSpan } from './read-span.js';
import {
  isName,
  isOperator,
  isTableFirst,
  operatorAt,
  past,
  peek,
  type Reader,
  type ReadItems,
  slotOf,
  startsItem,
  startsNoun,
} from './reader.js';
import { bareNoun, type Derivation, type Extreme, type Group, type Item, type Noun, type Top } from './request-tree.js';
import type { Operator } from './words/operator.js';

interface Prefix {
  functions: AggregateFunction[];
  /** `total and minimum`: each of them is asked for. */
  several: boolean;
  count: 'count' | 'quantity' | null;
  distinct: boolean;
  derived: Derivation[];
  extreme: Extreme | null;
  top: { direction: Top['direction']; count: number } | null;
  number: number | null;
  /** `average monthly`: the periods that the mean is over. */
  per: Group | null;
}

/** Operators that may stand before the thing an item is about. */
const prefixKinds: readonly Operator['kind'][] = [
  'aggregate',
  'count',
  'quantity',
  'distinct',
  'share',
  'growth',
  'running_total',
  'superlative',
  'adjective',
  'frequent',
  'top',
  'of',
];

/** Reads an item phrase: aggregates, counts, superlatives and the thing that they are about. */
export function readItem(reader: Reader, compared = false): ReadItems {
  if (isOperator(reader, ['ratio'])) return { items: readRatio(reader), top: null };
  const rate = readRate(reader);
  if (rate !== null) return { items: [rate], top: null };
  const trailing = readTrailingRatio(reader);
  if (trailing !== null) return { items: trailing, top: null };
  if (isOperator(reader, ['times'])) {
    reader.at += 1;
    return { items: [{ kind: 'count', noun: null, quantity: false }], top: null };
  }
  if (isOperator(reader, ['everything'])) return { items: readWhole(reader), top: null };
  const asked = readAskedAggregate(reader);
  if (asked !== null) return { items: [asked], top: null };
  const prefix = readPrefix(reader);
  if (isOperator(reader, ['ratio', 'times'])) return readItem(reader);
  const span = readSpan(reader);
  if (span !== null) return { items: foldedSpans(prefix, span), top: null };
  const noun = startsNoun(reader)
    ? withPrefix(reader.grammar.noun(reader, compared || prefix.functions.length > 0 ? 'measured' : 'item'), prefix)
    : null;
  const items = dividedItems(reader, itemsOf(reader, prefix, noun));
  const top = topOf(reader, prefix);
  return { items, top };
}

/** `how old is the average guest`: the column asked for, folded over the things named. */
function readAskedAggregate(reader: Reader): Item | null {
  const [question, fold] = [peek(reader), operatorAt(reader, 1)];
  if (question?.chunk.kind !== 'thing' || !question.chunk.asks || fold?.kind !== 'aggregate') return null;
  if (!startsNoun(reader, 2)) return null;
  const slot = slotOf(question, 'names');
  reader.at += 2;
  const owner = reader.grammar.noun(reader, 'measured');
  return { kind: 'aggregate', function: fold.function, of: { kind: 'noun', noun: { ...bareNoun(slot), owner } } };
}

/** `all information about the customers`. */
function readWhole(reader: Reader): readonly Item[] {
  const place = peek(reader)?.id ?? 0;
  const ahead = past(reader, ['everything', 'of', 'preposition', 'pronoun', 'where', 'is', 'each'], 1, true);
  if (!startsNoun(reader, ahead)) {
    reader.at += 1;
    reader.loose.push(place);
    return [];
  }
  reader.at += ahead;
  return [{ kind: 'noun', noun: reader.grammar.noun(reader, 'item'), whole: true }];
}

function readPrefix(reader: Reader): Prefix {
  const prefix: Prefix = {
    functions: [],
    several: false,
    count: null,
    distinct: false,
    derived: [],
    extreme: null,
    top: null,
    number: null,
    per: null,
  };
  for (;;) {
    const operator = operatorAt(reader);
    const sign = peek(reader);
    if (prefix.per === null && operator?.kind === 'grain' && averages(prefix) && sign !== undefined) {
      prefix.per = { kind: 'grain', unit: operator.unit, noun: null, place: sign.id, told: false };
      reader.at += 1;
      continue;
    }
    if (sign?.chunk.kind === 'number' && prefix.number === null && followsNumber(reader)) {
      prefix.number = Number(sign.chunk.value);
      reader.at += 1;
    } else if (operator !== null && (prefixKinds.includes(operator.kind) || operator.kind === 'pronoun')) {
      applyPrefix(prefix, operator, toldBefore(reader));
      reader.at += 1;
      if (isOperator(reader, ['and']) && goesOn(reader, prefix)) {
        prefix.several = true;
        reader.at += past(reader, ['and']);
      }
    } else return prefix;
  }
}

function averages({ functions }: Prefix): boolean {
  return functions.length === 1 && functions[0] === 'avg';
}

/** A number belongs to what follows where that is a thing or a superlative. */
function followsNumber(reader: Reader): boolean {
  const place = past(reader, ['of', 'distinct'], 1, true);
  return isName(peek(reader, place)) || isOperator(reader, ['superlative', 'adjective', 'frequent'], place);
}

/** `A as a share of B`: what the share is of is named behind it. */
function toldBefore({ signs, at }: Reader): boolean {
  const before = signs[at - 1]?.chunk;
  return before?.kind === 'operator' && before.text === 'as';
}

function applyPrefix(prefix: Prefix, operator: Operator, told: boolean): void {
  switch (operator.kind) {
    case 'aggregate':
      if (!prefix.functions.includes(operator.function)) prefix.functions.push(operator.function);
      return;
    case 'count':
    case 'quantity':
      prefix.count = operator.kind;
      return;
    case 'distinct':
      prefix.distinct = true;
      return;
    case 'share':
    case 'running_total':
      prefix.derived.push(derivationOf(operator, told));
      return;
    case 'growth':
      addGrowth(prefix, operator);
      return;
    case 'superlative':
    case 'adjective':
    case 'frequent':
      applySuperlative(prefix, operator);
      return;
    case 'top':
      prefix.top = { direction: operator.direction, count: prefix.number ?? 0 };
      return;
    default:
  }
}

/** `average and maximum`, `highest and lowest`: the second joins the first. */
function goesOn(reader: Reader, prefix: Prefix): boolean {
  const next = operatorAt(reader, past(reader, ['and']));
  const begun = prefix.extreme !== null || prefix.functions.length > 0;
  if (next?.kind === 'aggregate') return prefix.functions.length > 0;
  return begun && (next?.kind === 'superlative' || (next?.kind === 'adjective' && ranksColumn(reader, next)));
}

/** `youngest and oldest age`: the adjective is of the number named behind it, not of a thing. */
function ranksColumn(reader: Reader, { nouns }: Extract<Operator, { kind: 'adjective' }>): boolean {
  const named = slotOf(
    peek(reader, past(reader, ['and', 'adjective', 'superlative', 'aggregate', 'pronoun'])),
    'names',
  );
  return named !== null && !isTableFirst(named) && nouns.includes(named.word);
}

/** `the highest and lowest price` are a maximum and a minimum. */
function applySuperlative(
  prefix: Prefix,
  operator: Extract<Operator, { kind: 'superlative' | 'adjective' | 'frequent' }>,
): void {
  const name = (direction: Extreme['direction']): AggregateFunction => (direction === 'descending' ? 'max' : 'min');
  if (prefix.functions.length > 0 && operator.kind !== 'frequent') prefix.functions.push(name(operator.direction));
  else if (
    prefix.extreme !== null &&
    prefix.extreme.direction !== operator.direction &&
    prefix.several &&
    operator.kind !== 'frequent'
  ) {
    prefix.functions.push(name(prefix.extreme.direction), name(operator.direction));
    prefix.extreme = null;
  } else prefix.extreme = extremeOf(operator, null);
}

/** `month over month growth` is one change, of which the words say more together. */
function addGrowth(prefix: Prefix, operator: Extract<Operator, { kind: 'growth' }>): void {
  const index = prefix.derived.findIndex(({ kind }) => kind === 'growth');
  const known = prefix.derived[index];
  if (known?.kind !== 'growth') {
    prefix.derived.push(operator);
    return;
  }
  prefix.derived[index] = {
    kind: 'growth',
    against: known.unit === null ? operator.against : known.against,
    as: known.as === 'rate' ? operator.as : known.as,
    unit: known.unit ?? operator.unit,
  };
}

function derivationOf(operator: Extract<Operator, { kind: 'share' | 'running_total' }>, told: boolean): Derivation {
  if (operator.kind === 'running_total') return { kind: 'running_total' };
  return { kind: 'share', factor: operator.factor, parts: operator.parts ?? false, told };
}

function withPrefix(noun: Noun, prefix: Prefix): Noun {
  const distinct = noun.distinct || prefix.distinct;
  if (prefix.extreme === null && prefix.number !== null) return { ...noun, distinct, count: prefix.number };
  if (prefix.extreme === null || prefix.functions.length > 0 || prefix.count !== null) return { ...noun, distinct };
  const extreme: Extreme = { ...prefix.extreme, count: prefix.number };
  return { ...noun, distinct, modifiers: [{ kind: 'extreme', extreme }, ...noun.modifiers] };
}

function itemsOf(reader: Reader, prefix: Prefix, noun: Noun | null): readonly Item[] {
  const counted = prefix.count !== null || (noun !== null && countsBehind(reader, noun));
  const base: Item | null = counted
    ? { kind: 'count', noun: noun ?? (prefix.distinct ? bareNoun(null) : null), quantity: prefix.count === 'quantity' }
    : noun === null
      ? prefix.derived.length > 0
        ? { kind: 'count', noun: null, quantity: false }
        : null
      : { kind: 'noun', noun };
  if (base === null) return [];
  if (prefix.per !== null) return [meanOf(base, prefix.per, prefix.derived)];
  // `the overall average`, `the total count`: the sum only says that it is over all.
  const other = counted || prefix.functions.some((name) => name !== 'sum');
  const functions = other && !prefix.several ? prefix.functions.filter((name) => name !== 'sum') : prefix.functions;
  const measured: readonly Item[] =
    functions.length === 0 ? [base] : functions.map((name) => ({ kind: 'aggregate', function: name, of: base }));
  return measured.map((item) => prefix.derived.reduceRight<Item>((of, how) => ({ kind: 'derived', how, of }), item));
}

function foldedSpans(prefix: Prefix, span: Item): readonly Item[] {
  if (prefix.functions.length === 0) return [span];
  return prefix.functions.map((name) => ({ kind: 'aggregate', function: name, of: span }));
}

/** `average monthly revenue`: of a number, what it adds up to in each month. */
function meanOf(base: Item, per: Group, derived: readonly Derivation[]): Item {
  const of: Item = base.kind === 'noun' ? { kind: 'count', noun: base.noun, quantity: true } : base;
  return derived.reduceRight<Item>((inner, how) => ({ kind: 'derived', how, of: inner }), { kind: 'mean', of, per });
}

/** `resident count`: the count stands behind the thing. */
function countsBehind(reader: Reader, noun: Noun): boolean {
  if (!isOperator(reader, ['count']) || noun.modifiers.length > 0 || startsNoun(reader, 1)) return false;
  reader.at += 1;
  return true;
}

/** What the picked things are ranked by comes after `by`; null where it does not follow. */
function topOf(reader: Reader, prefix: Prefix): Top | null {
  if (prefix.top === null) return null;
  const count = prefix.top.count > 0 ? prefix.top.count : (prefix.number ?? 1);
  if (!isOperator(reader, ['group', 'order'])) return { direction: prefix.top.direction, count, by: null };
  const after = past(reader, ['group', 'order', 'pronoun', 'of']);
  if (!startsItem(reader, after) && !isOperator(reader, ['superlative'], after))
    return { direction: prefix.top.direction, count, by: null };
  reader.at += after;
  const [by] = readItem(reader).items;
  return { direction: prefix.top.direction, count, by: by ?? null };
}
