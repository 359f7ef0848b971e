import type { Growing } from './growing.js';
import type { Reader } from './reader.js';
import type { Condition, Item, Noun } from './request-tree.js';

type Share = Extract<Item, { kind: 'derived' }>;

function isShare(item: Item | undefined): item is Share {
  return item?.kind === 'derived' && item.how.kind === 'share';
}

/** Whether the request asks for a share from here on. */
export function asksForShare({ signs, at, end }: Reader): boolean {
  return signs.slice(at, end).some(({ chunk }) => chunk.kind === 'operator' && chunk.operator.kind === 'share');
}

/**
 * `what percentage of visits in each ward are urgent`: what is said of the things behind them, `from` there, narrows the part
 * that is shared out and not the whole. Whether it was so.
 */
export function narrowsShare(
  reader: Reader,
  from: number,
  growing: Growing,
  conditions: readonly Condition[],
): boolean {
  const place = growing.items.length - 1;
  const item = growing.items[place];
  if (!isShare(item) || !opensPredicate(reader, from) || conditions.every(({ kind }) => kind === 'time')) return false;
  const { of } = item;
  if ((of.kind !== 'noun' && of.kind !== 'count') || of.noun === null || of.noun.slot === null) return false;
  growing.items[place] = { ...item, of: { ...of, noun: withPart(of.noun, conditions) } };
  return true;
}

/** `share of visits in each ward are urgent`: what is said behind the group is said of what the share is of. The group without it. */
export function withoutPredicate(reader: Reader, growing: Growing, noun: Noun): Noun {
  const place = reader.signs.findIndex(({ id }) => id === noun.slot?.id);
  const link = reader.signs[place + 1]?.chunk;
  if (noun.said === null || link?.kind !== 'operator' || link.operator.kind !== 'is') return noun;
  const moved = narrowsShare(reader, place + 1, growing, noun.modifiers.slice(noun.said));
  return moved ? { ...noun, said: null, modifiers: noun.modifiers.slice(0, noun.said) } : noun;
}

/** Whether a clause about what was named before begins here, or began right before. */
function opensPredicate({ signs }: Reader, from: number): boolean {
  return [signs[from - 1], signs[from]].some((sign) => {
    const chunk = sign?.chunk;
    return chunk?.kind === 'verb' || (chunk?.kind === 'operator' && ['is', 'where'].includes(chunk.operator.kind));
  });
}

/** The noun with what makes the part; what was said of it before holds for the whole. */
function withPart(noun: Noun, conditions: readonly Condition[]): Noun {
  return { ...noun, said: noun.said ?? noun.modifiers.length, modifiers: [...noun.modifiers, ...conditions] };
}

/** `of the guests who came in 2022, what share has …`: the share is of those. */
export function shareOfWhole(item: Item, whole: Noun | null): Item {
  if (!isShare(item) || whole === null || item.of.kind !== 'count' || item.of.noun !== null) return item;
  const noun: Noun = { ...whole, said: whole.modifiers.length };
  return { ...item, of: { kind: 'count', noun, quantity: false } };
}

/**
 * `mooring as a percentage of all fees`: of what the values before it tell, where nothing but them is named there. Null where
 * nothing is said so; else the item, which takes the place of what was read before.
 */
export function partOfWhole(growing: Growing, item: Item): Item | null {
  if (!isShare(item) || item.how.kind !== 'share' || item.how.told !== true) return null;
  const { of } = item;
  if (growing.items.length > 0 || growing.conditions.length === 0) return null;
  if (of.kind !== 'noun' || of.noun.slot === null) return null;
  const part = growing.conditions.splice(0);
  return { ...item, of: { kind: 'noun', noun: withPart(of.noun, part) } };
}
