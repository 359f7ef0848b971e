import { isName, isOperator, isTableFirst, isValue, past, peek, type Reader, slotOf, startsNoun } from './reader.js';
import type { Sign } from './signs.js';
import { singularOf } from './word-forms.js';
import { pastForms } from './words/verbs.js';

/**
 * `affected on average by a storm`: `by` behind a verb names who did it, also past an adverb. A participle that names
 * something itself may end what is grouped (`orders shipped by region`), but not where more is said of who did it
 * (`teams led by coaches whose contract has ended`).
 */
export function isAgent(reader: Reader): boolean {
  const chunk = peek(reader)?.chunk;
  if (chunk?.kind !== 'operator' || !['by', 'by the'].includes(chunk.text) || !startsNoun(reader, 1)) return false;
  if (groupsByKind(reader, 0)) return false;
  if (isOurs(reader)) return true;
  // `have been taken by students`: the participle may say nothing else.
  if (isOperator(reader, ['is'], -1) && followsFiller(reader)) return true;
  const place = isOperator(reader, ['aggregate'], -1) ? -2 : -1;
  const verb = reader.at + place >= 0 ? peek(reader, place)?.chunk : undefined;
  if (verb?.kind === 'thing' && isParticiple(verb.text.toLowerCase().split(' ').at(-1) ?? ''))
    return tellsWho(reader, place);
  return verb?.kind === 'verb' && verb.past;
}

/**
 * `submitted by category`: who does something is told with an article, in the plural or by name. One thing of many without an
 * article, of which nothing more is said, is a kind to group by, whatever stands before. `ahead` is where `by` stands.
 */
export function groupsByKind(reader: Reader, ahead: number): boolean {
  const by = peek(reader, ahead)?.chunk;
  const sign = peek(reader, ahead + 1);
  if (by?.kind !== 'operator' || !/(?:^| )by$/u.test(by.text) || !['group', 'preposition'].includes(by.operator.kind))
    return false;
  if (sign?.chunk.kind !== 'thing' || sign.article || !isName(sign)) return false;
  const last = sign.chunk.text.toLowerCase().split(' ').at(-1) ?? '';
  return !isPluralWord(last) && !tellsMore(reader, ahead + 1);
}

/** `hours worked by our drivers`: a word that names nothing stands between, and several did it. */
function isOurs(reader: Reader): boolean {
  const [by, who] = [peek(reader), peek(reader, 1)];
  if (by === undefined || who?.chunk.kind !== 'thing' || who.article || who.id - by.id < 2) return false;
  return isPluralWord(who.chunk.word) && isTable(who);
}

/** Whether a clause or a value follows the name at a place. */
function tellsMore(reader: Reader, place: number): boolean {
  if (isOperator(reader, ['where'], place + 1) || isValue(peek(reader, place + 1))) return true;
  const next = peek(reader, place + 1)?.chunk.kind;
  const linked = isOperator(reader, ['of', 'preposition', 'is'], place + 1);
  const value = past(reader, ['pronoun'], place + 2);
  // `discounts given by region for paid orders`: the value is said of the orders.
  const ofOthers = isOperator(reader, ['preposition'], place + 1) && isName(peek(reader, value + 1));
  return next === 'quoted' || next === 'number' || (linked && isValue(peek(reader, value)) && !ofOthers);
}

/** Whether a word that names nothing stands right before. */
function followsFiller(reader: Reader): boolean {
  const [before, here] = [peek(reader, -1), peek(reader)];
  return before !== undefined && here !== undefined && here.id - before.id > 1;
}

function isParticiple(word: string): boolean {
  return /ed$/u.test(word) || (pastForms.has(word) && /(?:en|wn)$/u.test(word));
}

/** Whether more is said of who did it: a clause, a value (`offered by the department of Physics`), or that several did (`were taken by pupils in Rome`). */
function tellsWho(reader: Reader, verb: number): boolean {
  if (isOperator(reader, ['where'], 2)) return true;
  if (isValue(peek(reader, 1))) return true;
  const who = peek(reader, 1)?.chunk;
  const said = isOperator(reader, ['of', 'preposition'], 2) && isValue(peek(reader, past(reader, ['pronoun'], 3)));
  const passive = isOperator(reader, ['is', 'where'], verb - 1);
  return said || (passive && who?.kind === 'thing' && isPluralWord(who.word) && isTable(peek(reader, 1)));
}

function isPluralWord(word: string): boolean {
  return word !== '' && singularOf(word) !== word;
}

function isTable(sign: Sign | undefined): boolean {
  const slot = slotOf(sign, 'names');
  return slot !== null && isTableFirst(slot);
}
