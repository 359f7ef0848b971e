import { join } from 'node:path';
import type { SourceColumn, SourceFormat, SourceTable } from '../plan/product.js';
import { bug } from '../support/errors.js';
import { duckdbTypeOf } from './duckdb-type.js';
import { quoteIdentifier, quoteLiteral, quoteLiteralList, verbatimGlob } from './sql-text.js';

const partitionFolder = /(?:^|\/)([^/=]+)=[^/]*(?=\/)/g;

/** The `key` of each `key=value` folder in the file paths (relative, forward slashes), in order of first appearance. */
export function partitionKeysOf(files: readonly string[]): readonly string[] {
  const keys = files.flatMap((file) => [...file.matchAll(partitionFolder)].map((match) => match[1] ?? ''));
  return [...new Set(keys)];
}

/**
 * A SELECT over the files of `source` that yields its declared columns with their declared types. Nothing is sniffed:
 * the CSV dialect and the types of partition folders are stated. Paths are made absolute with `root`.
 */
export function sourceSelect(source: SourceTable, root: string): string {
  const columns = source.columns.map((column) => {
    const name = quoteIdentifier(column.name);
    const type = duckdbTypeOf(column.type);
    return type === null ? name : `CAST(${name} AS ${type}) AS ${name}`;
  });
  return `SELECT ${columns.join(', ')} FROM ${relationOf(source, root)}`;
}

function relationOf(source: SourceTable, root: string): string {
  if (source.format.kind === 'csv') return csvRelation(source.files, root, source.format, csvColumns(source));
  return parquetRelation(source.files, root, source.columns);
}

function csvColumns(source: SourceTable): readonly { name: string; duckdbType: string }[] {
  const partitions = new Set(partitionKeysOf(source.files));
  return source.columns
    .filter(({ name }) => !partitions.has(name))
    .map(({ name, type }) => ({ name, duckdbType: duckdbTypeOf(type) ?? 'VARCHAR' }));
}

/** The call of read_parquet over `files`. Partition folders become columns: text, unless `columns` says otherwise. */
export function parquetRelation(files: readonly string[], root: string, columns: readonly SourceColumn[]): string {
  const options = [...partitionOptions(files, columns), ...(files.length > 1 ? ['union_by_name = true'] : [])];
  return `read_parquet(${[pathList(files, root), ...options].join(', ')})`;
}

/**
 * The call of read_csv over `files` with everything stated. `columns` are those inside the files, in file order. All
 * files hold the same columns in the same order.
 */
export function csvRelation(
  files: readonly string[],
  root: string,
  format: Extract<SourceFormat, { kind: 'csv' }>,
  columns: readonly { readonly name: string; readonly duckdbType: string }[],
): string {
  const types = columns.map(({ name, duckdbType }) => `${quoteLiteral(name)}: ${quoteLiteral(duckdbType)}`);
  const options = [
    'auto_detect = false',
    `delim = ${quoteLiteral(format.delimiter)}`,
    `quote = ${quoteLiteral(format.quote)}`,
    `escape = ${quoteLiteral(format.escape)}`,
    `header = ${format.header}`,
    `nullstr = ${quoteLiteral(format.nullText)}`,
    `encoding = ${quoteLiteral(format.encoding)}`,
    `columns = {${types.join(', ')}}`,
    ...partitionOptions(files, []),
  ];
  return `read_csv(${[pathList(files, root), ...options].join(', ')})`;
}

function partitionOptions(files: readonly string[], columns: readonly SourceColumn[]): readonly string[] {
  const keys = partitionKeysOf(files);
  if (keys.length === 0) return ['hive_partitioning = false'];
  const types = keys.map((key) => {
    const declared = columns.find(({ name }) => name === key);
    const type = declared ? (duckdbTypeOf(declared.type) ?? 'VARCHAR') : 'VARCHAR';
    return `${quoteLiteral(key)}: ${type}`;
  });
  return ['hive_partitioning = true', 'hive_types_autocast = false', `hive_types = {${types.join(', ')}}`];
}

function pathList(files: readonly string[], root: string): string {
  if (files.length === 0) throw bug('a source without files cannot be read');
  return quoteLiteralList(files.map((file) => verbatimGlob(join(root, file))));
}
