import { join } from 'node:path';
import { dataTypeOf, duckdbTypeOf } from '../engine/duckdb-type.js';
import {
  csvRelation,
  namedCsvRelation,
  parquetRelation,
  partitionKeysOf,
  sourceSelect,
} from '../engine/source-relation.js';
import { quoteLiteralList, verbatimGlob } from '../engine/sql-text.js';
import type { DataType } from '../plan/data-type.js';
import type { SourceTable } from '../plan/product.js';
import { doubleDigits, holdsAll } from '../plan/widening.js';
import { bug } from '../support/errors.js';

/** What the Python job must know of a source. In `sql` and `probe` the list of its files is `filesToken`. */
export interface PythonSource {
  readonly dataset: string;
  readonly kind: 'parquet' | 'csv';
  /** The folder whose data files are the source, those added later too; null where it is one lone file. */
  readonly folder: string | null;
  readonly files: readonly string[];
  /** Its columns with the types that the plan was made for. */
  readonly sql: string;
  /** Whether columns are found by name: then `probe` lists those of a file, else it gives the first line of a CSV file. */
  readonly byName: boolean;
  /** Shows what lies in a file; null for a CSV file without header. */
  readonly probe: string | null;
  readonly columns: readonly PythonColumn[];
}

/** A column that the files must have, in order, and of Parquet what may be stored in it. */
export interface PythonColumn {
  readonly name: string;
  /** Some files may lack it. */
  readonly partial: boolean;
  /** The DuckDB types whose values it holds, but for decimals; empty for any. */
  readonly types: readonly string[];
  /** The decimals that it holds: at most so many digits, before the point, and after it; null for none. */
  readonly decimals: readonly [precision: number, whole: number, scale: number] | null;
}

/** A text that occurs nowhere in the sources, to stand for the list of files in their SQL. */
export function filesTokenOf(sources: readonly SourceTable[]): string {
  const text = JSON.stringify(sources);
  let token = '/files';
  while (text.includes(token)) token = `${token}-`;
  return token;
}

/** The source as the Python job reads it, with the very calls of the engine. */
export function pythonSourceOf(source: SourceTable, filesToken: string): PythonSource {
  // Two files, so that the engine states how several are put together: there may be more at a later run.
  const files = source.files.length === 1 ? [...source.files, ...source.files] : source.files;
  const withToken = (sql: string): string => {
    const list = quoteLiteralList(files.map((file) => verbatimGlob(join(filesToken, file))));
    const parts = sql.split(list);
    if (parts.length !== 2) throw bug(`the files of ${source.dataset} do not stand in its SQL as expected`);
    return parts.join(filesToken);
  };
  const partitions = new Set(partitionKeysOf(source.files));
  const inFiles = source.columns.filter(({ name }) => !partitions.has(name));
  return {
    dataset: source.dataset,
    kind: source.format.kind,
    folder: folderOf(source.files),
    files: source.files,
    sql: withToken(sourceSelect({ ...source, files }, filesToken)),
    byName: source.format.kind === 'parquet' || source.format.byName === true,
    probe: probeOf({ ...source, files }, filesToken, inFiles.length, withToken),
    columns: inFiles.map(({ name, type, partial }) => ({
      name,
      partial: partial === true,
      ...(source.format.kind === 'csv' ? { types: [], decimals: null } : storedTypes(type)),
    })),
  };
}

function probeOf(source: SourceTable, root: string, width: number, withToken: (sql: string) => string): string | null {
  const { format, files } = source;
  if (format.kind === 'parquet')
    return withToken(`DESCRIBE SELECT * FROM ${parquetRelation(files, root, source.columns)}`);
  if (!format.header) return null;
  if (format.byName === true) return withToken(`DESCRIBE SELECT * FROM ${namedCsvRelation(files, root, format, [])}`);
  const columns = Array.from({ length: width }, (_, index) => ({ name: `column_${index}`, duckdbType: 'VARCHAR' }));
  const relation = csvRelation(files, root, { ...format, header: false }, columns);
  return withToken(`SELECT ${columns.map(({ name }) => name).join(', ')} FROM ${relation} LIMIT 1`);
}

/** The folder above the files, without `key=value` folders. */
export function folderOf(files: readonly string[]): string | null {
  const segments = files[0]?.split('/').slice(0, -1) ?? [];
  const partition = segments.findIndex((segment) => segment.includes('='));
  const folder = (partition < 0 ? segments : segments.slice(0, partition)).join('/');
  return folder === '' ? null : folder;
}

const duckdbTypes = [
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'FLOAT',
  'DOUBLE',
  'VARCHAR',
  'UUID',
  'JSON',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMP_S',
  'TIMESTAMP_MS',
  'TIMESTAMP_NS',
  'TIMESTAMP WITH TIME ZONE',
];

/** What may be stored in a column of `type` without losing anything; any type for one that DuckDB alone knows. */
function storedTypes(type: DataType): Pick<PythonColumn, 'types' | 'decimals'> {
  const own = duckdbTypeOf(type);
  if (own === null) return { types: [], decimals: null };
  const types = [...new Set([own, ...duckdbTypes.filter((name) => holdsAll(type, dataTypeOf(name)))])];
  return { types, decimals: decimalsIn(type) };
}

/** The decimals that a column of the type holds; null for none. */
export function decimalsIn(type: DataType): PythonColumn['decimals'] {
  if (type.kind === 'decimal') return [type.precision, type.precision - type.scale, type.scale];
  if (type.kind === 'text') return [38, 38, 38];
  return type.kind === 'double' ? [doubleDigits, doubleDigits, doubleDigits] : null;
}
