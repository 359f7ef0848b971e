import { conceptKey } from './concept.js';
import { distributed } from './distribution.js';
import { flatten } from './flatten.js';
import type { Frame } from './frame.js';
import { ownerNamed } from './meant-items.js';
import { ratioTree } from './per-ratio.js';
import { isTableFirst } from './reader.js';
import { bareTree, type Condition, type Item, type Noun, type RequestTree, type Slot } from './request-tree.js';
import { referringTree } from './self-reference.js';

/** A way to bring a tree into one scope; `cost` is what it loses against the plain way. */
export interface ScopedFrame {
  readonly frame: Frame;
  readonly cost: number;
}

/**
 * The ways to read what is said of the thing shown. Plainly, all conditions hold for one row. But `studios with films by
 * A and by B` and `countries without a tournament` speak of all rows of a studio or country: then each condition picks
 * studios by itself; `saysBoth` speaks for that.
 */
export function framesOf(said: RequestTree, saysBoth: boolean): readonly ScopedFrame[] {
  const named = distributed(said);
  const tree: RequestTree = { ...named, items: named.items.map(ownerNamed) };
  const plain: ScopedFrame = { frame: flatten(tree), cost: 0 };
  const apart = apartTree(tree, saysBoth);
  const ratio = ratioTree(tree);
  const refers = referringTree(tree);
  return [
    plain,
    ...(apart === null ? [] : [{ frame: flatten(apart.tree), cost: apart.cost }]),
    ...(refers === null ? [] : [{ frame: flatten(refers), cost: 0 }]),
    ...(ratio === null ? [] : [{ frame: flatten(ratio), cost: ratioCost }]),
  ];
}

/** What reading `per` as a division loses, where the groups may be meant. */
const ratioCost = 0.1;

/** The tree with conditions that cannot hold for one row set apart; null where there are none. */
function apartTree(tree: RequestTree, saysBoth: boolean): { readonly tree: RequestTree; readonly cost: number } | null {
  const subject = subjectOf(tree);
  if (subject === null) return null;
  const conditions = [...subject.conditions, ...tree.conditions];
  const parts = conditions.map((condition) => variantsOf(condition));
  const clashing = new Set(clashesOf(conditions));
  const denied = (condition: Condition): boolean => isDenied(condition) && ofAllRows(subject, condition);
  if (parts.every((variants) => variants.length === 1) && clashing.size === 0 && !conditions.some(denied)) return null;
  const modifiers = parts.flatMap((variants, index): readonly Condition[] => {
    const condition = conditions[index];
    if (condition === undefined) return [];
    const apart = variants.length > 1 || denied(condition) || clashing.has(condition);
    return apart ? variants.map((variant) => picked(subject.noun, variant)) : [condition];
  });
  const items = tree.items.with(subject.place, subject.withConditions(modifiers));
  const impossible = clashing.size > 0 || parts.some((variants) => variants.length > 1);
  const plainCost = impossible || !isTableFirst(subject.slot) ? -0.12 : 0.08;
  return { tree: { ...tree, items, conditions: [] }, cost: saysBoth ? -0.3 : plainCost };
}

interface Subject {
  readonly place: number;
  readonly owner: Noun | null;
  /** What is told apart: the one column shown, or the thing of which several are. */
  readonly slot: Slot;
  readonly conditions: readonly Condition[];
  /** The subject with only this condition. */
  readonly noun: (condition: Condition | null) => Noun;
  /** The item with these conditions instead of its own. */
  readonly withConditions: (conditions: readonly Condition[]) => Item;
}

/** What is shown or counted, with what is said of it or of the thing it belongs to. */
function subjectOf(tree: RequestTree): Subject | null {
  const place = tree.items.findIndex((item) => item.kind === 'noun' || item.kind === 'count');
  const item = tree.items[place];
  if ((item?.kind !== 'noun' && item?.kind !== 'count') || item.noun === null || item.noun.slot === null) return null;
  const { noun } = item;
  const { slot, owner } = noun;
  if (slot === null) return null;
  const of = (conditions: readonly Condition[]): Noun =>
    owner === null || noun.modifiers.length > 0
      ? { ...noun, modifiers: conditions }
      : { ...noun, owner: { ...owner, modifiers: conditions } };
  const said = owner === null || noun.modifiers.length > 0 ? noun.modifiers : owner.modifiers;
  const several = tree.items.length > 1 && owner !== null && owner.slot !== null;
  return {
    place,
    owner,
    slot: several && owner?.slot ? owner.slot : slot,
    conditions: said,
    noun: (condition) => {
      const whole = of(condition === null ? [] : [condition]);
      return several && whole.owner !== null ? whole.owner : whole;
    },
    withConditions: (conditions) => ({ ...item, noun: { ...of([]), modifiers: conditions } }),
  };
}

/** The subject is (not) among those of which the condition holds for some row. */
function picked(subject: Subject['noun'], condition: Condition): Condition {
  const negated = isDenied(condition);
  const positive: Condition = negated && 'negated' in condition ? { ...condition, negated: false } : condition;
  const noun = subject(positive);
  return { kind: 'among', inner: { ...bareTree, items: [{ kind: 'noun', noun }] }, negated };
}

/**
 * Whether a denial is about all rows of the subject: `countries without a tournament`, `ranks of captains that no captain
 * of that class has`. A thing with a key has only one row.
 */
function ofAllRows(subject: Subject, condition: Condition): boolean {
  if (condition.kind !== 'related' || isTableFirst(subject.slot)) return false;
  if (subject.owner === null) return true;
  const [owner, other] = [subject.owner.slot?.groundings[0]?.concept, condition.noun.slot?.groundings[0]?.concept];
  return owner?.kind === 'dataset' && other?.kind === 'dataset' && owner.dataset === other.dataset;
}

function isDenied(condition: Condition): boolean {
  return 'negated' in condition && condition.negated && (condition.kind === 'related' || condition.kind === 'value');
}

/** The condition once for each of the values that no single row can have; itself where there are none. */
function variantsOf(condition: Condition): readonly Condition[] {
  if (condition.kind !== 'related' || condition.negated) return [condition];
  const { noun } = condition;
  const owner = noun.owner === null ? [] : variantsOf({ kind: 'related', noun: noun.owner, negated: false });
  if (owner.length > 1)
    return owner.flatMap((variant) =>
      variant.kind === 'related' ? [{ ...condition, noun: { ...noun, owner: variant.noun } }] : [],
    );
  const clashing = clashesOf(noun.modifiers);
  if (clashing.length > 0) {
    const rest = noun.modifiers.filter((inner) => !clashing.includes(inner));
    return clashing.map((inner) => ({
      ...condition,
      noun: { ...noun, modifiers: ['negated' in inner ? { ...inner, negated: false } : inner, ...rest] },
      negated: 'negated' in inner && inner.negated,
    }));
  }
  for (const [index, inner] of noun.modifiers.entries()) {
    const variants = variantsOf(inner);
    if (variants.length > 1)
      return variants.map((variant) => ({
        ...condition,
        noun: { ...noun, modifiers: noun.modifiers.with(index, variant) },
      }));
  }
  return [condition];
}

/**
 * Conditions that no single row meets together: two values of one column, one and not another, bounds that exclude each
 * other, two of the same related thing (`a cabin on deck 1 and a cabin on deck 2`).
 */
function clashesOf(conditions: readonly Condition[]): readonly Condition[] {
  return conditions.filter((condition) =>
    conditions.some((other) => other !== condition && (excludes(condition, other) || excludes(other, condition))),
  );
}

function excludes(left: Condition, right: Condition): boolean {
  if (left.kind === 'value' && right.kind === 'value') {
    const [first, second] = [left.value.groundings[0]?.concept, right.value.groundings[0]?.concept];
    // What is neither one nor the other may well be one row.
    return (
      !(left.negated && right.negated) &&
      first?.kind === 'value' &&
      second?.kind === 'value' &&
      first.dataset === second.dataset &&
      first.column === second.column
    );
  }
  if (left.kind === 'related' && right.kind === 'related')
    return sameThing(left.noun.slot, right.noun.slot) && isNarrowed(left.noun) && isNarrowed(right.noun);
  return left.kind === 'compare' && right.kind === 'compare' && excludesBound(left, right);
}

function isNarrowed({ owner, modifiers }: Noun): boolean {
  return owner !== null || modifiers.length > 0;
}

type Comparison = Extract<Condition, { kind: 'compare' }>;

/** `more than 20 points` and `less than 10 points`, `aged 25` and `aged 30`. */
function excludesBound(left: Comparison, right: Comparison): boolean {
  if (left.negated || right.negated || !sameThing(comparedSlot(left), comparedSlot(right))) return false;
  if (left.operand.kind !== 'number' || right.operand.kind !== 'number') return false;
  const [first, second] = [Number(left.operand.value), Number(right.operand.value)];
  if (left.operator === 'eq' && right.operator === 'eq') return first !== second;
  const isAbove = left.operator === 'gt' || left.operator === 'ge';
  return isAbove && (right.operator === 'lt' || right.operator === 'le') && first >= second;
}

function comparedSlot({ subject }: Comparison): Slot | null {
  return subject?.kind === 'noun' || subject?.kind === 'count' ? (subject.noun?.slot ?? null) : null;
}

function sameThing(left: Slot | null, right: Slot | null): boolean {
  const [first, second] = [left?.groundings[0]?.concept, right?.groundings[0]?.concept];
  return first !== undefined && second !== undefined && conceptKey(first) === conceptKey(second);
}
