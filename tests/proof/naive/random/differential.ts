import { join } from 'node:path';
import { duckdbTypeOf } from '../../../../src/engine/duckdb-type.js';
import type { CellValue, Engine } from '../../../../src/engine/engine.js';
import { quoteIdentifier, quoteLiteral } from '../../../../src/engine/sql-text.js';
import { queriesOfPlan } from '../../../../src/plan/plan-datasets.js';
import type { SourceTable } from '../../../../src/plan/product.js';
import type { SemanticPlan } from '../../../../src/plan/query.js';
import { textOf } from '../../../../src/proof/naive/cast.js';
import { evaluate } from '../../../../src/proof/naive/evaluate.js';
import type { Table, Value } from '../../../../src/proof/naive/value.js';
import { premiseChecks } from '../../../../src/sql/premise-sql.js';
import { DpbError } from '../../../../src/support/errors.js';
import { compile } from '../../../../src/transformation/compile.js';
import { countOfInfinite } from '../../../transformation/running.js';
import { type Cell, cellOf } from '../tables.js';

/** The as-of date of all compared plans. */
export const asOf = '2024-05-15';

/** What became of a plan on both sides. Only `same` was compared row by row. */
export type Verdict =
  | { readonly kind: 'same'; readonly rows: number }
  | { readonly kind: 'refused' | 'failed' | 'invalid'; readonly why: string }
  | { readonly kind: 'different'; readonly what: string; readonly expected: string; readonly got: string };

/** The table as a source in a Parquet file. */
export function sourceOf({ source }: Table, file: string): SourceTable {
  return { ...source, description: '', owner: null, format: { kind: 'parquet' }, files: [file], freshness: null };
}

/** Whether a key that the plan joins by is there more than once. */
export function isRepeatedKey(verdict: Verdict): boolean {
  return verdict.kind === 'refused' && verdict.why === repeatedKey;
}

const repeatedKey = 'a key repeats';

/**
 * Puts the tables into the engine under their names: as tables, or (with a folder of their own: a session mounts no file
 * twice) as Parquet files behind views.
 */
export async function loadTables(engine: Engine, tables: readonly Table[], folder: string | null): Promise<void> {
  for (const [at, table] of tables.entries()) {
    const name = quoteIdentifier(table.source.dataset);
    const columns = table.source.columns.map(
      ({ name: column, type }) => `${quoteIdentifier(column)} ${duckdbTypeOf(type)}`,
    );
    await engine.run(`DROP VIEW IF EXISTS ${name}`).catch(() => engine.run(`DROP TABLE ${name}`));
    await engine.run(`CREATE OR REPLACE TABLE ${name} (${columns.join(', ')})`);
    const rows = table.rows.map((row) => `(${row.map(sqlOf).join(', ')})`);
    if (rows.length > 0) await engine.run(`INSERT INTO ${name} VALUES ${rows.join(', ')}`);
    if (folder === null) continue;
    const file = `table-${at}.parquet`;
    await engine.run(`COPY ${name} TO ${quoteLiteral(join(folder, file))} (FORMAT parquet)`);
    await engine.run(`DROP TABLE ${name}`);
    await engine.mount([{ table: sourceOf(table, file), root: folder }]);
  }
}

/** Runs the plan by the compiler and by the evaluator, and compares names, types, rows and their order. */
export async function compared(engine: Engine, plan: SemanticPlan, tables: readonly Table[]): Promise<Verdict> {
  const meant = outcomeOf(() => evaluate(plan, new Map(tables.map((table) => [table.source.dataset, table])), asOf));
  const compiled = outcomeOf(() => ({
    kind: 'compiled' as const,
    query: compile(
      plan,
      tables.map((table) => sourceOf(table, '')),
      { asOf },
    ),
  }));
  const differing = (what: string, expected: unknown, got: unknown): Verdict => ({
    kind: 'different',
    what,
    expected: lines(expected),
    got: lines(got),
  });
  if (meant.kind === 'invalid' || compiled.kind === 'invalid') {
    if (meant.kind === 'invalid' && compiled.kind === 'invalid') return { kind: 'invalid', why: meant.reason };
    return differing('whether it is valid', meant, compiled.kind === 'compiled' ? 'compiled' : compiled);
  }
  // Keys that repeat are found by the build, before the SQL runs.
  const isRepeated = meant.kind === 'refused' && /occurs more than once in|do not add up to 1/.test(meant.reason);
  if (compiled.kind === 'compiled') {
    const premises = await brokenPremises(engine, plan);
    // A query inside another may not have been asked for its rows, and its keys not have been looked at; nor those that
    // come after an error of the run.
    const asksAll = queriesOfPlan(plan).length === 1 && meant.kind !== 'failed';
    if (isRepeated ? premises.length === 0 : premises.length > 0 && asksAll)
      return differing('whether a key repeats', isRepeated ? meant : 'no', premises);
  }
  if (isRepeated) return { kind: 'refused', why: repeatedKey };
  if (meant.kind === 'refused' || compiled.kind !== 'compiled') {
    if (meant.kind === 'refused' && compiled.kind !== 'compiled') return { kind: 'refused', why: meant.reason };
    return differing(
      'whether it is refused',
      meant.kind === 'table' ? 'a table' : meant,
      compiled.kind === 'compiled' ? 'compiled' : compiled,
    );
  }
  const { query } = compiled;
  const ran = await engine.query(query.sql).catch((thrown: unknown) => String(thrown));
  if (typeof ran === 'string' || meant.kind === 'failed') {
    if (typeof ran === 'string' && meant.kind === 'failed') return { kind: 'failed', why: meant.reason };
    // "A row that a join or condition leaves out may raise it too"; what is not shown need not be computed.
    if (typeof ran === 'string' && isErrorOfValue.test(ran)) return { kind: 'failed', why: ran };
    if (
      meant.kind === 'failed' &&
      typeof ran !== 'string' &&
      (ran.rows.length === 0 || hidesValues.test(JSON.stringify(plan)))
    )
      return { kind: 'failed', why: meant.reason };
    return differing(
      'whether the run fails',
      meant.kind === 'failed' ? meant : 'rows',
      typeof ran === 'string' ? ran : ran.rows,
    );
  }
  const promised = meant.columns.map(({ name, type }) => ({ name, type: duckdbTypeOf(type) }));
  if (lines(query.columns) !== lines(meant.columns))
    return differing('the columns that compile promises', meant.columns, query.columns);
  if (lines(ran.columns) !== lines(promised)) return differing('the types of columns', promised, ran.columns);
  const rows = meant.rows.map((row) => row.map(cellAsRead));
  const broken = meant.columns.findIndex(({ nullable }, at) => !nullable && rows.some((row) => row[at] === null));
  if (broken >= 0)
    return differing(`a null in ${meant.columns[broken]?.name}, which was promised to have none`, rows, ran.rows);
  if (!sameRows(rows, ran.rows)) return differing('the rows', rows, ran.rows);
  const infinite = meant.rows
    .flat()
    .filter((value) => value?.kind === 'double' && !Number.isFinite(value.value)).length;
  const found = await countOfInfinite(engine, query.sql, ran);
  return found === infinite
    ? { kind: 'same', rows: rows.length }
    : differing('how many values are infinite', String(infinite), String(found));
}

/** The claims of the plan's joins that a build would find broken on these tables. */
async function brokenPremises(engine: Engine, plan: SemanticPlan): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const { id, sql } of premiseChecks(plan)) {
    const found = (await engine.query(sql)).rows[0]?.[0];
    if (Number(found) !== 0) broken.push(`${id}: ${String(found)}`);
  }
  return broken;
}

const isErrorOfValue = /Out of Range Error|Conversion Error/;
const hidesValues = /"shown":false|"count":0|"datasets":|"is_null"/;

interface Invalid {
  readonly kind: 'invalid';
  readonly reason: string;
}

interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

function outcomeOf<Result>(run: () => Result): Result | Invalid | Refused {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.code === 'plan.invalid')
      return { kind: 'invalid', reason: thrown.message };
    if (thrown instanceof DpbError && thrown.code === 'plan.refused')
      return { kind: 'refused', reason: thrown.message };
    throw thrown;
  }
}

/** The engine gives NaN and infinities as null. */
function cellAsRead(value: Value): Cell {
  return value?.kind === 'double' && !Number.isFinite(value.value) ? null : cellOf(value);
}

function sameRows(left: readonly (readonly Cell[])[], right: readonly (readonly CellValue[])[]): boolean {
  return (
    left.length === right.length &&
    left.every((row, at) => row.every((cell, column) => sameCell(cell, right[at]?.[column] ?? null)))
  );
}

/** Averages and quotients of DOUBLE may be taken in another order of operations: the last digits may differ. */
function sameCell(left: Cell, right: CellValue): boolean {
  if (typeof left !== 'number' || typeof right !== 'number') return left === right;
  return Math.abs(left - right) <= 1e-12 * Math.max(1, Math.abs(left), Math.abs(right));
}

function lines(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item)).join('\n') : JSON.stringify(value);
}

function sqlOf(value: Value): string {
  if (value === null) return 'NULL';
  const literal = quoteLiteral(value.kind === 'instant' ? `${textOf(value)}+00` : textOf(value));
  return value.kind === 'double' ? `CAST(${literal} AS DOUBLE)` : literal;
}
