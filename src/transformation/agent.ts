import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Engine } from '../engine/engine.js';
import { serializeSql } from '../engine/serialize-sql.js';
import { typeText } from '../plan/data-type.js';
import type { GoldTable } from '../plan/product.js';
import type { RunState, Transformation } from '../plan/run-state.js';
import { sqlSeriesFunctions } from '../sql/ast.js';
import { vetSerializedSql } from '../sql/gate.js';
import { secondReading } from '../sql/second-reading.js';
import { bug } from '../support/errors.js';
import { type CompiledQuery, compile, compileForSpark } from './compile.js';
import { compileRefresh } from './compile-refresh.js';
import { estimateRows } from './estimate-rows.js';

/** The engine has the sources of the state mounted. */
export interface TransformationContext {
  readonly graph: KnowledgeGraph;
  readonly engine: Engine;
}

/**
 * Compiles the plan, vets the SQL twice, runs it and holds its result against the model. Adds `transformation`, whose SQL keeps
 * the as-of date as the parameter `$as_of`. Raises `plan.refused`, `sql.vetoed`, `engine.query`; a schema that
 * differs from the model is a bug and says in which columns.
 */
export async function transformationAgent(
  state: RunState,
  { graph, engine }: TransformationContext,
): Promise<RunState> {
  const { selection, model, sources, request } = state;
  const plan = selection?.reading?.plan;
  if (plan === undefined || model === null || sources === null)
    throw bug('transformation needs a reading, a model and its sources');
  const { sql, lineage, columns } = compile(plan, sources, { asOf: null });
  await vet(
    engine,
    sql,
    sources.map(({ dataset }) => dataset),
  );
  const runnable = compile(plan, sources, { asOf: request.asOf }).sql;
  const described = await engine.query(`DESCRIBE ${runnable}`);
  checkSchema(
    described.rows.map(([name, type]) => ({ name: String(name), type: String(type) })),
    columns,
    model,
  );
  const counted = await engine.query(`SELECT count(*) AS row_count FROM (${runnable}\n) AS result`);
  const transformation: Transformation = {
    sql,
    spark: compileForSpark(plan, sources),
    schemaChecked: true,
    estimatedRows: estimateRows(plan, graph.catalog),
    rows: Number(counted.rows[0]?.[0]),
    lineage,
    refresh: compileRefresh({ plan, sources }),
  };
  return { ...state, transformation };
}

async function vet(engine: Engine, sql: string, tables: readonly string[]): Promise<void> {
  const allowed = { tables, functions: sqlSeriesFunctions };
  const vetted = vetSerializedSql(await serializeSql(engine, sql), allowed);
  await secondReading(sql, vetted, allowed);
}

function checkSchema(
  found: readonly { readonly name: string; readonly type: string }[],
  columns: CompiledQuery['columns'],
  model: GoldTable,
): void {
  const promised = model.columns.map(({ name, type }) => `${name} ${duckdbTypeText(type)}`);
  const compiled = columns.map(({ name, type }) => `${name} ${duckdbTypeText(type)}`);
  const actual = found.map(({ name, type }) => `${name} ${type.toUpperCase()}`);
  const wrong = promised.flatMap((column, position) =>
    column === actual[position] && column === compiled[position]
      ? []
      : [`${column} (DuckDB: ${actual[position] ?? 'nothing'})`],
  );
  if (wrong.length > 0 || actual.length !== promised.length)
    throw bug(`the result differs from the model in ${wrong.join(', ') || 'the number of columns'}`);
}

/** Types that plans only show are not compared: their name is DuckDB's own. */
function duckdbTypeText(type: GoldTable['columns'][number]['type']): string {
  return type.kind === 'text' ? 'VARCHAR' : typeText(type).toUpperCase();
}
