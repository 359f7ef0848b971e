import { checkPlan } from '../plan/check-plan.js';
import type { DataType } from '../plan/data-type.js';
import { planTables } from '../plan/plan-tables.js';
import type { ColumnLineage, SourceTable, SparkSql, TableShape } from '../plan/product.js';
import type { Query, SemanticPlan } from '../plan/query.js';
import type { RelationalPlan } from '../plan/relational.js';
import { checkUnits } from '../plan/units.js';
import type { SqlExpression, SqlQuery } from '../sql/ast.js';
import type { SqlDialect } from '../sql/dialect.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { saidOrRefused, sparkDialect } from '../sql/dialect-spark.js';
import { requireProvablePremises } from '../sql/premise-sql.js';
import { printSql } from '../sql/print.js';
import type { IsoDate } from '../support/iso-date.js';
import { inlineSingleSteps } from './inline-steps.js';
import { lineageOf } from './lineage.js';
import { lowerPlan } from './lower-query.js';
import { relationalToSql } from './relation-to-sql.js';

/** A plan ready to run. `sql` is one SELECT over the datasets by name; rows come in one order. */
export interface CompiledQuery {
  readonly sql: string;
  readonly lineage: readonly ColumnLineage[];
  readonly columns: readonly { readonly name: string; readonly type: DataType; readonly nullable: boolean }[];
}

/**
 * Compiles the plan to SQL, DuckDB's where no other dialect is asked for. `asOf: null` leaves the as-of date as the parameter
 * `$as_of`. Pure: equal input, equal bytes. Raises `plan.invalid` for a plan that contradicts itself or the sources, `plan.refused`
 * for one without a safe way, `spark.refused` for what Spark cannot say exactly.
 */
export function compile(
  plan: SemanticPlan,
  sources: readonly SourceTable[],
  options: { readonly asOf: IsoDate | null; readonly dialect?: SqlDialect },
): CompiledQuery {
  checkPlan(plan, sources);
  const tables = planTables(plan, sources);
  checkUnits(plan, tables);
  requireProvablePremises(plan);
  const relational = lowerPlan(plan, tables);
  const sql = printSql(sqlOf(plan, relational, tables, options), options.dialect ?? duckdbDialect);
  return { sql, lineage: lineageOf(plan, sources), columns: relational.columns };
}

/** The plan as Spark SQL with the parameter `:as_of`, or why Spark cannot say it. Raises what `compile` does but for that. */
export function compileForSpark(plan: SemanticPlan, sources: readonly SourceTable[]): SparkSql {
  return saidOrRefused(() => compile(plan, sources, { asOf: null, dialect: sparkDialect }).sql);
}

function sqlOf(
  plan: SemanticPlan,
  relational: RelationalPlan,
  tables: readonly TableShape[],
  options: { readonly asOf: IsoDate | null },
): SqlQuery {
  const asOf: SqlExpression =
    options.asOf === null
      ? { kind: 'parameter', name: 'as_of', type: { kind: 'date' } }
      : { kind: 'literal', literal: { type: 'date', value: options.asOf } };
  const named = new Set((plan.datasets ?? []).map(({ name }) => name));
  const steps = relationalToSql(relational, { sources: tables, asOf, comments: commentsOf(plan.query) });
  return inlineSingleSteps(steps, named);
}

function commentsOf(query: Query): ReadonlyMap<string, string> {
  if (query.kind === 'set') return query.inputs[0] === undefined ? new Map() : commentsOf(query.inputs[0]);
  const outputs = query.kind === 'aggregate' ? [...query.dimensions, ...query.measures] : query.columns;
  return new Map(
    outputs.filter(({ description }) => description.trim() !== '').map(({ name, description }) => [name, description]),
  );
}
