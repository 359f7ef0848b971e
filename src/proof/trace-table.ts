import type { CellValue, ResultTable } from '../engine/engine.js';
import {
  aggregate,
  column,
  conjunction,
  integerLiteral,
  type SqlExpression,
  type SqlRelation,
  type SqlSelect,
  select,
} from '../sql/ast.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { printSql } from '../sql/print.js';
import { freeName } from '../support/free-name.js';
import { type ProofContext, queryOf, rowFound } from './proof-context.js';

/**
 * The rows of one table behind a number. The first column is null for a row that counts, else what held it back. `made`: the
 * table is one that the plan makes, and what it is made of comes next.
 */
export interface HomeTrace {
  readonly home: string;
  readonly dataset: string;
  readonly made: boolean;
  readonly counted: number;
  readonly excluded: number;
  readonly table: ResultTable;
}

/** Rows of a table that the plan makes, on the way to those that they are made of: their relation, and its column of what held them back. */
export interface Traced {
  readonly relation: string;
  readonly why: string;
}

/** A trace with the SELECT that gave it. */
export interface TracedTable {
  readonly trace: HomeTrace;
  readonly sql: string;
  readonly why: string;
}

/** A reason that may hold a row back. */
export type Branch = Extract<SqlExpression, { kind: 'case' }>['branches'][number];

/** What the relation of traced rows is called in conditions on it. */
export const tracedAlias = 'traced';

/** The rows of a table that `where` admits, each with the first reason that holds it back. Those that count come first. */
export async function traceTable(
  asked: { readonly home: string; readonly dataset: string; readonly relation: SqlRelation },
  branches: readonly Branch[],
  where: SqlExpression | null,
  { engine, tables, file }: ProofContext,
): Promise<TracedTable> {
  const { home, dataset, relation } = asked;
  const columns = tables.find((table) => table.dataset === dataset)?.columns ?? [];
  const names = columns.map(({ name }) => name);
  const masked = new Set(columns.flatMap((each, place) => (each.masked === true ? [place + 1] : [])));
  const why = freeName('why_not', new Set(names.map((name) => name.toLowerCase())));
  const reason: SqlExpression =
    branches.length === 0
      ? { kind: 'cast', operand: { kind: 'literal', literal: { type: 'null' } }, to: { kind: 'text' }, lenient: false }
      : { kind: 'case', branches, otherwise: null };
  const ascending = (expression: SqlExpression) => ({ expression, direction: 'ascending', nulls: 'first' }) as const;
  const body = select(
    [{ expression: reason, alias: why }, ...names.map((name) => ({ expression: column(home, name), alias: name }))],
    relation,
    {
      where,
      // By position: a name might be taken for another column. What is masked last, for an order tells of values too.
      orderBy: [...['', ...names].keys()]
        .sort((left, right) => Number(masked.has(left)) - Number(masked.has(right)) || left - right)
        .map((position) => ascending(integerLiteral(position + 1))),
    },
  );
  const sql = printSql(queryOf(body), duckdbDialect);
  const table = maskedTable(await engine.query(sql), masked);
  const counted = table.rows.filter(([held]: readonly CellValue[]) => held === null).length;
  const made = file.plan.datasets?.some(({ name }) => name === dataset) === true;
  return { trace: { home, dataset, made, counted, excluded: table.rows.length - counted, table }, sql, why };
}

/** The rows with `***` for each value of the columns at these places; what is null is told. */
function maskedTable(table: ResultTable, masked: ReadonlySet<number>): ResultTable {
  const shown = (cell: CellValue, place: number): CellValue => (cell !== null && masked.has(place) ? '***' : cell);
  return masked.size === 0 ? table : { ...table, rows: table.rows.map((row) => row.map(shown)) };
}

/** That there is a traced row with these conditions. */
export function tracedExists(traced: Traced, conditions: readonly SqlExpression[], negated: boolean): SqlExpression {
  return { kind: 'exists', query: queryOf(tracedRows(traced, rowFound, conditions)), negated };
}

/** What held back the rows of the made table that a row went into, where none of them counts. */
export function inheritedReason(traced: Traced, conditions: readonly SqlExpression[]): Branch {
  const held = column(tracedAlias, traced.why);
  const counts: SqlExpression = { kind: 'is_null', operand: held, negated: false };
  const first = [{ expression: aggregate('min', [held]), alias: 'why' }];
  return {
    when: tracedExists(traced, [...conditions, counts], true),
    then: { kind: 'subquery', query: queryOf(tracedRows(traced, first, conditions)) },
  };
}

function tracedRows({ relation }: Traced, items: SqlSelect['items'], conditions: readonly SqlExpression[]): SqlSelect {
  return select(
    items,
    { kind: 'table', schema: null, name: relation, alias: tracedAlias },
    { where: conjunction(conditions) },
  );
}
