import type { CellValue } from '../../engine/engine.js';
import { compareSortKeys, type NormalValue, nearlyEqual, normalValue, type SortKey, sortKey } from './normal-value.js';

/** A table to judge: names and rows, cells as the engine or a results file give them. */
export interface ComparedTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
}

/**
 * `strict`: the same rows and number of columns, whatever their names and order, floats within a tolerance, row order only
 * where asked for. `lenient`: the actual table may also have extra columns, and row order is ignored. `matched` is the
 * index of the accepted table.
 */
export interface ComparisonVerdict {
  readonly strict: boolean;
  readonly lenient: boolean;
  readonly reason: string;
  readonly matched: number | null;
}

export interface ComparisonOptions {
  readonly ordered: boolean;
  /** Positions of columns of the first expected table; where there are any, only their order counts. */
  readonly orderBy: readonly number[];
  /** Relative, absolute below 1. */
  readonly tolerance?: number;
}

interface Judgement {
  readonly strict: boolean;
  readonly lenient: boolean;
  readonly reason: string;
}

type NormalRow = readonly NormalValue[];

const defaultTolerance = 1e-4;
const assignmentsMax = 20_000;
const matchedRowsMax = 400;

/**
 * Judges `actual` against every acceptable table, as the benchmark's referee does. An alternative with another number of
 * columns than the first is compared without regard to order, since the order speaks of the first.
 */
export function compareTables(
  actual: ComparedTable,
  expected: readonly ComparedTable[],
  options: ComparisonOptions,
): ComparisonVerdict {
  const width = expected[0]?.columns.length;
  let best: ComparisonVerdict = { strict: false, lenient: false, reason: '', matched: null };
  for (const [index, table] of expected.entries()) {
    const ordered = options.ordered && table.columns.length === width;
    const { strict, lenient, reason } = judge(actual, table, { ...options, ordered });
    if (strict) return { strict: true, lenient: true, reason: '', matched: index };
    if (lenient && !best.lenient) best = { strict: false, lenient: true, reason, matched: index };
    else if (best.reason === '') best = { ...best, reason };
  }
  return best;
}

function judge(actual: ComparedTable, expected: ComparedTable, options: ComparisonOptions): Judgement {
  const no = (reason: string): Judgement => ({ strict: false, lenient: false, reason });
  if (actual.rows.length !== expected.rows.length) return no(`rows ${actual.rows.length} != ${expected.rows.length}`);
  const width = expected.columns.length;
  if (expected.rows.length === 0) {
    return { strict: actual.columns.length === width, lenient: actual.columns.length >= width, reason: 'both empty' };
  }
  if (actual.columns.length < width) return no(`columns ${actual.columns.length} < ${width}`);
  const assignment = new ColumnAssignment(actual, expected, options);
  const missing = assignment.candidates.findIndex((candidates) => candidates.length === 0);
  if (missing >= 0) return no(`no column matches expected column ${missing} (${expected.columns[missing]})`);
  return assignment.search();
}

/** The search for columns of the actual table that take the places of the expected ones. */
class ColumnAssignment {
  /** For each expected column the actual ones with the same values, likeliest first. */
  readonly candidates: readonly (readonly number[])[];
  readonly #actual: readonly NormalRow[];
  readonly #expected: readonly NormalRow[];
  readonly #sameWidth: boolean;
  readonly #options: ComparisonOptions;
  readonly #tolerance: number;
  readonly #order: readonly number[];
  #tried = 0;
  #lenient = false;
  #reason = 'columns match one by one but the rows do not';

  constructor(actual: ComparedTable, expected: ComparedTable, options: ComparisonOptions) {
    this.#options = options;
    this.#tolerance = options.tolerance ?? defaultTolerance;
    this.#sameWidth = actual.columns.length === expected.columns.length;
    this.#actual = actual.rows.map((row) => row.map(normalValue));
    this.#expected = expected.rows.map((row) => row.map(normalValue));
    this.candidates = this.#candidateColumns(actual.columns, expected.columns);
    this.#order = expected.columns
      .map((_, index) => index)
      .sort((left, right) => this.#choices(left) - this.#choices(right));
  }

  search(): Judgement {
    const strict = this.#assign(0, new Set(), new Map());
    return { strict, lenient: strict || this.#lenient, reason: strict ? '' : this.#reason };
  }

  #candidateColumns(actualNames: readonly string[], expectedNames: readonly string[]): readonly (readonly number[])[] {
    const actual = actualNames.map((_, index) => sortedColumn(this.#actual, index));
    return expectedNames.map((name, place) => {
      const values = sortedColumn(this.#expected, place);
      const sameName = (index: number): boolean => actualNames[index]?.toLowerCase() === name.toLowerCase();
      return actual
        .flatMap((column, index) => (valuesEqual(column, values, this.#tolerance) ? [index] : []))
        .sort(
          (left, right) =>
            Number(sameName(right)) - Number(sameName(left)) || Number(right === place) - Number(left === place),
        );
    });
  }

  #choices(place: number): number {
    return this.candidates[place]?.length ?? 0;
  }

  /** Fills the places from `depth` on; true when the whole is a strict match. */
  #assign(depth: number, used: ReadonlySet<number>, chosen: ReadonlyMap<number, number>): boolean {
    if (this.#tried > assignmentsMax) return false;
    const place = this.#order[depth];
    if (place === undefined) return this.#accepts(chosen);
    for (const candidate of this.candidates[place] ?? []) {
      if (used.has(candidate)) continue;
      if (this.#assign(depth + 1, new Set([...used, candidate]), new Map([...chosen, [place, candidate]]))) return true;
      if (this.#lenient && !this.#sameWidth) return false;
    }
    return false;
  }

  #accepts(chosen: ReadonlyMap<number, number>): boolean {
    this.#tried += 1;
    const columns = [...chosen].sort(([left], [right]) => left - right).map(([, column]) => column);
    const projected = this.#actual.map((row) => columns.map((column) => row[column] ?? null));
    if (!rowsEqual(projected, this.#expected, this.#tolerance)) return false;
    this.#lenient = true;
    if (
      this.#sameWidth &&
      (!this.#options.ordered || inOrder(projected, this.#expected, this.#options.orderBy, this.#tolerance))
    )
      return true;
    this.#reason = this.#sameWidth ? 'row order differs' : 'extra columns';
    return false;
  }
}

function sortedColumn(rows: readonly NormalRow[], index: number): NormalRow {
  return rows
    .map((row) => row[index] ?? null)
    .map((value) => ({ value, key: sortKey(value) }))
    .sort((left, right) => compareSortKeys(left.key, right.key))
    .map(({ value }) => value);
}

function valuesEqual(left: NormalRow, right: NormalRow, tolerance: number): boolean {
  return left.every((value, index) => nearlyEqual(value, right[index] ?? null, tolerance));
}

function sortedRows(rows: readonly NormalRow[]): readonly NormalRow[] {
  return rows
    .map((row) => ({ row, keys: row.map(sortKey) }))
    .sort((left, right) => compareKeys(left.keys, right.keys))
    .map(({ row }) => row);
}

function compareKeys(left: readonly SortKey[], right: readonly SortKey[]): number {
  for (const [index, key] of left.entries()) {
    const other = right[index];
    const order = other === undefined ? 0 : compareSortKeys(key, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** Equality as multisets. Sorting can part floats that are nearly equal, so small tables are also matched row by row. */
function rowsEqual(left: readonly NormalRow[], right: readonly NormalRow[], tolerance: number): boolean {
  const sortedLeft = sortedRows(left);
  const sortedRight = sortedRows(right);
  if (sortedLeft.every((row, index) => valuesEqual(row, sortedRight[index] ?? [], tolerance))) return true;
  if (left.length > matchedRowsMax) return false;
  const remaining = [...sortedRight];
  for (const row of sortedLeft) {
    const partner = remaining.findIndex((other) => valuesEqual(row, other, tolerance));
    if (partner < 0) return false;
    remaining.splice(partner, 1);
  }
  return true;
}

function inOrder(
  actual: readonly NormalRow[],
  expected: readonly NormalRow[],
  orderBy: readonly number[],
  tolerance: number,
): boolean {
  return actual.every((row, index) => {
    const other = expected[index] ?? [];
    if (orderBy.length === 0) return valuesEqual(row, other, tolerance);
    return orderBy.every((column) => nearlyEqual(row[column] ?? null, other[column] ?? null, tolerance));
  });
}
