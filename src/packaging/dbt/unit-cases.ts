import type { ProductFile, SourceTable } from '../../plan/product.js';
import type { Query } from '../../plan/query.js';
import { columnsOf } from '../../plan/traverse.js';
import { castTo } from '../../proof/naive/cast.js';
import { evaluate, type Outcome } from '../../proof/naive/evaluate.js';
import { RunFailure } from '../../proof/naive/run-failure.js';
import type { Table, Value } from '../../proof/naive/value.js';
import { joinsOf, type MadeUpRows, madeUpRows, withOwnKeys } from './synthetic-rows.js';
import { type Cell, columnKey, strangeValue, type ValuePools, valuePools } from './value-pools.js';

/** What a unit test is there for. */
export type UnitBranch = 'matching' | 'orphan' | 'null' | 'excluded' | 'tie';

/** Made-up rows of all sources, and the rows that the plan means on them by the naive evaluator. */
export interface UnitCase {
  readonly branch: UnitBranch;
  readonly description: string;
  readonly rows: MadeUpRows;
  readonly expected: readonly (readonly Value[])[];
}

/** The cases there are, and for branches without one why. */
export interface UnitCases {
  readonly cases: readonly UnitCase[];
  readonly missing: readonly string[];
}

/** The date that counts as today in unit tests. */
export const unitTestAsOf = '2025-03-31';

const seedsMax = 40;
const rowsMax = 40;
/** Four rows that differ, and three of four cells filled (`worth`). */
const goodEnough = 75;

type Meaning = Extract<Outcome, { kind: 'table' }>['rows'];

/** A case for each branch of the plan: rows that match, an orphan, nulls, a row that a condition leaves out, a tie. */
export function unitCases(file: ProductFile): UnitCases {
  const pools = valuePools(file.plan, file.sources, unitTestAsOf);
  const best = bestWorld(file, pools);
  if (best === null) return { cases: [], missing: ['No made-up rows were found that the plan has a meaning on.'] };
  const cases: UnitCase[] = [{ branch: 'matching', description: 'Rows of all sources, most of which match.', ...best }];
  const missing: string[] = [];
  for (const [branch, make] of branches) {
    const made = make(file, best.rows, best.expected, pools);
    if (typeof made === 'string') missing.push(`${branch}: ${made}`);
    else cases.push({ branch, ...made });
  }
  return { cases, missing };
}

/** Made-up rows on which the plan means as much as can be had; the first that are good enough. */
function bestWorld(file: ProductFile, pools: ValuePools): Pick<UnitCase, 'rows' | 'expected'> | null {
  let best: (Pick<UnitCase, 'rows' | 'expected'> & { readonly score: number }) | null = null;
  for (let seed = 0; seed < seedsMax && (best?.score ?? 0) < goodEnough; seed += 1) {
    const rows = madeUpRows(file, pools, seed);
    const expected = meaningOf(file, rows);
    const score = expected === null ? -1 : worth(expected);
    if (expected !== null && score > (best?.score ?? -1)) best = { rows, expected, score };
  }
  return best === null ? null : { rows: best.rows, expected: best.expected };
}

/**
 * The rows that the plan means on made-up sources; null where it has no meaning there, where a made-up value does not fit the
 * type of its column, or where there are more rows than a test can show.
 */
function meaningOf(file: ProductFile, rows: MadeUpRows): Meaning | null {
  const tables = tablesOf(file, rows);
  const outcome = tables && evaluate(file.plan, tables, unitTestAsOf);
  return outcome?.kind === 'table' && outcome.rows.length <= rowsMax ? outcome.rows : null;
}

function tablesOf({ sources }: ProductFile, rows: MadeUpRows): ReadonlyMap<string, Table> | null {
  try {
    return new Map(sources.map((source) => [source.dataset, tableOf(source, rows.get(source.dataset) ?? [])]));
  } catch (thrown) {
    if (thrown instanceof RunFailure) return null;
    throw thrown;
  }
}

function tableOf(source: SourceTable, rows: readonly (readonly Cell[])[]): Table {
  return { source, rows: rows.map((row) => source.columns.map(({ type }, at) => readCell(row[at] ?? null, type))) };
}

function readCell(cell: Cell, type: SourceTable['columns'][number]['type']): Value {
  if (cell === null) return null;
  const read = castTo({ kind: 'text', value: cell }, type);
  const isInstant = read?.kind === 'timestamp' && type.kind === 'timestamp' && type.zoned;
  return isInstant ? { kind: 'instant', micros: read.micros } : read;
}

/** Some rows, with values that are there and differ, show more than none, or than many. */
function worth(rows: Meaning): number {
  const cells = rows.slice(0, 12).flat();
  const filled = cells.filter((cell) => cell !== null).length;
  const distinct = new Set(rows.map((row) => textOfRows([row]))).size;
  return (
    Math.min(rows.length, 6) * 10 + Math.min(distinct, 6) * 5 + (cells.length === 0 ? 0 : (20 * filled) / cells.length)
  );
}

function textOfRows(rows: Meaning): string {
  return rows.map((row) => row.map(textKey).join('\u0000')).join('\n');
}

function textKey(value: Value): string {
  return value === null
    ? 'null'
    : JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}

type Made = Pick<UnitCase, 'description' | 'rows' | 'expected'>;
type MakeBranch = (file: ProductFile, rows: MadeUpRows, expected: Meaning, pools: ValuePools) => Made | string;

const branches: readonly (readonly [Exclude<UnitBranch, 'matching'>, MakeBranch])[] = [
  ['orphan', orphanCase],
  ['null', nullCase],
  ['excluded', excludedCase],
  ['tie', tieCase],
];

function orphanCase(file: ProductFile, rows: MadeUpRows): Made | string {
  const join = joinsOf(file.plan).find(({ fromDataset }) => rows.has(fromDataset));
  if (join === undefined) return 'the plan joins no source to another';
  const [at] = tellingRows(file, rows, join.fromDataset);
  const isKey = (name: string): boolean => join.on.some(({ from }) => from === name);
  const changed = changedRow(file, join.fromDataset, rows, (name, cell) => (isKey(name) ? 'strange' : cell), at);
  return appended(file, rows, join.fromDataset, [changed], `A row of ${join.fromDataset} without its partner.`);
}

function nullCase(file: ProductFile, rows: MadeUpRows): Made | string {
  const home = homeOf(file, rows);
  const source = file.sources.find(({ dataset }) => dataset === home);
  const nullable = new Set(source?.columns.filter((column) => column.nullable).map(({ name }) => name));
  if (home === null || nullable.size === 0) return 'no column of its rows may be null';
  const filtered = conditionColumns(file, home);
  const chosen = [...nullable].filter((name) => !filtered.has(name));
  const nulls = new Set(chosen.length === 0 ? nullable : chosen);
  const [at] = tellingRows(file, rows, home);
  const changed = changedRow(file, home, rows, (name, cell) => (nulls.has(name) ? null : cell), at);
  return appended(file, rows, home, [changed], `A row of ${home} with nulls where there may be some.`);
}

function excludedCase(file: ProductFile, rows: MadeUpRows, expected: Meaning, pools: ValuePools): Made | string {
  const home = homeOf(file, rows);
  const filtered = home === null ? new Set<string>() : conditionColumns(file, home);
  if (home === null || filtered.size === 0) return 'no condition holds rows back';
  const before = textOfRows(expected);
  const [at] = tellingRows(file, rows, home);
  for (const name of filtered) {
    for (const value of [...(pools.get(columnKey(home, name)) ?? []), 'strange' as const]) {
      const changed = changedRow(file, home, rows, (column, cell) => (column === name ? value : cell), at);
      const made = appended(file, rows, home, [changed], `A row of ${home} that a condition on ${name} leaves out.`);
      if (typeof made !== 'string' && textOfRows(made.expected) === before) return made;
    }
  }
  return 'no row was found that the conditions leave out';
}

function tieCase(file: ProductFile, rows: MadeUpRows): Made | string {
  const home = homeOf(file, rows);
  if (home === null) return 'the plan reads no source';
  const twins = tellingRows(file, rows, home)
    .slice(0, 2)
    .map((at) => changedRow(file, home, rows, (_name, cell) => cell, at));
  return appended(file, rows, home, twins, `Rows of ${home} that differ in nothing but their keys.`);
}

/** The positions of the rows of a dataset without which the plan means something else; of all where there is no such row. */
function tellingRows(file: ProductFile, rows: MadeUpRows, dataset: string): readonly number[] {
  const present = rows.get(dataset) ?? [];
  const meaning = meaningOf(file, rows);
  const telling = [...present.keys()].filter((at) => {
    const others = meaningOf(file, new Map(rows).set(dataset, present.toSpliced(at, 1)));
    return others !== null && meaning !== null && textOfRows(others) !== textOfRows(meaning);
  });
  return telling.length === 0 ? [...present.keys()] : telling;
}

/** A row like the one at `at` of the dataset, with keys of its own; `change` gives each cell, `strange` for a value nothing has. */
function changedRow(
  file: ProductFile,
  dataset: string,
  rows: MadeUpRows,
  change: (column: string, cell: Cell) => Cell | 'strange',
  at = 0,
): readonly Cell[] | null {
  const source = file.sources.find((candidate) => candidate.dataset === dataset);
  const like = rows.get(dataset)?.[at];
  if (source === undefined || like === undefined) return null;
  const own = withOwnKeys(like, source, file.plan, at + 1);
  return source.columns.map((column, position) => {
    const cell = change(column.name, own[position] ?? null);
    return cell === 'strange' ? strangeValue(column) : cell;
  });
}

function appended(
  file: ProductFile,
  rows: MadeUpRows,
  dataset: string,
  added: readonly (readonly Cell[] | null)[],
  description: string,
): Made | string {
  const present = added.filter((row) => row !== null);
  if (present.length === 0) return `there is no made-up row of ${dataset}`;
  const grown = new Map(rows).set(dataset, [...(rows.get(dataset) ?? []), ...present]);
  const expected = meaningOf(file, grown);
  return expected === null ? 'the plan has no meaning on such rows' : { description, rows: grown, expected };
}

/** The source whose rows the product is made of: the home of its first aggregate or its rows. */
function homeOf({ plan }: ProductFile, rows: MadeUpRows): string | null {
  const candidates = startDatasets(plan.query);
  return [...candidates, ...rows.keys()].find((dataset) => rows.has(dataset)) ?? null;
}

/** The datasets from which all others are joined. */
function startDatasets(query: Query): readonly string[] {
  if (query.kind === 'set') return query.inputs.flatMap(startDatasets);
  const started = query.tables.filter(({ id }) => !query.joins.some(({ to }) => to === id));
  return started.map(({ dataset }) => dataset);
}

/** The columns of the dataset that conditions of any query read. */
function conditionColumns({ plan }: ProductFile, dataset: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (query: Query): void => {
    if (query.kind === 'set') {
      for (const input of query.inputs) visit(input);
      return;
    }
    const ids = new Set(query.tables.filter((table) => table.dataset === dataset).map(({ id }) => id));
    const inFilter = query.filter === null ? [] : columnsOf(query.filter);
    for (const { table, column } of inFilter) if (ids.has(table)) names.add(column);
  };
  visit(plan.query);
  return names;
}
