import { checkPlan } from '../../plan/check-plan.js';
import type { DataType } from '../../plan/data-type.js';
import { planTables } from '../../plan/plan-tables.js';
import type { Query, SemanticPlan } from '../../plan/query.js';
import { checkUnits } from '../../plan/units.js';
import { DpbError } from '../../support/errors.js';
import type { IsoDate } from '../../support/iso-date.js';
import { tableMade } from './plan-tables.js';
import { rowsOf } from './queries.js';
import { RunFailure } from './run-failure.js';
import type { Table, Value } from './value.js';
import type { QueryRows, World } from './world.js';

/** What a plan means on given tables: its rows in order; a refusal; or an error of the run. */
export type Outcome =
  | {
      readonly kind: 'table';
      readonly columns: readonly { readonly name: string; readonly type: DataType; readonly nullable: boolean }[];
      readonly rows: readonly (readonly Value[])[];
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The meaning of `plan` on `tables` (the sources by dataset), row by row as specs/semantics.md says it and as slow as that
 * is: the second opinion on what the compiler makes. Raises `plan.invalid` as the compiler does.
 */
export function evaluate(plan: SemanticPlan, tables: ReadonlyMap<string, Table>, asOf: IsoDate): Outcome {
  const refusedAnyway = outcomeOn(plan, withoutRows(tables), asOf);
  return refusedAnyway.kind === 'refused' ? refusedAnyway : outcomeOn(plan, tables, asOf);
}

/** What is refused on any data is refused on none: it comes before errors that some value raises on the way. */
function withoutRows(tables: ReadonlyMap<string, Table>): ReadonlyMap<string, Table> {
  return new Map([...tables].map(([name, table]) => [name, { ...table, rows: [] }]));
}

function outcomeOn(plan: SemanticPlan, tables: ReadonlyMap<string, Table>, asOf: IsoDate): Outcome {
  try {
    const { columns, rows } = rowsOf(plan.query, worldOf(plan, tables, asOf));
    return { kind: 'table', columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable })), rows };
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.code === 'plan.refused')
      return { kind: 'refused', reason: thrown.message };
    if (thrown instanceof RunFailure) return { kind: 'failed', reason: thrown.message };
    throw thrown;
  }
}

/** The plan's own tables beside the sources, and a memory of inner queries. */
function worldOf(plan: SemanticPlan, tables: ReadonlyMap<string, Table>, asOf: IsoDate): World {
  const given = [...tables.values()].map(({ source }) => source);
  checkPlan(plan, given);
  const sources = planTables(plan, given);
  checkUnits(plan, sources);
  const made = new Map(tables);
  const known = new Map<Query, QueryRows>();
  const world: World = {
    plan,
    sources,
    time: plan.time,
    asOf,
    // "What nothing shown depends on need not be computed": tables of the plan are made when they are read.
    table: (name) => {
      const dataset = plan.datasets?.find((candidate) => candidate.name === name);
      const shape = sources.find((source) => source.dataset === name);
      const table = made.get(name) ?? (dataset && shape && tableMade(dataset, shape, world));
      if (table !== undefined) made.set(name, table);
      return table;
    },
    run: (query) => {
      const rows = known.get(query) ?? rowsOf(query, world);
      known.set(query, rows);
      return rows;
    },
  };
  for (const { name } of plan.datasets ?? []) refuseUnsafe(() => world.table(name));
  return world;
}

/** A table of the plan without a safe meaning is refused also where nothing reads it; its errors of the run are met by who reads it. */
function refuseUnsafe(make: () => unknown): void {
  try {
    make();
  } catch (thrown) {
    if (!(thrown instanceof RunFailure)) throw thrown;
  }
}
