import type { Column, Dataset } from '../catalog/catalog.js';
import type { AggregateQuery, Dimension, Measure, MeasureDefinition, Order, Unmatched } from '../plan/query.js';
import { allOf } from '../plan/traverse.js';
import { isGroupCondition, rowConditions, scopeConditions } from './compose-conditions.js';
import { columnDimension, entityDimensions, groupDimensions } from './compose-dimensions.js';
import { havingOf, limitOf, orderOf, type Placed, sameItem } from './compose-groups.js';
import { commonHome, filterFor, tablesAndJoins } from './compose-joins.js';
import { notRanked, tellGroups } from './compose-kept-groups.js';
import { measureOf } from './compose-measures.js';
import { inForceCondition } from './compose-versions.js';
import { type ConditionDraft, conceptOf, type DimensionDraft, type Draft } from './draft.js';
import { foldGrains, isToldByName } from './fold-groups.js';
import type { Item } from './frame.js';
import { countOfEntity, implicitCount } from './implicit-count.js';
import { occurrenceId } from './names.js';
import { withRankedAmount } from './ranked-amount.js';
import type { Roles, ShownThing } from './roles.js';
import { nameColumns, type Step } from './schema-model.js';
import { countsGroup, ranksByItself } from './self-count.js';

/** Composes an aggregate query; null where the assignment gives none that is safe. */
export function composeAggregate(draft: Draft, sorted: Roles, unmatched: Unmatched): AggregateQuery | null {
  const roles = withRankedAmount(draft, sorted);
  const placed = placedMeasures(draft, roles);
  if (placed === null || placed.length === 0) return null;
  const first = placed[0]?.measure.home ?? '';
  const asked = dimensionsOf(draft, roles, first);
  const conditions = rowConditions(draft, first);
  if (asked === null || conditions === null) return null;
  const homes = settleHomes(draft, placed, asked, spreadOver(draft, placed, conditions));
  if (homes === null) return null;
  draft.penalty += Math.max(0, ...placed.map((one, index) => idlyDistinct(draft, one, homes[index], asked.length > 0)));
  const needed = [
    ...new Set([...asked.map(({ dataset }) => dataset), ...placed.flatMap(({ measure }) => measure.datasets)]),
  ];
  const allHomes = [...new Set([...homes, ...draft.unsafeTables])];
  const main = allHomes[0] ?? first;
  const filtered = filterFor(
    draft,
    main,
    [
      ...conditions.filter((condition) => !isScope(condition, placed)),
      ...scopeConditions(draft, allHomes, needed),
      ...inForceCondition(draft, main, conditions),
    ],
    unmatched,
  );
  if (filtered === null) return null;
  draft.penalty += filtered.penalty;
  const neededAt = (home: string): readonly string[] => [
    ...needed.filter((name) => isNeededAt(home, name, asked, placed, homes)),
    ...filtered.needed,
  ];
  const joined = tablesAndJoins(draft.model, allHomes, neededAt);
  if (joined === null) return null;
  const dimensions = withoutEquals(asked, joined.steps);
  const time = dimensions.find(({ expression }) => expression.kind === 'time_truncate')?.name ?? null;
  const measures = measuresAt(placed, homes, time);
  if (measures === null || countsGroup(draft, measures, dimensions, joined.steps)) return null;
  if (dimensions.length === 0 && measures.some(({ definition }) => definition.kind === 'share')) return null;
  const said = havingOf(draft, placed);
  if (said === undefined || (said !== null && dimensions.length === 0)) return null;
  if (allHomes.length > 1 && filtered.filter !== null) {
    draft.penalty += 0.1;
    draft.assumptions.push({ code: 'filter_scope', text: `The condition narrows what is counted from ${main}.` });
  }
  const within = withinOf(draft, roles, dimensions, first);
  const orderBy: readonly Order[] = [
    ...within
      .filter(({ shown }) => shown)
      .map(({ name }) => ({ by: name, direction: 'ascending' as const, nulls: 'last' as const })),
    ...orderOf(draft, roles, placed, dimensions),
  ];
  if (ranksByItself(draft, measures, dimensions, { orderBy, having: said })) return null;
  const per = within.filter(({ role }) => role === 'key').map(({ name }) => name);
  const limit = limitOf(draft, roles, orderBy, per);
  const strangers = limit === null || unmatched === 'drop' ? [] : notRanked(draft, dimensions, allHomes);
  const having = allOf([...(said === null ? [] : [said]), ...strangers]);
  if (said !== null) tellGroups(draft, placed, dimensions);
  return {
    kind: 'aggregate',
    tables: joined.tables,
    joins: joined.joins,
    unmatched,
    every: everyOf(draft, dimensions, main),
    dimensions: dimensions.map(dimensionOf),
    measures,
    filter: filtered.filter,
    having,
    orderBy,
    limit,
  };
}

/** Whether rows of a home have to reach a table: for a dimension, or for a measure that is folded there or nowhere else. */
function isNeededAt(
  home: string,
  name: string,
  asked: readonly DimensionDraft[],
  placed: readonly Placed[],
  homes: readonly string[],
): boolean {
  const uses = placed.flatMap(({ measure }, index) => (measure.datasets.includes(name) ? [homes[index]] : []));
  return asked.some(({ dataset }) => dataset === name) || !homes.includes(home) || uses.includes(home);
}

/** The dimensions of the groups within which the pick takes its own. */
function withinOf(
  draft: Draft,
  roles: Roles,
  dimensions: readonly DimensionDraft[],
  home: string,
): readonly DimensionDraft[] {
  const expressions = roles.within
    .flatMap((group) => groupDimensions(draft, group, home, []) ?? [])
    .map(({ expression }) => JSON.stringify(expression));
  return dimensions.filter(({ expression }) => expressions.includes(JSON.stringify(expression)));
}

/**
 * `different extras`: of rows that are different anyway it need not be said. What it loses is more where the rows are not
 * called so: rows of `room_extras` are no different extras.
 */
function idlyDistinct(draft: Draft, { item, measure }: Placed, home: string | undefined, grouped: boolean): number {
  if (item?.kind !== 'count' || !item.distinct || item.slot === null) return 0;
  const grounding = draft.assignment.get(item.slot.id);
  if (home !== measure.home || grounding?.concept.kind !== 'dataset') return 0;
  return (grouped ? 0.5 : 0) + (grounding.score < calledSoMin ? 1 : 0);
}

const calledSoMin = 0.9;

/** The measures folded at their settled homes; null where one would count things twice there. */
function measuresAt(
  placed: readonly Placed[],
  homes: readonly string[],
  time: string | null,
): readonly Measure[] | null {
  const measures: Measure[] = [];
  for (const [index, { measure, shown }] of placed.entries()) {
    const { name, label, description, unit } = measure;
    const definition = measure.define(homes[index] ?? measure.home, time);
    if (definition === null || isOneOfItself(definition)) return null;
    const repeated =
      definition.kind === 'aggregate' &&
      definition.function === 'count' &&
      definition.home !== occurrenceId(measure.home);
    const said = repeated ? `${label} (every row of ${definition.home})` : label;
    // `how many orders …, show how many`: a number asked for twice is shown once.
    const repeats = measures.some(
      (known) => known.shown && JSON.stringify(known.definition) === JSON.stringify(definition),
    );
    measures.push({ name, label: said, description, shown: shown && !repeats, unit, definition });
  }
  return measures;
}

/** A number over itself: nobody asks for what is always 1. */
function isOneOfItself(definition: MeasureDefinition): boolean {
  return definition.kind === 'ratio' && JSON.stringify(definition.numerator) === JSON.stringify(definition.denominator);
}

/** A join makes its two columns equal: saying both says one thing twice. */
function withoutEquals(dimensions: readonly DimensionDraft[], steps: readonly Step[]): readonly DimensionDraft[] {
  const kept: DimensionDraft[] = [];
  for (const dimension of dimensions) {
    const twin = kept.findIndex((other) => steps.some((step) => equated(step, other, dimension)));
    const known = kept[twin];
    if (known === undefined) kept.push(dimension);
    else if (dimension.shown && !known.shown) kept[twin] = { ...known, shown: true };
  }
  return kept;
}

function equated(step: Step, left: DimensionDraft, right: DimensionDraft): boolean {
  const is = ({ dataset, expression }: DimensionDraft, name: string, column: string): boolean =>
    dataset === name && expression.kind === 'column' && expression.column === column;
  return step.on.some(
    ({ from, to }) =>
      (is(left, step.from, from) && is(right, step.to, to)) || (is(left, step.to, to) && is(right, step.from, from)),
  );
}

function dimensionOf({ name, label, description, shown, expression, role }: DimensionDraft): Dimension {
  return { name, label, description, shown, expression, role };
}

/** A scope that only repeats what a measure counts adds nothing. */
function isScope(
  condition: { readonly existence: boolean; readonly negated: boolean; readonly datasets: readonly string[] },
  placed: readonly Placed[],
): boolean {
  return (
    condition.existence &&
    !condition.negated &&
    placed.some(({ measure }) => condition.datasets.every((dataset) => dataset === measure.home))
  );
}

function placedMeasures(draft: Draft, roles: Roles): readonly Placed[] | null {
  const placed: Placed[] = [];
  const add = (item: Item, shown: boolean): boolean => {
    if (
      placed.some(
        (known) =>
          known.item === item ||
          (known.item !== null && known.item.kind === item.kind && sameItem(draft, known.item, item)),
      )
    )
      return true;
    const measure = measureOf(draft, item) ?? countOfEntity(draft, item);
    if (measure === null) return false;
    placed.push({ measure, shown, item });
    return true;
  };
  for (const item of roles.measures) if (!add(item, true)) return null;
  const pick = roles.pick;
  if (pick?.item !== null && pick?.item !== undefined && !pick.frequent && pick.nouns.length === 0) {
    const same = placed.some(({ item }) => item !== null && sameItem(draft, item, pick.item));
    if (
      !same &&
      !add(pickMeasureItem(draft, pick.item), (draft.frame.limit !== null && pick.shown) || draft.frame.headline)
    )
      return null;
  }
  for (const condition of draft.frame.conditions) {
    if (
      !isGroupCondition(draft, condition) ||
      (condition.kind !== 'compare' && condition.kind !== 'between') ||
      condition.subject === null
    )
      continue;
    const subject = condition.subject;
    if (placed.some(({ item }) => item !== null && sameItem(draft, item, subject))) continue;
    if (!add(subject, false)) return null;
  }
  for (const { item } of draft.frame.orderings) {
    if (item === null || item.kind === 'plain') continue;
    if (placed.some((known) => known.item !== null && sameItem(draft, known.item, item))) continue;
    if (!add(item, false)) return null;
  }
  if (placed.length === 0) {
    const count = implicitCount(draft, roles);
    if (count === null) return null;
    placed.push({ measure: count, shown: roles.pick === null && roles.shown.length === 0, item: null });
  }
  return placed;
}

/** `highest price` of related rows takes the highest; `most items` the sum. */
function pickMeasureItem(draft: Draft, item: Item): Item {
  if (item.kind !== 'plain') return item;
  const concept = conceptOf(draft, item.slot);
  return concept?.kind === 'dataset'
    ? { kind: 'count', slot: item.slot, distinct: false, quantity: false, own: [] }
    : item;
}

function dimensionsOf(draft: Draft, roles: Roles, home: string): readonly DimensionDraft[] | null {
  const dimensions: DimensionDraft[] = [];
  const add = (dimension: DimensionDraft): void => {
    if (!dimensions.some((known) => JSON.stringify(known.expression) === JSON.stringify(dimension.expression)))
      dimensions.push(dimension);
  };
  const { shown, groups: said } = foldGrains(draft, roles);
  const groups = said.filter((group) => !isToldByName(draft, group, said));
  const keyed = new Set<string>();
  for (const group of groups) {
    const concept = group.kind === 'slot' ? conceptOf(draft, group.slot) : null;
    const own =
      concept?.kind === 'dataset'
        ? shown
            .filter(({ dataset, column }) => dataset.name === concept.dataset && column !== null)
            .flatMap(({ column }) => (column === null ? [] : [column]))
        : [];
    if (
      concept?.kind === 'dataset' &&
      concept.dataset === home &&
      shown.length > 0 &&
      draft.frame.items.some(({ kind }) => kind === 'count')
    )
      continue;
    const made = groupDimensions(draft, group, home, own);
    if (made === null) return null;
    if (concept?.kind === 'dataset') keyed.add(concept.dataset);
    for (const dimension of made) add(dimension);
  }
  for (const thing of shown) {
    if (keyed.has(thing.dataset.name)) continue;
    const together = shown.filter(({ dataset }) => dataset === thing.dataset);
    for (const dimension of shownDimensions(draft, roles, together, home)) add(dimension);
    keyed.add(thing.dataset.name);
  }
  return dimensions;
}

/** Shown columns of one table: it is the thing grouped by where it was named as one and something else is counted. */
function shownDimensions(
  draft: Draft,
  roles: Roles,
  things: readonly ShownThing[],
  home: string,
): readonly DimensionDraft[] {
  const [first] = things;
  if (first === undefined) return [];
  const { dataset } = first;
  const columns = things.flatMap(({ column }) => (column === null ? [] : [column]));
  const named =
    things.some(({ column }) => column === null) ||
    roles.entities.includes(dataset) ||
    columns.some((column) => describes(dataset, column));
  const naming = nameColumns(dataset);
  const categories =
    columns.length > 0 &&
    columns.every((column) => !naming.includes(column) && !describes(dataset, column) && column.role === 'category');
  if (named && !categories && dataset.name !== home) return entityDimensions(draft, dataset, columns);
  if (columns.length === 0) return entityDimensions(draft, dataset, []);
  return columns.map((column) => columnDimension(draft, dataset, column, 'key'));
}

/** Names and keys stand for the row; categories do not. */
function describes(dataset: Dataset, column: Column): boolean {
  return dataset.rows > 0 && column.profile.distinct >= dataset.rows - column.profile.nulls;
}

/** `how many different products were in completed orders`: they are counted where they occur. */
function spreadOver(draft: Draft, placed: readonly Placed[], conditions: readonly ConditionDraft[]): readonly string[] {
  const [only] = placed;
  if (placed.length !== 1 || only?.item?.kind !== 'count' || !only.item.distinct) return [];
  if (conditions.some(({ negated, cluster }) => negated || cluster !== undefined)) return [];
  const reach = draft.model.reach(only.measure.home);
  return conditions.flatMap(({ datasets }) => datasets).filter((dataset) => !reach.has(dataset));
}

/** The home of each measure: its own where it reaches all dimensions, else a finer table that reaches both; null where none does. */
function settleHomes(
  draft: Draft,
  placed: readonly Placed[],
  dimensions: readonly DimensionDraft[],
  spread: readonly string[],
): readonly string[] | null {
  const wanted = [...new Set([...dimensions.map(({ dataset }) => dataset), ...spread])];
  const homes: string[] = [];
  for (const { measure } of placed) {
    const reach = draft.model.reach(measure.home);
    const needed = [...measure.datasets, ...wanted];
    if (needed.every((dataset) => reach.has(dataset) || measure.datasets.includes(dataset))) {
      homes.push(measure.home);
      continue;
    }
    const home = commonHome(draft.model, [...new Set([measure.home, ...needed])]);
    draft.penalty += 0.1;
    if (home !== null && measure.define(home, 'time') !== null) homes.push(home);
    else if (measure.define(measure.home, 'time') === null) return null;
    else {
      homes.push(measure.home);
      draft.unsafeTables.push(...(home === null ? needed.filter((dataset) => !reach.has(dataset)) : [home]));
    }
  }
  return homes;
}

/** `also those without`: the table of the first dimension, where it is not the one that is folded. */
function everyOf(draft: Draft, dimensions: readonly DimensionDraft[], home: string): string | null {
  const dataset = dimensions.find(({ role }) => role === 'key')?.dataset;
  return draft.frame.every && dataset !== undefined && dataset !== home ? occurrenceId(dataset) : null;
}
