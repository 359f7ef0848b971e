import type { TableShape } from '../../plan/product.js';
import type { AggregateQuery, DetailQuery, Query, SemanticPlan, TimeSettings } from '../../plan/query.js';
import { innerContext, type TypedOutput } from '../../plan/query-typing.js';
import { datasetOf } from '../../plan/traverse.js';
import type { ResolveColumn, TypingContext } from '../../plan/typing.js';
import { dpbError } from '../../support/errors.js';
import type { ExpressionContext } from './expression.js';
import type { Table, Value } from './value.js';

/** The rows that a query gives: its shown columns, in order. */
export interface QueryRows {
  readonly columns: readonly TypedOutput[];
  readonly rows: readonly (readonly Value[])[];
}

/** All that the meaning of a query depends on beside the query. `run` evaluates inner queries. */
export interface World {
  readonly plan: SemanticPlan;
  /** A source or table of the plan by its name; made when it is first asked for. Undefined where there is none. */
  readonly table: (dataset: string) => Table | undefined;
  /** What is known of all of them. */
  readonly sources: readonly TableShape[];
  readonly time: TimeSettings;
  readonly asOf: string;
  readonly run: (query: Query) => QueryRows;
}

/** The dataset behind an occurrence of the query. */
export function tableOf(query: AggregateQuery | DetailQuery, occurrence: string, world: World): Table {
  return tableNamed(datasetOf(query, occurrence), world);
}

/** A source or table of the plan by its name. */
export function tableNamed(dataset: string, world: World): Table {
  const table = world.table(dataset);
  if (table === undefined) throw dpbError('plan.invalid', { problem: `no dataset "${dataset}" among the tables` });
  return table;
}

/** What expressions of a query need; `resolve` gives the types of its columns. */
export function contextOf(
  world: World,
  resolve: ResolveColumn,
  output: NonNullable<TypingContext['output']> | null = null,
): ExpressionContext {
  const typing = output === null ? innerContext(world.sources) : { ...innerContext(world.sources), output };
  return { resolve, typing, time: world.time, asOf: world.asOf, members: (query) => world.run(query).rows };
}

/** The value of a row in a column of its table. */
export function valueAt(table: Table, row: readonly Value[], column: string): Value {
  const at = table.source.columns.findIndex(({ name }) => name === column);
  return row[at] ?? null;
}
