import { distributed } from './distribution.js';
import { flatten } from './flatten.js';
import type { Frame } from './frame.js';
import { isTableFirst } from './reader.js';
import { bareTree, type Condition, type Item, type Noun, type RequestTree, type Slot } from './request-tree.js';

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
  const tree = distributed(said);
  const plain: ScopedFrame = { frame: flatten(tree), cost: 0 };
  const apart = apartTree(tree, saysBoth);
  return apart === null ? [plain] : [plain, { frame: flatten(apart.tree), cost: apart.cost }];
}

/** The tree with conditions that cannot hold for one row set apart; null where there are none. */
function apartTree(tree: RequestTree, saysBoth: boolean): { readonly tree: RequestTree; readonly cost: number } | null {
  const subject = subjectOf(tree);
  if (subject === null) return null;
  const conditions = [...subject.conditions, ...tree.conditions];
  const parts = conditions.map((condition) => variantsOf(condition));
  const clashing = clashes(conditions);
  const denied = (condition: Condition): boolean => isDenied(condition) && ofAllRows(subject, condition);
  if (parts.every((variants) => variants.length === 1) && !clashing && !conditions.some(denied)) return null;
  const modifiers = parts.flatMap((variants, index): readonly Condition[] => {
    const condition = conditions[index];
    if (condition === undefined) return [];
    const apart = variants.length > 1 || denied(condition) || (clashing && condition.kind === 'value');
    return apart ? variants.map((variant) => picked(subject.noun, variant)) : [condition];
  });
  const items = tree.items.with(subject.place, subject.withConditions(modifiers));
  const impossible = clashing || parts.some((variants) => variants.length > 1);
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
