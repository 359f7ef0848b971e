import type { Column, Dataset } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { isAdditive } from './additive.js';
import { moneyOf } from './amounts.js';
import { withDates, withRatio } from './divisors.js';
import { conceptOf, type Draft } from './draft.js';
import type { Condition, Group, Item, Pick } from './frame.js';
import { tellsOthers } from './per-ratio.js';
import { isSummable, isYearColumn, nameColumns } from './schema-model.js';
import { singularOf, stemOf } from './word-forms.js';

/** A column or table that is shown as it is. `column` null: the table's naming columns. */
export interface ShownThing {
  readonly dataset: Dataset;
  readonly column: Column | null;
  /** All columns of the table are shown. */
  readonly whole: boolean;
  /** It is shown itself, beside columns of its own. */
  readonly listed: boolean;
}

/** The frame's items sorted by what the assignment makes of them. */
export interface Roles {
  readonly measures: readonly Item[];
  readonly shown: readonly ShownThing[];
  readonly groups: readonly Group[];
  readonly pick: Pick | null;
  /** The groups of each of which the pick takes its own (`the cheapest of each kind`); then those of `groups`, else none. */
  readonly within: readonly Group[];
  /** Tables named anywhere as a thing: scopes, groups, shown. */
  readonly entities: readonly Dataset[];
}

/** Sorts items into measures and shown columns; null where one is neither. */
export function rolesOf(draft: Draft): Roles | null {
  const { frame, model } = draft;
  const measures: Item[] = [];
  const shown: ShownThing[] = [];
  const said = withDates(draft, withoutFinerGrain(frame.groups));
  const groups = said.filter((group) => group.kind === 'grain' || group.link !== 'over');
  if (groups.length < said.length && !tellsOthers(draft, said)) return null;
  if (frame.trend && !groups.some((group) => isCourse(draft, group))) {
    groups.push({ kind: 'grain', unit: 'month', slot: null, told: false });
    draft.assumptions.push({ code: 'grain', text: 'The course over time is shown by month.' });
  }
  addChangedGrain(draft, groups);
  const entities = new Set<Dataset>();
  for (const slot of frame.scopes) {
    const concept = conceptOf(draft, slot);
    const dataset = concept === null || concept.kind === 'metric' ? undefined : model.dataset(concept.dataset);
    if (dataset !== undefined) entities.add(dataset);
  }
  for (const item of frame.items) {
    const thing = shownThing(draft, item);
    if (thing === null) {
      if (frame.groups.length === 0 && namesTable(item)) draft.penalty += 0.15;
      measures.push(item);
      continue;
    }
    if (thing.column === null) entities.add(thing.dataset);
    shown.push(thing);
  }
  if (frame.items.length === 0 && frame.groups.length === 0 && entities.size === 0) addImplied(draft, entities);
  const bare = measures.filter((item) => item.kind === 'count' && item.slot === null);
  if (bare.length > 0 && bare.length < measures.length)
    for (const item of bare) measures.splice(measures.indexOf(item), 1);
  const pick = pickOf(draft, groups);
  for (const group of groups) {
    const concept = group.kind === 'slot' ? conceptOf(draft, group.slot) : null;
    const dataset = concept?.kind === 'dataset' ? model.dataset(concept.dataset) : undefined;
    if (dataset !== undefined) entities.add(dataset);
  }
  if (pick === null && measures.length + shown.length === 1 && tellsOthers(draft, groups)) draft.penalty += toldTwice;
  const within = pick !== null && shown.some((thing) => !isGroup(draft, groups, thing)) ? groups : [];
  const sorted: Roles = { measures, shown, groups, pick, within, entities: [...entities] };
  if (groups.length === 0 && (asksForTotal(draft, sorted) || isBesideCount(draft, sorted)))
    return summedUp(draft, sorted);
  return groups.length > 0 && within.length === 0 ? perRow(draft, withRatio(draft, summedUp(draft, sorted))) : sorted;
}

/** Whether a course is shown along the group: a grain of time, a column of periods, or what `over` was said of. */
function isCourse(draft: Draft, group: Group): boolean {
  if (group.kind === 'grain' || group.link === 'divided') return true;
  const concept = conceptOf(draft, group.slot);
  const dataset = concept?.kind === 'column' ? draft.model.dataset(concept.dataset) : undefined;
  const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
  return dataset !== undefined && column !== undefined && isYearColumn(dataset, column);
}

/** What grouping by a thing and also by what it tells loses. */
const toldTwice = 0.8;

/** `average price per item` of the items themselves is the average over all of them. */
function perRow(draft: Draft, roles: Roles): Roles {
  const averaged = new Set(
    roles.measures.map((item) => {
      const concept = item.kind === 'aggregate' && item.slot !== null ? conceptOf(draft, item.slot) : null;
      return item.kind === 'aggregate' && item.function === 'avg' && concept?.kind === 'column'
        ? concept.dataset
        : null;
    }),
  );
  const [home] = averaged;
  if (averaged.size !== 1 || home === undefined || home === null) return roles;
  const groups = roles.groups.filter((group) => {
    const concept = group.kind === 'slot' && group.link === 'per' ? conceptOf(draft, group.slot) : null;
    return !(concept?.kind === 'dataset' && concept.dataset === home);
  });
  return roles.shown.some(({ dataset }) => dataset.name === home) ? roles : { ...roles, groups };
}

/** `each day, binned by weekday`: of two ways to cut the same time, the one that is not the day is meant. */
function withoutFinerGrain(groups: readonly Group[]): Group[] {
  const days = groups.filter((group) => group.kind === 'grain' && group.unit === 'day' && group.slot === null);
  const others = groups.filter((group) => group.kind === 'grain' && group.unit !== 'day' && group.unit !== 'hour');
  return groups.filter((group) => others.length === 0 || !days.includes(group));
}

/** `year over year growth`: what changes from year to year is shown by year, where nothing else was said. */
function addChangedGrain(draft: Draft, groups: Group[]): void {
  const changed = draft.frame.items.find((item) => item.kind === 'derived' && item.how.kind === 'growth');
  if (changed?.kind !== 'derived' || changed.how.kind !== 'growth' || groups.some(({ kind }) => kind === 'grain'))
    return;
  const { unit } = changed.how;
  groups.push({ kind: 'grain', unit: unit ?? 'month', slot: null, told: false });
  if (unit === null) draft.assumptions.push({ code: 'grain', text: 'The change is shown from month to month.' });
}

/** Whether what is shown is what is grouped by; a thing is, where its name is. */
function isGroup(draft: Draft, groups: readonly Group[], { dataset, column }: ShownThing): boolean {
  return groups.some((group) => {
    const concept = group.slot === null ? null : conceptOf(draft, group.slot);
    if (column === null && concept?.kind === 'column' && concept.dataset === dataset.name)
      return nameColumns(dataset).some(({ name }) => name === concept.column);
    return concept?.kind === 'dataset'
      ? concept.dataset === dataset.name
      : concept?.kind === 'column' && concept.dataset === dataset.name && concept.column === column?.name;
  });
}

/** `who is the youngest male`: where no thing is named, it is the one whose value or column is. */
function addImplied(draft: Draft, entities: Set<Dataset>): void {
  const named = [...draft.assignment.values()].find(
    ({ concept }) => concept.kind === 'value' || concept.kind === 'column',
  );
  const dataset =
    named === undefined || named.concept.kind === 'metric' ? undefined : draft.model.dataset(named.concept.dataset);
  if (dataset === undefined) return;
  draft.penalty += 0.3;
  entities.add(dataset);
}

/** Numbers shown beside groups (`units by region`) are added up, unless they describe the very thing grouped by. */
function summedUp(draft: Draft, roles: Roles): Roles {
  const { measures, shown, groups } = roles;
  const { frame } = draft;
  const keyed = new Set(
    groups.flatMap((group) => {
      const concept = group.kind === 'slot' ? conceptOf(draft, group.slot) : null;
      return concept?.kind === 'dataset' ? [concept.dataset] : [];
    }),
  );
  const summed = shown.filter(
    ({ dataset, column }) =>
      column !== null && column.role === 'measure' && isSummable(column) && !keyed.has(dataset.name),
  );
  if (summed.length === 0) return roles;
  tellFolds(draft, summed);
  const counted =
    groups.length === 0 ? [] : shown.filter((thing) => isCounted(thing, summed) && !keyed.has(thing.dataset.name));
  const folded = (item: Item): Item | null => {
    if (item.kind !== 'plain') return null;
    if (counted.some(({ dataset }) => isTable(draft, item, dataset)))
      return { kind: 'count', slot: item.slot, distinct: false, quantity: false, own: [] };
    const thing = summed.find(({ dataset, column }) => matches(draft, item, dataset, column));
    if (thing === undefined) return null;
    return addsUp(thing) ? item : { kind: 'aggregate', function: 'avg', slot: item.slot, own: [] };
  };
  return {
    ...roles,
    measures: frame.items.flatMap((item) => (measures.includes(item) ? [item] : (folded(item) ?? []))),
    shown: shown.filter((thing) => !summed.includes(thing) && !counted.includes(thing)),
  };
}

/** `parcels and postage by month`: things beside a number of their own that is added up are counted; a row has nothing to add up. */
function isCounted({ dataset, column, whole, listed }: ShownThing, summed: readonly ShownThing[]): boolean {
  return column === null && !whole && !listed && summed.some((other) => other.dataset === dataset);
}

function isTable(draft: Draft, item: Extract<Item, { kind: 'plain' }>, dataset: Dataset): boolean {
  const concept = conceptOf(draft, item.slot);
  return concept?.kind === 'dataset' && concept.dataset === dataset.name;
}

/**
 * `order value in the last 90 days`, `hours for Ann`: a heading that names only what is measured, narrowed to a time or to a
 * member of another table, asks for its total, not for each row.
 */
function asksForTotal(draft: Draft, { shown, measures, pick }: Roles): boolean {
  const { headline, together, conditions, orderings, limit, scopes, items } = draft.frame;
  // `employee pay` is one number, where `pay of employees` may be that of each.
  if (!together && (!headline || scopes.some(({ word }) => word === '' || singularOf(word) !== word))) return false;
  if (orderings.length > 0 || limit !== null || pick !== null) return false;
  if (measures.length > 0 || shown.length === 0 || (conditions.length === 0 && !together)) return false;
  const totals = shown.every(
    (thing) => thing.column?.role === 'measure' && isSummable(thing.column) && addsUp(thing) && !thing.listed,
  );
  const distinct = items.some((item) => item.kind === 'plain' && item.distinct);
  return totals && !distinct && (together || conditions.every((condition) => leavesMany(draft, condition, shown)));
}

/** `number of orders and weight`: what is measured of the very rows that are counted is added up beside their number. */
function isBesideCount(draft: Draft, { shown, measures, pick }: Roles): boolean {
  const { orderings, limit } = draft.frame;
  if (orderings.length > 0 || limit !== null || pick !== null || shown.length === 0 || measures.length === 0)
    return false;
  const counted = measures.map((item) =>
    item.kind === 'count' && item.slot !== null ? conceptOf(draft, item.slot) : null,
  );
  return shown.every(
    ({ dataset, column, listed }) =>
      column?.role === 'measure' &&
      isSummable(column) &&
      !listed &&
      counted.every((concept) => concept?.kind === 'dataset' && concept.dataset === dataset.name),
  );
}

/** Whether a condition leaves many of the rows shown: a time, one member of what many of them refer to, or a kind of many of them. */
function leavesMany(draft: Draft, condition: Condition, shown: readonly ShownThing[]): boolean {
  if (condition.kind === 'time') return true;
  const concept = condition.kind === 'value' && !condition.negated ? conceptOf(draft, condition.value) : null;
  if (concept?.kind !== 'value') return false;
  const rows = draft.model.dataset(concept.dataset)?.rows ?? Number.POSITIVE_INFINITY;
  const kinds = draft.model.column(concept.dataset, concept.column)?.profile.distinct ?? Number.POSITIVE_INFINITY;
  return shown.every(({ dataset }) => dataset.rows >= 2 * (dataset.name === concept.dataset ? kinds : rows));
}

/** Whether the numbers of the column add up, as amounts do and rates do not. */
function addsUp({ dataset, column }: ShownThing): boolean {
  return column === null || isAdditive(columnWords(dataset, column));
}

function tellFolds(draft: Draft, things: readonly ShownThing[]): void {
  const names = (kept: readonly ShownThing[]): string => kept.map(({ column }) => column?.name ?? '').join(', ');
  const [sums, means] = [things.filter(addsUp), things.filter((thing) => !addsUp(thing))];
  if (sums.length > 0) draft.assumptions.push({ code: 'aggregate', text: `${names(sums)} is added up.` });
  if (means.length > 0)
    draft.assumptions.push({ code: 'aggregate', text: `${names(means)} is averaged, as it does not add up.` });
}

/** `customers` alone is the table, though a metric may be called so. */
function namesTable(item: Item): boolean {
  return (
    item.kind === 'plain' &&
    item.slot.groundings.some(({ concept, score }) => concept.kind === 'dataset' && score >= 0.9)
  );
}

function matches(
  draft: Draft,
  item: Extract<Item, { kind: 'plain' }>,
  dataset: Dataset,
  column: Column | null,
): boolean {
  const concept = conceptOf(draft, item.slot);
  return concept?.kind === 'column' && concept.dataset === dataset.name && concept.column === column?.name;
}

function shownThing(draft: Draft, item: Item): ShownThing | null {
  if (item.kind !== 'plain') return null;
  const concept = conceptOf(draft, item.slot);
  if (concept === null || concept.kind === 'metric' || concept.kind === 'value') return null;
  const dataset = draft.model.dataset(concept.dataset);
  if (dataset === undefined) return null;
  if (concept.kind === 'dataset' && moneyOf(draft.model, dataset.name, item.slot.text) !== null) return null;
  return {
    dataset,
    column: concept.kind === 'column' ? (draft.model.column(concept.dataset, concept.column) ?? null) : null,
    whole: item.whole ?? false,
    listed: item.listed ?? false,
  };
}

/** `top 5 products by revenue`: what comes after `by` ranks, it does not group. */
function pickOf(draft: Draft, groups: Group[]): Pick | null {
  const { pick } = draft.frame;
  if (pick === null || pick.item !== null || pick.nouns.length > 0 || pick.frequent) return pick;
  const index = groups.findIndex((group) => group.kind === 'slot' && ranks(draft, group));
  const group = groups[index];
  if (group?.kind !== 'slot') return pick;
  groups.splice(index, 1);
  return { ...pick, item: { kind: 'plain', slot: group.slot, distinct: false } };
}

function ranks(draft: Draft, group: Extract<Group, { kind: 'slot' }>): boolean {
  const concept = conceptOf(draft, group.slot);
  if (concept?.kind === 'metric') return true;
  const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
  return column !== undefined && isSummable(column);
}

/** The column of `datasets` that an adjective is about, with whether it orders the other way; null for none. */
export function adjectiveColumn(
  datasets: readonly Dataset[],
  pick: Pick,
): { dataset: Dataset; column: Column; flipped: boolean } | null {
  for (const [nouns, flipped] of [
    [pick.nouns, false],
    [pick.reversed, true],
  ] as const) {
    for (const noun of nouns) {
      for (const dataset of datasets) {
        const column = dataset.columns.find(
          (candidate) =>
            candidate.role !== 'identifier' &&
            columnWords(dataset, candidate).some((word) => stemOf(word) === stemOf(noun)),
        );
        if (column !== undefined) return { dataset, column, flipped };
      }
    }
  }
  return null;
}
