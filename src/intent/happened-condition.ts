import { verbSlot } from './reader.js';
import type { Condition, Noun } from './request-tree.js';
import type { Sign } from './signs.js';

/** `jobs finished`, `jobs not finished`: of a thing with a date of what happened, those to which it did, or did not; else null. */
export function happenedCondition(verb: Sign | undefined, noun: Noun, negated: boolean): Condition | null {
  const date = verbSlot(verb);
  const [table] = noun.slot?.groundings ?? [];
  if (date === null || verb?.chunk.kind !== 'verb' || !verb.chunk.past || table?.concept.kind !== 'dataset')
    return null;
  const { dataset } = table.concept;
  const isOwn = date.groundings.every(({ concept }) => concept.kind === 'column' && concept.dataset === dataset);
  return isOwn ? { kind: 'missing', column: date, negated: !negated } : null;
}
