import type { AggregateQuery, DetailQuery, Expression } from '../../plan/query.js';
import { matchedOccurrences } from '../../plan/query-typing.js';
import type { Relation } from '../../plan/relational.js';
import { allOf, conjunctsOf, occurrencesOf, type ReachStep, reachOf } from '../../plan/traverse.js';
import { bug } from '../../support/errors.js';
import type { EndedHistories } from './histories.js';

/** The top-level conditions of the query's filter that rows of `home` can be tested on: all whose columns they reach. */
function conditionsAt(query: AggregateQuery | DetailQuery, home: string): readonly Expression[] {
  const reached = reachOf(home, query.joins);
  return conjunctsOf(query.filter).filter((condition) =>
    occurrencesOf(condition).every((occurrence) => reached.has(occurrence)),
  );
}

/**
 * The rows of `home` that the filter admits, with the columns of the occurrences in `needed` beside them. Only joins
 * that something needs are taken; under `unmatched: drop` all that the home reaches, for they leave rows out. Every
 * join meets at most one row, so no row of the home is repeated.
 */
export function homeRows(
  query: AggregateQuery | DetailQuery,
  home: string,
  needed: readonly string[],
  histories: EndedHistories,
): Relation {
  const reached = reachOf(home, query.joins);
  const conditions = conditionsAt(query, home);
  const used = query.unmatched === 'drop' ? [...reached.keys()] : [...needed, ...conditions.flatMap(occurrencesOf)];
  const matched = matchedOccurrences(query, home);
  const steps = new Map<string, ReachStep>();
  for (const occurrence of used) {
    for (const step of pathTo(occurrence, reached)) steps.set(step.to, step);
  }
  // Breadth-first order of the reach, so that a join never names a table that is not there yet.
  const ordered = [...reached.keys()].flatMap((occurrence) => steps.get(occurrence) ?? []);
  const joined = ordered.reduce<Relation>(
    (left, step) => joinStep(left, step, query, { isMatched: matched.has(step.to), histories }),
    scanOf(query, home),
  );
  const condition = allOf(conditions);
  return condition === null ? joined : { kind: 'filter', input: joined, condition };
}

function pathTo(occurrence: string, reached: ReadonlyMap<string, readonly ReachStep[]>): readonly ReachStep[] {
  const path = reached.get(occurrence);
  if (path === undefined) throw bug(`table "${occurrence}" is out of reach and was not refused`);
  return path;
}

function joinStep(
  left: Relation,
  step: ReachStep,
  query: AggregateQuery | DetailQuery,
  how: { readonly isMatched: boolean; readonly histories: EndedHistories },
): Relation {
  const history = how.histories.get(step.join);
  return {
    kind: 'join',
    join: how.isMatched ? 'inner' : 'left',
    left,
    right: history === undefined ? scanOf(query, step.to) : { kind: 'read', step: history.step.name, alias: step.to },
    within: inForce(step, history?.end ?? step.join.during?.end ?? null),
    on: step.on.map((pair) => ({
      left: { kind: 'column', table: step.from, column: pair.from },
      right: { kind: 'column', table: step.to, column: pair.to },
      nullSafe: false,
    })),
  };
}

/** That the row of a history is in force at the time of the row that meets it; null for tables of the present. */
function inForce({ from, to, join }: ReachStep, end: string | null): Expression | null {
  const { during = null } = join;
  if (during === null) return null;
  const at: Expression =
    during.at === null ? { kind: 'as_of' } : { kind: 'column', table: during.atTable ?? from, column: during.at };
  const start: Expression = { kind: 'column', table: to, column: during.start };
  const started: Expression = { kind: 'comparison', operator: 'le', left: start, right: at };
  const known: readonly Expression[] = during.at === null ? [] : [{ kind: 'is_null', operand: at, negated: true }];
  const conditions = [...known, orOpen(start, started)];
  if (end === null) return allOf(conditions);
  const ending: Expression = { kind: 'column', table: to, column: end };
  const lasting: Expression = { kind: 'comparison', operator: 'lt', left: at, right: ending };
  return allOf([...conditions, orOpen(ending, lasting)]);
}

function orOpen(bound: Expression, condition: Expression): Expression {
  return { kind: 'or', operands: [{ kind: 'is_null', operand: bound, negated: false }, condition] };
}

function scanOf(query: AggregateQuery | DetailQuery, occurrence: string): Relation {
  const table = query.tables.find(({ id }) => id === occurrence);
  if (table === undefined) throw bug(`no table "${occurrence}" in the query`);
  return { kind: 'scan', dataset: table.dataset, alias: occurrence };
}
