import { queriesOfPlan } from '../../plan/plan-datasets.js';
import type { ProductFile, SourceTable } from '../../plan/product.js';
import type { AggregateQuery, DetailQuery, Join, SemanticPlan } from '../../plan/query.js';
import { datasetOf } from '../../plan/traverse.js';
import { type Cell, columnKey, type ValuePools } from './value-pools.js';

/** Made-up rows of all sources, by dataset: a cell for each column of the source. */
export type MadeUpRows = ReadonlyMap<string, readonly (readonly Cell[])[]>;

type RowQuery = AggregateQuery | DetailQuery;

/** What the columns of a dataset must be like for the joins of the plan to be safe on it. */
interface Demands {
  /** Sets of columns that no two rows agree in. */
  readonly keys: readonly (readonly string[])[];
  /** Columns that are 1 (weights) or null (ends of what is still in force). */
  readonly fixed: ReadonlyMap<string, Cell>;
  readonly rows: number;
}

const homeRows = 6;
const partnerRows = 3;

/** The joins of the plan, each with the datasets at its ends. */
export function joinsOf(
  plan: SemanticPlan,
): readonly (Join & { readonly fromDataset: string; readonly toDataset: string })[] {
  return queriesOfPlan(plan)
    .filter((query): query is RowQuery => query.kind !== 'set')
    .flatMap((query) => {
      return query.joins.map((join) => ({
        ...join,
        fromDataset: datasetOf(query, join.from),
        toDataset: datasetOf(query, join.to),
      }));
    });
}

/** Rows of all sources, drawn from the pools: equal `seed`, equal rows. Keys are unique, so that joins are safe. */
export function madeUpRows({ plan, sources }: ProductFile, pools: ValuePools, seed: number): MadeUpRows {
  const draw = drawing(seed);
  return new Map(
    sources.map((source) => {
      const demands = demandsOn(source, plan);
      const rows = Array.from({ length: demands.rows }, (_, index) =>
        source.columns.map(({ name }) => cellOf(source, name, index, demands, pools, draw)),
      );
      return [source.dataset, distinctByKeys(rows, source, demands)];
    }),
  );
}

/** A row like `row` that has keys of its own. */
export function withOwnKeys(
  row: readonly Cell[],
  source: SourceTable,
  plan: SemanticPlan,
  number: number,
): readonly Cell[] {
  const keyColumns = new Set(demandsOn(source, plan).keys.map((key) => key[0]));
  return row.map((cell, at) => {
    const column = source.columns[at];
    return column === undefined || !keyColumns.has(column.name) ? cell : ownKey(column, number);
  });
}

function demandsOn({ dataset, keys }: SourceTable, plan: SemanticPlan): Demands {
  const joins = joinsOf(plan);
  const met = joins.filter(({ toDataset }) => toDataset === dataset);
  const left = joins.filter(({ fromDataset }) => fromDataset === dataset);
  const fixed = new Map<string, Cell>();
  for (const { during } of met) if (typeof during?.end === 'string') fixed.set(during.end, null);
  for (const { weight } of left) if (typeof weight === 'string') fixed.set(weight, '1');
  const safe = [
    ...met.map(({ on }) => on.map(({ to }) => to)),
    ...left
      .filter(({ cardinality, weight }) => cardinality === 'one_to_one' || typeof weight === 'string')
      .map(({ on }) => on.map(({ from }) => from)),
  ];
  return { keys: [...keys, ...safe], fixed, rows: met.length > 0 && left.length === 0 ? partnerRows : homeRows };
}

function cellOf(
  source: SourceTable,
  name: string,
  index: number,
  demands: Demands,
  pools: ValuePools,
  draw: (count: number) => number,
): Cell {
  const fixed = demands.fixed.get(name);
  if (fixed !== undefined) return fixed;
  const column = source.columns.find((candidate) => candidate.name === name);
  if (column !== undefined && demands.keys.some((key) => key.length === 1 && key[0] === name))
    return keyCell(column, index);
  const pool = pools.get(columnKey(source.dataset, name)) ?? [];
  if (pool.length === 0 || (column?.nullable === true && draw(8) === 0)) return null;
  // The first of a pool are those that conditions name: half of all draws go to them.
  return pool[draw(2) === 0 ? draw(Math.min(pool.length, 3)) : draw(pool.length)] ?? null;
}

/** The values of keys are those that other columns of the type are drawn from, so that references find their partners. */
function keyCell(column: SourceTable['columns'][number], index: number): Cell {
  switch (column.type.kind) {
    case 'text':
      return String.fromCharCode(97 + index);
    case 'date':
    case 'timestamp':
      return `2025-01-${String(index + 1).padStart(2, '0')}`;
    case 'boolean':
      return index % 2 === 0 ? 'true' : 'false';
    default:
      return String(index + 1);
  }
}

function ownKey(column: SourceTable['columns'][number], number: number): Cell {
  if (column.type.kind === 'text') return `own ${number}`;
  if (column.type.kind === 'date' || column.type.kind === 'timestamp') return `2024-06-${String(10 + number)}`;
  return String(60 + number);
}

function distinctByKeys(
  rows: readonly (readonly Cell[])[],
  { columns }: SourceTable,
  { keys }: Demands,
): readonly (readonly Cell[])[] {
  const places = keys.map((key) => key.map((name) => columns.findIndex((column) => column.name === name)));
  const seen = places.map(() => new Set<string>());
  return rows.filter((row) => {
    const tuples = places.map((key) => JSON.stringify(key.map((at) => row[at] ?? null)));
    if (tuples.some((tuple, index) => seen[index]?.has(tuple))) return false;
    for (const [index, tuple] of tuples.entries()) seen[index]?.add(tuple);
    return true;
  });
}

/** Numbers below `count` one after the other, the same for the same seed (a linear congruence, Numerical Recipes'). */
function drawing(seed: number): (count: number) => number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return (count) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * count);
  };
}
