import type { AggregateFunction } from '../plan/query.js';
import { deniesAny, deniesLeast, withZero } from './denied-counts.js';
import type {
  Condition as FlatCondition,
  Group as FlatGroup,
  Item as FlatItem,
  Operand as FlatOperand,
  Pick,
} from './frame.js';
import { countsRows, isNarrowed, sizeOf } from './meant-items.js';
import { foldedExtreme, rankedBy } from './ranking-noun.js';
import { isParticiple } from './read-head.js';
import { isTableFirst } from './reader.js';
import {
  bareNoun,
  bareTree,
  type Condition,
  type Extreme,
  type Group,
  type Item,
  type Noun,
  type RequestTree,
  type Slot,
} from './request-tree.js';

/**
 * What a tree gives to one scope. A noun at the `top` is shown or grouped by: its counts and superlatives pick among the
 * results. One `inside` a measure or a related thing only narrows: its counts and superlatives are requests of their own.
 */
type Level = 'top' | 'inside';

/** A scope while nouns hand to it what they say. */
export interface Flat {
  readonly items: FlatItem[];
  readonly groups: FlatGroup[];
  conditions: FlatCondition[];
  readonly denied: FlatCondition[];
  readonly alternatives: Set<FlatCondition>;
  readonly owners: (readonly [number, number])[];
  readonly scopes: Slot[];
  readonly loose: number[];
  pick: Pick | null;
  /** Whether what is said holds for one measure alone, so that what is related to it has to be there for that measure. */
  apart: boolean;
  /** A date named aside: `(by order date)`. */
  readonly date: Slot | null;
}

/** What only limits the rows is a table or column, never a metric of the same name. */
export function withoutMetrics(slot: Slot): Slot {
  const groundings = slot.groundings.filter(({ concept }) => concept.kind !== 'metric');
  return groundings.length === 0 ? slot : { ...slot, groundings };
}

/** Whose absence is asked for is a thing, where it may be one. */
function preferTables(slot: Slot): Slot {
  const best = slot.groundings[0]?.score ?? 0;
  const tables = slot.groundings.filter(({ concept, score }) => concept.kind === 'dataset' && score >= best - 0.22);
  return tables.length > 0 ? { ...slot, groundings: tables } : withoutMetrics(slot);
}

/** Lets the superlative pick among what the scope finds, by `item` where it names none itself. */
export function setPick(flat: Flat, extreme: Extreme, item: FlatItem | null, shown: boolean): void {
  const { direction, count, nouns, fallback, reversed, frequent } = extreme;
  flat.pick = { direction, count, item, nouns, fallback, reversed, frequent, shown };
}

/** Hands a noun's owner and conditions to the scope. */
export function flatNoun(flat: Flat, noun: Noun, level: Level): void {
  if (noun.owner !== null) {
    if (noun.owner.slot !== null) {
      flat.scopes.push(noun.owner.slot);
      if (noun.slot !== null) flat.owners.push([noun.slot.id, noun.owner.slot.id]);
    }
    flatNoun(flat, noun.owner, level);
  }
  for (const condition of noun.modifiers) flatCondition(flat, condition, noun, level);
}

/** The measure with its noun reduced to a slot. `apart`: what narrows it holds for it alone. */
export function flatMeasure(flat: Flat, item: Item, apart: boolean): FlatItem {
  switch (item.kind) {
    case 'noun':
      flatNoun(flat, item.noun, 'inside');
      return item.noun.slot === null
        ? { kind: 'count', slot: null, distinct: false, quantity: false, own: [] }
        : { kind: 'plain', slot: item.noun.slot, distinct: item.noun.distinct };
    case 'count': {
      const own = item.noun === null ? [] : ownConditions(flat, item.noun, apart);
      const { slot, distinct } = item.noun ?? bareNoun(null);
      return { kind: 'count', slot, distinct, quantity: item.quantity, own };
    }
    case 'span':
      return flatSpan(flat, item, 'avg', apart);
    case 'aggregate': {
      const inner: Item = item.of;
      if (inner.kind === 'span') return flatSpan(flat, inner, item.function, apart);
      const own = inner.kind === 'noun' ? ownConditions(flat, inner.noun, apart) : [];
      const of = inner.kind === 'noun' ? null : flatMeasure(flat, inner, apart);
      const slot =
        inner.kind === 'noun' ? inner.noun.slot : of?.kind === 'plain' || of?.kind === 'count' ? of.slot : null;
      return { kind: 'aggregate', function: item.function, slot, own };
    }
    case 'ratio':
      return flatRatio(flat, item);
    case 'mean': {
      const of = flatMeasure(flat, item.of, apart);
      return {
        kind: 'mean',
        of,
        per: groupOf(flat, item.per) ?? { kind: 'grain', unit: 'month', slot: null, told: false },
      };
    }
    case 'derived':
      return {
        kind: 'derived',
        how: item.how,
        of: flatMeasure(flat, item.of, apart),
      };
  }
}

/** `days since the last order`: since the latest is the least of all, since the first the most. */
function flatSpan(
  flat: Flat,
  span: Extract<Item, { kind: 'span' }>,
  name: AggregateFunction,
  apart: boolean,
): FlatItem {
  const event = span.to ?? span.from;
  const extreme = event?.modifiers.find((condition) => condition.kind === 'extreme' && condition.extreme.item === null);
  const own = [span.from, span.to].flatMap((noun) =>
    noun === null
      ? []
      : ownConditions(flat, { ...noun, modifiers: noun.modifiers.filter((each) => each !== extreme) }, apart),
  );
  const latest = extreme?.kind !== 'extreme' || extreme.extreme.direction === 'descending';
  return {
    kind: 'span',
    function: span.to !== null || name !== 'avg' ? name : latest ? 'min' : 'max',
    from: span.from?.slot ?? null,
    to: span.to?.slot ?? null,
    unit: span.unit,
    own,
  };
}

/** Each side keeps what narrows it; what narrows both, and the time said at the end, holds for the whole request. */
function flatRatio(flat: Flat, { numerator, denominator, factor }: Extract<Item, { kind: 'ratio' }>): FlatItem {
  const apart = isNarrowed(numerator) || isNarrowed(denominator);
  const top = withOwn(flatMeasure(flat, countedSide(numerator), apart));
  const bottom = withOwn(flatMeasure(flat, countedSide(denominator), apart));
  const timed = top.own.some(({ kind }) => kind === 'time');
  const shared = bottom.own.filter(
    (condition) =>
      (condition.kind === 'time' && !timed) ||
      top.own.some((other) => JSON.stringify(other) === JSON.stringify(condition)),
  );
  flat.conditions.push(...shared);
  const texts = new Set(shared.map((condition) => JSON.stringify(condition)));
  const rest = (own: readonly FlatCondition[]): readonly FlatCondition[] =>
    own.filter((condition) => !texts.has(JSON.stringify(condition)));
  return {
    kind: 'ratio',
    numerator: top.with(rest(top.own)),
    denominator: bottom.with(rest(bottom.own)),
    factor,
  };
}

/** A thing or column named in a ratio is counted, or added up. */
function countedSide(item: Item): Item {
  return item.kind === 'noun' ? sizeOf(item) : item;
}

/** A measure's own conditions, and the measure with others. */
function withOwn(item: FlatItem): {
  readonly own: readonly FlatCondition[];
  readonly with: (own: readonly FlatCondition[]) => FlatItem;
} {
  if (item.kind === 'aggregate' || item.kind === 'count') return { own: item.own, with: (own) => ({ ...item, own }) };
  return { own: [], with: () => item };
}

/** The conditions of a measure's noun: kept for it alone, or handed to the scope (then none). */
function ownConditions(flat: Flat, noun: Noun, apart: boolean): readonly FlatCondition[] {
  if (!apart) {
    flatNoun(flat, noun, 'inside');
    return [];
  }
  const outer = flat.conditions;
  const denied = flat.denied.length;
  flat.conditions = [];
  flat.apart = true;
  flatNoun(flat, noun, 'inside');
  flat.apart = false;
  // What is denied of one side (`share of rooms without a bath`) is not denied of the other.
  const own = [...flat.conditions, ...flat.denied.splice(denied)];
  flat.conditions = outer;
  return own;
}

/** The group with its noun reduced to a slot; null where it names nothing. */
export function groupOf(flat: Flat, group: Group): FlatGroup | null {
  if (group.noun !== null) flatNoun(flat, group.noun, 'top');
  const slot = group.noun?.slot ?? null;
  if (group.kind === 'grain') return { kind: 'grain', unit: group.unit, slot, told: group.told };
  return slot === null ? null : { kind: 'slot', slot, link: group.link };
}

/** Adds a condition about `of` to the scope; what speaks of other rows becomes a request of its own. */
export function flatCondition(flat: Flat, condition: Condition, of: Noun | null, level: Level): void {
  switch (condition.kind) {
    case 'related':
      flatRelated(flat, condition.noun, condition.negated, of, level);
      return;
    case 'extreme':
      flatExtreme(flat, condition.extreme, of, level);
      return;
    case 'among':
      nest(flat, innerSubject(condition.inner) ?? of, condition.inner, condition.negated);
      return;
    case 'either':
      for (const [index, option] of condition.options.entries()) {
        for (const inner of option) {
          const before = flat.conditions.length;
          flatCondition(flat, inner, of, 'inside');
          const added = flat.conditions[before];
          if (index > 0 && before > 0 && added !== undefined) flat.alternatives.add(added);
        }
      }
      return;
    case 'compare':
    case 'between':
      flatComparison(flat, condition, of, level);
      return;
    case 'length':
      flat.conditions.push({
        ...condition,
        subject: condition.subject?.kind === 'noun' ? condition.subject.noun.slot : (of?.slot ?? null),
        from: flatEvent(flat, condition.from),
        to: flatEvent(flat, condition.to),
      });
      return;
    case 'time':
      flat.conditions.push({ ...condition, of: of?.slot ?? null, column: flat.date ?? condition.column });
      return;
    default:
      flat.conditions.push(condition);
  }
}

function flatEvent(flat: Flat, noun: Noun | null): Slot | null {
  if (noun !== null) flatNoun(flat, noun, 'inside');
  return noun?.slot ?? null;
}

function flatExtreme(flat: Flat, extreme: Extreme, of: Noun | null, level: Level): void {
  if (level === 'inside' && of !== null && of.slot !== null) {
    const noun: Noun = {
      ...of,
      owner: null,
      modifiers: [...of.modifiers.filter(({ kind }) => kind !== 'extreme'), { kind: 'extreme', extreme }],
    };
    nest(flat, of, { ...bareTree, items: [{ kind: 'noun', noun }] }, false);
    return;
  }
  const item = extreme.item === null ? null : flatMeasure(flat, extreme.item, false);
  const implied = item === null && extreme.nouns.length === 0 && of !== null && of.slot !== null;
  const own: FlatItem | null = implied && of.slot !== null ? { kind: 'plain', slot: of.slot, distinct: false } : item;
  setPick(flat, { ...extreme, count: extreme.count ?? of?.count ?? null }, own, implied && !extreme.frequent);
}

/** Whom an inner request finds: the one thing that it shows. */
function innerSubject(inner: RequestTree): Noun | null {
  const [item] = inner.items;
  return item?.kind === 'noun' ? item.noun : null;
}

/** The subject is (not) among those that `inner` finds. */
function nest(flat: Flat, subject: Noun | null, inner: RequestTree, negated: boolean): void {
  if (subject !== null) flat.conditions.push({ kind: 'nested', subject: bareNoun(subject.slot), inner, negated });
}

function flatComparison(
  flat: Flat,
  condition: Extract<Condition, { kind: 'compare' | 'between' }>,
  of: Noun | null,
  level: Level,
): void {
  const { subject } = condition;
  if (deniesAny(condition) && subject?.kind === 'count' && subject.noun !== null) {
    flatRelated(flat, subject.noun, true, of, level);
    return;
  }
  if (subject !== null && countsRows(subject) && level === 'inside' && of !== null && of.slot !== null) {
    nestCounted(flat, of, subject, ...withZero(condition));
    return;
  }
  if (subject !== null && countsRows(subject) && deniesLeast(condition) && of !== null && of.slot !== null) {
    nestCounted(flat, of, subject, { ...condition, negated: false }, true);
    return;
  }
  const item = subject === null ? null : subjectItem(flat, subject);
  if (condition.kind === 'between') flat.conditions.push({ ...condition, subject: item });
  else flat.conditions.push({ ...condition, subject: item, operand: operandOf(condition, of) });
}

/** The subject is (not) among those of whom as many are counted. */
function nestCounted(flat: Flat, of: Noun, counted: Item, condition: Condition, negated: boolean): void {
  const group: Group = { kind: 'noun', noun: bareNoun(of.slot), aside: false, link: 'by' };
  nest(flat, of, { ...bareTree, items: [counted], groups: [group], conditions: [condition] }, negated);
}

function subjectItem(flat: Flat, item: Item): FlatItem {
  const flatted = flatMeasure(flat, item, false);
  if (flatted.kind !== 'count' || flatted.slot === null || !flatted.quantity) return flatted;
  return countsRows(item)
    ? { ...flatted, quantity: false }
    : { kind: 'plain', slot: flatted.slot, distinct: flatted.distinct };
}

function operandOf({ operand, subject }: Extract<Condition, { kind: 'compare' }>, of: Noun | null): FlatOperand {
  if (operand.kind !== 'item') return operand;
  const { item, quantifier } = operand;
  const slot =
    item.kind === 'noun' && item.noun.modifiers.length === 0 && item.noun.owner === null ? item.noun.slot : null;
  if (slot !== null && quantifier === null && !isTableFirst(slot)) return { kind: 'column', slot };
  // `more rooms than the hotel Alpha`: than that one has.
  if (subject?.kind === 'count' && item.kind === 'noun' && countsRows(subject) && quantifier === null) {
    const { noun } = item;
    const conditions: readonly Condition[] =
      noun.slot === null ? noun.modifiers : [{ kind: 'related', noun, negated: false }];
    return { kind: 'query', inner: { ...bareTree, items: [subject], conditions }, quantifier };
  }
  // `more bookings than average`: than one of what is compared has on average.
  const averaged = of !== null && item.kind === 'aggregate' && item.function === 'avg' && item.of.kind === 'count';
  const mean: Item = averaged
    ? { kind: 'mean', of: item.of, per: { kind: 'noun', noun: bareNoun(of.slot), aside: false, link: 'per' } }
    : item;
  return { kind: 'query', inner: { ...bareTree, items: [mean] }, quantifier };
}

function flatRelated(flat: Flat, noun: Noun, negated: boolean, of: Noun | null, level: Level): void {
  const { slot } = noun;
  const folded = foldedExtreme(noun);
  if (folded !== null && !negated && of !== null && slot !== null) {
    flat.scopes.push(slot);
    flatNoun(flat, { ...noun, modifiers: noun.modifiers.filter((condition) => condition !== folded) }, 'inside');
    flatExtreme(flat, folded.extreme, of, level);
    return;
  }
  const ranked = rankedBy(noun);
  if (ranked !== null && !negated && of !== null) {
    flatExtreme(flat, ranked, of, level);
    return;
  }
  if (negated && slot !== null && !isTableFirst(slot) && noun.modifiers.length === 1) {
    const [only] = noun.modifiers;
    if (only !== undefined && 'negated' in only && only.kind !== 'related') {
      flatCondition(flat, { ...only, negated: !only.negated }, noun, 'inside');
      return;
    }
  }
  if (negated && slot !== null) {
    const outer = flat.conditions;
    flat.conditions = [];
    flatNoun(flat, noun, 'inside');
    flat.denied.push({ kind: 'exists', slot: preferTables(slot), negated: true }, ...flat.conditions);
    flat.conditions = outer;
    return;
  }
  flatNoun(flat, noun, 'inside');
  if (slot === null) return;
  // `with the price`, `with the name of the seller`: shown beside what has it. `By a fault caused …` shows no cause.
  const named =
    noun.owner === null || (noun.owner.owner === null && noun.owner.modifiers.length === 0 && !isParticiple(slot));
  if (level === 'top' && noun.definite && noun.modifiers.length === 0 && named && !isTableFirst(slot)) {
    flat.items.push({ kind: 'plain', slot, distinct: false });
    return;
  }
  if (isTableFirst(slot) && !flat.apart) flat.scopes.push(slot);
  else
    flat.conditions.push({
      kind: 'exists',
      slot: flat.apart ? preferTables(slot) : withoutMetrics(slot),
      negated: false,
      narrowed: noun.modifiers.length > 0,
    });
}
