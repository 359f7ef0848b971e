import { queriesOfPlan, toldName } from '../plan/plan-datasets.js';
import type { TableShape } from '../plan/product.js';
import type {
  AggregateQuery,
  DetailQuery,
  Expression,
  PlanDataset,
  Query,
  SemanticPlan,
  SetQuery,
} from '../plan/query.js';
import { homesOf, typesOfOutputs } from '../plan/query-typing.js';
import type { InnerQuery, NamedExpression, Relation, RelationalPlan, Step } from '../plan/relational.js';
import { expressionsOf, innerQueriesOf, occurrencesOf, shownNamesOf } from '../plan/traverse.js';
import { assertNever } from '../support/assert-never.js';
import { canonicalJson, sameData } from '../support/canonical-json.js';
import { bug, dpbError } from '../support/errors.js';
import { exactType } from './exact-type.js';
import { lowerPrepared } from './lower-dataset.js';
import { checkAggregateReach, checkDetailReach } from './passes/check-reach.js';
import { deriveMeasures } from './passes/derive-measures.js';
import { type Draft, output } from './passes/draft.js';
import { drillAcross } from './passes/drill-across.js';
import { finish, type Unfinished } from './passes/finish.js';
import { foldHomes } from './passes/fold-homes.js';
import { endHistories } from './passes/histories.js';
import { homeRows } from './passes/home-rows.js';
import { nameAggregates } from './passes/name-aggregates.js';
import { type Lowered, type QueryUse, type Scope, StepNames } from './scope.js';

/** Lowers the semantic plan to the relational plan; `sources` are all tables it may read, also those it makes. Raises `plan.refused` where no safe plan exists. */
export function lowerPlan(plan: SemanticPlan, sources: readonly TableShape[]): RelationalPlan {
  const queries = queriesOfPlan(plan);
  const tables = queries.flatMap((query) => (query.kind === 'set' ? [] : query.tables));
  const outputs = queries.flatMap((query) =>
    query.kind === 'aggregate' ? query.dimensions.map(({ name }) => name) : [],
  );
  const { datasets = [] } = plan;
  const names = new StepNames([
    ...tables.flatMap(({ id, dataset }) => [id, dataset]),
    ...datasets.flatMap((dataset) => (dataset.kind === 'prepared' ? [dataset.name, ...dataset.from] : [dataset.name])),
    ...outputs,
  ]);
  const scope: Scope = { sources, time: plan.time, names, toldName: (dataset) => toldName(plan, dataset) };
  const made = datasets.map((dataset) => lowerDataset(dataset, scope));
  const lowered = lowerQuery(plan.query, scope, 'result');
  return {
    steps: [...made.flatMap(({ steps }) => steps), ...lowered.steps],
    result: lowered.relation,
    columns: lowered.columns,
    inner: [...made.flatMap(({ inner }) => inner), ...lowered.inner],
    time: plan.time,
  };
}

/** The steps of a table that the plan makes; the last one bears its name. */
function lowerDataset(
  dataset: PlanDataset,
  scope: Scope,
): { readonly steps: readonly Step[]; readonly inner: readonly InnerQuery[] } {
  if (dataset.kind === 'prepared') return { steps: lowerPrepared(dataset, scope), inner: [] };
  const { steps, inner, relation, columns } = lowerQuery(dataset.query, scope, 'inner');
  const note = dataset.description || contentsOf(dataset.query);
  return { steps: [...steps, { name: dataset.name, note, relation, columns }], inner };
}

/**
 * The passes over an aggregate query, in order: each aggregate gets a column before its home is folded; homes are
 * folded before they meet; derived measures need all aggregates side by side.
 */
const aggregatePasses: readonly ((draft: Draft, scope: Scope) => Draft)[] = [
  nameAggregates,
  foldHomes,
  drillAcross,
  deriveMeasures,
];

function lowerQuery(query: Query, scope: Scope, use: QueryUse): Lowered {
  const inner = lowerInner(query, scope);
  const own = lowerOwn(query, scope, use);
  return { ...own, steps: [...inner.steps, ...own.steps], inner: [...inner.inner, ...own.inner] };
}

function lowerOwn(query: Query, scope: Scope, use: QueryUse): Lowered {
  switch (query.kind) {
    case 'aggregate':
      return lowerAggregate(query, scope, use);
    case 'detail':
      return lowerDetail(query, scope, use);
    case 'set':
      return lowerSet(query, scope, use);
    default:
      return assertNever(query);
  }
}

/** The queries inside the expressions of `query`, each as a step; equal ones once. */
function lowerInner(
  query: Query,
  scope: Scope,
): { readonly steps: readonly Step[]; readonly inner: readonly InnerQuery[] } {
  const distinct = new Map(
    expressionsOf(query)
      .flatMap(innerQueriesOf)
      .map((inner) => [canonicalJson(inner), inner]),
  );
  const all = [...distinct.values()].map((inner) => {
    const lowered = lowerQuery(inner, scope, 'inner');
    const step = asStep(lowered, inner, scope);
    const entry: InnerQuery = { query: inner, step: step.name, columns: lowered.columns.map(({ name }) => name) };
    return { steps: [...lowered.steps, step], inner: [...lowered.inner, entry] };
  });
  return { steps: all.flatMap(({ steps }) => steps), inner: all.flatMap((entry) => entry.inner) };
}

/** A query inside of another as a step, named after what it shows of which rows. */
function asStep({ relation, columns }: Lowered, query: Query, scope: Scope): Step {
  const words = [...(query.kind === 'set' ? [] : [homeDataset(query)]), ...shownNamesOf(query)];
  return { name: scope.names.next(words), note: contentsOf(query), relation, columns };
}

/** What the rows of an inner query are, in words. */
function contentsOf(query: Query): string {
  const shown = shownNamesOf(query).join(', ');
  const first = query.limit === null ? '' : `, the first ${query.limit.count} of them`;
  if (query.kind === 'set') return `${shown} of several queries${first}`;
  const admitted = `${homeDataset(query)}${query.filter === null ? '' : ', of rows that the filter admits'}`;
  if (query.kind === 'detail') return `${shown} of ${query.distinct ? '' : 'each row of '}${admitted}${first}`;
  if (query.dimensions.length === 0) return `${shown} over ${admitted}`;
  const having = query.having === null ? '' : '; groups that the condition on them admits';
  const [keys, values] = [query.dimensions, query.measures].map((outputs) =>
    outputs
      .filter((output) => output.shown)
      .map(({ name }) => name)
      .join(', '),
  );
  const what = values === '' ? `Each ${keys} of ${admitted}` : `Rows of ${admitted}, one row per ${keys}: ${values}`;
  return `${what}${having}${first}`;
}

function homeDataset(query: AggregateQuery | DetailQuery): string {
  const home = query.kind === 'detail' ? query.home : homesOf(query)[0];
  return query.tables.find(({ id }) => id === home)?.dataset ?? 'rows';
}

function lowerAggregate(query: AggregateQuery, scope: Scope, use: QueryUse): Lowered {
  checkAggregateReach(query, scope.toldName);
  const types = typesOfOutputs(query, scope.sources);
  const histories = endHistories(query, scope);
  const steps = [...histories.values()].map(({ step }) => step);
  const start: Draft = {
    query,
    types,
    aggregates: [],
    branches: [],
    steps,
    histories,
    current: null,
    outputs: new Map(),
  };
  const draft = aggregatePasses.reduce((state, pass) => pass(state, scope), start);
  if (draft.current === null) throw bug('a query has no groups');
  const measured = new Set(draft.current.columns.map(({ name }) => name));
  const outputs = types.map((typed): Unfinished['outputs'][number] => {
    const expression = draft.outputs.get(typed.name);
    if (expression === undefined) throw bug(`output "${typed.name}" was not lowered`);
    const isColumn = expression.kind === 'output' && measured.has(expression.name);
    return { ...typed, expression, as: isColumn || exactType(expression) || isRatio(expression) ? null : typed.type };
  });
  const input: Relation = { kind: 'read', step: draft.current.name, alias: draft.current.name };
  const { having, orderBy, limit } = query;
  const finished = finish(
    { input, outputs, having, orderBy, limit, distinct: false, uniqueBy: query.dimensions.map(({ name }) => name) },
    scope,
    use,
  );
  return {
    steps: [...draft.steps, ...finished.steps],
    inner: [],
    relation: finished.relation,
    columns: finished.columns,
  };
}

/** A division is DOUBLE in every engine, and stays so when multiplied. */
function isRatio(expression: Expression): boolean {
  if (expression.kind !== 'arithmetic') return false;
  return expression.operator === 'divide' || (expression.operator === 'multiply' && isRatio(expression.left));
}

function lowerDetail(query: DetailQuery, scope: Scope, use: QueryUse): Lowered {
  checkDetailReach(query, scope.toldName);
  if (query.distinct && query.columns.some(({ shown }) => !shown)) {
    throw dpbError('plan.refused', {
      reason: 'distinct rows cannot be ordered by a column that is not shown: rows that look the same may differ in it',
      remedy: 'Show the column, or order by a shown one.',
    });
  }
  const types = typesOfOutputs(query, scope.sources);
  const histories = endHistories(query, scope);
  const input = homeRows(
    query,
    query.home,
    query.columns.flatMap(({ expression }) => occurrencesOf(expression)),
    histories,
  );
  const outputs = query.columns.flatMap(({ expression }, position) => {
    const typed = types[position];
    return typed === undefined ? [] : [{ ...typed, expression, as: exactType(expression) ? null : typed.type }];
  });
  const { orderBy, limit, distinct } = query;
  const finished = finish({ input, outputs, having: null, orderBy, limit, distinct, uniqueBy: null }, scope, use);
  const steps = [...[...histories.values()].map(({ step }) => step), ...finished.steps];
  return { steps, inner: [], relation: finished.relation, columns: finished.columns };
}

function lowerSet(query: SetQuery, scope: Scope, use: QueryUse): Lowered {
  const types = typesOfOutputs(query, scope.sources);
  const inputs = query.inputs.map((input) => {
    const lowered = lowerQuery(input, scope, 'inner');
    return { lowered, step: asStep(lowered, input, scope) };
  });
  const projections = inputs.map(
    ({ lowered, step }): Relation => ({
      kind: 'project',
      input: { kind: 'read', step: step.name, alias: step.name },
      columns: types.map(({ name, type }, position): NamedExpression => {
        const column = lowered.columns[position];
        if (column === undefined) throw bug('a set input shows too few columns');
        return {
          name,
          expression: output(column.name),
          as: sameData(column.type, type) ? null : type,
        };
      }),
      windows: [],
      distinct: false,
    }),
  );
  const combined: Step = {
    name: scope.names.next([{ union: 'all', intersect: 'common', except: 'remaining' }[query.operation], 'rows']),
    note: {
      union: 'Rows of all inputs',
      intersect: 'Rows that are in all inputs',
      except: 'Rows of the first input that are in no other',
    }[query.operation],
    relation: { kind: 'set', operation: query.operation, all: query.all, inputs: projections },
    columns: types,
  };
  const outputs = types.map((typed) => ({ ...typed, expression: output(typed.name), as: null }));
  const finished = finish(
    {
      input: { kind: 'read', step: combined.name, alias: combined.name },
      outputs,
      having: null,
      orderBy: query.orderBy,
      limit: query.limit,
      distinct: false,
      uniqueBy: null,
    },
    scope,
    use,
  );
  return {
    steps: [...inputs.flatMap(({ lowered, step }) => [...lowered.steps, step]), combined, ...finished.steps],
    inner: inputs.flatMap(({ lowered }) => lowered.inner),
    relation: finished.relation,
    columns: finished.columns,
  };
}
