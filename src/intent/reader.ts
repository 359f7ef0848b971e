import type { Chunk } from './chunk.js';
import { conceptKey, type Grounding } from './concept.js';
import type { Condition, Item, Noun, Slot, Top } from './request-tree.js';
import { type Sign, withDrawnSigns } from './signs.js';
import type { Operator } from './words/operator.js';

/** What one item phrase says: the items (several for `minimum and maximum price`), and how they are ranked, if they are. */
export interface ReadItems {
  readonly items: readonly Item[];
  readonly top: Top | null;
}

/** Where a noun stands: what is shown takes less to itself than what is grouped by or compared. */
export type Place = 'item' | 'group' | 'condition' | 'measured';

/** The phrases of the grammar that hold each other, each read from where the reader stands. */
export interface Grammar {
  /** `compared`: what is compared stands right behind it, so that it leaves comparisons alone. */
  item(reader: Reader, compared?: boolean): ReadItems;
  noun(reader: Reader, place: Place): Noun;
  /** Conditions after `with`, `that`, `whose` and the like, about `noun`. */
  clause(reader: Reader, noun: Noun): readonly Condition[];
}

/** Where reading stands among the signs. Mutated only by the read-* files. */
export interface Reader {
  readonly grammar: Grammar;
  readonly signs: readonly Sign[];
  at: number;
  /** Where the phrase that is read now ends: what comes behind it is not seen. */
  end: number;
  readonly loose: number[];
  readonly absorbed: number[];
}

/** A reader at the start; articles, fillers and words that name nothing are passed over. */
export function readerOf(chunks: readonly Chunk[], grammar: Grammar): Reader {
  const signs: Sign[] = [];
  let article = false;
  for (const [id, chunk] of chunks.entries()) {
    if (chunk.kind === 'article') article = true;
    else if (chunk.kind !== 'filler' && chunk.kind !== 'role' && chunk.kind !== 'unresolved') {
      signs.push({ chunk, id, article });
      article = false;
    }
  }
  const placed = withDrawnSigns(signs);
  return { grammar, signs: placed, at: 0, end: placed.length, loose: [], absorbed: [] };
}

/** The sign `ahead` places from here; undefined past the end. */
export function peek(reader: Reader, ahead = 0): Sign | undefined {
  return reader.at + ahead >= 0 && reader.at + ahead < reader.end ? reader.signs[reader.at + ahead] : undefined;
}

/** What `read` makes of the signs up to, not including, `end`; what it leaves of them is loose. Reading then stands at `end`. */
export function readUpTo<Result>(reader: Reader, end: number, read: () => Result): Result {
  const outer = reader.end;
  reader.end = Math.min(end, outer);
  const result = read();
  for (const sign of reader.signs.slice(reader.at, reader.end)) if (says(sign)) reader.loose.push(sign.id);
  reader.at = reader.end;
  reader.end = outer;
  return result;
}

/** Whether leaving the sign out changes what is asked for. */
function says({ chunk }: Sign): boolean {
  return chunk.kind !== 'verb' && !(chunk.kind === 'operator' && tyingKinds.has(chunk.operator.kind));
}

const tyingKinds: ReadonlySet<Operator['kind']> = new Set(['and', 'is', 'of', 'pronoun', 'preposition', 'where']);

/** The operator at a place; null where something else stands. */
export function operatorAt(reader: Reader, ahead = 0): Operator | null {
  const chunk = peek(reader, ahead)?.chunk;
  return chunk?.kind === 'operator' ? chunk.operator : null;
}

/** Whether one of these operators stands at a place. */
export function isOperator(reader: Reader, kinds: readonly Operator['kind'][], ahead = 0): boolean {
  const operator = operatorAt(reader, ahead);
  return operator !== null && kinds.includes(operator.kind);
}

/** How many places ahead the first sign is that is none of these operators (nor a verb, if `verbs`). */
export function past(reader: Reader, kinds: readonly Operator['kind'][], from = 0, verbs = false): number {
  let ahead = from;
  while (isOperator(reader, kinds, ahead) || (verbs && peek(reader, ahead)?.chunk.kind === 'verb')) ahead += 1;
  return ahead;
}

/** The slot of a sign that denotes something: its groundings without values, or only values; null for none. */
export function slotOf(sign: Sign | undefined, part: 'names' | 'values'): Slot | null {
  const chunk = sign?.chunk;
  if (sign === undefined || (chunk?.kind !== 'thing' && chunk?.kind !== 'number')) return null;
  const groundings = chunk.groundings.filter(({ concept }) => (concept.kind === 'value') === (part === 'values'));
  return groundings.length === 0
    ? null
    : {
        id: sign.id,
        groundings,
        word: chunk.kind === 'thing' ? chunk.word : '',
        text: chunk.kind === 'thing' ? chunk.text : '',
      };
}

function best(groundings: readonly Grounding[] | undefined): number {
  return groundings?.[0]?.score ?? 0;
}

/** Whether the sign names a table, column or metric rather than a value. `bias` favours the name. */
export function isName(sign: Sign | undefined, bias = 0): boolean {
  const names = slotOf(sign, 'names');
  if (names === null || sign?.chunk.kind !== 'thing') return false;
  return best(names.groundings) + bias + 0.04 >= best(slotOf(sign, 'values')?.groundings);
}

/** Whether the sign is a value of the data rather than a name. */
export function isValue(sign: Sign | undefined, bias = 0): boolean {
  const values = slotOf(sign, 'values');
  return values !== null && sign?.chunk.kind === 'thing' && !isName(sign, -bias);
}

/** The dates of what a verb says happened; null where none is known. */
export function verbSlot(sign: Sign | undefined): Slot | null {
  const chunk = sign?.chunk;
  return sign === undefined || (chunk?.kind !== 'verb' && chunk?.kind !== 'thing') || chunk.dates.length === 0
    ? null
    : { id: -1 - sign.id, groundings: chunk.dates, word: '', text: '' };
}

/** The dates of the verb that what stands here is said of (`closed in May`); null for none. */
export function eventBefore(reader: Reader): Slot | null {
  for (let back = -1; back >= -3; back -= 1) {
    const slot = verbSlot(peek(reader, back));
    if (slot !== null && !isName(peek(reader, back))) return slot;
    if (reader.at + back < 0 || !isOperator(reader, ['preposition', 'compare', 'is', 'pronoun'], back)) return null;
  }
  return null;
}

/** Whether the best grounding of the slot is a table. */
export function isTableFirst(slot: Slot): boolean {
  const top = best(slot.groundings);
  return slot.groundings.some(({ concept, score }) => concept.kind === 'dataset' && score >= top - 0.06);
}

/** Whether the sign names the same thing as the slot, in the same or another word for it. */
export function repeats(sign: Sign | undefined, slot: Slot | null): boolean {
  const other = isName(sign) ? slotOf(sign, 'names') : null;
  const [left, right] = [other?.groundings[0]?.concept, slot?.groundings[0]?.concept];
  return left !== undefined && right !== undefined && conceptKey(left) === conceptKey(right);
}

/** Whether the slot may well be a column or metric. */
export function isColumnFirst(slot: Slot): boolean {
  const top = best(slot.groundings);
  return slot.groundings.some(({ concept, score }) => concept.kind !== 'dataset' && score >= top - 0.06);
}

/** `non-smoking rooms`, `not cancelled orders`: a value denied of what follows. */
export function deniesValue(reader: Reader, ahead = 0): boolean {
  return isOperator(reader, ['negate'], ahead) && isValue(peek(reader, ahead + 1)) && isName(peek(reader, ahead + 2));
}

/** Whether a noun phrase begins at a place: a name, a value, a pronoun with something that narrows it. */
export function startsNoun(reader: Reader, ahead = 0): boolean {
  const place = past(reader, ['distinct', 'pronoun', 'superlative', 'adjective', 'frequent'], ahead);
  const sign = peek(reader, place);
  if (sign?.chunk.kind === 'number')
    return isName(peek(reader, past(reader, ['superlative', 'adjective', 'frequent'], place + 1, true)));
  return sign?.chunk.kind === 'thing' || deniesValue(reader, place);
}

/** Whether an item may begin at a place. */
export function startsItem(reader: Reader, ahead = 0): boolean {
  const place = past(reader, ['pronoun', 'distinct', 'of'], ahead);
  const sign = peek(reader, place);
  if (sign === undefined) return false;
  if (isName(sign) || sign.chunk.kind === 'rate') return true;
  return isOperator(
    reader,
    [
      'aggregate',
      'count',
      'quantity',
      'times',
      'everything',
      'ratio',
      'share',
      'growth',
      'running_total',
      'question',
      'span',
    ],
    place,
  );
}
