import { checkPlan } from '../../plan/check-plan.js';
import type { DataType } from '../../plan/data-type.js';
import type { Query, SemanticPlan } from '../../plan/query.js';
import { DpbError } from '../../support/errors.js';
import type { IsoDate } from '../../support/iso-date.js';
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
 * The meaning of `plan` on `tables` (by dataset), row by row as specs/semantics.md says it and as slow as that is: the second
 * opinion on what the compiler makes. Raises `plan.invalid` as the compiler does.
 */
export function evaluate(plan: SemanticPlan, tables: ReadonlyMap<string, Table>, asOf: IsoDate): Outcome {
  const sources = [...tables.values()].map(({ source }) => source);
  checkPlan(plan, sources);
  const known = new Map<Query, QueryRows>();
  const world: World = {
    tables,
    sources,
    time: plan.time,
    asOf,
    run: (query) => {
      const rows = known.get(query) ?? rowsOf(query, world);
      known.set(query, rows);
      return rows;
    },
  };
  try {
    const { columns, rows } = rowsOf(plan.query, world);
    return { kind: 'table', columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable })), rows };
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.code === 'plan.refused')
      return { kind: 'refused', reason: thrown.message };
    if (thrown instanceof RunFailure) return { kind: 'failed', reason: thrown.message };
    throw thrown;
  }
}
