import type { CellValue, ResultTable } from '../engine/engine.js';
import type { AggregateQuery, DetailQuery, Expression, Literal } from '../plan/query.js';
import { aggregatesOf, expressionAt } from '../plan/traverse.js';
import {
  binary,
  column,
  conjunction,
  integerLiteral,
  type SqlExpression,
  type SqlRelation,
  select,
  textLiteral,
} from '../sql/ast.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { printSql, printSqlExpression } from '../sql/print.js';
import { dpbError } from '../support/errors.js';
import { HomeRows } from './admission.js';
import { homesOfRows } from './open-plan.js';
import { goldRelation, type ProofContext, queryOf } from './proof-context.js';

/** Which number is traced: values of output columns, and the measure if it is one. */
export interface TraceTarget {
  /** By output name; a null is the group without a value. */
  readonly where: ReadonlyMap<string, Literal>;
  readonly measure: string | null;
}

/** The rows of one table behind a number. The first column is null for a row that counts, else what held it back. */
export interface HomeTrace {
  readonly home: string;
  readonly dataset: string;
  readonly counted: number;
  readonly excluded: number;
  readonly table: ResultTable;
}

/**
 * The source rows that belong to the traced group by their own values: those that it counts, and those that were left out,
 * with the first condition, join or limit that did. Rows that count come first, then by all columns. Raises
 * `input.invalid` for columns that are no dimension, and for products that have no rows of their own.
 */
export async function traceRows(context: ProofContext, target: TraceTarget): Promise<readonly HomeTrace[]> {
  const { query } = context.file.plan;
  if (query.kind === 'set')
    throw dpbError('input.invalid', {
      what: context.file.name,
      problem: 'its rows come from several queries, and no number of it can be traced to one of them',
    });
  const homes = target.measure === null ? homesOfRows(query) : homesOfMeasure(query, target.measure);
  const traces: HomeTrace[] = [];
  for (const home of homes) traces.push(await traceHome(home, query, target, context));
  return traces;
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
  target: TraceTarget,
  context: ProofContext,
): Promise<HomeTrace> {
  const rows = new HomeRows(home, query, context);
  const names = context.tables.find(({ dataset }) => dataset === rows.dataset)?.columns.map(({ name }) => name) ?? [];
  const branches = [...reasonsOf(rows, query, target), ...beyondReason(rows, query, home, context)];
  const reason: SqlExpression =
    branches.length === 0
      ? { kind: 'cast', operand: { kind: 'literal', literal: { type: 'null' } }, to: { kind: 'text' }, lenient: false }
      : { kind: 'case', branches, otherwise: null };
  const ascending = (expression: SqlExpression) => ({ expression, direction: 'ascending', nulls: 'first' }) as const;
  const body = select(
    [
      { expression: reason, alias: freeName('why_not', new Set(names.map((name) => name.toLowerCase()))) },
      ...names.map((name) => ({ expression: column(home, name), alias: name })),
    ],
    rows.relation,
    {
      where: conjunction(matches(rows, query, home, target)),
      // By position: a name might be taken for another column.
      orderBy: ['', ...names].map((_, position) => ascending(integerLiteral(position + 1))),
    },
  );
  const table = await context.engine.query(printSql(queryOf(body), duckdbDialect));
  const counted = table.rows.filter(([why]: readonly CellValue[]) => why === null).length;
  return { home, dataset: rows.dataset, counted, excluded: table.rows.length - counted, table };
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

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  while (taken.has(name)) name = `${name}_`;
  return name;
}

type Branch = Extract<SqlExpression, { kind: 'case' }>['branches'][number];

/** The filter's conditions, the joins that must find a partner, and the measure's own filter: what a row may fail, in order. */
function reasonsOf(rows: HomeRows, query: AggregateQuery | DetailQuery, { measure }: TraceTarget): readonly Branch[] {
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
  { open }: ProofContext,
): readonly Branch[] {
  if (open?.narrowed !== true || query.kind === 'detail') return [];
  const keys = query.dimensions.filter(({ role, shown }) => role === 'key' && shown);
  const published: SqlRelation = { kind: 'table', schema: null, name: goldRelation, alias: 'published' };
  const same = keys.map((dimension) =>
    binary('is not distinct from', column('published', dimension.name), rows.value(expressionAt(dimension, home))),
  );
  const body = select([{ expression: integerLiteral(1), alias: 'found' }], published, { where: conjunction(same) });
  const then = textLiteral('its group was left out by having or limit');
  return [{ when: { kind: 'exists', query: queryOf(body), negated: true }, then }];
}
