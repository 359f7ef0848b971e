import type { CellValue, Engine } from '../engine/engine.js';
import type { ProductFile, TableShape } from '../plan/product.js';
import type { Query, SemanticPlan } from '../plan/query.js';
import {
  conjunction,
  integerLiteral,
  type SqlExpression,
  type SqlQuery,
  type SqlQueryBody,
  type SqlRelation,
  type SqlSelectItem,
  select,
} from '../sql/ast.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { printSql } from '../sql/print.js';
import { bug } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import type { OpenPlan } from './open-plan.js';

/** The relations that proofs read beside the sources. Their names hold a blank, which no dataset's view clashes with. */
export const goldRelation = 'dpb gold';
export const openRelation = 'dpb open';

/** Largest relative difference of totals of floats, whose sums depend on the order of addition. */
export const floatTolerance = 1e-9;

/** The rows of an inner query of the filter, computed once: its relation and columns. */
export interface InnerRelation {
  readonly name: string;
  readonly columns: readonly string[];
}

/** What every proof may use. The engine has the sources, the gold and, unless `open` is null, the open result mounted. */
export interface ProofContext {
  readonly engine: Engine;
  readonly file: ProductFile;
  readonly asOf: IsoDate;
  /** Sources, and the tables that the plan makes: the engine has those too, under their names. */
  readonly tables: readonly TableShape[];
  readonly open: OpenPlan | null;
  /** Whether every key that a join meets occurs once: only then has a row one value of another table's columns. */
  readonly premisesHold: boolean;
  readonly inner: (query: Query) => InnerRelation;
  /** The product's own compiler. */
  readonly compile: (plan: SemanticPlan) => string;
}

export function relation(name: string): SqlRelation {
  return { kind: 'table', schema: null, name, alias: name };
}

export function queryOf(body: SqlQueryBody): SqlQuery {
  return { with: [], body };
}

/** What a SELECT gives of which only the rows matter. */
export const rowFound: readonly SqlSelectItem[] = [{ expression: integerLiteral(1), alias: 'found' }];

/** That `from` has a row, or with `negated` none, which meets all of `conditions`. */
export function existsRow(from: SqlRelation, conditions: readonly SqlExpression[], negated = false): SqlExpression {
  return { kind: 'exists', query: queryOf(select(rowFound, from, { where: conjunction(conditions) })), negated };
}

/** Runs a SELECT of one row and gives its cells by name. */
export async function oneRow(engine: Engine, body: SqlQueryBody): Promise<ReadonlyMap<string, CellValue>> {
  const { columns, rows } = await engine.query(printSql(queryOf(body), duckdbDialect));
  const [row] = rows;
  if (row === undefined || rows.length !== 1) throw bug(`a proof expected one row, not ${rows.length}`);
  return new Map(columns.map(({ name }, index) => [name, row[index] ?? null]));
}

/** A count out of a result; null counts as none. */
export function countOf(cell: CellValue | undefined): number {
  const count = Number(cell ?? 0);
  if (!Number.isSafeInteger(count)) throw bug(`${String(cell)} is no count of rows`);
  return count;
}

/** A cell as text, null kept. */
export function textOf(cell: CellValue | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}
