import { additivityOf } from '../plan/additivity.js';
import type { EvidenceEntry } from '../plan/evidence.js';
import type { AggregateQuery } from '../plan/query.js';
import { typesOfOutputs } from '../plan/query-typing.js';
import { expressionAt } from '../plan/traverse.js';
import {
  aggregate,
  binary,
  call,
  column,
  conjunction,
  integerLiteral,
  type SqlExpression,
  type SqlRelation,
  type SqlSelect,
  select,
} from '../sql/ast.js';
import { HomeRows } from './admission.js';
import { type FoldedMeasure, rowFolds } from './fold.js';
import { homesOfRows, rowCount } from './open-plan.js';
import { countOf, floatTolerance, oneRow, openRelation, type ProofContext, queryOf } from './proof-context.js';

/**
 * Computes every group of every home once more from its rows, where each dimension is looked up and none is joined, and
 * compares it with the query's. Totals alone would not see a row that is counted under the wrong member.
 */
export async function proveGroups(context: ProofContext): Promise<readonly EvidenceEntry[]> {
  const { query } = context.file.plan;
  if (query.kind !== 'aggregate') return [outside('all', 'not_applicable', 'the product has no groups')];
  if (query.dimensions.length === 0)
    return [outside('all', 'not_applicable', 'the product is one row, whose totals were compared')];
  const entries: EvidenceEntry[] = [];
  for (const home of homesOfRows(query)) entries.push(await compareHome(home, query, context));
  return entries;
}

async function compareHome(home: string, query: AggregateQuery, context: ProofContext): Promise<EvidenceEntry> {
  const counts = context.open?.rowCounts.get(home);
  if (counts === undefined) return outside(home, 'not_shown', 'the query cannot be run without having and limit');
  if (!context.premisesHold)
    return outside(
      home,
      'not_shown',
      'a key that a join meets is not unique, so rows have no one value to be grouped by',
    );
  const rows = new HomeRows(home, query, context);
  const measures = comparable(home, query, context);
  const floats = new Set(
    typesOfOutputs(query, context.tables).flatMap(({ name, type }) => (type.kind === 'double' ? [name] : [])),
  );
  const counted: FoldedMeasure = { name: counts, fold: 'sum', isFloat: false, aggregate: rowCount(home, null) };
  const again = rowFolds(
    [counted, ...measures],
    rows,
    query.dimensions.map((dimension) => ({ name: dimension.name, expression: expressionAt(dimension, home) })),
  );
  const found = await oneRow(context.engine, comparison(again, counts, query, measures, floats));
  const groups = countOf(found.get('groups'));
  // Groups are unique on both sides, so with equal numbers of them none can be too many where none is missing.
  const differing = Math.max(countOf(found.get('differing')), Math.abs(groups - countOf(found.get('groups_again'))));
  const facts = {
    home,
    dataset: rows.dataset,
    measures: measures.map(({ name }) => name),
    groups,
    differing,
    tolerance: floatTolerance,
  };
  const claim = {
    ...claimOf(home),
    title: `Each group has the same values when computed again from rows of ${rows.dataset}`,
    facts,
  } as const;
  if (differing === 0) return { ...claim, status: 'proved', why: null };
  return { ...claim, status: 'failed', why: `${differing} of ${groups} groups have other values` };
}

/** The measures of the home that rows give without any rule of their own: sums, counts, extremes, distinct counts. */
function comparable(home: string, query: AggregateQuery, { tables }: ProofContext): readonly FoldedMeasure[] {
  return query.measures.flatMap(({ name, definition }): readonly FoldedMeasure[] => {
    if (definition.kind !== 'aggregate' || definition.home !== home) return [];
    if (definition.snapshot !== null && definition.snapshot !== undefined) return [];
    if (definition.function === 'min' || definition.function === 'max')
      return [{ name, fold: definition.function, aggregate: definition, isFloat: false }];
    const adds = definition.function === 'count_distinct' || additivityOf(definition, query, tables) === 'additive';
    // Values of groups are compared within a tolerance and never written down: their order of addition does not matter.
    return adds ? [{ name, fold: 'sum', aggregate: definition, isFloat: false }] : [];
  });
}

/** Groups of the open result that have rows of the home, those of `again`, and how many have no equal partner there. */
function comparison(
  again: SqlSelect,
  counts: string,
  query: AggregateQuery,
  measures: readonly FoldedMeasure[],
  floats: ReadonlySet<string>,
): SqlSelect {
  const whole: SqlRelation = { kind: 'table', schema: null, name: openRelation, alias: 'whole' };
  const second: SqlRelation = { kind: 'derived', query: queryOf(again), alias: 'again' };
  const same = (name: string): SqlExpression =>
    binary('is not distinct from', column('whole', name), column('again', name));
  const values = measures.map(({ name }) => (floats.has(name) ? nearlySame(name) : same(name)));
  const equal = conjunction([same(counts), ...values]) ?? same(counts);
  // A group without partner has a null count there, which equals no count of rows.
  const differs = call(
    'coalesce',
    { kind: 'not', operand: equal },
    { kind: 'literal', literal: { type: 'boolean', value: true } },
  );
  const marked = select([{ expression: differs, alias: 'differs' }], whole, {
    joins: [{ kind: 'left', relation: second, on: conjunction(query.dimensions.map(({ name }) => same(name))) }],
    where: binary('>', column('whole', counts), integerLiteral(0)),
  });
  const all = aggregate('count', [{ kind: 'star' }]);
  return select(
    [
      { expression: all, alias: 'groups' },
      { expression: { ...all, filter: column(null, 'differs') }, alias: 'differing' },
      {
        expression: { kind: 'subquery', query: queryOf(select([{ expression: all, alias: 'groups' }], second)) },
        alias: 'groups_again',
      },
    ],
    { kind: 'derived', query: queryOf(marked), alias: 'marked' },
  );
}

function nearlySame(name: string): SqlExpression {
  const [left, right] = [column('whole', name), column('again', name)];
  const tolerance: SqlExpression = { kind: 'literal', literal: { type: 'double', value: floatTolerance } };
  const scale = call('greatest', integerLiteral(1), call('abs', left), call('abs', right));
  const near = binary('<=', call('abs', binary('-', left, right)), binary('*', tolerance, scale));
  return { kind: 'logical', operator: 'or', operands: [binary('is not distinct from', left, right), near] };
}

function claimOf(home: string) {
  return { id: `groups.${home}`, kind: 'group_reconciliation', severity: 'error' } as const;
}

function outside(home: string, status: 'not_applicable' | 'not_shown', why: string): EvidenceEntry {
  return {
    ...claimOf(home),
    title: 'Each group has the same values when computed again from the rows',
    status,
    why,
    facts: null,
  };
}
