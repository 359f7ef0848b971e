import type { Grounding } from './concept.js';
import { isName, isValue, peek, type Reader, slotOf } from './reader.js';
import type { Slot } from './request-tree.js';
import { singularOf } from './word-forms.js';

/** The things that have one of the values; `sign` is the place where those are said. */
export function tablesOf(sign: number, groundings: readonly Grounding[]): Slot {
  const names = new Set(groundings.flatMap(({ concept }) => (concept.kind === 'value' ? [concept.dataset] : [])));
  return {
    id: -1 - sign,
    groundings: [...names].map((dataset) => ({
      concept: { kind: 'dataset', dataset },
      score: 0.95,
      evidence: 'what has these values',
    })),
    word: '',
    text: '',
  };
}

/**
 * `orders per wholesaler` where that is a kind of customers: each of the customers of that kind. What is written with a
 * capital letter, in quotes or in the plural is one value, or all of its rows together.
 */
export function kindOfThing(reader: Reader): Slot | null {
  const sign = peek(reader);
  if (sign?.chunk.kind !== 'thing' || sign.chunk.quoted || !isValue(sign) || isName(peek(reader, 1))) return null;
  const { text } = sign.chunk;
  const isCommon = text === text.toLowerCase() && singularOf(text) === text && !/\d/u.test(text);
  return isCommon ? tablesOf(sign.id, slotOf(sign, 'values')?.groundings ?? []) : null;
}
