import { type Concept, conceptKey } from './concept.js';
import type { Growing } from './growing.js';
import { readItem } from './read-item.js';
import { isName, isOperator, operatorAt, past, peek, type Reader, startsItem } from './reader.js';
import type { Item, Noun, Ordering } from './request-tree.js';

/** `sorted by A descending and B`, `in descending order of A`, `from high to low`. */
export function readOrderings(reader: Reader, growing: Growing): void {
  const leading = operatorAt(reader);
  let direction = leading?.kind === 'direction' ? leading.direction : null;
  let along = leading?.kind === 'direction' ? (leading.along ?? null) : null;
  const start = reader.at;
  let axis: Ordering['axis'] = leading?.kind === 'axis' ? leading.axis : null;
  reader.at += 1;
  reader.at += past(reader, ['order', 'of', 'group', 'pronoun', 'preposition', 'is']);
  axis = readAxis(reader) ?? axis;
  const inner = operatorAt(reader);
  if (inner?.kind === 'direction') {
    direction = inner.direction;
    along = inner.along ?? null;
    reader.at += 1;
    reader.at += past(reader, ['of', 'group', 'order', 'pronoun', 'preposition']);
  }
  axis = readAxis(reader) ?? axis;
  let found = false;
  while (startsItem(reader)) {
    found = true;
    const [item] = readItem(reader).items;
    const object = item === undefined ? null : orderObject(reader, growing, item);
    const trailing = object === null ? readDirection(reader) : null;
    if (object !== null) {
      direction = object ?? direction;
      continue;
    }
    if (item !== undefined && growing.items.length === 0) growing.items.push(item);
    reader.at += past(reader, ['pronoun', 'is'], 0, true);
    growing.orderings.push({ item: item ?? null, direction: trailing ?? direction ?? 'ascending', axis: null });
    const after = past(reader, ['and', 'group', 'order', 'pronoun']);
    if (
      after === 0 ||
      !isOperator(reader, ['and']) ||
      !isName(peek(reader, after)) ||
      isOperator(reader, ['show'], after)
    )
      return;
    reader.at += after;
  }
  if (!found)
    addBareOrdering(reader, growing, { direction: readDirection(reader) ?? direction, axis: axis ?? along }, start);
}

/** `sort the cities by size`, `order them in descending order of size`: what stands before `by` is sorted, not sorted by. */
function orderObject(reader: Reader, growing: Growing, item: Item): Ordering['direction'] | undefined | null {
  const ahead = past(reader, ['of', 'group', 'order', 'pronoun', 'direction', 'preposition']);
  if (
    ahead === 0 ||
    !isOperator(reader, ['of', 'group', 'order', 'direction']) ||
    !(
      startsItem(reader, ahead) ||
      (isOperator(reader, ['group', 'order']) && isOperator(reader, ['direction'], ahead - 1))
    )
  )
    return null;
  if (growing.items.length === 0) growing.items.push(item);
  else if (item.kind === 'noun' && isShown(growing, item.noun)) absorbNoun(reader, item.noun);
  let direction: Ordering['direction'] | undefined;
  for (let place = 0; place < ahead; place += 1) {
    const operator = operatorAt(reader, place);
    if (operator?.kind === 'direction') direction = operator.direction;
  }
  reader.at += ahead;
  return direction;
}

/** Whether the noun is among what is shown or grouped by: then naming it again says nothing more. */
function isShown(growing: Growing, { slot }: Noun): boolean {
  const [named] = slot?.groundings ?? [];
  const shown = [
    ...growing.items.map((item) => (item.kind === 'noun' || item.kind === 'count' ? item.noun : null)),
    ...growing.groups.map(({ noun }) => noun),
  ].flatMap((noun) => [noun?.slot, noun?.owner?.slot]);
  return (
    named !== undefined &&
    shown.some((other) => other?.groundings[0] !== undefined && sameConcept(other.groundings[0].concept, named.concept))
  );
}

function sameConcept(left: Concept, right: Concept): boolean {
  return conceptKey(left) === conceptKey(right);
}

function absorbNoun(reader: Reader, { slot }: Noun): void {
  if (slot !== null) reader.absorbed.push(slot.id);
}

/** `by the bars`, `the y-axis`. */
function readAxis(reader: Reader): Ordering['axis'] {
  const operator = operatorAt(reader);
  if (operator?.kind !== 'axis') return null;
  reader.at += 1;
  return operator.axis;
}

function readDirection(reader: Reader): Ordering['direction'] | null {
  const ahead = past(reader, ['preposition', 'pronoun', 'is']);
  const operator = operatorAt(reader, ahead);
  if (operator?.kind !== 'direction') return null;
  reader.at += ahead + 1;
  return operator.direction;
}

/** `in descending order` behind an order that has its item already only tells the direction. */
function addBareOrdering(
  reader: Reader,
  growing: Growing,
  { direction, axis }: { readonly direction: Ordering['direction'] | null; readonly axis: Ordering['axis'] },
  start: number,
): void {
  const last = growing.orderings.at(-1);
  if (last !== undefined && direction !== null) {
    growing.orderings[growing.orderings.length - 1] = { ...last, direction };
    return;
  }
  const before = reader.signs[start - 1];
  const item = growing.items.at(-1);
  const counted = before?.chunk.kind === 'operator' && before.chunk.operator.kind === 'count';
  if (counted && item?.kind === 'count' && item.noun === null && growing.items.length > 1) {
    // `…, and show the total number in ascending order`: what was asked for before is put in order by its number.
    growing.items.pop();
    growing.orderings.push({ item, direction: direction ?? 'ascending', axis });
    return;
  }
  const restated = item?.kind === 'noun' && item.noun.slot !== null && item.noun.slot.id === before?.id;
  growing.orderings.push({ item: restated && !isDrawn(axis) ? item : null, direction: direction ?? 'ascending', axis });
}

function isDrawn(axis: Ordering['axis']): boolean {
  return axis === 'x' || axis === 'y';
}
