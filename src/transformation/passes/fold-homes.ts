import { fractionDigitsOf } from '../../plan/fraction-digits.js';
import type { TableShape } from '../../plan/product.js';
import type { AggregateQuery, Expression } from '../../plan/query.js';
import { homesOf, innerContext, resolverFor } from '../../plan/query-typing.js';
import type { NamedAggregate, NamedExpression, Step } from '../../plan/relational.js';
import { conjunctsOf, datasetOf, expressionAt, occurrencesOf, reachOf, rowExpressionsOf } from '../../plan/traverse.js';
import { typeOfExpression, typeOfMeasure } from '../../plan/typing.js';
import { sameData } from '../../support/canonical-json.js';
import { bug } from '../../support/errors.js';
import { exactType } from '../exact-type.js';
import type { Scope } from '../scope.js';
import type { Draft, NamedMeasure } from './draft.js';
import { homeRows } from './home-rows.js';
import { withSnapshots } from './snapshots.js';

/** One step for each home: its admitted rows grouped by the dimensions, with the aggregates that live there. */
export function foldHomes(draft: Draft, scope: Scope): Draft {
  const folded = homesOf(draft.query).map((home) => foldHome(draft, home, scope));
  const branches = folded.map(({ branch }) => branch);
  return {
    ...draft,
    branches,
    steps: [...draft.steps, ...folded.flatMap(({ before, branch }) => [...before, branch])],
  };
}

interface FoldedHome {
  /** Steps that the branch reads. */
  readonly before: readonly Step[];
  readonly branch: Step;
}

function foldHome({ query, aggregates, types, histories }: Draft, home: string, scope: Scope): FoldedHome {
  const own = aggregates.filter(({ aggregate }) => aggregate.home === home);
  const needed = [
    ...query.dimensions.flatMap((dimension) => occurrencesOf(expressionAt(dimension, home))),
    ...own.flatMap(({ aggregate }) => rowExpressionsOf(aggregate).flatMap(occurrencesOf)),
  ];
  const resolve = resolverFor(query, home, scope.sources);
  const context = innerContext(scope.sources);
  const typeOf = (expression: Expression) => typeOfExpression(expression, resolve, context);
  const keys = keyColumns(query, types, home, scope.sources);
  const dataset = datasetOf(query, home);
  const keyTypes = query.dimensions.map((dimension) => {
    const { nullable } = typeOf(expressionAt(dimension, home));
    return { name: dimension.name, type: typeNamed(dimension.name, types), nullable };
  });
  const measureTypes = own.map(({ column, aggregate }) => ({
    name: column,
    ...typeOfMeasure(aggregate, resolve, keys.length > 0, context),
  }));
  const { steps, folding } = withSnapshots(
    {
      input: homeRows(query, home, needed, histories),
      keys,
      aggregates: own.map((named) => lowerAggregate(named, query, home, scope.sources)),
    },
    own,
    dataset,
    (expression) => ({ name: '', ...typeOf(expression) }),
    scope,
  );
  const branch: Step = {
    name: scope.names.next(stepWords(dataset, query)),
    note: stepNote(dataset, query, own, unheldConditions(query, home)),
    relation: { kind: 'aggregate', ...folding },
    columns: [...keyTypes, ...measureTypes],
  };
  return { before: steps, branch };
}

/** The dimensions as named expressions over the rows of a home, each in its declared type. */
export function keyColumns(
  query: AggregateQuery,
  types: Draft['types'],
  home: string,
  sources: readonly TableShape[],
): readonly NamedExpression[] {
  const resolve = resolverFor(query, home, sources);
  return query.dimensions.map((dimension): NamedExpression => {
    const expression = expressionAt(dimension, home);
    const type = typeNamed(dimension.name, types);
    const own = typeOfExpression(expression, resolve, innerContext(sources)).type;
    const isExact = exactType(expression) && sameData(own, type);
    return { name: dimension.name, expression, as: isExact ? null : type };
  });
}

function typeNamed(name: string, types: Draft['types']): Draft['types'][number]['type'] {
  const found = types.find((candidate) => candidate.name === name);
  if (found === undefined) throw bug(`dimension "${name}" has no type`);
  return found.type;
}

function lowerAggregate(
  { column, aggregate }: NamedMeasure,
  query: AggregateQuery,
  home: string,
  sources: readonly TableShape[],
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

function stepNote(
  dataset: string,
  query: AggregateQuery,
  own: readonly NamedMeasure[],
  unheld: readonly string[],
): string {
  const keys = query.dimensions.filter(({ role }) => role === 'key').map(({ label }) => label);
  const group = keys.length === 0 ? 'one row over all' : `one row per ${keys.join(', ')}`;
  const what = own.length === 0 ? '' : `: ${own.map(({ column }) => column).join(', ')}`;
  const without = unheld.length === 0 ? '' : ` (whatever the condition on ${unheld.join(', ')} says)`;
  return `Rows of ${dataset}, ${group}${what}${without}`;
}

/** The datasets of conditions that rows of the home cannot be tested on: they hold back rows of other homes alone. */
function unheldConditions(query: AggregateQuery, home: string): readonly string[] {
  const reached = reachOf(home, query.joins);
  const foreign = conjunctsOf(query.filter)
    .map(occurrencesOf)
    .filter((occurrences) => occurrences.some((occurrence) => !reached.has(occurrence)));
  return [...new Set(foreign.flat())].map((id) => datasetOf(query, id));
}
