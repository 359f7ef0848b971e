import { join } from 'node:path';
import { type DataType, typeText } from '../plan/data-type.js';
import type { SourceColumn, SourceFormat, SourceTable } from '../plan/product.js';
import { bug } from '../support/errors.js';
import { duckdbTypeOf } from './duckdb-type.js';
import { quoteIdentifier, quoteLiteral, quoteLiteralList, verbatimGlob } from './sql-text.js';

type CsvSourceFormat = Extract<SourceFormat, { kind: 'csv' }>;

const partitionFolder = /(?:^|\/)([^/=]+)=[^/]*(?=\/)/g;

/** The `key` of each `key=value` folder in the file paths (relative, forward slashes), in order of first appearance. */
export function partitionKeysOf(files: readonly string[]): readonly string[] {
  const keys = files.flatMap((file) => [...file.matchAll(partitionFolder)].map((match) => match[1] ?? ''));
  return [...new Set(keys)];
}

/**
 * A SELECT over the files of `source` that yields its declared columns with their declared types. The CSV dialect and the
 * types of partition folders are stated; at most names are taken from headers. A field of CSV that does not fit its type to
 * the last digit is an error of the run, which names it. Paths are made absolute with `root`.
 */
export function sourceSelect(source: SourceTable, root: string): string {
  const columns = source.columns.map((column) => {
    const name = quoteIdentifier(column.name);
    const type = duckdbTypeOf(column.type);
    const form = source.format.kind === 'csv' ? formOf(column.type) : null;
    if (type === null) return name;
    return `${form === null ? `CAST(${name} AS ${type})` : exactCast(source, column, type, form)} AS ${name}`;
  });
  return `SELECT ${columns.join(', ')} FROM ${relationOf(source, root)}`;
}

function relationOf(source: SourceTable, root: string): string {
  if (source.format.kind === 'csv')
    return source.format.byName === true
      ? namedCsvRelation(source.files, root, source.format, csvColumns(source))
      : csvRelation(source.files, root, source.format, csvColumns(source));
  return parquetRelation(source.files, root, source.columns);
}

function csvColumns(source: SourceTable): readonly TypedField[] {
  const partitions = new Set(partitionKeysOf(source.files));
  return source.columns
    .filter(({ name }) => !partitions.has(name))
    .map(({ name, type }) => ({
      name,
      duckdbType: formOf(type) === null ? (duckdbTypeOf(type) ?? 'VARCHAR') : 'VARCHAR',
    }));
}

const wholeForm = '[-+]?[0-9]+\\.?0*';
const dateForm = '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}';
const timeForm = `${dateForm}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6}0*)?)?)?`;

/**
 * The fields that are cast to the type without a loss, as a pattern: DuckDB would round digits that are too many, leave out
 * the time of day, and move moments of another zone. Null where its casts lose nothing.
 */
export function formOf(type: DataType): string | null {
  switch (type.kind) {
    case 'integer':
      return wholeForm;
    case 'decimal':
      return `[-+]?([0-9]+\\.?[0-9]{0,${type.scale}}0*|\\.[0-9]{1,${Math.max(type.scale, 1)}}0*)`;
    case 'date':
      return dateForm;
    case 'timestamp':
      return type.zoned ? `${timeForm} ?(Z|[-+][0-9]{2}(:?[0-9]{2})?)` : timeForm;
    default:
      return null;
  }
}

function exactCast(source: SourceTable, { name, type }: SourceColumn, duckdbType: string, form: string): string {
  const value = quoteIdentifier(name);
  const isFree = !source.columns.some((other) => other.name.toLowerCase() === 'filename');
  const what = `${quoteLiteral(`${source.dataset}.${name}: `)} || ${value} || ${quoteLiteral(` is no ${typeText(type)}`)}`;
  const problem = isFree ? `${what} || ' (' || filename || ')'` : what;
  return `CAST(CASE WHEN ${value} IS NULL OR regexp_full_match(trim(${value}), ${quoteLiteral(form)}) THEN ${value} ELSE error(${problem}) END AS ${duckdbType})`;
}

/** The call of read_parquet over `files`. Partition folders become columns: text, unless `columns` says otherwise. */
export function parquetRelation(files: readonly string[], root: string, columns: readonly SourceColumn[]): string {
  const options = [...partitionOptions(files, columns), ...(files.length > 1 ? ['union_by_name = true'] : [])];
  return `read_parquet(${[pathList(files, root), ...options].join(', ')})`;
}

interface TypedField {
  readonly name: string;
  readonly duckdbType: string;
}

/**
 * The call of read_csv over `files` with everything stated. `columns` are those inside the files, in file order. All
 * files hold the same columns in the same order.
 */
export function csvRelation(
  files: readonly string[],
  root: string,
  format: CsvSourceFormat,
  columns: readonly TypedField[],
): string {
  const options = ['auto_detect = false', ...dialectOptions(format), `columns = ${typesOf(columns)}`];
  return `read_csv(${[pathList(files, root), ...options, ...partitionOptions(files, [])].join(', ')})`;
}

/**
 * The call of read_csv over `files` whose columns are found by the names in each file's header: in any order, null where
 * a file lacks one. `columns` has those that are no text; DuckDB refuses a value that is none of its type. What else
 * DuckDB would find out by itself is stated, so that a file of another dialect is refused or has none of the names.
 */
export function namedCsvRelation(
  files: readonly string[],
  root: string,
  format: CsvSourceFormat,
  columns: readonly TypedField[],
): string {
  const typed = columns.filter(({ duckdbType }) => duckdbType !== 'VARCHAR');
  const options = [
    ...dialectOptions(format),
    'skip = 0',
    "comment = ''",
    'strict_mode = true',
    'null_padding = false',
    'ignore_errors = false',
    'union_by_name = true',
    'all_varchar = true',
    ...(typed.length === 0 ? [] : [`types = ${typesOf(typed)}`]),
  ];
  return `read_csv(${[pathList(files, root), ...options, ...partitionOptions(files, [])].join(', ')})`;
}

function dialectOptions(format: CsvSourceFormat): readonly string[] {
  return [
    `delim = ${quoteLiteral(format.delimiter)}`,
    `quote = ${quoteLiteral(format.quote)}`,
    `escape = ${quoteLiteral(format.escape)}`,
    `header = ${format.header}`,
    `nullstr = ${quoteLiteral(format.nullText)}`,
    `encoding = ${quoteLiteral(format.encoding)}`,
  ];
}

function typesOf(columns: readonly TypedField[]): string {
  const types = columns.map(({ name, duckdbType }) => `${quoteLiteral(name)}: ${quoteLiteral(duckdbType)}`);
  return `{${types.join(', ')}}`;
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
