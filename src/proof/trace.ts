import { quoteIdentifier } from '../engine/sql-text.js';
import type { AggregateQuery, DetailQuery, Expression, Literal, PlanDataset } from '../plan/query.js';
import { aggregatesOf, expressionAt } from '../plan/traverse.js';
import { binary, column, conjunction, type SqlExpression, type SqlRelation, textLiteral } from '../sql/ast.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { printSqlExpression } from '../sql/print.js';
import { dpbError } from '../support/errors.js';
import { HomeRows } from './admission.js';
import { homesOfRows } from './open-plan.js';
import { existsRow, goldRelation, type ProofContext } from './proof-context.js';
import { tracePrepared } from './trace-prepared.js';
import {
  type Branch,
  type HomeTrace,
  inheritedReason,
  type Traced,
  type TracedTable,
  tracedAlias,
  tracedExists,
  traceTable,
} from './trace-table.js';

/** Which number is traced: values of output columns, and the measure if it is one. */
export interface TraceTarget {
  /** By output name; a null is the group without a value. */
  readonly where: ReadonlyMap<string, Literal>;
  readonly measure: string | null;
}

/** Which rows of a query are looked for. */
interface Sought {
  readonly belongs: (rows: HomeRows, home: string) => readonly SqlExpression[];
  readonly measure: string | null;
  /** The groups that having and limit left: a relation with the query's shown columns; null where there is none. */
  readonly published: string | null;
  /** The rows of the table that the query makes; null for the product itself. */
  readonly traced: Traced | null;
}

/**
 * The source rows that belong to the traced group by their own values: those that it counts, and those that were left out,
 * with the first condition, join or limit that did. Rows of tables that the plan makes are followed down to the files. Rows
 * that count come first, then by all columns. Raises `input.invalid` for columns that are no dimension, and for products
 * that have no rows of their own.
 */
export async function traceRows(context: ProofContext, target: TraceTarget): Promise<readonly HomeTrace[]> {
  const { query } = context.file.plan;
  if (query.kind === 'set')
    throw dpbError('input.invalid', {
      what: context.file.name,
      problem: 'its rows come from several queries, and no number of it can be traced to one of them',
    });
  return await traceQuery(
    query,
    {
      belongs: (rows, home) => matches(rows, query, home, target),
      measure: target.measure,
      published: context.open?.narrowed === true ? goldRelation : null,
      traced: null,
    },
    context,
  );
}

async function traceQuery(
  query: AggregateQuery | DetailQuery,
  sought: Sought,
  context: ProofContext,
): Promise<readonly HomeTrace[]> {
  const homes = sought.measure === null ? homesOfRows(query) : homesOfMeasure(query, sought.measure);
  const traces: HomeTrace[] = [];
  for (const home of homes) {
    traces.push(...(await withWhatMakes(await traceHome(home, query, sought, context), context)));
  }
  return traces;
}

/** The rows, and below those of a table that the plan makes what they are made of. */
async function withWhatMakes({ trace, sql, why }: TracedTable, context: ProofContext): Promise<readonly HomeTrace[]> {
  const made = context.file.plan.datasets?.find(({ name }) => name === trace.dataset);
  if (made === undefined) return [trace];
  const relation = `dpb traced ${trace.dataset}`;
  await context.engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(relation)} AS ${sql}`);
  return [trace, ...(await traceMade(made, { relation, why }, context))];
}

/** What the rows of a table that the plan makes are made of. Rows of a set operation come from several queries: they end here. */
async function traceMade(made: PlanDataset, traced: Traced, context: ProofContext): Promise<readonly HomeTrace[]> {
  if (made.kind === 'prepared') {
    const below: HomeTrace[] = [];
    for (const from of made.from)
      below.push(...(await withWhatMakes(await tracePrepared(made, from, traced, context), context)));
    return below;
  }
  const { query } = made;
  if (query.kind === 'set') return [];
  return await traceQuery(
    query,
    {
      belongs: (rows, home) => [isTraced(rows, query, home, traced)],
      measure: null,
      published: made.name,
      traced,
    },
    context,
  );
}

/** That a traced row of the table that the query makes is made of this row: they agree in all that both show. */
function isTraced(rows: HomeRows, query: AggregateQuery | DetailQuery, home: string, traced: Traced): SqlExpression {
  return tracedExists(traced, sameAsTraced(rows, query, home), false);
}

function sameAsTraced(rows: HomeRows, query: AggregateQuery | DetailQuery, home: string): readonly SqlExpression[] {
  const outputs = query.kind === 'detail' ? query.columns : query.dimensions;
  return outputs
    .filter(({ shown }) => shown)
    .map(({ name }) =>
      binary('is not distinct from', column(tracedAlias, name), rows.value(outputExpression(query, name, home))),
    );
}

function homesOfMeasure(query: AggregateQuery | DetailQuery, measure: string): readonly string[] {
  const measures = query.kind === 'aggregate' ? query.measures : [];
  const definition = measures.find(({ name }) => name === measure)?.definition;
  if (definition === undefined) {
    const near = measures.map(({ name }) => name);
    throw dpbError('input.invalid', { what: '--measure', problem: `there is no measure "${measure}"`, near });
  }
  return [...new Set(aggregatesOf(definition).map(({ home }) => home))];
}

async function traceHome(
  home: string,
  query: AggregateQuery | DetailQuery,
  sought: Sought,
  context: ProofContext,
): Promise<TracedTable> {
  const rows = new HomeRows(home, query, context);
  const branches = [
    ...reasonsOf(rows, query, sought.measure),
    ...beyondReason(rows, query, home, sought.published),
    ...(sought.traced === null ? [] : [inheritedReason(sought.traced, sameAsTraced(rows, query, home))]),
  ];
  const asked = { home, dataset: rows.dataset, relation: rows.relation };
  return await traceTable(asked, branches, conjunction(sought.belongs(rows, home)), context);
}

/** That the row has the asked values; a dimension that the home does not have in the plan was refused there. */
function matches(
  rows: HomeRows,
  query: AggregateQuery | DetailQuery,
  home: string,
  { where }: TraceTarget,
): readonly SqlExpression[] {
  return [...where].map(([name, literal]) =>
    binary('is not distinct from', rows.value(outputExpression(query, name, home)), { kind: 'literal', literal }),
  );
}

function outputExpression(query: AggregateQuery | DetailQuery, name: string, home: string): Expression {
  const outputs =
    query.kind === 'detail'
      ? query.columns
      : query.dimensions.map((dimension) => ({ name: dimension.name, expression: expressionAt(dimension, home) }));
  const found = outputs.find((output) => output.name === name);
  if (found !== undefined) return found.expression;
  throw dpbError('input.invalid', {
    what: name,
    problem: 'there is no dimension of that name in the product',
    near: outputs.map((output) => output.name),
  });
}

/** The filter's conditions, the joins that must find a partner, and the measure's own filter: what a row may fail, in order. */
function reasonsOf(rows: HomeRows, query: AggregateQuery | DetailQuery, measure: string | null): readonly Branch[] {
  const not = (operand: SqlExpression): SqlExpression => ({ kind: 'not', operand });
  const said = (condition: Expression): string =>
    printSqlExpression(rows.plain(condition), duckdbDialect).replace(/\s+/g, ' ');
  const conditions = rows.conjuncts.map(
    (condition): Branch => ({
      when: not(rows.holds(condition)),
      then: textLiteral(`not so: ${said(condition)}`),
    }),
  );
  const joins = rows.required.map(
    (step): Branch => ({
      when: not(rows.finds(step)),
      then: textLiteral(`no partner in ${step.to}`),
    }),
  );
  return [...conditions, ...joins, ...ownFilter(rows, query, measure, said)];
}

/** Of a measure that is one aggregate: rows that its own filter holds back. Of others each part has its own. */
function ownFilter(
  rows: HomeRows,
  query: AggregateQuery | DetailQuery,
  measure: string | null,
  said: (condition: Expression) => string,
): readonly Branch[] {
  const measures = query.kind === 'aggregate' ? query.measures : [];
  const definition = measures.find(({ name }) => name === measure)?.definition;
  if (definition?.kind !== 'aggregate' || definition.filter === null) return [];
  const truth: SqlExpression = { kind: 'literal', literal: { type: 'boolean', value: true } };
  const fails = binary('is distinct from', rows.value(definition.filter), truth);
  return [{ when: fails, then: textLiteral(`not counted by ${measure ?? ''}: ${said(definition.filter)}`) }];
}

/** A row whose group is not in the gold, where having or a limit left groups out. */
function beyondReason(
  rows: HomeRows,
  query: AggregateQuery | DetailQuery,
  home: string,
  published: string | null,
): readonly Branch[] {
  if (published === null || query.kind === 'detail') return [];
  const keys = query.dimensions.filter(({ role, shown }) => role === 'key' && shown);
  const groups: SqlRelation = { kind: 'table', schema: null, name: published, alias: 'published' };
  const same = keys.map((dimension) =>
    binary('is not distinct from', column('published', dimension.name), rows.value(expressionAt(dimension, home))),
  );
  const then = textLiteral('its group was left out by having or limit');
  return [{ when: existsRow(groups, same, true), then }];
}
