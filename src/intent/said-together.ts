import { wordsOfName } from '../catalog/name-words.js';
import type { Grounding } from './concept.js';
import { isTableFirst } from './reader.js';
import { bareNoun, type Item, type Noun, type RequestTree, type Slot } from './request-tree.js';
import { stemOf } from './word-forms.js';

/** Scores that differ by less say equally well what is meant. */
const tie = 0.03;
/** What does not begin as what was said before is meant less. */
const beside = 0.93;

/**
 * Things named in one breath tell of each other: in `the guests' names and ids` the ids are theirs too, where other things have ids as
 * well; and in `room type codes and descriptions` the words before the codes stand before the descriptions too.
 */
export function saidTogether(tree: RequestTree): RequestTree {
  const items: Item[] = [];
  for (const item of tree.items) {
    const before = items.at(-1);
    const both = before?.kind === 'noun' && item.kind === 'noun';
    items.push(both ? { ...item, noun: toldBy(before.noun, item.noun) } : item);
  }
  return { ...tree, items: withLastOwner(items) };
}

/** `the names and average prices of all hotels`, `the name and number of rooms for the hotels`: whose they are is said once, behind the last. */
function withLastOwner(items: readonly Item[]): readonly Item[] {
  const owner = ownerBehind(items.at(-1));
  const slot = owner?.slot ?? null;
  if (owner === null || slot === null) return items;
  const isTold = (item: Item, place: number): boolean =>
    place < items.length - 1 && item.kind === 'noun' && isBareName(item.noun) && isOwn(item.noun, slot);
  const first = items.findIndex(isTold);
  if (first < 0) return items;
  // What narrows the owner of a measure narrows what is shown: it is said of the first.
  const moved = items.at(-1)?.kind !== 'noun';
  return items.map((item, place) => {
    if (item.kind === 'noun' && isTold(item, place))
      return { ...item, noun: { ...item.noun, owner: moved && place === first ? owner : bareNoun(slot) } };
    return moved && place === items.length - 1 ? withOwner(item, bareNoun(slot)) : item;
  });
}

function isBareName({ slot, owner, modifiers }: Noun): boolean {
  return slot !== null && owner === null && modifiers.length === 0 && !isTableFirst(slot);
}

function isOwn({ slot }: Noun, owner: Slot): boolean {
  return slot !== null && isShared(slot, owner);
}

/** The item with another owner of what it is about, where it has one. */
function withOwner(item: Item, owner: Noun): Item {
  if (item.kind === 'noun') return item.noun.owner === null ? item : { ...item, noun: { ...item.noun, owner } };
  if (item.kind === 'aggregate') return { ...item, of: withOwner(item.of, owner) };
  return item;
}

/** The thing that the last of several is said to be of. */
function ownerBehind(item: Item | undefined): Noun | null {
  if (item === undefined || item.kind === 'ratio' || item.kind === 'span') return null;
  if (item.kind === 'aggregate' || item.kind === 'derived' || item.kind === 'mean') return ownerBehind(item.of);
  const { noun } = item;
  if (noun === null || noun.slot === null || isTableFirst(noun.slot)) return null;
  const [first] = noun.modifiers;
  const related = first?.kind === 'related' && !first.negated && first.noun.definite ? bareNoun(first.noun.slot) : null;
  const owner = noun.owner ?? related;
  return owner !== null && owner.slot !== null && isTableFirst(owner.slot) ? owner : null;
}

function toldBy(before: Noun, noun: Noun): Noun {
  if (before.slot === null || noun.slot === null || noun.owner !== null || noun.slot.word === '') return noun;
  const slot = withFirstWords(before.slot, noun.slot);
  const owner = before.owner?.slot ?? null;
  if (owner === null || !isTableFirst(owner) || !isShared(slot, owner)) return { ...noun, slot };
  return { ...noun, slot, owner: bareNoun(owner) };
}

/** Whether several tables have what the slot names, the owner's among them. */
function isShared(slot: Slot, owner: Slot): boolean {
  const best = leading(slot.groundings);
  const tables = new Set(best.map(({ concept }) => (concept.kind === 'column' ? concept.dataset : null)));
  const [own] = owner.groundings.flatMap(({ concept }) => (concept.kind === 'dataset' ? [concept.dataset] : []));
  return !tables.has(null) && tables.size > 1 && own !== undefined && tables.has(own);
}

/** The slot, in which columns that begin with the words before count as said in full, and others less. */
function withFirstWords(before: Slot, slot: Slot): Slot {
  const said = new Set(before.text.toLowerCase().split(/\W+/u).map(stemOf));
  const top = slot.groundings[0]?.score ?? 0;
  const isTold = (grounding: Grounding): boolean =>
    leading(before.groundings).some((other) => beginsAlike(other, grounding, said));
  if (!slot.groundings.some(isTold)) return slot;
  const groundings = slot.groundings.map((grounding): Grounding => {
    if (!isTold(grounding)) return { ...grounding, score: grounding.score * beside };
    return { ...grounding, score: top, evidence: `"${before.text}" is said with it` };
  });
  return { ...slot, groundings: groundings.toSorted((left, right) => right.score - left.score) };
}

function beginsAlike(other: Grounding, { concept }: Grounding, said: ReadonlySet<string>): boolean {
  if (other.concept.kind !== 'column' || concept.kind !== 'column') return false;
  if (other.concept.dataset !== concept.dataset || other.concept.column === concept.column) return false;
  const words = wordsOfName(concept.column);
  const first = wordsOfName(other.concept.column).slice(0, -1);
  return first.length > 0 && first.every((word, place) => words[place] === word && said.has(stemOf(word)));
}

function leading(groundings: readonly Grounding[]): readonly Grounding[] {
  const top = groundings[0]?.score ?? 0;
  return groundings.filter(({ score }) => score >= top - tie);
}
