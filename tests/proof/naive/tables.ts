import type { DataType } from '../../../src/plan/data-type.js';
import type { TableShape } from '../../../src/plan/product.js';
import type { Query, TimeSettings } from '../../../src/plan/query.js';
import { castTo, textOf } from '../../../src/proof/naive/cast.js';
import { evaluate, type Outcome } from '../../../src/proof/naive/evaluate.js';
import type { Table, Value } from '../../../src/proof/naive/value.js';
import { planOf } from '../../transformation/plan-builder.js';

/** A cell as tests write it: numbers and times as text where digits count. */
export type Cell = string | number | boolean | null;

/** A column of a table in tests. `fractionDigits` is for DOUBLE, a unit for numbers. */
export interface TestColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable?: boolean;
  readonly fractionDigits?: number | null;
  readonly unit?: string;
  readonly unitColumn?: string;
}

/** A table in memory; cells are read as text of their column's type, instants as wall-clock time in UTC. */
export function tableOf(
  dataset: string,
  columns: readonly TestColumn[],
  rows: readonly (readonly Cell[])[],
  keys: readonly (readonly string[])[] = [],
): Table {
  return {
    source: sourceOf(dataset, columns, keys),
    rows: rows.map((row) => columns.map(({ type }, at) => readCell(row[at] ?? null, type))),
  };
}

/** The value of a cell in a column of type `type`. */
function readCell(cell: Cell, type: DataType): Value {
  if (cell === null) return null;
  const read = castTo({ kind: 'text', value: String(cell) }, type);
  return read?.kind === 'timestamp' && type.kind === 'timestamp' && type.zoned
    ? { kind: 'instant', micros: read.micros }
    : read;
}

/** A value as the engine gives cells: numbers that JavaScript holds exactly as such, all else as text. */
export function cellOf(value: Value): Cell {
  if (value === null) return null;
  switch (value.kind) {
    case 'boolean':
    case 'double':
      return value.value;
    case 'integer':
      return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : String(value.value);
    case 'timestamp':
      return textOf(value).replace(' ', 'T');
    default:
      return textOf(value);
  }
}

/** What `query` means on the tables; rows as cells. */
export function meaning(query: Query, tables: readonly Table[], time: Partial<TimeSettings> = {}): readonly Cell[][] {
  const outcome = outcomeOf(query, tables, time);
  if (outcome.kind !== 'table') throw new Error(`${outcome.kind}: ${outcome.reason}`);
  return outcome.rows.map((row) => row.map(cellOf));
}

/** The outcome of evaluating `query`, as of 2024-05-15. */
export function outcomeOf(query: Query, tables: readonly Table[], time: Partial<TimeSettings> = {}): Outcome {
  const byName = new Map(tables.map((table) => [table.source.dataset, table]));
  return evaluate(planOf(query, time), byName, '2024-05-15');
}

function sourceOf(dataset: string, columns: readonly TestColumn[], keys: readonly (readonly string[])[]): TableShape {
  return {
    dataset,
    columns: columns.map(({ name, type, nullable = true, fractionDigits = null, unit = null, unitColumn = null }) => ({
      name,
      type,
      nullable,
      description: '',
      pii: null,
      fractionDigits,
      unit,
      unitColumn,
    })),
    keys,
  };
}
