import type { Column } from '../catalog/catalog.js';
import { columnRef } from './column-reference.js';
import { keysOnly } from './compose-nested.js';
import type { Concept } from './concept.js';
import { type ConditionDraft, conceptOf, type Draft } from './draft.js';
import type { Condition as FlatCondition } from './frame.js';
import { isTableFirst } from './reader.js';
import { bareTree, type Condition, type Item, type Noun, type RequestTree, type Slot } from './request-tree.js';

/**
 * The tree in which what is said of a column that a thing has (`staff whose manager works in Rome`) is said of the row that it
 * refers to, where that is one of the same table; null where nothing is said so.
 */
export function referringTree(tree: RequestTree): RequestTree | null {
  const items = tree.items.map(referringItem);
  const changed = items.some((item, place) => item !== tree.items[place]);
  return changed ? { ...tree, items } : null;
}

function referringItem(item: Item): Item {
  if ((item.kind !== 'noun' && item.kind !== 'count') || item.noun === null) return item;
  const noun = referringNoun(item.noun);
  return noun === item.noun ? item : { ...item, noun };
}

function referringNoun(noun: Noun): Noun {
  const modifiers = noun.modifiers.map(referring);
  return modifiers.some((condition, place) => condition !== noun.modifiers[place]) ? { ...noun, modifiers } : noun;
}

function referring(condition: Condition): Condition {
  if (condition.kind !== 'related' || condition.negated) return condition;
  const { noun } = condition;
  if (noun.slot === null || noun.owner !== null || isTableFirst(noun.slot) || noun.modifiers.length === 0)
    return condition;
  const rows = rowsOf(noun.slot);
  if (rows === null) return condition;
  const inner: RequestTree = { ...bareTree, items: [{ kind: 'noun', noun: { ...noun, slot: rows } }] };
  return { kind: 'refers', column: noun.slot, inner };
}

/** The tables of the columns that a slot may be, as what they refer to. */
function rowsOf({ id, groundings }: Slot): Slot | null {
  const names = new Set(groundings.flatMap(({ concept }) => (concept.kind === 'column' ? [concept.dataset] : [])));
  if (names.size === 0) return null;
  const rows = [...names].map((dataset) => ({
    concept: { kind: 'dataset' as const, dataset },
    score: 0.95,
    evidence: 'what the column refers to',
  }));
  return { id: -1 - id, groundings: rows, word: '', text: '' };
}

/** The columns of a table that a column of it refers to: its key; null where it refers to no row of its own table. */
function ownReference({ model }: Draft, concept: Concept | null): readonly Column['name'][] | null {
  if (concept?.kind !== 'column') return null;
  const found = model.catalog.relationships.find(
    ({ from, to }) =>
      from.dataset === concept.dataset &&
      to.dataset === concept.dataset &&
      from.columns.length === 1 &&
      from.columns[0] === concept.column,
  );
  return found?.to.columns ?? null;
}

/** Whether what is said of the row that a column refers to would be taken as said of the row that has the column. */
export function misdirects(draft: Draft, condition: FlatCondition): boolean {
  return (
    condition.kind === 'exists' &&
    condition.narrowed === true &&
    ownReference(draft, conceptOf(draft, condition.slot)) !== null
  );
}

/** The condition that the row referred to is among those that the inner request finds; null where the column refers to another table. */
export function referringCondition(
  draft: Draft,
  { column, inner }: Extract<FlatCondition, { kind: 'refers' }>,
): ConditionDraft | null {
  const concept = conceptOf(draft, column);
  const key = ownReference(draft, concept);
  if (concept?.kind !== 'column' || key === null) return null;
  const composed = draft.composeInner(inner);
  const query = composed === null ? null : keysOnly(composed.query, { dataset: concept.dataset, columns: key });
  if (composed === null || query === null) return null;
  draft.penalty += composed.penalty;
  const keys = [columnRef(concept.dataset, concept.column)];
  return {
    datasets: [concept.dataset],
    expression: { kind: 'membership', keys, query, negated: false },
    negated: false,
    existence: false,
  };
}
