import { fractionDigitsOf } from '../../plan/fraction-digits.js';
import type { SourceTable } from '../../plan/product.js';
import type { AggregateQuery } from '../../plan/query.js';
import { homesOf, innerContext, resolverFor } from '../../plan/query-typing.js';
import type { NamedAggregate, NamedExpression, Step } from '../../plan/relational.js';
import { occurrencesOf, rowExpressionsOf } from '../../plan/traverse.js';
import { typeOfExpression, typeOfMeasure } from '../../plan/typing.js';
import { bug } from '../../support/errors.js';
import { exactType } from '../exact-type.js';
import type { Scope } from '../scope.js';
import type { Draft, NamedMeasure } from './draft.js';
import { homeRows } from './home-rows.js';

/** One step for each home: its admitted rows grouped by the dimensions, with the aggregates that live there. */
export function foldHomes(draft: Draft, scope: Scope): Draft {
  const branches = homesOf(draft.query).map((home) => foldHome(draft, home, scope));
  return { ...draft, branches, steps: [...draft.steps, ...branches] };
}

function foldHome({ query, aggregates, types }: Draft, home: string, scope: Scope): Step {
  const own = aggregates.filter(({ aggregate }) => aggregate.home === home);
  const needed = [
    ...query.dimensions.flatMap(({ expression }) => occurrencesOf(expression)),
    ...own.flatMap(({ aggregate }) => rowExpressionsOf(aggregate).flatMap(occurrencesOf)),
  ];
  const resolve = resolverFor(query, home, scope.sources);
  const context = innerContext(scope.sources);
  const keys = keyColumns(query, types);
  const dataset = query.tables.find(({ id }) => id === home)?.dataset ?? home;
  const keyTypes = query.dimensions.map(({ name, expression }) => ({
    name,
    ...typeOfExpression(expression, resolve, context),
  }));
  const measureTypes = own.map(({ column, aggregate }) => ({
    name: column,
    ...typeOfMeasure(aggregate, resolve, keys.length > 0, context),
  }));
  return {
    name: scope.names.next(stepWords(dataset, query)),
    note: stepNote(dataset, query, own),
    relation: {
      kind: 'aggregate',
      input: homeRows(query, home, needed),
      keys,
      aggregates: own.map((named) => lowerAggregate(named, query, home, scope.sources)),
    },
    columns: [...keyTypes, ...measureTypes],
  };
}

/** The dimensions as named expressions over the rows of a home, each in its declared type. */
export function keyColumns(query: AggregateQuery, types: Draft['types']): readonly NamedExpression[] {
  return query.dimensions.map(({ name, expression }): NamedExpression => {
    const type = types.find((candidate) => candidate.name === name)?.type;
    if (type === undefined) throw bug(`dimension "${name}" has no type`);
    return { name, expression, as: exactType(expression) ? null : type };
  });
}

function lowerAggregate(
  { column, aggregate }: NamedMeasure,
  query: AggregateQuery,
  home: string,
  sources: readonly SourceTable[],
): NamedAggregate {
  const resolve = resolverFor(query, home, sources);
  const context = innerContext(sources);
  const { argument } = aggregate;
  return {
    name: column,
    function: aggregate.function,
    argument,
    argumentType: argument === null ? null : typeOfExpression(argument, resolve, context).type,
    fractionDigits: argument === null ? null : fractionDigitsOf(argument, query, sources),
    filter: aggregate.filter,
    fraction: aggregate.fraction,
    orderedBy: aggregate.orderedBy,
    type: typeOfMeasure(aggregate, resolve, true, context).type,
  };
}

function stepWords(dataset: string, query: AggregateQuery): readonly string[] {
  const keys = query.dimensions.filter(({ role }) => role === 'key').map(({ name }) => name);
  if (keys.length === 0) return [dataset, 'totals'];
  return [dataset, 'by', keys.join('_and_')];
}

function stepNote(dataset: string, query: AggregateQuery, own: readonly NamedMeasure[]): string {
  const keys = query.dimensions.filter(({ role }) => role === 'key').map(({ label }) => label);
  const group = keys.length === 0 ? 'one row over all' : `one row per ${keys.join(', ')}`;
  const what = own.length === 0 ? '' : `: ${own.map(({ column }) => column).join(', ')}`;
  return `Rows of ${dataset}, ${group}${what}`;
}
