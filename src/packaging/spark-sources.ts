import { formOf, partitionKeysOf } from '../engine/source-relation.js';
import { type DataType, typeText } from '../plan/data-type.js';
import type { SourceColumn, SourceTable } from '../plan/product.js';
import { holdsAll } from '../plan/widening.js';
import { call, column, type SqlExpression, textLiteral } from '../sql/ast.js';
import { castSql } from '../sql/cast-sql.js';
import { identifierText } from '../sql/dialect.js';
import { sparkDialect, sparkTypeName } from '../sql/dialect-spark.js';
import { printSqlExpression } from '../sql/print.js';
import { sparkCast } from '../sql/spark-cast.js';
import { sparkText } from '../sql/spark-text.js';
import { decimalsIn, folderOf, type PythonColumn } from './python-sources.js';

/** What the Spark job must know of a source. */
export interface SparkSource {
  readonly dataset: string;
  /** The name of its view as Spark SQL writes it. */
  readonly view: string;
  readonly kind: 'parquet' | 'csv';
  /** The folder whose data files are the source, those added later too; null where it is lone files. */
  readonly folder: string | null;
  readonly files: readonly string[];
  /** The columns inside CSV files in their order, where they are found by it; empty where they are found by name. */
  readonly inOrder: readonly string[];
  /** Options of Spark's reader of CSV. */
  readonly options: readonly (readonly [name: string, value: string])[];
  readonly columns: readonly SparkColumn[];
}

/** A column of a source: what may be stored in it, as Spark names types, and its value with the type that the plan was made for. */
interface SparkColumn extends PythonColumn {
  readonly sql: string;
  /** What stands in its place where a file has none. */
  readonly nothing: string;
}

/** The source as the Spark job reads it. Raises `spark.refused` for types that Spark does not have. */
export function sparkSourceOf(source: SourceTable): SparkSource {
  const partitions = new Set(partitionKeysOf(source.files));
  const { format } = source;
  const isInOrder = format.kind === 'csv' && format.byName !== true;
  return {
    dataset: source.dataset,
    view: identifierText(source.dataset, sparkDialect),
    kind: format.kind,
    folder: folderOf(source.files),
    files: source.files,
    inOrder: isInOrder ? source.columns.filter(({ name }) => !partitions.has(name)).map(({ name }) => name) : [],
    options: csvOptions(source),
    columns: source.columns.map((known) => columnOf(known, source, partitions.has(known.name))),
  };
}

function csvOptions({ format }: SourceTable): SparkSource['options'] {
  if (format.kind !== 'csv') return [];
  return [
    ['sep', format.delimiter],
    ['quote', format.quote],
    ['escape', format.escape],
    ['header', String(format.header)],
    ['encoding', format.encoding === 'latin-1' ? 'ISO-8859-1' : 'UTF-8'],
    // A header must have the columns in their order; a field may hold line ends; a row that does not fit stops the job.
    ['enforceSchema', 'false'],
    ['multiLine', 'true'],
    ['mode', 'FAILFAST'],
    ['maxCharsPerColumn', '-1'],
  ];
}

function columnOf(known: SourceColumn, source: SourceTable, isPartition: boolean): SparkColumn {
  const { name, type } = known;
  const quoted = identifierText(name, sparkDialect);
  const isText = source.format.kind === 'csv' || isPartition;
  const base = { name, partial: known.partial === true };
  if (!isText && (type.kind === 'time' || type.kind === 'other'))
    return { ...base, types: [], decimals: null, sql: quoted, nothing: `NULL AS ${quoted}` };
  const value = isPartition ? partitionValue(known) : isText ? csvValue(known, source) : storedValue(known);
  const stored = isText ? { types: ['string'], decimals: null } : storedTypes(type);
  return {
    ...base,
    ...stored,
    sql: `${value} AS ${quoted}`,
    nothing: `CAST(NULL AS ${sparkTypeName(type)}) AS ${quoted}`,
  };
}

const text: DataType = { kind: 'text' };

function storedValue({ name, type }: SourceColumn): string {
  return `CAST(${identifierText(name, sparkDialect)} AS ${sparkTypeName(type)})`;
}

function partitionValue({ name, type }: SourceColumn): string {
  return printSqlExpression(castSql(column(null, name), text, type, false), sparkDialect);
}

/** A field of CSV, an error where it would lose digits. Spark takes empty fields for null, whatever stands for null in the file. */
function csvValue({ name, type }: SourceColumn, { dataset, format }: SourceTable): string {
  const nullText = format.kind === 'csv' ? format.nullText : '';
  const field: SqlExpression = call(
    'nullif',
    call('coalesce', column(null, name), textLiteral('')),
    textLiteral(nullText),
  );
  const form = formOf(type);
  if (form === null) return printSqlExpression(castSql(field, text, type, false), sparkDialect);
  const value = printSqlExpression(field, sparkDialect);
  const isFit = `regexp_like(trim(${value}), ${sparkText(`^(?:${form})\\z`)})`;
  const problem = `raise_error(concat(${sparkText(`${dataset}.${name}: `)}, ${value}, ${sparkText(` is no ${typeText(type)}`)}))`;
  const fit = `CASE WHEN ${isFit} THEN ${value} WHEN ${value} IS NOT NULL THEN ${problem} END`;
  return sparkCast(fit, type, { from: text, lenient: false, typeName: sparkTypeName });
}

const sparkTypes = [
  { kind: 'boolean' },
  { kind: 'integer', bits: 8 },
  { kind: 'integer', bits: 16 },
  { kind: 'integer', bits: 32 },
  { kind: 'integer', bits: 64 },
  { kind: 'double' },
  { kind: 'text' },
  { kind: 'date' },
  { kind: 'timestamp', zoned: false },
  { kind: 'timestamp', zoned: true },
] as const satisfies readonly DataType[];

/** What may be stored in a Parquet column of the type without losing anything; as text, text alone. */
function storedTypes(type: DataType): Pick<PythonColumn, 'types' | 'decimals'> {
  const held = type.kind === 'text' ? [type] : sparkTypes.filter((stored) => holdsAll(type, stored));
  const types = [...held.map(simpleTypeName), ...(type.kind === 'double' ? ['float'] : [])];
  if (type.kind === 'text') return { types, decimals: null };
  // Unsigned integers of 64 bits are decimals to Spark, and those of 128 are not known.
  const isWide = type.kind === 'integer' && type.bits === 128;
  return { types, decimals: isWide ? [38, 38, 0] : decimalsIn(type) };
}

/** The name of the type in lower case, as Spark's schemas show it. */
export function simpleTypeName(type: DataType): string {
  const name = sparkTypeName(type).toLowerCase();
  return name === 'integer' ? 'int' : name;
}
