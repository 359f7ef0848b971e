import { dpbError } from '../support/errors.js';
import { queriesOfPlan } from './plan-datasets.js';
import type {
  AggregateQuery,
  DetailQuery,
  Expression,
  Join,
  MeasureDefinition,
  Order,
  Query,
  SemanticPlan,
} from './query.js';
import {
  aggregatesOf,
  columnsOf,
  datasetsOf,
  expressionsOf,
  nodesOf,
  partsOf,
  reachOf,
  shownNamesOf,
} from './traverse.js';

/**
 * Checks what the schema cannot say: names are known and unique, references lead somewhere, shapes fit. Raises
 * `plan.invalid` with the first problem. What is well-formed may still be refused for fan-out.
 */
export function checkShape(plan: SemanticPlan): void {
  checkDatasets(plan);
  for (const query of queriesOfPlan(plan)) {
    if (query.kind === 'set') checkOrder(query.orderBy, query.limit?.per ?? [], shownNamesOf(query));
    else checkTables(query);
    if (query.kind === 'aggregate') checkAggregate(query);
    if (query.kind === 'detail') checkDetail(query);
    for (const expression of expressionsOf(query)) checkInner(expression);
  }
  if (shownNamesOf(plan.query).length === 0) throw invalid('the query shows no column');
}

/** Each table that the plan makes has a name of its own and reads only those before it. */
function checkDatasets({ datasets = [] }: SemanticPlan): void {
  requireUnique(
    datasets.map(({ name }) => name),
    'dataset',
  );
  datasets.forEach((dataset, position) => {
    const read = dataset.kind === 'query' ? datasetsOf(dataset.query) : dataset.from;
    const later = datasets.slice(position).find(({ name }) => read.includes(name));
    if (later !== undefined) throw invalid(`"${dataset.name}" reads "${later.name}", which is not made before it`);
    if (dataset.kind === 'query') {
      if (shownNamesOf(dataset.query).length === 0) throw invalid(`"${dataset.name}" shows no column`);
      return;
    }
    const names = dataset.columns.map(({ name }) => name);
    requireUnique(
      names.map((name) => name.toLowerCase()),
      `column of "${dataset.name}"`,
    );
    const used = dataset.dedupe === null ? [] : [...dataset.dedupe.key, ...dataset.dedupe.latestBy];
    const missing = used.find((name) => !names.includes(name));
    if (missing !== undefined)
      throw invalid(`"${dataset.name}" is deduplicated by "${missing}", which it does not have`);
  });
}

function outputsOf(query: AggregateQuery | DetailQuery): readonly { readonly name: string; readonly shown: boolean }[] {
  return query.kind === 'aggregate' ? [...query.dimensions, ...query.measures] : query.columns;
}

function checkTables(query: AggregateQuery | DetailQuery): void {
  const ids = query.tables.map(({ id }) => id.toLowerCase());
  requireUnique(ids, 'table');
  const known = new Set(query.tables.map(({ id }) => id));
  const requireKnown = (id: string): void => {
    if (!known.has(id)) throw invalid(`no table "${id}" in the query`);
  };
  for (const join of query.joins) {
    requireKnown(join.from);
    requireKnown(join.to);
    if (join.on.length === 0) throw invalid(`the join from "${join.from}" to "${join.to}" has no columns`);
    const isOneWay = (join.during ?? null) === null && (join.weight ?? null) === null;
    if (join.during?.atTable) requireTimeReached(join, query.joins);
    if (join.cardinality === 'one_to_one' && !isOneWay)
      throw invalid(`the join from "${join.from}" to "${join.to}" has a validity or a weight: it is many_to_one`);
  }
  for (const { table } of expressionsOf(query).flatMap(columnsOf)) requireKnown(table);
  if (query.kind === 'detail') requireKnown(query.home);
  else if (query.every !== null) requireKnown(query.every);
  requirePathsUnique(query.joins);
}

/** The time of a history must be known to each row that meets it: it stands in the row or in one that this leads to. */
function requireTimeReached({ from, to, during }: Join, joins: readonly Join[]): void {
  if (during?.at === null) throw invalid(`the validity of the join to "${to}" names a table, but no column of it`);
  if (!reachOf(from, joins).has(to))
    throw invalid(
      `the time of the join to "${to}" stands in "${during?.atTable ?? ''}", which "${from}" does not lead to`,
    );
}

/** Two ways from one table to another would be two roles of it, which are two occurrences. */
function requirePathsUnique(joins: readonly Join[]): void {
  const parents = new Map<string, Join>();
  for (const join of joins) {
    const other = parents.get(join.to);
    if (other?.from === join.from)
      throw invalid(`two joins lead from "${join.from}" to "${join.to}": use two occurrences`);
    parents.set(join.to, join);
  }
  for (const start of new Set(joins.map(({ from }) => from))) {
    const seen = new Set<string>([start]);
    const queue = [start];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const { to } of joins.filter(({ from }) => from === at)) {
        if (seen.has(to)) throw invalid(`two ways lead from "${start}" to "${to}": use two occurrences`);
        seen.add(to);
        queue.push(to);
      }
    }
  }
}

/** Homes of a dimension are tables of the query; one dimension at most is filled, and it is a sequence of periods. */
function checkDimensions({ tables, dimensions }: AggregateQuery): void {
  for (const { name, expression, role, perHome, fill } of dimensions) {
    const homes = (perHome ?? []).map(({ home }) => home);
    requireUnique(homes, `home of "${name}"`);
    const unknown = homes.find((home) => !tables.some(({ id }) => id === home));
    if (unknown !== undefined) throw invalid(`the home "${unknown}" of "${name}" is no table of the query`);
    if (fill === null || fill === undefined) continue;
    if (role !== 'key' || (expression.kind !== 'time_truncate' && expression.kind !== 'column'))
      throw invalid(`"${name}" is filled, but it is no key that truncates a time or is a date`);
    const bounds = [fill.from, fill.to].filter((bound) => bound !== null);
    if (bounds.some((bound) => columnsOf(bound).length > 0 || hasOutput(bound)))
      throw invalid(`the periods of "${name}" are bounded by a column or an output`);
  }
  const filled = dimensions.filter(({ fill }) => fill !== null && fill !== undefined);
  if (filled.length > 1) throw invalid('the periods of at most one dimension can be filled');
}

function checkAggregate(query: AggregateQuery): void {
  checkDimensions(query);
  const names = outputsOf(query).map(({ name }) => name);
  requireUnique(names, 'output');
  if (names.length === 0) throw invalid('a query needs a dimension or a measure');
  const keys = new Set(query.dimensions.map(({ name }) => name));
  for (const { name, definition } of query.measures) {
    for (const { home } of aggregatesOf(definition)) {
      if (!query.tables.some(({ id }) => id === home))
        throw invalid(`the home "${home}" of "${name}" is no table of the query`);
    }
    for (const dimension of dimensionsNamedBy(definition)) {
      if (!keys.has(dimension)) throw invalid(`"${name}" refers to "${dimension}", which is no dimension`);
    }
  }
  for (const expression of expressionsOf(query)) {
    if (expression !== query.having && hasOutput(expression)) throw invalid('only having may refer to an output');
  }
  if (query.having !== null) {
    if (columnsOf(query.having).length > 0) throw invalid('having may refer to outputs, not to columns of sources');
    for (const node of nodesOf(query.having)) {
      if (node.kind === 'output' && !names.includes(node.name))
        throw invalid(`having refers to "${node.name}", which is no output`);
    }
  }
  checkOrder(query.orderBy, query.limit?.per ?? [], names);
}

function checkDetail(query: DetailQuery): void {
  const names = query.columns.map(({ name }) => name);
  requireUnique(names, 'output');
  if (expressionsOf(query).some(hasOutput)) throw invalid('only having may refer to an output');
  checkOrder(query.orderBy, query.limit?.per ?? [], names);
}

function checkOrder(orderBy: readonly Order[], per: readonly string[], names: readonly string[]): void {
  for (const by of [...orderBy.map((order) => order.by), ...per]) {
    if (!names.includes(by)) throw invalid(`order or limit refers to "${by}", which is no output`);
  }
  requireUnique(
    orderBy.map(({ by }) => by),
    'order',
  );
}

/** A membership needs as many shown columns as keys; a scalar query one row and one column. */
function checkInner(expression: Expression): void {
  for (const node of nodesOf(expression)) {
    if (node.kind === 'membership' && shownNamesOf(node.query).length !== node.keys.length) {
      throw invalid(
        `a membership of ${node.keys.length} keys is asked of a query that shows ${shownNamesOf(node.query).length} columns`,
      );
    }
    if (node.kind === 'scalar_query') {
      if (shownNamesOf(node.query).length !== 1) throw invalid('a query used as a value must show exactly one column');
      if (!hasOneRow(node.query))
        throw invalid('a query used as a value must give one row: no dimensions, or a limit of 1');
    }
  }
}

function hasOneRow(query: Query): boolean {
  const { limit } = query;
  if (limit !== null && limit.count <= 1 && limit.per.length === 0 && limit.ties === 'cut') return true;
  return query.kind === 'aggregate' && query.dimensions.length === 0;
}

function dimensionsNamedBy(definition: MeasureDefinition): readonly string[] {
  const own = 'within' in definition ? definition.within : 'time' in definition ? [definition.time] : [];
  return [...own, ...partsOf(definition).flatMap(dimensionsNamedBy)];
}

function hasOutput(expression: Expression): boolean {
  return nodesOf(expression).some(({ kind }) => kind === 'output');
}

function requireUnique(names: readonly string[], what: string): void {
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined) throw invalid(`${what} "${twice}" is there twice`);
}

function invalid(problem: string): ReturnType<typeof dpbError> {
  return dpbError('plan.invalid', { problem });
}
