import type { Column, Dataset } from '../catalog/catalog.js';
import type { AggregateQuery, Dimension, Expression, Measure, Order, Unmatched } from '../plan/query.js';
import { isTemporal } from '../plan/data-type.js';
import { columnDimension, entityDimensions, groupDimensions } from './compose-dimensions.js';
import { isGroupCondition, numberLiteral, rowConditions, scopeConditions } from './compose-conditions.js';
import { commonHome, filterFor, tablesAndJoins } from './compose-joins.js';
import { measureOf, rowCount } from './compose-measures.js';
import { allOf } from '../plan/traverse.js';
import type { Concept } from './concept.js';
import { conceptOf, type DimensionDraft, type Draft, type MeasureDraft } from './draft.js';
import type { Condition, Group, Item } from './frame.js';
import type { Roles, ShownThing } from './roles.js';
import { nameColumns } from './schema-model.js';

/** A measure of the query with whether it is returned and the item it was made for. */
interface Placed {
  readonly measure: MeasureDraft;
  readonly shown: boolean;
  readonly item: Item | null;
}

/** Composes an aggregate query; null where the assignment gives none that is safe. */
export function composeAggregate(draft: Draft, roles: Roles, unmatched: Unmatched): AggregateQuery | null {
  const placed = placedMeasures(draft, roles);
  if (placed === null || placed.length === 0) return null;
  const first = placed[0]?.measure.home ?? '';
  const dimensions = dimensionsOf(draft, roles, first);
  const conditions = rowConditions(draft, first);
  if (dimensions === null || conditions === null) return null;
  const homes = settleHomes(draft, placed, dimensions, conditions.filter((condition) => condition.datasets.length > 0).flatMap(({ datasets }) => datasets));
  if (homes === null) return null;
  const needed = [...new Set([...dimensions.map(({ dataset }) => dataset), ...placed.flatMap(({ measure }) => measure.datasets)])];
  const allHomes = [...new Set(homes)];
  const main = allHomes[0] ?? first;
  const filtered = filterFor(draft, main, [...conditions.filter((condition) => !isScope(condition, placed)), ...scopeConditions(draft, allHomes, needed)], unmatched);
  if (filtered === null) return null;
  draft.penalty += filtered.penalty;
  const joined = tablesAndJoins(draft.model, allHomes, [...needed, ...filtered.needed]);
  if (joined === null) return null;
  const measures: Measure[] = [];
  for (const [index, { measure, shown }] of placed.entries()) {
    const definition = measure.define(homes[index] ?? main);
    if (definition === null) return null;
    measures.push({ name: measure.name, label: measure.label, description: measure.description, shown, unit: measure.unit, definition });
  }
  const having = havingOf(draft, placed);
  if (having === undefined || (having !== null && dimensions.length === 0)) return null;
  const shownDimensions = dimensions.map(({ name, label, description, shown, expression, role }): Dimension => ({ name, label, description, shown, expression, role }));
  const orderBy = orderOf(draft, roles, placed, dimensions);
  return {
    kind: 'aggregate', tables: joined.tables, joins: joined.joins, unmatched, every: null, dimensions: shownDimensions, measures, filter: filtered.filter, having,
    orderBy, limit: limitOf(draft, roles, orderBy),
  };
}

/** A scope that only repeats what a measure counts adds nothing. */
function isScope(condition: { readonly existence: boolean; readonly negated: boolean; readonly datasets: readonly string[] }, placed: readonly Placed[]): boolean {
  return condition.existence && !condition.negated && placed.some(({ measure }) => condition.datasets.every((dataset) => dataset === measure.home));
}

function placedMeasures(draft: Draft, roles: Roles): readonly Placed[] | null {
  const placed: Placed[] = [];
  const add = (item: Item, shown: boolean): boolean => {
    if (placed.some((known) => known.item === item || (known.item !== null && known.item.kind === item.kind && sameItem(draft, known.item, item)))) return true;
    const measure = measureOf(draft, item) ?? countOfEntity(draft, item);
    if (measure === null) return false;
    placed.push({ measure, shown, item });
    return true;
  };
  for (const item of roles.measures) if (!add(item, true)) return null;
  const pick = roles.pick;
  if (pick?.item !== null && pick?.item !== undefined && !pick.frequent && pick.nouns.length === 0) {
    const same = placed.some(({ item }) => item !== null && sameItem(draft, item, pick.item));
    if (!same && !add(pickMeasureItem(draft, pick.item), draft.frame.limit !== null && pick.shown)) return null;
  }
  for (const condition of draft.frame.conditions) {
    if (!isGroupCondition(draft, condition) || (condition.kind !== 'compare' && condition.kind !== 'between') || condition.subject === null) continue;
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
  return concept?.kind === 'dataset' ? { kind: 'count', slot: item.slot, distinct: false, quantity: false } : item;
}

function countOfEntity(draft: Draft, item: Item): MeasureDraft | null {
  if (item.kind === 'count' && item.slot === null) {
    const home = fallbackHome(draft);
    return home === null ? null : rowCount(draft, home, false);
  }
  if (item.kind !== 'plain') return null;
  const concept = conceptOf(draft, item.slot);
  if (concept?.kind === 'dataset') return rowCount(draft, concept.dataset, false);
  return null;
}

/** What is counted when nothing is said: rows of the table named, or of the one that holds what is shown. */
function implicitCount(draft: Draft, roles: Roles): MeasureDraft | null {
  const scope = draft.frame.scopes[0];
  const concept = scope === undefined ? null : conceptOf(draft, scope);
  if (concept?.kind === 'dataset') return rowCount(draft, concept.dataset, false);
  const home = roles.shown[0]?.dataset.name ?? fallbackHome(draft);
  draft.penalty += 0.1;
  return home === null ? null : rowCount(draft, home, false);
}

function fallbackHome(draft: Draft): string | null {
  const concepts: readonly Concept[] = [...draft.assignment.values()].map(({ concept }) => concept);
  const names = concepts.flatMap((concept) => (concept.kind === 'metric' ? [] : [{ table: concept.kind === 'dataset', name: concept.dataset }]));
  const home = commonHome(draft.model, [...new Set(names.map(({ name }) => name))]);
  return home ?? (names.find(({ table }) => table) ?? names[0])?.name ?? null;
}

/** Whether two items say the same thing of the catalog in the same way. */
export function sameItem(draft: Draft, left: Item, right: Item | null): boolean {
  if (right === null) return false;
  const [first, second] = [slotKey(draft, left), slotKey(draft, right)];
  if (first === null || first !== second) return false;
  if (left.kind === right.kind) return left.kind !== 'aggregate' || right.kind !== 'aggregate' || left.function === right.function;
  return left.kind === 'plain' || right.kind === 'plain';
}

function slotKey(draft: Draft, item: Item): string | null {
  if (item.kind === 'ratio' || item.kind === 'derived' || item.slot === null) return null;
  const concept = conceptOf(draft, item.slot);
  if (concept === null) return null;
  return concept.kind === 'metric' ? concept.metric : concept.kind === 'dataset' ? concept.dataset : `${concept.dataset}.${concept.column}`;
}

function dimensionsOf(draft: Draft, roles: Roles, home: string): readonly DimensionDraft[] | null {
  const dimensions: DimensionDraft[] = [];
  const add = (dimension: DimensionDraft): void => {
    if (!dimensions.some((known) => JSON.stringify(known.expression) === JSON.stringify(dimension.expression))) dimensions.push(dimension);
  };
  const { shown, groups } = foldGrains(draft, roles);
  const keyed = new Set<string>();
  for (const group of groups) {
    const concept = group.kind === 'slot' ? conceptOf(draft, group.slot) : null;
    const own = concept?.kind === 'dataset' ? shown.filter(({ dataset, column }) => dataset.name === concept.dataset && column !== null).flatMap(({ column }) => (column === null ? [] : [column])) : [];
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

/** `order date by month`: the shown date is the one that the grain cuts. */
function foldGrains(draft: Draft, roles: Roles): { readonly shown: readonly ShownThing[]; readonly groups: readonly Group[] } {
  const grain = roles.groups.find((group) => group.kind === 'grain' && group.slot === null);
  const item = draft.frame.items.find((candidate) => candidate.kind === 'plain' && isDateItem(draft, candidate));
  if (grain?.kind !== 'grain' || item?.kind !== 'plain') return roles;
  const concept = conceptOf(draft, item.slot);
  const shown = roles.shown.filter(({ dataset, column }) => !(concept?.kind === 'column' && dataset.name === concept.dataset && column?.name === concept.column));
  return { shown, groups: roles.groups.map((group) => (group === grain ? { ...grain, slot: item.slot } : group)) };
}

function isDateItem(draft: Draft, item: Extract<Item, { kind: 'plain' }>): boolean {
  const concept = conceptOf(draft, item.slot);
  const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
  return column !== undefined && isTemporal(column.type);
}

/** Shown columns of one table: it is the thing grouped by where it was named as one and something else is counted. */
function shownDimensions(draft: Draft, roles: Roles, things: readonly ShownThing[], home: string): readonly DimensionDraft[] {
  const [first] = things;
  if (first === undefined) return [];
  const { dataset } = first;
  const columns = things.flatMap(({ column }) => (column === null ? [] : [column]));
  const named = things.some(({ column }) => column === null) || roles.entities.includes(dataset) || columns.some((column) => describes(dataset, column));
  if (named && dataset.name !== home) return entityDimensions(draft, dataset, columns);
  if (columns.length === 0) return entityDimensions(draft, dataset, []);
  return columns.map((column) => columnDimension(draft, dataset, column, 'key'));
}

/** Names and keys stand for the row; categories do not. */
function describes(dataset: Dataset, column: Column): boolean {
  return dataset.rows > 0 && column.profile.distinct >= dataset.rows - column.profile.nulls;
}

/** The home of each measure: its own where it reaches all dimensions, else a finer table that reaches both; null where none does. */
function settleHomes(draft: Draft, placed: readonly Placed[], dimensions: readonly DimensionDraft[], _conditions: readonly string[]): readonly string[] | null {
  const wanted = [...new Set(dimensions.map(({ dataset }) => dataset))];
  const homes: string[] = [];
  for (const { measure } of placed) {
    const reach = draft.model.reach(measure.home);
    const needed = [...measure.datasets, ...wanted];
    if (needed.every((dataset) => reach.has(dataset) || measure.datasets.includes(dataset))) {
      homes.push(measure.home);
      continue;
    }
    const home = commonHome(draft.model, [...new Set([measure.home, ...needed])]);
    if (home === null || measure.define(home) === null) return null;
    draft.penalty += 0.1;
    homes.push(home);
  }
  return homes;
}

/** The condition on groups; undefined where one cannot be said. */
function havingOf(draft: Draft, placed: readonly Placed[]): Expression | null | undefined {
  const parts: Expression[] = [];
  for (const condition of draft.frame.conditions) {
    if (!isGroupCondition(draft, condition) || (condition.kind !== 'compare' && condition.kind !== 'between')) continue;
    const part = groupCondition(draft, condition, placed);
    if (part === null) return undefined;
    parts.push(part);
  }
  return allOf(parts);
}

function groupCondition(draft: Draft, condition: Extract<Condition, { kind: 'compare' | 'between' }>, placed: readonly Placed[]): Expression | null {
  const found = placed.find(({ item }) => item !== null && sameItem(draft, item, condition.subject));
  if (found === undefined) return null;
  const output: Expression = { kind: 'output', name: found.measure.name };
  if (condition.kind === 'between') return { kind: 'between', operand: output, low: numberLiteral(condition.low), high: numberLiteral(condition.high), negated: condition.negated };
  if (condition.operand.kind !== 'number') return null;
  const comparison: Expression = { kind: 'comparison', operator: condition.operator, left: output, right: numberLiteral(condition.operand.value) };
  return condition.negated ? { kind: 'not', operand: comparison } : comparison;
}

function orderOf(draft: Draft, roles: Roles, placed: readonly Placed[], dimensions: readonly DimensionDraft[]): readonly Order[] {
  const orders: Order[] = [];
  const push = (by: string, direction: Order['direction']): void => {
    if (!orders.some((order) => order.by === by)) orders.push({ by, direction, nulls: 'last' });
  };
  const { pick } = roles;
  if (pick !== null) {
    const item = pick.item;
    const target = placed.find((known) => known.item !== null && item !== null && (known.item === item || sameItem(draft, known.item, item))) ?? placed.at(-1);
    if (target !== undefined) push(target.measure.name, pick.direction);
  }
  for (const ordering of draft.frame.orderings) {
    const by = orderName(draft, ordering.item, placed, dimensions);
    if (by !== null) push(by, ordering.direction);
    else draft.penalty += 0.5;
  }
  return orders;
}

function orderName(draft: Draft, item: Item | null, placed: readonly Placed[], dimensions: readonly DimensionDraft[]): string | null {
  if (item === null) return placed.find(({ shown }) => shown)?.measure.name ?? placed[0]?.measure.name ?? null;
  const measure = placed.find((known) => known.item !== null && sameItem(draft, known.item, item));
  if (item.kind !== 'plain') return measure?.measure.name ?? placed.find(({ shown }) => shown)?.measure.name ?? null;
  const concept = conceptOf(draft, item.slot);
  const dimension =
    concept?.kind === 'column'
      ? dimensions.find(({ expression, dataset }) => dataset === concept.dataset && JSON.stringify(expression).includes(`"column":${JSON.stringify(concept.column)}`))
      : concept?.kind === 'dataset'
        ? dimensions.find(({ dataset, shown }) => shown && dataset === concept.dataset)
        : undefined;
  return dimension?.name ?? measure?.measure.name ?? namingDimension(draft, concept, dimensions);
}

/** `by name`: the first thing shown, where the name is of a table that is not. */
function namingDimension(draft: Draft, concept: Concept | null, dimensions: readonly DimensionDraft[]): string | null {
  if (concept?.kind !== 'column') return null;
  const dataset = draft.model.dataset(concept.dataset);
  const naming = dataset !== undefined && nameColumns(dataset).some(({ name }) => name === concept.column);
  return naming ? (dimensions.find(({ shown }) => shown)?.name ?? null) : null;
}

function limitOf(draft: Draft, roles: Roles, orderBy: readonly Order[]): AggregateQuery['limit'] {
  const count = draft.frame.limit ?? roles.pick?.count ?? (roles.pick === null ? null : 1);
  return count === null || orderBy.length === 0 ? null : { count, per: [], ties: 'cut' };
}
