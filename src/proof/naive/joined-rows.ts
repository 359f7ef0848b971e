import type { AggregateQuery, DetailQuery, Expression } from '../../plan/query.js';
import { resolverFor } from '../../plan/query-typing.js';
import { conjunctsOf, occurrencesOf, type ReachStep, reachOf } from '../../plan/traverse.js';
import { bug } from '../../support/errors.js';
import { equal } from './comparison.js';
import { evaluated, isTrue, type Row } from './expression.js';
import { refusal } from './refusal.js';
import { asOfDate, intervalsOf, isInForce } from './validity.js';
import type { Value } from './value.js';
import { contextOf, tableOf, valueAt, type World } from './world.js';
import { wallClock } from './zone.js';

/** A row of a home with its partner in each occurrence that the home reaches; null where it has none. */
export interface JoinedRow extends Row {
  readonly partners: ReadonlyMap<string, readonly Value[] | null>;
}

type RowQuery = AggregateQuery | DetailQuery;

/** The rows of `home` that the query admits: not left out by `unmatched`, an implied match or the filter. */
export function admittedRows(query: RowQuery, home: string, world: World): readonly JoinedRow[] {
  const reached = reachOf(home, query.joins);
  const conditions = conditionsFor(query, home);
  const context = contextOf(world, resolverFor(query, home, world.sources));
  const tests = conditions.map((condition) => evaluated(condition, context));
  const needed = query.unmatched === 'drop' ? [...reached.keys()] : conditions.flatMap(occurrencesOf);
  return tableOf(query, home, world)
    .rows.map((row) => joinedRow(query, home, row, reached, world))
    .filter((row) => needed.every((occurrence) => row.partners.get(occurrence) !== null))
    .filter((row) => tests.every((test) => isTrue(test(row))));
}

/** "Each condition applies to every home that reaches all its columns." */
function conditionsFor(query: RowQuery, home: string): readonly Expression[] {
  return conjunctsOf(query.filter).filter((condition) => isReached(query, home, condition));
}

/** "Conditions that no home reaches are refused." */
export function refuseUnreachedConditions(query: RowQuery, homes: readonly string[]): void {
  for (const condition of conjunctsOf(query.filter)) {
    if (!homes.some((home) => isReached(query, home, condition)))
      throw refusal(
        `a condition reads ${occurrencesOf(condition).join(', ')}, which no home reaches`,
        'Ask for it in a membership.',
      );
  }
}

/** Whether a row of `home` has (at most) one value of the expression: all its columns are reached over joins to one row. */
export function isReached(query: RowQuery, home: string, expression: Expression): boolean {
  const reached = reachOf(home, query.joins);
  return occurrencesOf(expression).every((occurrence) => reached.has(occurrence));
}

function joinedRow(
  query: RowQuery,
  home: string,
  row: readonly Value[],
  reached: ReadonlyMap<string, readonly ReachStep[]>,
  world: World,
): JoinedRow {
  const partners = new Map<string, readonly Value[] | null>([[home, row]]);
  for (const [occurrence, steps] of reached) {
    const step = steps.at(-1);
    if (step !== undefined) partners.set(occurrence, partnerOf(query, partners, step, world));
  }
  return {
    partners,
    column: (table, column) => {
      const partner = partners.get(table);
      if (partner === undefined) throw bug(`"${table}" is not reached from "${home}"`);
      return partner === null ? null : valueAt(tableOf(query, table, world), partner, column);
    },
    output: (name) => {
      throw bug(`the output "${name}" is asked of a row`);
    },
  };
}

/** "A null in a join key meets nothing." Keys are compared as stored. */
function partnerOf(
  query: RowQuery,
  partners: JoinedRow['partners'],
  step: ReachStep,
  world: World,
): readonly Value[] | null {
  const from = partners.get(step.from) ?? null;
  if (from === null) return null;
  const [near, far] = [tableOf(query, step.from, world), tableOf(query, step.to, world)];
  const meets = (row: readonly Value[]): boolean =>
    step.on.every((pair) => equal(valueAt(near, from, pair.from), valueAt(far, row, pair.to)) === true);
  const { during = null } = step.join;
  if (during === null) return far.rows.find(meets) ?? null;
  // "A null `at` meets nothing"; left out, the row in force on the as-of date is met.
  const at = momentOf(query, partners, step, world);
  if (at === null) return null;
  const history = intervalsOf(far.rows.filter(meets), far, during, world);
  return history.find((interval) => isInForce(interval, at))?.row ?? null;
}

/** "`at` is a column of `from`, or of the table `atTable` that `from` leads to: of its row, so null where there is none." */
function momentOf(query: RowQuery, partners: JoinedRow['partners'], { from, join }: ReachStep, world: World): Value {
  const { at = null, atTable } = join.during ?? {};
  if (at === null) return asOfDate(world);
  const table = atTable ?? from;
  const row = partners.get(table) ?? null;
  return row === null ? null : wallClock(valueAt(tableOf(query, table, world), row, at), world.time.zone);
}
