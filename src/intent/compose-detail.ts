import type { Column, Dataset } from '../catalog/catalog.js';
import { isTemporal } from '../plan/data-type.js';
import type { DetailColumn, DetailQuery, Expression, Order, Unmatched } from '../plan/query.js';
import { labelOf } from './column-label.js';
import { columnRef } from './column-reference.js';
import { rowConditions, scopeConditions } from './compose-conditions.js';
import { commonHome, filterFor, tablesAndJoins } from './compose-joins.js';
import { inForceCondition } from './compose-versions.js';
import { isComputed } from './computed-columns.js';
import { conceptOf, type Draft } from './draft.js';
import { adjectiveColumn, type Roles } from './roles.js';
import { keyOf, nameColumns } from './schema-model.js';

interface Shown {
  readonly dataset: Dataset;
  readonly column: Column;
}

interface Sort {
  readonly dataset: Dataset;
  readonly column: Column;
  readonly direction: Order['direction'];
}

/** Composes rows of one table; null where the shown columns lie on tables that no table reaches. */
export function composeDetail(draft: Draft, roles: Roles, unmatched: Unmatched): DetailQuery | null {
  const within = withinColumns(draft, roles);
  const own = shownColumns(roles);
  if (own.length === 0 || within === null) return null;
  const things = [...within.flatMap(({ shown }) => shown), ...own].filter(
    ({ column }, index, all) => all.findIndex((other) => other.column === column) === index,
  );
  const sorts = sortsOf(draft, roles);
  if (sorts === null) return null;
  const needed = [
    ...new Set([...things.map(({ dataset }) => dataset.name), ...sorts.map(({ dataset }) => dataset.name)]),
  ];
  // `which towns have old churches`: each town once.
  const asked = roles.shown.flatMap(({ dataset, column }) => (column === null ? [dataset] : []));
  const entity = [...asked, ...roles.entities]
    .map(({ name }) => name)
    .find((name) => needed.every((dataset) => draft.model.reach(name).has(dataset)));
  const home = entity ?? commonHome(draft.model, needed);
  if (home === null) return null;
  const conditions = rowConditions(draft, home);
  if (conditions === null) return null;
  const narrowing = [
    ...conditions,
    ...scopeConditions(draft, [home], needed),
    ...inForceCondition(draft, home, conditions),
  ];
  const filtered = filterFor(draft, home, narrowing, unmatched);
  if (filtered === null) return null;
  draft.penalty += filtered.penalty + (needed.includes(home) ? 0 : 0.2);
  const joined = tablesAndJoins(draft.model, [home], () => [...needed, ...filtered.needed]);
  if (joined === null) return null;
  const distinctThings = things.filter(
    ({ dataset, column }, index) =>
      !things
        .slice(0, index)
        .some((other) =>
          joined.steps.some((step) =>
            step.on.some((pair) => equates(step.from, pair.from, step.to, pair.to, other, { dataset, column })),
          ),
        ),
  );
  const columns = distinctThings.map(({ dataset, column }) => detailColumn(draft, dataset, column, true));
  if (isToldAlready(columns, filtered.filter)) draft.penalty += 0.4;
  const orderBy: Order[] = [
    ...within.flatMap(({ shown }) => shown.map((thing) => ({ ...thing, direction: 'ascending' as const }))),
    ...sorts,
  ].map(({ dataset, column, direction }) => ({
    by: outputFor(draft, columns, { dataset, column }, roles.pick?.all === true || roles.pick?.measured === true),
    direction,
    nulls: 'last',
  }));
  const per = within.flatMap(({ keys }) => keys.map((key) => outputFor(draft, columns, key)));
  const distinct = draft.distinctSubjects || draft.frame.items.some((item) => item.kind === 'plain' && item.distinct);
  const all = roles.pick === null || roles.pick.all === true;
  const count = draft.frame.limit ?? roles.pick?.count ?? (all ? null : 1);
  return {
    kind: 'detail',
    tables: joined.tables,
    joins: joined.joins,
    unmatched,
    home: joined.tables[0]?.id ?? home,
    columns,
    distinct: distinct && sorts.length === 0,
    filter: filtered.filter,
    orderBy,
    limit: count === null ? null : { count, per, ties: 'cut' },
  };
}

/** `which songs are in "Hope"`: all that is shown is what was said, so that something else was hardly meant by it. */
function isToldAlready(columns: readonly DetailColumn[], filter: Expression | null): boolean {
  const [only, ...others] = columns;
  const told = JSON.stringify(only?.expression);
  const parts = filter === null ? [] : filter.kind === 'and' ? filter.operands : [filter];
  return (
    others.length === 0 &&
    parts.some((part) => part.kind === 'comparison' && part.operator === 'eq' && JSON.stringify(part.left) === told)
  );
}

/** The name of the output that holds the column; where there is none, one is added, which only `shown` shows. */
function outputFor(draft: Draft, columns: DetailColumn[], { dataset, column }: Shown, shown = false): string {
  const expression = JSON.stringify(columnRef(dataset.name, column.name));
  const known = columns.find((each) => JSON.stringify(each.expression) === expression);
  if (known !== undefined) return known.name;
  const made = detailColumn(draft, dataset, column, shown);
  columns.push(made);
  return made.name;
}

interface Within {
  readonly shown: readonly Shown[];
  readonly keys: readonly Shown[];
}

/** The groups within which the pick takes its own, by what is shown of them and what tells them apart; null where one is no column. */
function withinColumns(draft: Draft, roles: Roles): readonly Within[] | null {
  const groups: Within[] = [];
  for (const group of roles.within) {
    const concept = group.kind === 'slot' ? conceptOf(draft, group.slot) : null;
    const found = concept === null || concept.kind === 'metric' ? null : columnFor(draft, concept);
    if (concept === null || found === null) return null;
    const { dataset } = found;
    const key = concept.kind === 'dataset' ? keyOf(dataset) : null;
    const keys = dataset.columns.filter(({ name }) => key?.includes(name) ?? false);
    groups.push({
      shown: concept.kind === 'dataset' ? nameColumns(dataset).map((column) => ({ dataset, column })) : [found],
      keys: keys.length === 0 ? [found] : keys.map((column) => ({ dataset, column })),
    });
  }
  return groups;
}

/** Whether a join makes the two columns equal, so that showing both says one thing twice. */
function equates(from: string, fromColumn: string, to: string, toColumn: string, left: Shown, right: Shown): boolean {
  const is = (thing: Shown, dataset: string, column: string): boolean =>
    thing.dataset.name === dataset && thing.column.name === column;
  return (
    (is(left, from, fromColumn) && is(right, to, toColumn)) || (is(left, to, toColumn) && is(right, from, fromColumn))
  );
}

function shownColumns(roles: Roles): readonly { dataset: Dataset; column: Column }[] {
  const things =
    roles.shown.length > 0
      ? roles.shown
      : roles.entities.slice(0, 1).map((dataset) => ({ dataset, column: null, whole: false, listed: false }));
  const columns = things.flatMap(({ dataset, column, whole, listed }) => {
    if (column !== null) return [{ dataset, column }];
    if (whole) return dataset.columns.filter((each) => !isComputed(each)).map((each) => ({ dataset, column: each }));
    const others = roles.shown.some((other) => other.dataset === dataset && other.column !== null);
    return others && !listed ? [] : nameColumns(dataset).map((name) => ({ dataset, column: name }));
  });
  return columns.filter(({ column }, index) => columns.findIndex((other) => other.column === column) === index);
}

function detailColumn(draft: Draft, dataset: Dataset, column: Column, shown: boolean): DetailColumn {
  const label = labelOf(dataset, column);
  return {
    name: draft.names.take(label),
    label: label.charAt(0).toUpperCase() + label.slice(1),
    description: column.description === '' ? `${column.name} of ${dataset.name}.` : column.description,
    shown,
    expression: columnRef(dataset.name, column.name),
  };
}

function sortsOf(draft: Draft, roles: Roles): readonly Sort[] | null {
  const sorts: Sort[] = [];
  const { pick } = roles;
  if (pick !== null) {
    const sort = pickSort(draft, roles);
    if (sort === null) return null;
    sorts.push(sort);
  }
  for (const { item, direction, axis } of draft.frame.orderings) {
    const dated = axis === 'time' ? timeOf(roles) : null;
    if (dated !== null) {
      sorts.push({ ...dated, direction });
      continue;
    }
    if (item !== null && item.kind !== 'plain') continue;
    const concept = item === null ? null : conceptOf(draft, item.slot);
    const found = concept === null ? firstShown(roles) : concept.kind === 'metric' ? null : columnFor(draft, concept);
    if (found !== null) sorts.push({ ...found, direction });
  }
  return sorts;
}

/** `in chronological order`: by the only time that is shown, or else that the things shown have. */
function timeOf(roles: Roles): { dataset: Dataset; column: Column } | null {
  const isTime = ({ column }: { column: Column }): boolean => isTemporal(column.type);
  const shown = shownColumns(roles).filter(isTime);
  const own = roles.entities
    .flatMap((dataset) => dataset.columns.map((column) => ({ dataset, column })))
    .filter(isTime);
  const [only, ...others] = shown.length > 0 ? shown : own;
  return only === undefined || others.length > 0 ? null : only;
}

function firstShown(roles: Roles): { dataset: Dataset; column: Column } | null {
  return shownColumns(roles)[0] ?? null;
}

function columnFor(
  draft: Draft,
  concept: { readonly kind: string; readonly dataset: string; readonly column?: string },
): { dataset: Dataset; column: Column } | null {
  const dataset = draft.model.dataset(concept.dataset);
  const column =
    dataset === undefined
      ? undefined
      : concept.column === undefined
        ? nameColumns(dataset)[0]
        : draft.model.column(concept.dataset, concept.column);
  return dataset === undefined || column === undefined ? null : { dataset, column };
}

function pickSort(draft: Draft, roles: Roles): Sort | null {
  const { pick } = roles;
  if (pick === null) return null;
  if (pick.nouns.length > 0) {
    const named = pick.item?.kind === 'plain' ? conceptOf(draft, pick.item.slot) : null;
    const ranked = named === null || named.kind === 'metric' ? undefined : draft.model.dataset(named.dataset);
    if (named?.kind === 'column') {
      const found = columnFor(draft, named);
      if (found !== null && found.column.role !== 'identifier') return { ...found, direction: pick.direction };
    }
    // `steered by the youngest captain`: what is said of the captain is looked for there first.
    const datasets = [...new Set([...roles.entities, ...roles.shown.map(({ dataset }) => dataset)])];
    const found = (ranked === undefined ? null : adjectiveColumn([ranked], pick)) ?? adjectiveColumn(datasets, pick);
    if (found === null) return null;
    const flip = pick.direction === 'ascending' ? 'descending' : 'ascending';
    return { dataset: found.dataset, column: found.column, direction: found.flipped ? flip : pick.direction };
  }
  if (pick.item === null)
    return draft.frame.limit !== null && draft.frame.orderings.length === 0 ? firstSort(roles, pick.direction) : null;
  const concept = pick.item.kind === 'plain' ? conceptOf(draft, pick.item.slot) : null;
  if (concept?.kind !== 'column') return null;
  const found = columnFor(draft, concept);
  return found === null ? null : { ...found, direction: pick.direction };
}

function firstSort(roles: Roles, direction: Order['direction']): Sort | null {
  const found = firstShown(roles);
  return found === null ? null : { ...found, direction };
}
