import { expect } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { CellValue, Engine } from '../../src/engine/engine.js';
import { serializeSql } from '../../src/engine/serialize-sql.js';
import { quoteIdentifier } from '../../src/engine/sql-text.js';
import type { DataType } from '../../src/plan/data-type.js';
import { typeText } from '../../src/plan/data-type.js';
import type { SourceTable } from '../../src/plan/product.js';
import type { PlanDataset, Query, SemanticPlan } from '../../src/plan/query.js';
import { sqlSeriesFunctions } from '../../src/sql/ast.js';
import { vetSerializedSql } from '../../src/sql/gate.js';
import { secondReading } from '../../src/sql/second-reading.js';
import { compile } from '../../src/transformation/compile.js';
import { planOf } from './plan-builder.js';

/** An engine on which `statements` were run. Close it. */
export async function engineWith(statements: readonly string[], threads = 1): Promise<Engine> {
  const engine = await openEngine({ threads, memoryLimit: null });
  for (const statement of statements) await engine.run(statement);
  return engine;
}

/**
 * Compiles and runs; asserts on the way what holds for every plan: the result has the promised names and types, no null
 * where none was promised, the gate lets it pass, and compiling twice gives the same bytes.
 */
export async function answer(
  engine: Engine,
  query: Query,
  sources: readonly SourceTable[],
  time: Partial<SemanticPlan['time']> = {},
  datasets: readonly PlanDataset[] = [],
): Promise<readonly (readonly CellValue[])[]> {
  const plan: SemanticPlan = { ...planOf(query, time), datasets };
  const compiled = compile(plan, sources, { asOf: '2024-05-15' });
  expect(compile(JSON.parse(JSON.stringify(plan)) as SemanticPlan, sources, { asOf: '2024-05-15' }).sql).toBe(
    compiled.sql,
  );
  const pinned = compile(plan, sources, { asOf: null }).sql;
  const allowed = { tables: sources.map(({ dataset }) => dataset), functions: sqlSeriesFunctions };
  await secondReading(pinned, vetSerializedSql(await serializeSql(engine, pinned), allowed), allowed);
  const result = await engine.query(compiled.sql).catch((thrown: unknown) => {
    throw new Error(`${String(thrown)}\n${compiled.sql}`);
  });
  expect(result.columns, compiled.sql).toEqual(
    compiled.columns.map(({ name, type }) => ({ name, type: duckdbName(type) })),
  );
  compiled.columns.forEach(({ name, nullable }, position) => {
    if (!nullable)
      expect(
        result.rows.map((row) => row[position] ?? null),
        `${name} was promised to have no null`,
      ).not.toContain(null);
  });
  expect(await countOfInfinite(engine, compiled.sql, result), 'values that are no numbers').toBe(0);
  if (pinned.includes('CAST($as_of AS DATE)')) {
    expect((await engine.query(pinned, { as_of: '2024-05-15' })).rows).toEqual(result.rows);
  }
  return result.rows;
}

/**
 * How many infinite values and NaN the SELECT gives, of which `result` are the rows as the engine hands them out: it gives null
 * for those, which a file would not.
 */
export async function countOfInfinite(
  engine: Engine,
  sql: string,
  { columns, rows }: Awaited<ReturnType<Engine['query']>>,
): Promise<number> {
  const doubtful = columns.filter(({ type }, at) => type === 'DOUBLE' && rows.some((row) => row[at] === null));
  if (doubtful.length === 0) return 0;
  const counts = doubtful.map(({ name }) => `count(*) FILTER (WHERE NOT isfinite(${quoteIdentifier(name)}))`);
  const [row = []] = (await engine.query(`SELECT ${counts.join(', ')} FROM (${sql})`)).rows;
  return row.reduce<number>((total, count) => total + Number(count), 0);
}

/** Rows of a query written by hand, for comparison. */
export async function rowsOf(engine: Engine, sql: string): Promise<readonly (readonly CellValue[])[]> {
  return (await engine.query(sql)).rows;
}

function duckdbName(type: DataType): string {
  return type.kind === 'text' ? 'VARCHAR' : typeText(type).toUpperCase();
}
