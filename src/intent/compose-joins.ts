import type { DetailQuery, Expression, Join, TableOccurrence, Unmatched, Validity } from '../plan/query.js';
import { allOf, occurrencesOf } from '../plan/traverse.js';
import { columnRef } from './column-reference.js';
import { inForceCondition } from './compose-versions.js';
import type { ConditionDraft, Draft } from './draft.js';
import { occurrenceId } from './names.js';
import { keyOf, type SchemaModel, type Step } from './schema-model.js';

/** The finest dataset from which all of `needed` are reached n:1 at the least cost; null where there is none. */
export function commonHome(model: SchemaModel, needed: readonly string[]): string | null {
  let best: { name: string; cost: number } | null = null;
  const [first] = needed;
  const candidates = first === undefined ? model.catalog.datasets.map(({ name }) => name) : model.reachedFrom(first);
  for (const name of candidates) {
    const reach = model.reach(name);
    if (!needed.every((dataset) => reach.has(dataset))) continue;
    const cost =
      stepsTo(model, name, needed).reduce((sum, step) => sum + step.cost, 0) + (needed.includes(name) ? 0 : 0.4);
    if (best === null || cost < best.cost) best = { name, cost };
  }
  return best?.name ?? null;
}

/** The steps of the tree from `home` to all of `needed`, each once, in walking order. */
function stepsTo(model: SchemaModel, home: string, needed: readonly string[]): readonly Step[] {
  const steps = new Map<string, Step>();
  for (const dataset of needed)
    for (const step of model.reach(home).get(dataset)?.steps ?? []) steps.set(step.to, step);
  return [...steps.values()];
}

/** Tables and joins for walking from each of `homes` to what it needs; null where two ways would lead to one table. */
export function tablesAndJoins(
  model: SchemaModel,
  homes: readonly string[],
  neededAt: (home: string) => readonly string[],
): { tables: readonly TableOccurrence[]; joins: readonly Join[]; steps: readonly Step[] } | null {
  const tables = new Map<string, TableOccurrence>();
  const joins = new Map<string, Step>();
  const addTable = (name: string): void => {
    tables.set(name, { id: occurrenceId(name), dataset: name });
  };
  for (const home of homes) {
    addTable(home);
    for (const step of stepsTo(
      model,
      home,
      neededAt(home).filter((dataset) => model.reach(home).has(dataset)),
    )) {
      for (const each of [step.dated ?? [], step].flat()) {
        addTable(each.from);
        addTable(each.to);
        joins.set(`${each.from}>${each.to}`, each);
      }
    }
  }
  // Walked in one direction each: of one to one the other way back would join to a home what only another one needs.
  const severalHomes = new Set(homes).size > 1;
  const steps = [...joins.values()];
  for (const home of homes) if (hasDiamond(home, steps)) return null;
  return {
    tables: [...tables.values()],
    joins: steps.map(({ from, to, on, cardinality, during, weight }) => ({
      from: occurrenceId(from),
      to: occurrenceId(to),
      on,
      cardinality: severalHomes ? 'many_to_one' : cardinality,
      ...(during === null ? {} : { during: inOccurrence(during) }),
      ...(weight === null ? {} : { weight }),
    })),
    steps,
  };
}

/** The validity with the occurrence of the table that its time stands in. */
function inOccurrence(during: Validity): Validity {
  return during.atTable ? { ...during, atTable: occurrenceId(during.atTable) } : during;
}

function hasDiamond(home: string, steps: readonly Step[]): boolean {
  const seen = new Set([home]);
  const open = [home];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const step of steps.filter(({ from }) => from === name)) {
      if (seen.has(step.to)) return true;
      seen.add(step.to);
      open.push(step.to);
    }
  }
  return false;
}

/** Row conditions over one home: those it reaches as a filter, the others as membership in related rows. */
export interface HomeFilter {
  readonly filter: Expression | null;
  /** Datasets that the filter itself reads and the home must join. */
  readonly needed: readonly string[];
  readonly penalty: number;
}

/** Turns conditions into a filter on rows of `home` (also reaching `anchors`); null where a table is not connected. */
export function filterFor(
  draft: Draft,
  home: string,
  said: readonly ConditionDraft[],
  unmatched: Unmatched,
): HomeFilter | null {
  const conditions = deniedOfRows(home, said);
  const reach = draft.model.reach(home);
  const direct: Expression[] = [];
  const needed = new Set<string>();
  const beyond: ConditionDraft[] = [];
  for (const condition of conditions) {
    if (condition.cluster === undefined && condition.datasets.every((dataset) => reach.has(dataset))) {
      if (condition.negated && condition.expression === null && condition.datasets.includes(home)) return null;
      const lacking = condition.expression === null && condition.negated;
      const expression =
        condition.expression ?? (lacking ? absence(draft, home, condition) : presence(draft, home, condition));
      if (expression === null) continue;
      const denied = condition.negated && condition.expression !== null;
      direct.push(denied ? { kind: 'not', operand: expression } : expression);
      for (const dataset of condition.datasets)
        if (occurrencesOf(expression).includes(occurrenceId(dataset))) needed.add(dataset);
    } else beyond.push(condition.denied === undefined ? condition : denial(condition, condition.denied));
  }
  const members = beyond.length === 0 ? [] : memberships(draft, home, beyond, unmatched);
  if (members === null) return null;
  for (const member of members) for (const dataset of member.needed) needed.add(dataset);
  return {
    filter: allOf([...direct, ...members.map(({ expression }) => expression)]),
    needed: [...needed],
    penalty: members.length * 0.08,
  };
}

/**
 * `bills without drafted bills`: what is denied is a row of the home itself, so its own state is denied, or what it belongs to
 * (`without bills of banned shops`), and not that something it belongs to has any such row.
 */
function deniedOfRows(home: string, conditions: readonly ConditionDraft[]): readonly ConditionDraft[] {
  const start = conditions.find(
    ({ cluster, existence, negated, datasets }) =>
      cluster !== undefined && existence && negated && datasets.join() === home,
  );
  if (start === undefined) return conditions;
  const others = conditions.filter(({ cluster }) => cluster !== start.cluster);
  const said = conditions.filter((condition) => condition.cluster === start.cluster && condition !== start);
  const operand = allOf(said.flatMap(({ expression }) => expression ?? []));
  if (operand === null) return conditions;
  const datasets = [...new Set(said.flatMap((condition) => condition.datasets))];
  const denied: readonly ConditionDraft[] = datasets.includes(home)
    ? [{ datasets, expression: { kind: 'not', operand }, negated: false, existence: false }]
    : said.map((condition) => ({ ...condition, negated: true }));
  return [...deniedOfRows(home, others), ...denied];
}

/** `films not shown in X`: among the related rows of a film none says X. */
function denial(condition: ConditionDraft, denied: Expression): ConditionDraft {
  return { ...condition, expression: denied, negated: true, cluster: condition.cluster ?? 0 };
}

/** `orders that have a customer`: the row on the other side is there. About the home itself it says nothing. */
function presence(draft: Draft, home: string, condition: ConditionDraft): Expression | null {
  const [dataset] = condition.datasets;
  if (dataset === undefined || dataset === home) return null;
  const table = draft.model.dataset(dataset);
  const key = table === undefined ? null : keyOf(table);
  const column = key?.[0];
  return column === undefined ? null : { kind: 'is_null', operand: columnRef(dataset, column), negated: true };
}

/**
 * A denied `presence`: the row's own reference is none of those that lead to the other side. What is read of the other side
 * itself is never missing, as a filter over it implies a match.
 */
function absence(draft: Draft, home: string, condition: ConditionDraft): Expression | null {
  const [dataset] = condition.datasets;
  const [first] = dataset === undefined ? [] : (draft.model.reach(home).get(dataset)?.steps ?? []);
  if (dataset === undefined || first === undefined) return null;
  const query = innerQuery(
    draft.model,
    first.to,
    [dataset],
    first.on.map(({ to }) => to),
    first.to,
    null,
    'drop',
  );
  const keys = first.on.map(({ from }) => columnRef(home, from));
  return query === null ? null : { kind: 'membership', keys, query, negated: true };
}

interface Membership {
  readonly expression: Expression;
  readonly needed: readonly string[];
}

/** Positive conditions on related tables must be met by one related row; a negated one takes the conditions on its table along. */
function memberships(
  draft: Draft,
  home: string,
  conditions: readonly ConditionDraft[],
  unmatched: Unmatched,
): readonly Membership[] | null {
  const negated = conditions.some((condition) => condition.negated);
  const clusters = new Set(conditions.map(({ cluster }) => cluster));
  if (clusters.size > 1) {
    const parts = [...clusters].map((id) =>
      memberships(
        draft,
        home,
        conditions.filter(({ cluster }) => cluster === id),
        unmatched,
      ),
    );
    return parts.every((part) => part !== null) ? parts.flatMap((part) => part ?? []) : null;
  }
  const together = membership(draft, home, conditions, negated, unmatched);
  if (together !== null) return [together];
  const each = conditions.map((condition) => membership(draft, home, [condition], condition.negated, unmatched));
  const found = each.filter((member) => member !== null);
  return found.length === each.length ? found : null;
}

function membership(
  draft: Draft,
  home: string,
  conditions: readonly ConditionDraft[],
  negated: boolean,
  unmatched: Unmatched,
): Membership | null {
  const { model } = draft;
  const wanted = [...new Set(conditions.flatMap((condition) => condition.datasets))];
  let best: { inner: string; anchor: string; cost: number } | null = null;
  for (const [anchor, { cost: outside }] of model.reach(home)) {
    const inner = commonHome(model, [...wanted, anchor]);
    if (inner === null || (inner === home && (!negated || anchor === home || wanted.includes(anchor)))) continue;
    const cost = outside * 1.5 + stepsTo(model, inner, [...wanted, anchor]).reduce((sum, step) => sum + step.cost, 0);
    if (best === null || cost < best.cost) best = { inner, anchor, cost };
  }
  if (best === null) return null;
  const anchor = model.dataset(best.anchor);
  const key = anchor === undefined ? null : keyOf(anchor);
  const steps = model.reach(best.inner).get(best.anchor)?.steps ?? [];
  const link = steps.at(-1);
  const columns = link === undefined ? key : link.on.map(({ to }) => to);
  if (columns === null || columns === undefined) return null;
  const all = [...conditions, ...inForceCondition(draft, best.inner, conditions)];
  const expressions = all.flatMap(({ expression }) => (expression === null ? [] : [expression]));
  const source = link === undefined ? best.anchor : link.from;
  const query = innerQuery(
    model,
    best.inner,
    [...wanted, source],
    link === undefined ? columns : link.on.map(({ from }) => from),
    source,
    allOf(expressions),
    unmatched,
  );
  if (query === null) return null;
  const held = negated ? referringKeys(model, home, best.anchor, columns) : null;
  const keys = held?.keys ?? columns.map((column) => columnRef(best.anchor, column));
  return { expression: { kind: 'membership', keys, query, negated }, needed: [held?.dataset ?? best.anchor] };
}

/** What refers to the columns of the anchor on the way to it: also rows that meet none of its rows are among none of them. */
function referringKeys(
  model: SchemaModel,
  home: string,
  anchor: string,
  columns: readonly string[],
): { readonly dataset: string; readonly keys: readonly Expression[] } | null {
  const step = model.reach(home).get(anchor)?.steps.at(-1);
  if (step === undefined || step.during !== null) return null;
  const pairs = columns.map((column) => step.on.find(({ to }) => to === column));
  if (pairs.length !== step.on.length || pairs.includes(undefined)) return null;
  return { dataset: step.from, keys: pairs.map((pair) => columnRef(step.from, pair?.from ?? '')) };
}

function innerQuery(
  model: SchemaModel,
  home: string,
  needed: readonly string[],
  columns: readonly string[],
  source: string,
  filter: Expression | null,
  unmatched: Unmatched,
): DetailQuery | null {
  const joined = tablesAndJoins(model, [home], () => needed);
  if (joined === null) return null;
  return {
    kind: 'detail',
    tables: joined.tables,
    joins: joined.joins,
    unmatched,
    home: occurrenceId(home),
    columns: columns.map((column, index) => ({
      name: `key_${index + 1}`,
      label: column,
      description: `${source}.${column}`,
      shown: true,
      expression: columnRef(source, column),
    })),
    distinct: true,
    filter,
    orderBy: [],
    limit: null,
  };
}
