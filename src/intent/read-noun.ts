import { extremeOf } from './extreme.js';
import { happenedCondition } from './happened-condition.js';
import { joinConditions } from './join-conditions.js';
import { groupsByKind } from './read-agent.js';
import { comparesTimes, readComparison, readMatch, startsComparison } from './read-comparison.js';
import { isDone, readHead, saysYes } from './read-head.js';
import { readLength } from './read-length.js';
import {
  eventBefore,
  isColumnFirst,
  isName,
  isOperator,
  isTableFirst,
  isValue,
  operatorAt,
  type Place,
  past,
  peek,
  type Reader,
  repeats,
  slotOf,
  startsNoun,
} from './reader.js';
import { bareNoun, bareTree, type Condition, type Item, type Noun } from './request-tree.js';

/** Reads a noun phrase with all that narrows it. */
export function readNoun(reader: Reader, place: Place): Noun {
  return readModifiers(reader, readHead(reader), place);
}

/** What stands behind a noun and narrows it, as far as it goes. */
export function readModifiers(reader: Reader, noun: Noun, place: Place): Noun {
  let grown = noun;
  for (;;) {
    const before = reader.at;
    const predicated = isOperator(reader, ['is', 'where']) || peek(reader)?.chunk.kind === 'verb';
    const next = readModifier(reader, grown, place);
    if (next === null) {
      reader.at = before;
      return grown;
    }
    grown = predicated && next.said === null ? { ...next, said: grown.modifiers.length } : next;
  }
}

function readModifier(reader: Reader, noun: Noun, place: Place): Noun | null {
  const sign = peek(reader);
  if (sign === undefined) return null;
  if (asksOfNext(reader, noun)) return { ...noun, owner: reader.grammar.noun(reader, 'condition') };
  const operator = operatorAt(reader);
  switch (operator?.kind) {
    case 'of':
      return readOwner(reader, noun);
    case 'preposition':
      return groupsByKind(reader, 0) ? null : readPreposition(reader, noun, 1);
    case 'where':
      return readWhere(reader, noun);
    case 'is':
      return place === 'measured' ? null : readPredicate(reader, noun);
    case 'negate':
      return startsClause(reader) ? withConditions(noun, reader.grammar.clause(reader, noun)) : null;
    case 'and':
    case 'or':
      return place === 'group' && asks(reader, past(reader, ['and', 'pronoun']))
        ? null
        : readContinuation(reader, noun);
    case 'superlative':
    case 'adjective':
    case 'frequent':
      return place === 'item' ? readTrailingExtreme(reader, noun) : null;
    case 'compare':
    case 'between':
      if (place === 'measured' || (place === 'condition' && comparesTimes(reader))) return null;
      if (excepts(reader)) return readException(reader, noun);
      if (operator.kind === 'between' && !startsComparison(reader)) return readPreposition(reader, noun, 1);
      return startsComparison(reader)
        ? withConditions(noun, readComparison(reader, comparedOf(reader, noun), false))
        : readUndone(reader, noun);
    case 'text_match':
    case 'missing':
      return withConditions(noun, readMatch(reader, noun.slot, false));
    default:
  }
  if (sign.chunk.kind === 'verb') return readVerb(reader, noun);
  if (sign.chunk.kind === 'time') return withConditions(noun, readMatch(reader, noun.slot, false));
  return place === 'measured' && sign.chunk.kind === 'number' ? null : readAdjacent(reader, noun);
}

function withConditions(noun: Noun, conditions: readonly Condition[]): Noun | null {
  return conditions.length === 0 ? null : { ...noun, modifiers: [...noun.modifiers, ...conditions] };
}

/** `except for those with …`, `other than those that …`. */
function excepts(reader: Reader): boolean {
  const operator = operatorAt(reader);
  const ahead = past(reader, ['pronoun'], 1);
  return (
    operator?.kind === 'compare' && operator.operator === 'ne' && ahead > 1 && isOperator(reader, ['where'], ahead)
  );
}

/** All but those of the noun that the clause holds for. */
function readException(reader: Reader, noun: Noun): Noun | null {
  reader.at += past(reader, ['pronoun'], 1) + 1;
  const conditions = reader.grammar.clause(reader, noun);
  if (conditions.length === 0) return null;
  const items: readonly Item[] = [{ kind: 'noun', noun: { ...noun, modifiers: conditions } }];
  return withConditions(noun, [{ kind: 'among', inner: { ...bareTree, items }, negated: true }]);
}

/** Which column a comparison right behind the noun is about: the noun itself, where it is one. */
function subjectOf(noun: Noun): Noun | null {
  return noun.slot === null ? null : { ...noun, modifiers: [] };
}

/** `invoices paid after the due date`: what is compared is when it happened. */
function comparedOf(reader: Reader, noun: Noun): Noun | null {
  const event = noun.slot !== null && isTableFirst(noun.slot) ? eventBefore(reader) : null;
  const other = slotOf(peek(reader, past(reader, ['compare', 'pronoun'])), 'names');
  return event !== null && other !== null && isColumnFirst(other) ? bareNoun(event) : subjectOf(noun);
}

/** Whether a question for a column stands right before a noun: that is of what it asks (`how old is the youngest guest`). */
function asksOfNext(reader: Reader, { slot, owner, modifiers }: Noun): boolean {
  const before = peek(reader, -1);
  const isBare = slot !== null && owner === null && modifiers.length === 0 && slot.id === before?.id;
  return isBare && before?.chunk.kind === 'thing' && before.chunk.asks && startsNoun(reader);
}

/** A value, quoted text or number right behind a noun. */
function readAdjacent(reader: Reader, noun: Noun): Noun | null {
  const sign = peek(reader);
  const values = slotOf(sign, 'values');
  if (values !== null && isValue(sign) && !isName(peek(reader, 1))) {
    reader.at += 1;
    return withConditions(noun, [{ kind: 'value', value: values, column: noun.slot, negated: false }]);
  }
  const done = isName(sign) && noun.slot !== null ? slotOf(sign, 'names') : null;
  if (isDone(done)) return ownerDone(reader, noun) ?? readDone(reader, noun);
  if (isDone(noun.slot) && isName(sign))
    return withConditions(noun, [{ kind: 'related', noun: readNoun(reader, 'condition'), negated: false }]);
  if (sign?.chunk.kind === 'quoted' && noun.slot !== null)
    return withConditions(noun, readComparison(reader, subjectOf(noun), false));
  if (
    sign?.chunk.kind === 'number' &&
    noun.slot !== null &&
    !isName(peek(reader, 1)) &&
    !isOperator(reader, ['suffix_compare'], 1)
  )
    return withConditions(noun, readComparison(reader, subjectOf(noun), false));
  return null;
}

/** `amount invoiced`: a column of what was done, which keeps it. */
function ownerDone(reader: Reader, noun: Noun): Noun | null {
  const table = slotOf(peek(reader), 'names');
  if (noun.slot === null || noun.owner !== null || isTableFirst(noun.slot) || startsNoun(reader, 1)) return null;
  reader.at += 1;
  return { ...noun, owner: bareNoun(table) };
}

/** `guests booked the most nights`: what they did relates them to it, and what follows a superlative ranks them. */
function readDone(reader: Reader, noun: Noun): Noun | null {
  if (!isOperator(reader, ['superlative', 'frequent'], 1))
    return withConditions(noun, [{ kind: 'related', noun: readNoun(reader, 'condition'), negated: false }]);
  const slot = slotOf(peek(reader), 'names');
  reader.at += 1;
  const related: Condition = { kind: 'related', noun: bareNoun(slot), negated: false };
  return withConditions(noun, [related, ...reader.grammar.clause(reader, noun)]);
}

/** `in charge of the most flights`: what follows is what the noun is ranked by. */
function ranksCounts(reader: Reader, ahead: number): boolean {
  const operator = operatorAt(reader, ahead);
  return operator?.kind === 'superlative' && operator.nouns.length === 0 && isName(peek(reader, ahead + 1));
}

/** `of the students`, `of France`, `of 2024`. */
function readOwner(reader: Reader, noun: Noun): Noun | null {
  const next = peek(reader, 1);
  if (next?.chunk.kind === 'time') {
    reader.at += 1;
    return withConditions(noun, readMatch(reader, noun.slot, false));
  }
  if (!startsNoun(reader, 1) && !isOperator(reader, ['pronoun'], 1)) return null;
  if (ranksCounts(reader, 1)) return readWhere(reader, noun);
  reader.at += 1;
  const owner = reader.grammar.noun(reader, 'condition');
  const flag = reader.signs.find(({ id }) => id === owner.slot?.id);
  // `tools of steel in use` where a column says of each whether it is in use.
  if (owner.modifiers.length > 0 && saysYes(flag)) {
    const told: Condition = { kind: 'related', noun: { ...owner, modifiers: [] }, negated: false };
    return withConditions(noun, [...owner.modifiers, told]);
  }
  const own = valueOfColumn(noun, owner);
  if (own !== null) return withConditions(noun, [own]);
  if (noun.owner === null && noun.slot !== null) return { ...noun, owner };
  return withConditions(noun, [{ kind: 'related', noun: owner, negated: false }]);
}

/** `the country of Norway` where the country is a column that holds it: the column and its value. */
function valueOfColumn(noun: Noun, owner: Noun): Condition | null {
  const [only, ...others] = owner.modifiers;
  if (noun.slot === null || owner.slot !== null || owner.owner !== null || others.length > 0) return null;
  if (only?.kind !== 'value' || only.column !== null) return null;
  const columns = new Set(
    noun.slot.groundings.flatMap(({ concept }) =>
      concept.kind === 'column' ? [`${concept.dataset}.${concept.column}`] : [],
    ),
  );
  const [value] = only.value.groundings;
  return value?.concept.kind === 'value' && columns.has(`${value.concept.dataset}.${value.concept.column}`)
    ? { ...only, column: noun.slot }
    : null;
}

/** `in France`, `for completed orders`, `from 2020`, `by the author`. `length` is how many signs the link takes. */
function readPreposition(reader: Reader, noun: Noun, length: number): Noun | null {
  const after = past(reader, ['pronoun', 'preposition'], length);
  const sign = peek(reader, after);
  if (sign?.chunk.kind === 'time') {
    reader.at += after;
    return withConditions(noun, readMatch(reader, null, false));
  }
  if (isOperator(reader, ['length'], after)) {
    reader.at += after;
    const subject = noun.slot === null ? null : ({ kind: 'noun', noun: { ...noun, modifiers: [] } } as const);
    return withConditions(noun, readLength(reader, { subject, nouns: [], operator: 'le', negated: false }));
  }
  if (startsNoun(reader, after) && !(sign?.chunk.kind === 'number' && !isName(sign))) {
    reader.at += after;
    return withConditions(noun, valueOrRelated(reader.grammar.noun(reader, 'condition')));
  }
  if (sign?.chunk.kind === 'quoted' || sign?.chunk.kind === 'number') {
    reader.at += after;
    const values = slotOf(sign, 'values');
    if (values === null) return withConditions(noun, readComparison(reader, null, false));
    reader.at += 1;
    return withConditions(noun, [{ kind: 'value', value: values, column: null, negated: false }]);
  }
  if (isOperator(reader, ['where'], after)) {
    reader.at += after;
    return readWhere(reader, noun);
  }
  return null;
}

/** A phrase that is only a value says the value; one with a name is a related thing. */
export function valueOrRelated(noun: Noun): readonly Condition[] {
  if (noun.slot === null && noun.owner === null) return noun.modifiers;
  return [{ kind: 'related', noun, negated: false }];
}

function readWhere(reader: Reader, noun: Noun): Noun | null {
  const before = reader.at;
  reader.at += 1;
  const conditions = reader.grammar.clause(reader, noun);
  if (conditions.length === 0) reader.at = before;
  return withConditions(noun, conditions);
}

/** `are from France`, `is open`: only where something is said of the noun. */
function readPredicate(reader: Reader, noun: Noun): Noun | null {
  const ahead = past(reader, ['is', 'pronoun'], 0, true);
  if (
    isOperator(reader, ['group', 'each', 'show', 'order', 'grain', 'cycle'], ahead) ||
    peek(reader, ahead) === undefined
  )
    return null;
  return noun.slot === null ? null : readWhere(reader, noun);
}

/** A verb ties the noun to what follows: `movies directed by X`, `students who take courses`. */
function readVerb(reader: Reader, noun: Noun): Noun | null {
  const ahead = past(reader, ['is', 'pronoun'], 0, true);
  const by = operatorAt(reader, ahead);
  if (groupsByKind(reader, ahead)) return readHappened(reader, noun);
  if (isByWord(reader, ahead) && (startsNoun(reader, ahead + 1) || peek(reader, ahead + 1)?.chunk.kind === 'quoted'))
    return readPreposition(reader, noun, ahead + 1);
  if (by?.kind === 'preposition') return readPreposition(reader, noun, ahead + 1);
  if (by?.kind === 'of') {
    reader.at += ahead;
    return readOwner(reader, noun);
  }
  if (
    by?.kind === 'where' ||
    by?.kind === 'negate' ||
    by?.kind === 'compare' ||
    by?.kind === 'between' ||
    by?.kind === 'adjective'
  ) {
    reader.at += ahead;
    return noun.slot === null && by.kind !== 'compare' && by.kind !== 'between'
      ? null
      : readModifier(reader, noun, 'item');
  }
  const sign = peek(reader, ahead);
  if (sign?.chunk.kind === 'time') {
    reader.at += ahead;
    return withConditions(noun, readMatch(reader, null, false));
  }
  if (startsNoun(reader, ahead)) {
    reader.at += ahead;
    return withConditions(noun, valueOrRelated(reader.grammar.noun(reader, 'condition')));
  }
  return readHappened(reader, noun);
}

/** `jobs finished`: those to which it happened. */
function readHappened(reader: Reader, noun: Noun): Noun | null {
  const happened = happenedCondition(peek(reader), noun, false);
  if (happened === null) return null;
  reader.at += 1;
  return withConditions(noun, [happened]);
}

/** `jobs are not finished`: those to which it did not happen. */
function readUndone(reader: Reader, noun: Noun): Noun | null {
  const operator = operatorAt(reader);
  const ahead = past(reader, ['pronoun', 'is'], 1);
  const denies = operator?.kind === 'compare' && operator.operator === 'ne';
  const undone = denies ? happenedCondition(peek(reader, ahead), noun, true) : null;
  if (undone === null) return null;
  reader.at += ahead + 1;
  return withConditions(noun, [undone]);
}

/** `by` behind a verb names who did it. */
function isByWord(reader: Reader, ahead: number): boolean {
  const chunk = peek(reader, ahead)?.chunk;
  return chunk?.kind === 'operator' && chunk.operator.kind === 'group' && ['by', 'by the'].includes(chunk.text);
}

/** `for each region, which …`: the question begins. */
function asks(reader: Reader, ahead: number): boolean {
  const chunk = peek(reader, ahead)?.chunk;
  return chunk?.kind === 'operator' && (chunk.text === 'which' || chunk.text === 'who');
}

/** `and` behind a narrowed noun goes on narrowing it where a condition begins, and `or` gives an alternative. */
function readContinuation(reader: Reader, noun: Noun): Noun | null {
  const alternative = isOperator(reader, ['or']);
  const ahead = past(reader, ['and', 'or', 'pronoun']);
  const last = noun.modifiers.at(-1);
  const sign = peek(reader, ahead);
  if (last !== undefined && isValue(sign) && !isName(peek(reader, ahead + 1)) && last.kind === 'value') {
    const value = slotOf(sign, 'values');
    if (value === null) return null;
    reader.at += ahead + 1;
    // `not red or green` is neither.
    return { ...noun, modifiers: joinConditions(noun.modifiers, [{ ...last, value }], alternative && !last.negated) };
  }
  if (last?.kind === 'compare' && last.operand.kind === 'number' && sign?.chunk.kind === 'number') {
    if (isName(peek(reader, ahead + 1)) || isOperator(reader, ['superlative'], ahead + 1)) return null;
    reader.at += ahead + 1;
    const other: Condition = { ...last, operand: { kind: 'number', value: sign.chunk.value } };
    return { ...noun, modifiers: joinConditions(noun.modifiers, [other], alternative) };
  }
  if (last?.kind === 'related' && (repeats(sign, last.noun.slot) || repeats(sign, last.noun.owner?.slot ?? null))) {
    reader.at += ahead;
    const other: Condition = { kind: 'related', noun: readNoun(reader, 'condition'), negated: false };
    return { ...noun, modifiers: joinConditions(noun.modifiers, [other], alternative) };
  }
  if (
    noun.slot === null ||
    !isOperator(reader, ['where', 'negate', 'compare', 'between', 'text_match', 'preposition'], ahead)
  )
    return null;
  if (isOperator(reader, ['preposition', 'compare', 'between'], ahead) && last === undefined) return null;
  const before = reader.at;
  reader.at += ahead;
  const next = readModifier(reader, { ...noun, modifiers: [] }, 'condition');
  const added = next?.modifiers ?? [];
  if (next === null || added.length === 0) {
    reader.at = before;
    return null;
  }
  return { ...noun, modifiers: joinConditions(noun.modifiers, added, alternative) };
}

/** `registered most recently`, `priced highest`. */
function readTrailingExtreme(reader: Reader, noun: Noun): Noun | null {
  const operator = operatorAt(reader);
  if (operator?.kind !== 'superlative' && operator?.kind !== 'adjective' && operator?.kind !== 'frequent') return null;
  if (noun.slot === null || startsNoun(reader, 1)) return null;
  reader.at += 1;
  return withConditions(noun, [{ kind: 'extreme', extreme: extremeOf(operator, null) }]);
}

/** Whether a denial is followed by something that it can deny. */
function startsClause(reader: Reader): boolean {
  return peek(reader, 1) !== undefined;
}
