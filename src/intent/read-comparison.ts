import type { ComparisonOperator } from '../plan/query.js';
import { listsValues } from './read-head.js';
import { readLength } from './read-length.js';
import {
  eventBefore,
  isColumnFirst,
  isName,
  isOperator,
  isTableFirst,
  isValue,
  operatorAt,
  past,
  peek,
  type Reader,
  slotOf,
  startsNoun,
} from './reader.js';
import { bareNoun, type Condition, type Item, type Noun, type Slot } from './request-tree.js';
import type { Quantifier } from './words/operator.js';

/** `at least twice`, `more than 5 times`: what is compared is how often something was done. */
export function comparesTimes(reader: Reader, from = 0): boolean {
  const ahead = past(reader, ['compare', 'pronoun'], from);
  return isOperator(reader, ['times_number'], ahead) || isOperator(reader, ['times_unit'], ahead + 1);
}

/** Whether the comparison that stands here has something to compare with. */
export function startsComparison(reader: Reader): boolean {
  if (isOperator(reader, ['between'])) return peek(reader, 1)?.chunk.kind === 'number';
  const ahead = past(reader, ['compare', 'pronoun', 'is', 'of', 'preposition'], 1, true);
  const kind = peek(reader, ahead)?.chunk.kind;
  return (
    kind === 'number' ||
    kind === 'quoted' ||
    kind === 'time' ||
    kind === 'thing' ||
    isOperator(reader, ['aggregate', 'count', 'superlative', 'times_number', 'length'], ahead)
  );
}

/**
 * Reads `above 30`, `between 3 and 5`, `at least two orders`, `longer than the average`, `is 5`, `= 'x'`, `before 2020`.
 * `subject` is what is compared, null where it has not been named: then it is what the operator's nouns say, or the
 * thing counted behind the number.
 */
export function readComparison(reader: Reader, subject: Noun | null, negated: boolean): readonly Condition[] {
  const item: Item | null = subject === null ? null : { kind: 'noun', noun: subject };
  return readItemComparison(reader, item, negated);
}

/** As `readComparison`, of anything measured. */
export function readItemComparison(reader: Reader, subject: Item | null, negated: boolean): readonly Condition[] {
  if (isOperator(reader, ['between'])) return readBetween(reader, subject, negated);
  const first = operatorAt(reader);
  if (first?.kind === 'compare' && first.apart === true) return readApart(reader, first.operator, negated);
  let operator: ComparisonOperator | null = null;
  let nouns: readonly string[] = [];
  let quantifier: Quantifier | null = null;
  let denied = negated;
  for (;;) {
    const here = operatorAt(reader);
    if (here?.kind === 'compare') {
      if (here.operator === 'ne' && operator === null && isOperator(reader, ['compare'], 1)) denied = !denied;
      else operator = here.operator;
      nouns = here.nouns ?? nouns;
      quantifier = here.quantifier ?? quantifier;
    } else if (here?.kind === 'negate') denied = !denied;
    else if (
      peek(reader)?.chunk.kind !== 'verb' &&
      here?.kind !== 'is' &&
      here?.kind !== 'pronoun' &&
      here?.kind !== 'of' &&
      here?.kind !== 'preposition'
    )
      break;
    reader.at += 1;
  }
  return readOperand(reader, { subject, nouns, operator, quantifier, negated: denied });
}

/** `more rooms than average`, `a higher price than 5`. */
function readApart(reader: Reader, operator: ComparisonOperator, negated: boolean): readonly Condition[] {
  const place = peek(reader)?.id ?? 0;
  reader.at += 1;
  const subject: Item = { kind: 'count', noun: reader.grammar.noun(reader, 'measured'), quantity: true };
  const than = operatorAt(reader);
  if (than?.kind !== 'than') {
    reader.loose.push(place);
    return [];
  }
  reader.at += 1;
  reader.at += past(reader, ['of', 'pronoun', 'preposition']);
  return readOperand(reader, { subject, nouns: [], operator, quantifier: than.quantifier, negated });
}

/** `above the average price` compares the price. */
function comparedLike(item: Item): Item | null {
  return item.kind === 'aggregate' ? item.of : null;
}

/** `more rooms than the average hotel`: of hotels nothing but what is compared is averaged. */
function typical({ subject }: Half, item: Item): Item {
  const folded = item.kind === 'aggregate' && item.of.kind === 'noun' ? item.of.noun : null;
  const own = subject === null ? null : quantityOf(subject);
  if (item.kind !== 'aggregate' || own === null || folded?.slot === null || folded?.slot === undefined) return item;
  if (!isTableFirst(folded.slot) || isColumnFirst(folded.slot)) return item;
  return { ...item, of: { kind: 'noun', noun: { ...own, owner: folded } } };
}

/** The noun of a column that is compared, also where a number of it is; null for counts of things. */
function quantityOf(item: Item): Noun | null {
  const noun = item.kind === 'noun' || (item.kind === 'count' && item.quantity) ? item.noun : null;
  return noun?.slot === null || noun === null || !isColumnFirst(noun.slot) || isTableFirst(noun.slot)
    ? null
    : { ...noun, modifiers: [] };
}

interface Half {
  readonly subject: Item | null;
  readonly nouns: readonly string[];
  readonly operator: ComparisonOperator | null;
  readonly quantifier: Quantifier | null;
  readonly negated: boolean;
}

function readOperand(reader: Reader, half: Half): readonly Condition[] {
  const sign = peek(reader);
  switch (sign?.chunk.kind) {
    case 'number':
      return readNumber(reader, half, sign.chunk.value);
    case 'quoted':
      reader.at += 1;
      return [compare(half, { kind: 'text', value: sign.chunk.text })];
    case 'time': {
      const event = eventBefore(reader);
      reader.at += 1;
      return [
        {
          kind: 'time',
          phrase: sign.chunk.phrase,
          operator: half.operator,
          column: half.subject?.kind === 'noun' ? half.subject.noun.slot : event,
          negated: half.negated,
        },
      ];
    }
    case 'thing':
      return readNamedNumber(reader, half) ?? readThing(reader, half);
    default:
  }
  if (isOperator(reader, ['length'])) return readLength(reader, { ...half, operator: half.operator ?? 'eq' });
  if (isOperator(reader, ['aggregate', 'count'])) {
    const start = reader.at;
    const [item] = reader.grammar.item(reader).items;
    if (item !== undefined)
      return [compareItem({ ...half, subject: half.subject ?? comparedLike(item) }, typical(half, item))];
    const functions = reader.signs
      .slice(start, reader.at)
      .flatMap(({ chunk }) =>
        chunk.kind === 'operator' && chunk.operator.kind === 'aggregate' ? [chunk.operator.function] : [],
      );
    const name = functions.find((each) => each !== 'sum') ?? functions[0];
    if (half.subject !== null && name !== undefined)
      return [compareItem(half, { kind: 'aggregate', function: name, of: comparedLike(half.subject) ?? half.subject })];
  }
  const times = operatorAt(reader);
  if (times?.kind === 'times_number') {
    reader.at += 1;
    return [
      compare(
        { ...half, subject: { kind: 'count', noun: null, quantity: false } },
        { kind: 'number', value: times.value },
      ),
    ];
  }
  return isOperator(reader, ['superlative']) ? readExtremeOperand(reader, half) : [];
}

/** `after season 2019`, `above level 3`: what is compared stands between the comparison and its number; null for anything else. */
function readNamedNumber(reader: Reader, half: Half): readonly Condition[] | null {
  const [named, number] = [peek(reader), peek(reader, 1)];
  const slot = isName(named) ? slotOf(named, 'names') : null;
  const ordered = half.operator !== null && half.operator !== 'eq' && half.operator !== 'ne';
  if (!ordered || slot === null || isTableFirst(slot) || number?.chunk.kind !== 'number' || isName(peek(reader, 2)))
    return null;
  reader.at += 2;
  const subject: Item = { kind: 'noun', noun: bareNoun(slot) };
  return [compare({ ...half, subject }, { kind: 'number', value: number.chunk.value })];
}

/** `less than the largest order`, `above the highest price`: the greatest or least of what is named. */
function readExtremeOperand(reader: Reader, half: Half): readonly Condition[] {
  const operator = operatorAt(reader);
  if (operator?.kind !== 'superlative' || !startsNoun(reader, 1)) return [];
  reader.at += 1;
  const of: Item = { kind: 'noun', noun: reader.grammar.noun(reader, 'measured') };
  const name = operator.direction === 'descending' ? 'max' : 'min';
  return [compareItem({ ...half, subject: half.subject ?? of }, { kind: 'aggregate', function: name, of })];
}

function compareItem(half: Half, item: Item): Condition {
  return compare(half, { kind: 'item', item, quantifier: half.quantifier });
}

function compare(half: Half, operand: Extract<Condition, { kind: 'compare' }>['operand']): Condition {
  const { subject, nouns, operator, negated } = half;
  return { kind: 'compare', subject, nouns, operator: operator ?? 'eq', operand, negated };
}

/** `30`, `30 or more`, `two or more orders`, `30 credits`, `5 times`. */
function readNumber(reader: Reader, half: Half, value: string): readonly Condition[] {
  const own = slotOf(peek(reader), 'values');
  reader.at += 1;
  let { operator } = half;
  const suffix = operatorAt(reader);
  if (suffix?.kind === 'suffix_compare') {
    operator = suffix.operator;
    reader.at += 1;
  }
  const found: Half = { ...half, operator };
  if (isOperator(reader, ['times_unit'])) {
    reader.at += 1;
    if (half.subject === null || half.subject.kind === 'noun')
      return [
        compare({ ...found, subject: { kind: 'count', noun: null, quantity: false } }, { kind: 'number', value }),
      ];
  }
  const counted = past(reader, ['distinct', 'of', 'count', 'pronoun']);
  if (
    half.nouns.length === 0 &&
    startsNoun(reader, counted) &&
    isName(peek(reader, counted)) &&
    !(half.subject !== null && half.subject.kind !== 'noun')
  ) {
    reader.at += counted;
    const noun = reader.grammar.noun(reader, 'condition');
    const behind = operatorAt(reader);
    const bound = behind?.kind === 'suffix_compare' && operator === null ? behind.operator : operator;
    if (bound !== operator) reader.at += 1;
    return [
      compare(
        { ...found, operator: bound, subject: { kind: 'count', noun, quantity: true } },
        { kind: 'number', value },
      ),
    ];
  }
  if (half.subject === null && half.nouns.length === 0 && operator === null && own !== null)
    return [{ kind: 'value', value: own, column: null, negated: half.negated }];
  return [compare(found, { kind: 'number', value })];
}

/** A value, or another column or measure to compare with. */
function readThing(reader: Reader, half: Half): readonly Condition[] {
  const sign = peek(reader);
  const values = slotOf(sign, 'values');
  const equal = half.operator === null || half.operator === 'eq' || half.operator === 'ne';
  if (values !== null && equal && !describesLeftOut(reader, half) && isValue(sign, half.subject === null ? 0 : 0.1)) {
    reader.at += 1;
    const column = half.subject?.kind === 'noun' ? half.subject.noun.slot : null;
    return [{ kind: 'value', value: values, column, negated: half.negated !== (half.operator === 'ne') }];
  }
  const noun = reader.grammar.noun(reader, 'condition');
  if (half.operator === 'ne' && (half.subject === null || areThings(half.subject, noun)))
    return [{ kind: 'related', noun, negated: !half.negated }];
  if (half.operator === null) return [{ kind: 'related', noun, negated: half.negated }];
  return [compareItem(half, { kind: 'noun', noun })];
}

/** `excluding waived and drafted bills`: the values describe what is left out. Behind `paid but not` they stand for themselves. */
function describesLeftOut(reader: Reader, { subject, operator }: Half): boolean {
  if (operator !== 'ne' || isValue(peek(reader, -2))) return false;
  return (subject === null || isThing(subject)) && (isName(peek(reader, 1)) || listsValues(reader));
}

/** `guests who are not on any list`: a thing is never another, but may have none of it. */
function areThings(subject: Item, other: Noun): boolean {
  return isThing(subject) && other.slot !== null && isTableFirst(other.slot);
}

function isThing(item: Item): boolean {
  return item.kind === 'noun' && item.noun.slot !== null && isTableFirst(item.noun.slot);
}

function readBetween(reader: Reader, subject: Item | null, negated: boolean): readonly Condition[] {
  const low = peek(reader, 1)?.chunk;
  const ahead = past(reader, ['and', 'preposition'], 2);
  const high = peek(reader, ahead)?.chunk;
  if (low?.kind !== 'number' || high?.kind !== 'number') {
    reader.loose.push(peek(reader)?.id ?? 0);
    reader.at += 1;
    return [];
  }
  reader.at += ahead + 1;
  if (subject === null && startsNoun(reader)) {
    const noun = reader.grammar.noun(reader, 'condition');
    return [
      { kind: 'between', subject: { kind: 'count', noun, quantity: true }, low: low.value, high: high.value, negated },
    ];
  }
  return [{ kind: 'between', subject, low: low.value, high: high.value, negated }];
}

/** Reads `contains the word "x"`, `is missing`, a stretch of time: about `column`, null for whatever fits. */
export function readMatch(reader: Reader, column: Slot | null, negated: boolean): readonly Condition[] {
  const sign = peek(reader);
  const operator = operatorAt(reader);
  if (sign?.chunk.kind === 'time') {
    const named = column ?? eventBefore(reader);
    reader.at += 1;
    return [{ kind: 'time', phrase: sign.chunk.phrase, operator: null, column: named, negated }];
  }
  if (operator?.kind === 'missing') {
    reader.at += 1;
    const behind = column === null ? slotOf(peek(reader), 'names') : null;
    if (behind !== null) reader.at += 1;
    const named = column ?? behind;
    return named === null ? [] : [{ kind: 'missing', column: named, negated }];
  }
  if (operator?.kind !== 'text_match') return [];
  const start = reader.at;
  reader.at += past(reader, ['text_match', 'is', 'preposition']);
  const text = textOf(reader);
  if (text === null) {
    reader.at = start;
    return [];
  }
  const behind = isOperator(reader, ['preposition']) && isName(peek(reader, past(reader, ['pronoun'], 1)));
  if (!behind) return [{ kind: 'text_match', position: operator.position, column, text, negated }];
  reader.at += past(reader, ['preposition', 'pronoun']);
  const noun: Noun = reader.grammar.noun(reader, 'condition');
  return [
    { kind: 'text_match', position: operator.position, column: noun.slot ?? column, text, negated },
    ...noun.modifiers,
  ];
}

/** The pattern: quoted text, a value's own text, a number or a word. */
function textOf(reader: Reader): string | null {
  const sign = peek(reader);
  if (sign === undefined) return null;
  switch (sign.chunk.kind) {
    case 'quoted':
      reader.at += 1;
      return sign.chunk.text;
    case 'number':
      reader.at += 1;
      return sign.chunk.value;
    case 'thing':
      reader.at += 1;
      reader.absorbed.push(sign.id);
      return sign.chunk.text;
    default:
      return null;
  }
}
