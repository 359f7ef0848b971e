import { flatten } from './flatten.js';
import type { Frame } from './frame.js';
import { isTableFirst } from './reader.js';
import {
  bareNoun,
  bareTree,
  type Condition,
  type Item,
  type Noun,
  type RequestTree,
  type Slot,
} from './request-tree.js';

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
export function framesOf(tree: RequestTree, saysBoth: boolean): readonly ScopedFrame[] {
  const plain: ScopedFrame = { frame: flatten(tree), cost: 0 };
  const apart = apartTree(tree, saysBoth);
  return apart === null ? [plain] : [plain, { frame: flatten(apart.tree), cost: apart.cost }];
}

/** The tree with conditions that cannot hold for one row set apart; null where there are none. */
function apartTree(tree: RequestTree, saysBoth: boolean): { readonly tree: RequestTree; readonly cost: number } | null {
  const place = tree.items.findIndex((item) => subjectOf(item) !== null);
  const item = tree.items[place];
  const subject = item === undefined ? null : subjectOf(item);
  if (item === undefined || subject === null || subject.slot === null) return null;
  const parts = subject.modifiers.map((condition) => variantsOf(condition));
  const clashing = clashes(subject.modifiers);
  if (parts.every((variants) => variants.length === 1) && !clashing && !subject.modifiers.some(isDenied)) return null;
  const { slot } = subject;
  const modifiers = parts.flatMap((variants, index): readonly Condition[] => {
    const condition = subject.modifiers[index];
    if (condition === undefined) return [];
    if (variants.length > 1 || clashing) return variants.map((variant) => picked(slot, variant));
    return isDenied(condition) ? [picked(slot, condition)] : [condition];
  });
  const items = tree.items.with(place, withSubject(item, { ...subject, modifiers }));
  return { tree: { ...tree, items }, cost: saysBoth ? -0.15 : isTableFirst(slot) ? 0.08 : 0 };
}

/** The noun that is shown or counted: of a name or other part of a thing, the thing. */
function subjectOf(item: Item): Noun | null {
  if (item.kind !== 'noun' && item.kind !== 'count') return null;
  const { noun } = item;
  if (noun === null) return null;
  return noun.modifiers.length === 0 && noun.owner !== null ? noun.owner : noun;
}

function withSubject(item: Item, subject: Noun): Item {
  if ((item.kind !== 'noun' && item.kind !== 'count') || item.noun === null) return item;
  const { noun } = item;
  const owned = noun.modifiers.length === 0 && noun.owner !== null;
  return { ...item, noun: owned ? { ...noun, owner: subject } : subject };
}

function isDenied(condition: Condition): boolean {
  return 'negated' in condition && condition.negated && (condition.kind === 'related' || condition.kind === 'value');
}

/** The subject is (not) among those of which the condition holds for some row. */
function picked(slot: Slot, condition: Condition): Condition {
  const negated = isDenied(condition);
  const positive: Condition = negated && 'negated' in condition ? { ...condition, negated: false } : condition;
  const noun: Noun = { ...bareNoun(slot), modifiers: [positive] };
  return { kind: 'among', inner: { ...bareTree, items: [{ kind: 'noun', noun }] }, negated };
}

/** The condition once for each of the values that no single row can have; itself where there are none. */
function variantsOf(condition: Condition): readonly Condition[] {
  if (condition.kind === 'both') return condition.options.flat();
  if (condition.kind !== 'related' || condition.negated) return [condition];
  const { noun } = condition;
  const owner = noun.owner === null ? [] : variantsOf({ kind: 'related', noun: noun.owner, negated: false });
  if (owner.length > 1)
    return owner.flatMap((variant) =>
      variant.kind === 'related' ? [{ ...condition, noun: { ...noun, owner: variant.noun } }] : [],
    );
  if (clashes(noun.modifiers)) {
    const rest = noun.modifiers.filter((inner) => inner.kind !== 'value');
    return noun.modifiers
      .filter((inner) => inner.kind === 'value')
      .map((value) => ({
        ...condition,
        noun: { ...noun, modifiers: [{ ...value, negated: false }, ...rest] },
        negated: value.negated,
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

/** Whether two values of one column are asked for at once, or one and not another. */
function clashes(conditions: readonly Condition[]): boolean {
  const columns = conditions.flatMap((condition) => {
    const concept = condition.kind === 'value' ? condition.value.groundings[0]?.concept : undefined;
    return concept?.kind === 'value' ? [`${concept.dataset}.${concept.column}`] : [];
  });
  return new Set(columns).size < columns.length;
}
