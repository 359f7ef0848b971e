import type {
  Condition as FlatCondition,
  Group as FlatGroup,
  Item as FlatItem,
  Operand as FlatOperand,
  Frame,
  Ordering,
  Pick,
} from './frame.js';
import { isTableFirst } from './reader.js';
import type { Condition, Extreme, Group, Item, Noun, RequestTree, Slot } from './request-tree.js';

interface Flat {
  readonly items: FlatItem[];
  readonly groups: FlatGroup[];
  readonly conditions: FlatCondition[];
  readonly denied: FlatCondition[];
  readonly alternatives: number[];
  readonly owners: (readonly [number, number])[];
  readonly scopes: Slot[];
  readonly loose: number[];
  pick: Pick | null;
}

/** The tree as one scope: nouns give their slots, owners and conditions to the whole request. */
export function flatten(tree: RequestTree): Frame {
  const flat: Flat = {
    items: [],
    groups: [],
    conditions: [],
    denied: [],
    alternatives: [],
    owners: [],
    scopes: [],
    loose: [...tree.loose],
    pick: null,
  };
  for (const item of shareOwners(tree.items.map(ownerNamed))) flatItem(flat, item, true);
  for (const group of tree.groups) flatGroup(flat, group);
  for (const condition of tree.conditions) flatCondition(flat, condition, null);
  const orderings: Ordering[] = tree.orderings.map(({ item, direction }) => ({
    item: item === null ? null : plainItem(flat, item),
    direction,
  }));
  const { top } = tree;
  if (top !== null)
    flat.pick = {
      direction: top.direction,
      count: top.count,
      item: top.by === null ? null : plainItem(flat, top.by),
      nouns: [],
      fallback: [],
      reversed: [],
      frequent: false,
      shown: true,
    };
  return {
    items: flat.items,
    groups: flat.groups,
    conditions: [...flat.conditions, ...flat.denied],
    alternatives: flat.alternatives,
    owners: flat.owners,
    scopes: flat.scopes.map(withoutMetrics),
    orderings,
    pick: flat.pick,
    limit: top?.count ?? null,
    distinct: tree.distinct,
    trend: tree.trend,
    every: tree.every,
    loose: flat.loose,
    absorbed: tree.absorbed,
  };
}

/** `names of studios` where a studio is a column: the name is the studio. */
function ownerNamed(item: Item): Item {
  if (item.kind !== 'noun') return item;
  const { slot, owner } = item.noun;
  const naming = slot !== null && (slot.word === 'name' || slot.word === 'names');
  if (!naming || owner?.slot === null || owner?.slot === undefined || isTableFirst(owner.slot)) return item;
  return { kind: 'noun', noun: { ...owner, modifiers: [...owner.modifiers, ...item.noun.modifiers] } };
}

/** `id and name of each student`: things shown in one breath have one owner. */
function shareOwners(items: readonly Item[]): readonly Item[] {
  const shared = [...items];
  for (let index = shared.length - 2; index >= 0; index -= 1) {
    const item = shared[index];
    const next = shared[index + 1];
    if (item?.kind !== 'noun' || next?.kind !== 'noun' || item.noun.owner !== null || next.noun.owner === null)
      continue;
    if (item.noun.modifiers.length > 0 || item.noun.slot === null) continue;
    shared[index] = { kind: 'noun', noun: { ...item.noun, owner: { ...next.noun.owner, modifiers: [] } } };
  }
  return shared;
}

/** What only limits the rows is a table or column, never a metric of the same name. */
function withoutMetrics(slot: Slot): Slot {
  const groundings = slot.groundings.filter(({ concept }) => concept.kind !== 'metric');
  return groundings.length === 0 ? slot : { ...slot, groundings };
}

/** Whose absence is asked for is a thing, where it may be one. */
function preferTables(slot: Slot): Slot {
  const best = slot.groundings[0]?.score ?? 0;
  const tables = slot.groundings.filter(({ concept, score }) => concept.kind === 'dataset' && score >= best - 0.22);
  return tables.length > 0 ? { ...slot, groundings: tables } : withoutMetrics(slot);
}

function flatItem(flat: Flat, item: Item, shown: boolean): void {
  if (item.kind !== 'noun') {
    flat.items.push(plainItem(flat, item));
    return;
  }
  const { noun } = item;
  const extreme = noun.modifiers.find((condition) => condition.kind === 'extreme' && condition.extreme.item === null);
  const rest = { ...noun, modifiers: noun.modifiers.filter((condition) => condition !== extreme) };
  flatNoun(flat, rest);
  if (noun.slot === null) return;
  const plain: FlatItem = { kind: 'plain', slot: noun.slot, distinct: noun.distinct };
  if (extreme?.kind !== 'extreme') {
    if (!isConditionOnly(noun)) flat.items.push(plain);
    else flat.scopes.push(noun.slot);
    return;
  }
  const named = extreme.extreme.nouns.length > 0 || extreme.extreme.frequent;
  flat.pick = pickOf(
    flat,
    { ...extreme.extreme, count: extreme.extreme.count ?? noun.count },
    named ? (extreme.extreme.frequent ? plain : null) : plain,
    shown,
  );
  if (named) flat.items.push(plain);
}

/** `airline American Airlines`: the column only says where the value is meant. */
function isConditionOnly(noun: Noun): boolean {
  return noun.modifiers.some(
    (condition) =>
      (condition.kind === 'value' &&
        condition.column !== null &&
        condition.column.id === noun.slot?.id &&
        condition.value.id === noun.slot.id + 1) ||
      (condition.kind === 'compare' &&
        condition.operator === 'eq' &&
        condition.operand.kind !== 'item' &&
        condition.subject?.kind === 'noun' &&
        condition.subject.noun.slot?.id === noun.slot?.id),
  );
}

function pickOf(flat: Flat, extreme: Extreme, item: FlatItem | null, shown: boolean): Pick {
  if (flat.pick !== null) flat.loose.push(item?.kind === 'plain' ? item.slot.id : -1);
  return {
    direction: extreme.direction,
    count: extreme.count,
    item,
    nouns: extreme.nouns,
    fallback: extreme.fallback,
    reversed: extreme.reversed,
    frequent: extreme.frequent,
    shown,
  };
}

/** Hands a noun's owner and conditions to the whole. */
function flatNoun(flat: Flat, noun: Noun): void {
  if (noun.owner !== null) {
    if (noun.owner.slot !== null) {
      flat.scopes.push(noun.owner.slot);
      if (noun.slot !== null) flat.owners.push([noun.slot.id, noun.owner.slot.id]);
    }
    flatNoun(flat, noun.owner);
  }
  for (const condition of noun.modifiers) flatCondition(flat, condition, noun);
}

/** The item with its noun reduced to a slot. */
function plainItem(flat: Flat, item: Item): FlatItem {
  switch (item.kind) {
    case 'noun':
      flatNoun(flat, item.noun);
      return item.noun.slot === null
        ? { kind: 'count', slot: null, distinct: false, quantity: false }
        : { kind: 'plain', slot: item.noun.slot, distinct: item.noun.distinct };
    case 'count':
      if (item.noun !== null) flatNoun(flat, item.noun);
      return {
        kind: 'count',
        slot: item.noun?.slot ?? null,
        distinct: item.noun?.distinct ?? false,
        quantity: item.quantity,
      };
    case 'aggregate': {
      const inner = plainItem(flat, item.of);
      return {
        kind: 'aggregate',
        function: item.function,
        slot: inner.kind === 'plain' || inner.kind === 'count' ? inner.slot : null,
      };
    }
    case 'ratio':
      return {
        kind: 'ratio',
        numerator: plainItem(flat, item.numerator),
        denominator: plainItem(flat, item.denominator),
      };
    case 'difference':
      return plainItem(flat, item.left);
    case 'derived':
      return {
        kind: 'derived',
        how: item.how.kind === 'growth' ? { kind: 'growth' } : item.how,
        of: plainItem(flat, item.of),
      };
  }
}

function flatGroup(flat: Flat, group: Group): void {
  if (group.kind === 'grain') {
    if (group.noun !== null) flatNoun(flat, group.noun);
    flat.groups.push({ kind: 'grain', unit: group.unit, slot: group.noun?.slot ?? null });
    return;
  }
  flatNoun(flat, group.noun);
  if (group.noun.slot === null) return;
  const slot = group.noun.slot;
  flat.groups.push({ kind: 'slot', slot });
}

function flatCondition(flat: Flat, condition: Condition, of: Noun | null): void {
  switch (condition.kind) {
    case 'related':
      flatRelated(flat, condition.noun, condition.negated);
      return;
    case 'extreme': {
      const { extreme } = condition;
      const item = extreme.item === null ? null : plainItem(flat, extreme.item);
      const implied = item === null && extreme.nouns.length === 0 && of !== null && of.slot !== null;
      const own: FlatItem | null =
        implied && of.slot !== null ? { kind: 'plain', slot: of.slot, distinct: false } : item;
      flat.pick = pickOf(
        flat,
        { ...extreme, count: extreme.count ?? of?.count ?? null },
        own,
        implied && !extreme.frequent,
      );
      return;
    }
    case 'either': {
      for (const [index, option] of condition.options.entries()) {
        for (const inner of option) {
          const before = flat.conditions.length;
          flatCondition(flat, inner, of);
          if (index > 0 && flat.conditions.length > before && before > 0) flat.alternatives.push(before);
        }
      }
      return;
    }
    default: {
      const made = simpleCondition(flat, condition);
      if (made !== null) flat.conditions.push(made);
    }
  }
}

function simpleCondition(
  flat: Flat,
  condition: Exclude<Condition, { kind: 'related' | 'extreme' | 'either' }>,
): FlatCondition | null {
  switch (condition.kind) {
    case 'compare':
      return {
        ...condition,
        subject: condition.subject === null ? null : subjectItem(flat, condition.subject),
        operand: operandOf(flat, condition.operand),
      };
    case 'between':
      return { ...condition, subject: condition.subject === null ? null : subjectItem(flat, condition.subject) };
    default:
      return condition;
  }
}

/** `at least 2 events` counts rows; `more than 30 credits` compares the column. */
function subjectItem(flat: Flat, item: Item): FlatItem {
  const plain = plainItem(flat, item);
  if (plain.kind !== 'count' || plain.slot === null || !plain.quantity) return plain;
  const best = plain.slot.groundings[0]?.score ?? 0;
  const rows = plain.slot.groundings.some(({ concept, score }) => concept.kind === 'dataset' && score >= best - 0.22);
  return rows ? { ...plain, quantity: false } : { kind: 'plain', slot: plain.slot, distinct: plain.distinct };
}

function operandOf(flat: Flat, operand: Extract<Condition, { kind: 'compare' }>['operand']): FlatOperand {
  if (operand.kind !== 'item') return operand;
  const item = plainItem(flat, operand.item);
  return item.kind === 'aggregate' ? { kind: 'average' } : { kind: 'average' };
}

function flatRelated(flat: Flat, noun: Noun, negated: boolean): void {
  const { slot } = noun;
  if (negated && slot !== null) {
    const inner: Flat = { ...flat, conditions: [] };
    flatNoun(inner, noun);
    flat.denied.push({ kind: 'exists', slot: preferTables(slot), negated: true }, ...inner.conditions);
    if (inner.pick !== null && inner.pick !== flat.pick) flat.pick = inner.pick;
    return;
  }
  flatNoun(flat, noun);
  if (slot === null) return;
  if (isTableFirst(slot)) flat.scopes.push(slot);
  else flat.conditions.push({ kind: 'exists', slot: withoutMetrics(slot), negated: false });
}
