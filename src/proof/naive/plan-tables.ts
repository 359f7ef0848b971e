import type { DataType } from '../../plan/data-type.js';
import type { TableShape } from '../../plan/product.js';
import type { PlanDataset, PreparedDataset } from '../../plan/query.js';
import { unifiedType } from '../../plan/type-rules.js';
import { assertNever } from '../../support/assert-never.js';
import { castTo } from './cast.js';
import { compareValues, sameTuple } from './comparison.js';
import { widened } from './number.js';
import { rowsOf } from './queries.js';
import { RunFailure } from './run-failure.js';
import { trimmed } from './text.js';
import type { Table, Value } from './value.js';
import { tableNamed, type World } from './world.js';
import { wallClock } from './zone.js';

type Row = readonly Value[];

/** "`datasets` are made in order, once, before the query; each may read sources and those before it." */
export function tableMade(dataset: PlanDataset, source: TableShape, world: World): Table {
  switch (dataset.kind) {
    case 'query':
      return { source, rows: rowsOf(dataset.query, world).rows };
    case 'prepared':
      return { source, rows: preparedRows(dataset, world) };
    default:
      return assertNever(dataset);
  }
}

/** "The rows of `from` one under the other, duplicates and all. […] Then the casts. […] Then `dedupe`." */
function preparedRows(dataset: PreparedDataset, world: World): readonly Row[] {
  const inputs = dataset.from.map((name) => tableNamed(name, world));
  const types = dataset.columns.map(({ name }) => widestType(name, inputs));
  const stacked = inputs.flatMap(({ source, rows }) => {
    // "Columns met by name, null where a dataset has no such column."
    const places = dataset.columns.map(({ name }) => source.columns.findIndex((column) => column.name === name));
    return rows.map((row) => places.map((place) => row[place] ?? null));
  });
  const cast = stacked.flatMap((row) => {
    const kept = castRow(dataset, types, row, world);
    return kept === null ? [] : [kept];
  });
  return dataset.dedupe === null ? cast : deduplicated(cast, dataset);
}

/** "A value that does not fit stops the run (`error`), becomes null (`null`), or takes its whole row out (`drop`); a null fits." */
function castRow(
  { columns }: PreparedDataset,
  types: readonly (DataType | null)[],
  row: Row,
  world: World,
): Row | null {
  const values: Value[] = [];
  for (const [at, { cast }] of columns.entries()) {
    const type = types[at] ?? null;
    const value = type === null ? (row[at] ?? null) : joinedValue(row[at] ?? null, type, world);
    if (cast === null) {
      values.push(value);
      continue;
    }
    try {
      values.push(castTo(asWritten(wallClock(value, world.time.zone), cast.formats), cast.to));
    } catch (failure) {
      if (!(failure instanceof RunFailure) || cast.onFailure === 'error') throw failure;
      if (cast.onFailure === 'drop') return null;
      values.push(null);
    }
  }
  return values;
}

/** "The text, without spaces at its ends, must have one of these forms: YYYY, MM and DD stand for digits, all else for itself." */
function asWritten(value: Value, formats: readonly string[] | undefined): Value {
  if (formats === undefined || value === null || value.kind !== 'text') return value;
  const written = trimmed(value.value);
  for (const format of formats) {
    const pattern = format.replaceAll('.', '\\.').replace(/YYYY|MM|DD/g, (name) => `(?<${name}>\\d{${name.length}})`);
    const found = new RegExp(`^${pattern}$`).exec(written)?.groups;
    if (found !== undefined) return { kind: 'text', value: `${found.YYYY}-${found.MM}-${found.DD}` };
  }
  throw new RunFailure(`${value.value} is in none of the forms ${formats.join(', ')}`);
}

/** "Types widen as in set operations"; those of a column that is cast need not meet in one type. */
function widestType(column: string, inputs: readonly Table[]): DataType | null {
  const types = inputs
    .flatMap(({ source }) => source.columns.filter(({ name }) => name === column))
    .map(({ type }) => type);
  try {
    return types.reduce(unifiedType);
  } catch {
    return null;
  }
}

function joinedValue(value: Value, type: DataType, world: World): Value {
  const isStored = type.kind === 'timestamp' && type.zoned;
  return isStored ? value : widened(wallClock(value, world.time.zone), type);
}

/**
 * "Of the rows that agree in all of `key` one stays, the greatest by `latestBy` column after column, then by all other columns
 * in order; a null is less than any value. Rows with a null in the key all stay: they are equal to nothing."
 */
function deduplicated(rows: readonly Row[], { dedupe, columns }: PreparedDataset): readonly Row[] {
  const placeOf = (column: string): number => columns.findIndex(({ name }) => name === column);
  const [key, latestBy] = [(dedupe?.key ?? []).map(placeOf), (dedupe?.latestBy ?? []).map(placeOf)];
  const rest = columns.map((_, at) => at).filter((at) => !latestBy.includes(at));
  const keyOf = (row: Row): Row => key.map((at) => row[at] ?? null);
  const isGreater = (left: Row, right: Row): boolean => compareRows(left, right, [...latestBy, ...rest]) > 0;
  return rows.filter((row, at) => {
    if (keyOf(row).includes(null)) return true;
    const same = rows.filter((other) => sameTuple(keyOf(other), keyOf(row)));
    const isFirst = rows.findIndex((other) => sameTuple(other, row)) === at;
    return isFirst && !same.some((other) => isGreater(other, row));
  });
}

function compareRows(left: Row, right: Row, order: readonly number[]): number {
  for (const at of order) {
    const [a, b] = [left[at] ?? null, right[at] ?? null];
    if (a === null && b === null) continue;
    const compared = a === null ? -1 : b === null ? 1 : compareValues(a, b);
    if (compared !== 0) return compared;
  }
  return 0;
}
