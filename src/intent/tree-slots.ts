import type { Condition, Item, Noun, RequestTree, Slot } from './request-tree.js';

/** All slots of a tree, nested nouns and requests included, by id. */
export function slotsOfTree(tree: RequestTree): ReadonlyMap<number, Slot> {
  const slots = new Map<number, Slot>();
  for (const item of tree.items) addItem(slots, item);
  for (const group of tree.groups) if (group.noun !== null) addNoun(slots, group.noun);
  for (const condition of tree.conditions) addCondition(slots, condition);
  for (const { item } of tree.orderings) if (item !== null) addItem(slots, item);
  if (tree.top?.by !== null && tree.top?.by !== undefined) addItem(slots, tree.top.by);
  return slots;
}

function addNoun(slots: Map<number, Slot>, noun: Noun): void {
  if (noun.slot !== null) slots.set(noun.slot.id, noun.slot);
  if (noun.owner !== null) addNoun(slots, noun.owner);
  for (const condition of noun.modifiers) addCondition(slots, condition);
}

function addItem(slots: Map<number, Slot>, item: Item): void {
  switch (item.kind) {
    case 'noun':
      addNoun(slots, item.noun);
      return;
    case 'count':
      if (item.noun !== null) addNoun(slots, item.noun);
      return;
    case 'aggregate':
    case 'derived':
      addItem(slots, item.of);
      return;
    case 'span':
      if (item.from !== null) addNoun(slots, item.from);
      if (item.to !== null) addNoun(slots, item.to);
      return;
    case 'mean':
      addItem(slots, item.of);
      if (item.per.noun !== null) addNoun(slots, item.per.noun);
      return;
    case 'ratio':
      addItem(slots, item.numerator);
      addItem(slots, item.denominator);
  }
}

function addCondition(slots: Map<number, Slot>, condition: Condition): void {
  const add = (slot: Slot | null): void => {
    if (slot !== null) slots.set(slot.id, slot);
  };
  switch (condition.kind) {
    case 'value':
      add(condition.column);
      add(condition.value);
      return;
    case 'compare':
      if (condition.subject !== null) addItem(slots, condition.subject);
      if (condition.operand.kind === 'item') addItem(slots, condition.operand.item);
      return;
    case 'between':
      if (condition.subject !== null) addItem(slots, condition.subject);
      return;
    case 'length':
      if (condition.subject !== null) addItem(slots, condition.subject);
      for (const noun of [condition.from, condition.to]) if (noun !== null) addNoun(slots, noun);
      return;
    case 'time':
    case 'text_match':
    case 'missing':
      add(condition.column);
      return;
    case 'related':
      addNoun(slots, condition.noun);
      return;
    case 'extreme':
      if (condition.extreme.item !== null) addItem(slots, condition.extreme.item);
      return;
    case 'refers':
      add(condition.column);
      for (const [id, slot] of slotsOfTree(condition.inner)) slots.set(id, slot);
      return;
    case 'among':
      for (const slot of slotsOfTree(condition.inner).values()) add(slot);
      return;
    case 'either':
      for (const option of condition.options) for (const inner of option) addCondition(slots, inner);
  }
}
