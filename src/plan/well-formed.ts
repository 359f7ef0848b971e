import { dpbError } from '../support/errors.js';
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
import { aggregatesOf, columnsOf, expressionsOf, nodesOf, partsOf, queriesOf } from './traverse.js';

/**
 * Checks what the schema cannot say: names are known and unique, references lead somewhere, shapes fit. Raises
 * `plan.invalid` with the first problem. What is well-formed may still be refused for fan-out.
 */
export function checkShape(plan: SemanticPlan): void {
  for (const query of queriesOf(plan.query)) {
    if (query.kind === 'set') checkOrder(query.orderBy, query.limit?.per ?? [], shownNames(query));
    else checkTables(query);
    if (query.kind === 'aggregate') checkAggregate(query);
    if (query.kind === 'detail') checkDetail(query);
    for (const expression of expressionsOf(query)) checkInner(expression);
  }
  if (shownNames(plan.query).length === 0) throw invalid('the query shows no column');
}

/** The names of the columns that a query gives, in order. */
function shownNames(query: Query): readonly string[] {
  if (query.kind === 'set') return query.inputs[0] === undefined ? [] : shownNames(query.inputs[0]);
  return outputsOf(query)
    .filter(({ shown }) => shown)
    .map(({ name }) => name);
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
  }
  for (const { table } of expressionsOf(query).flatMap(columnsOf)) requireKnown(table);
  if (query.kind === 'detail') requireKnown(query.home);
  else if (query.every !== null) requireKnown(query.every);
  requirePathsUnique(query.joins);
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

function checkAggregate(query: AggregateQuery): void {
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
    if (node.kind === 'membership' && shownNames(node.query).length !== node.keys.length) {
      throw invalid(
        `a membership of ${node.keys.length} keys is asked of a query that shows ${shownNames(node.query).length} columns`,
      );
    }
    if (node.kind === 'scalar_query') {
      if (shownNames(node.query).length !== 1) throw invalid('a query used as a value must show exactly one column');
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
