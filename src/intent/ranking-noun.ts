import { isTableFirst } from './reader.js';
import type { Condition, Extreme, Noun } from './request-tree.js';

/**
 * `built in the most recent year`: the superlative ranks what was built, by the year. So does `took part in the most
 * matches`, by their number.
 */
export function rankedBy(noun: Noun): Extreme | null {
  if (noun.slot === null) return null;
  const found = noun.modifiers.find((condition) => condition.kind === 'extreme' && condition.extreme.item === null);
  if (found?.kind !== 'extreme' || found.extreme.frequent) return null;
  const { nouns, fallback } = found.extreme;
  if (isTableFirst(noun.slot) && nouns.length + fallback.length > 0) return null;
  const rest = noun.modifiers.filter((condition) => condition !== found);
  return {
    ...found.extreme,
    nouns: [],
    fallback: [],
    reversed: [],
    item: { kind: 'noun', noun: { ...noun, modifiers: rest } },
  };
}

/** `whose rooms have the highest average price`: what is folded over related things ranks the thing that has them. */
export function foldedExtreme({ slot, modifiers }: Noun): Extract<Condition, { kind: 'extreme' }> | null {
  const found = modifiers.find((condition) => condition.kind === 'extreme');
  const folds = found?.kind === 'extreme' && found.extreme.item?.kind === 'aggregate';
  return folds && slot !== null && isTableFirst(slot) ? found : null;
}
