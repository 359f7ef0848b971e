import { assertNever } from '../support/assert-never.js';
import { bug, dpbError } from '../support/errors.js';
import type { DataType } from './data-type.js';
import type { SourceColumn, TableShape } from './product.js';
import type { AggregateQuery, DetailQuery, Query } from './query.js';
import { aggregatesOf, conjunctsOf, expressionAt, filledDimensionOf, occurrencesOf, reachOf } from './traverse.js';
import { unifiedType } from './type-rules.js';
import { type ResolveColumn, type Typed, type TypingContext, typeOfExpression, typeOfMeasure } from './typing.js';

/** An output column of a query, shown or not, with its type. */
export interface TypedOutput extends Typed {
  readonly name: string;
  readonly shown: boolean;
}

/** The type of each output of `query`, in the order dimensions, measures (or columns). Raises `plan.invalid`. */
export function typesOfOutputs(query: Query, sources: readonly TableShape[]): readonly TypedOutput[] {
  switch (query.kind) {
    case 'aggregate':
      return typesOfAggregate(query, sources);
    case 'detail': {
      const resolve = resolverFor(query, query.home, sources);
      return query.columns.map(({ name, shown, expression }) => ({
        name,
        shown,
        ...typeOfExpression(expression, resolve, innerContext(sources)),
      }));
    }
    case 'set':
      return typesOfSet(query.inputs.map((input) => typesOfOutputs(input, sources).filter(({ shown }) => shown)));
    default:
      return assertNever(query);
  }
}

/** The one shown column of a query used as a value. Raises `plan.invalid` where it shows another number of columns. */
export function typeOfScalar(query: Query, sources: readonly TableShape[]): Typed {
  const [first, ...others] = shownTypes(query, sources);
  if (first === undefined || others.length > 0) {
    throw dpbError('plan.invalid', { problem: 'a query used as a value must show exactly one column' });
  }
  return { type: first.type, nullable: true };
}

/** What expressions over rows need beside their columns: the types of inner queries. */
export function innerContext(sources: readonly TableShape[]): TypingContext {
  return { query: (inner) => typeOfScalar(inner, sources), members: (inner) => shownTypes(inner, sources) };
}

function shownTypes(query: Query, sources: readonly TableShape[]): readonly TypedOutput[] {
  return typesOfOutputs(query, sources).filter(({ shown }) => shown);
}

/**
 * The homes of an aggregate query, each once, in order of use: those of its aggregates, or, for a query without any,
 * the finest table, which reaches all others.
 */
export function homesOf(query: AggregateQuery): readonly string[] {
  const homes = query.measures.flatMap(({ definition }) => aggregatesOf(definition).map(({ home }) => home));
  if (homes.length > 0) return [...new Set(homes)];
  const finest = query.tables.find(({ id }) => {
    const reached = reachOf(id, query.joins);
    return query.tables.every((table) => reached.has(table.id));
  });
  if (finest === undefined) {
    throw dpbError('plan.refused', {
      reason: 'the query has no measure, and none of its tables reaches all others',
      remedy: 'Ask for a measure, or for columns of tables that are joined.',
    });
  }
  return [finest.id];
}

/**
 * The occurrences whose partner every row of `home` has in the result: all joined ones under `unmatched: drop`, else
 * those that the filter reads, and those on the way to them.
 */
export function matchedOccurrences(query: AggregateQuery | DetailQuery, home: string): ReadonlySet<string> {
  const reached = reachOf(home, query.joins);
  if (query.unmatched === 'drop') return new Set(reached.keys());
  const filtered = conjunctsOf(query.filter)
    .map(occurrencesOf)
    .filter((occurrences) => occurrences.every((occurrence) => reached.has(occurrence)))
    .flat();
  return new Set([home, ...filtered.flatMap((occurrence) => (reached.get(occurrence) ?? []).map(({ to }) => to))]);
}

/** The types of columns as rows of `home` see them. */
export function resolverFor(
  query: AggregateQuery | DetailQuery,
  home: string,
  sources: readonly TableShape[],
): ResolveColumn {
  const matched = matchedOccurrences(query, home);
  return (table, name) => {
    const column = sourceColumn(query, table, name, sources);
    return { type: column.type, nullable: column.nullable || !matched.has(table) };
  };
}

/** The columns of `query`'s occurrences in `sources`; raises `plan.invalid` for one that is not there. */
export function sourceColumn(
  query: AggregateQuery | DetailQuery,
  table: string,
  name: string,
  sources: readonly TableShape[],
): SourceColumn {
  const occurrence = query.tables.find(({ id }) => id === table);
  if (occurrence === undefined) throw dpbError('plan.invalid', { problem: `no table "${table}" in the query` });
  const source = sources.find(({ dataset }) => dataset === occurrence.dataset);
  if (source === undefined)
    throw dpbError('plan.invalid', { problem: `no dataset "${occurrence.dataset}" among the sources` });
  const column = source.columns.find((candidate) => candidate.name === name);
  if (column === undefined)
    throw dpbError('plan.invalid', { problem: `no column "${name}" in dataset "${occurrence.dataset}"` });
  return column;
}

function typesOfAggregate(query: AggregateQuery, sources: readonly TableShape[]): readonly TypedOutput[] {
  const context = innerContext(sources);
  const homes = homesOf(query);
  const [first = ''] = homes;
  const branches = query.every === null ? homes : [...homes, query.every];
  const resolvers = new Map(branches.map((branch) => [branch, resolverFor(query, branch, sources)]));
  const resolverAt = (home: string): ResolveColumn => resolvers.get(home) ?? resolverFor(query, home, sources);
  const dimensions = query.dimensions.map((dimension): TypedOutput => {
    const { name, shown } = dimension;
    // A dimension that the table of all members does not reach comes from the homes alone.
    const reaching = branches.filter((branch) =>
      occurrencesOf(expressionAt(dimension, branch)).every((occurrence) =>
        reachOf(branch, query.joins).has(occurrence),
      ),
    );
    const typed = (reaching.length === 0 ? [first] : reaching).map((branch) =>
      typeOfExpression(expressionAt(dimension, branch), resolverAt(branch), context),
    );
    if (typed.length === 0) throw bug('a query has no home');
    const type = typed.map((each) => each.type).reduce(unifiedType);
    return { name, shown, type, nullable: typed.some(({ nullable }) => nullable) };
  });
  const grouped = query.dimensions.length > 0;
  const meets = branches.length > 1 || filledDimensionOf(query) !== null;
  const measures = query.measures.map(({ name, shown, definition }): TypedOutput => {
    const [home = first] = aggregatesOf(definition).map((aggregate) => aggregate.home);
    const typed = typeOfMeasure(definition, resolverAt(home), grouped, context);
    return {
      name,
      shown,
      type: typed.type,
      nullable: typed.nullable || (meets && grouped && !isAlwaysThere(definition)),
    };
  });
  return [...dimensions, ...measures];
}

function isAlwaysThere(definition: AggregateQuery['measures'][number]['definition']): boolean {
  switch (definition.kind) {
    case 'aggregate':
      return definition.function === 'count' || definition.function === 'count_distinct';
    case 'constant':
    case 'rank':
      return true;
    case 'combine':
      return isAlwaysThere(definition.left) && isAlwaysThere(definition.right);
    default:
      return false;
  }
}

function typesOfSet(inputs: readonly (readonly TypedOutput[])[]): readonly TypedOutput[] {
  const [first = [], ...others] = inputs;
  for (const other of others) {
    if (other.length !== first.length)
      throw dpbError('plan.invalid', { problem: 'the inputs of a set operation show different numbers of columns' });
  }
  return first.map((column, position): TypedOutput => {
    const all = [column, ...others.flatMap((other) => other[position] ?? [])];
    const types: readonly DataType[] = all.map(({ type }) => type);
    return {
      name: column.name,
      shown: true,
      type: types.reduce(unifiedType),
      nullable: all.some(({ nullable }) => nullable),
    };
  });
}
