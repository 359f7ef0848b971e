import type { AggregateQuery, DetailQuery, Expression } from '../../plan/query.js';
import { homesOf } from '../../plan/query-typing.js';
import {
  aggregatesOf,
  conjunctsOf,
  datasetOf,
  expressionAt,
  occurrencesOf,
  reachOf,
  rowExpressionsOf,
} from '../../plan/traverse.js';
import { type DpbError, dpbError } from '../../support/errors.js';

type ToldName = (dataset: string) => string;

/** A query, and what people call the dataset of an occurrence in it. */
interface Told {
  readonly query: AggregateQuery | DetailQuery;
  readonly datasetOf: (occurrence: string) => string;
}

/**
 * The fan-out rule: a home may only be grouped, filtered and computed by what each of its rows meets at most one of.
 * Raises `plan.refused` with the reason where a total could be inflated or a filter could not be applied.
 */
export function checkAggregateReach(query: AggregateQuery, toldName: ToldName): void {
  const told = toldBy(query, toldName);
  const homes = homesOf(query);
  for (const home of homes) {
    const reached = reachOf(home, query.joins);
    for (const dimension of query.dimensions) {
      const beyond = occurrencesOf(expressionAt(dimension, home)).find((occurrence) => !reached.has(occurrence));
      if (beyond !== undefined) throw fanOut(told, home, beyond, `"${dimension.name}"`);
    }
  }
  for (const { name, definition } of query.measures) {
    for (const aggregate of aggregatesOf(definition)) {
      const reached = reachOf(aggregate.home, query.joins);
      const beyond = rowExpressionsOf(aggregate)
        .flatMap(occurrencesOf)
        .find((occurrence) => !reached.has(occurrence));
      if (beyond !== undefined) throw fanOut(told, aggregate.home, beyond, `the measure "${name}"`);
    }
  }
  checkConditions(told, homes);
}

/** The same rule for rows: each column and condition must be of a table that a row of the home meets at most once. */
export function checkDetailReach(query: DetailQuery, toldName: ToldName): void {
  const told = toldBy(query, toldName);
  const reached = reachOf(query.home, query.joins);
  for (const { name, expression } of query.columns) {
    const beyond = occurrencesOf(expression).find((occurrence) => !reached.has(occurrence));
    if (beyond !== undefined) throw fanOut(told, query.home, beyond, `"${name}"`);
  }
  checkConditions(told, [query.home]);
}

function toldBy(query: Told['query'], toldName: ToldName): Told {
  return { query, datasetOf: (occurrence) => toldName(datasetOf(query, occurrence)) };
}

function checkConditions(told: Told, homes: readonly string[]): void {
  const { query } = told;
  for (const condition of conjunctsOf(query.filter)) {
    const needed = occurrencesOf(condition);
    const isReached = homes.some((home) => needed.every((occurrence) => reachOf(home, query.joins).has(occurrence)));
    if (!isReached) throw unreachableCondition(told, homes, condition);
  }
}

function unreachableCondition(told: Told, homes: readonly string[], condition: Expression): DpbError {
  const tables = occurrencesOf(condition).map(told.datasetOf);
  return dpbError('plan.refused', {
    reason: `a filter on ${tables.join(' and ')} cannot be applied to rows of ${homes.map(told.datasetOf).join(' or ')}: a row may meet several of them or none`,
    remedy: 'Say it as a membership ("customers with at least one ticket"), or measure rows of the filtered table.',
  });
}

function fanOut(told: Told, home: string, beyond: string, what: string): DpbError {
  const { query } = told;
  const [from, to] = [told.datasetOf(home), told.datasetOf(beyond)];
  const repeating = repeatingTable(query, home, beyond);
  if (repeating === null)
    return dpbError('plan.refused', {
      reason: `${what} needs ${to}, and rows of ${from} do not lead to one row of ${to}`,
      remedy: `Declare a relationship from ${from} to ${to} in the glossary, or group by another column.`,
    });
  const many = told.datasetOf(repeating);
  return dpbError('plan.refused', {
    reason: `${what} needs ${to}, and one row of ${from} has many rows of ${many}: totals of ${from} would count more than once`,
    remedy: `Measure rows of ${many} instead, or group by a column that each row of ${from} has one value of.${weightRemedy(told, repeating, home)}`,
  });
}

/** The table of which each row leads to one of `home` and to one of `beyond`: it may itself be `beyond`. */
function repeatingTable(query: AggregateQuery | DetailQuery, home: string, beyond: string): string | null {
  const reaches = (id: string): boolean => {
    const reached = reachOf(id, query.joins);
    return reached.has(home) && reached.has(beyond);
  };
  return [beyond, ...query.tables.map(({ id }) => id)].find(reaches) ?? null;
}

/** What to declare where rows of `bridge` stand for parts of the rows of `home`; nothing where it does not lead there itself. */
function weightRemedy(told: Told, bridge: string, home: string): string {
  const { query } = told;
  const join = query.joins.find(({ from, to }) => from === bridge && to === home);
  if (join === undefined || typeof join.weight === 'string') return '';
  const side = (occurrence: string, columns: readonly string[]): string => {
    const names = columns.map((name) => JSON.stringify(`${told.datasetOf(occurrence)}.${name}`));
    return names.length === 1 ? (names[0] ?? '') : `[${names.join(', ')}]`;
  };
  const from = side(
    bridge,
    join.on.map((pair) => pair.from),
  );
  const to = side(
    home,
    join.on.map((pair) => pair.to),
  );
  return ` If a column of ${told.datasetOf(bridge)} says which part of it each row stands for, declare that in glossary.yaml: relationships: [{from: ${from}, to: ${to}, weight: COLUMN}]`;
}
