import { join } from 'node:path';
import { dataTypeOf, duckdbTypeOf } from '../engine/duckdb-type.js';
import type { Engine } from '../engine/engine.js';
import { csvRelation, parquetRelation, partitionKeysOf } from '../engine/source-relation.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import type { DataType } from '../plan/data-type.js';
import type { SourceFormat, SourceTable } from '../plan/product.js';
import { DpbError, messageOf } from '../support/errors.js';
import { type CsvFormat, readCsvDialect } from './csv-dialect.js';
import { detectTypes } from './csv-types.js';
import type { FoundDataset } from './layout.js';
import { type FileContent, readBeginning, readContent } from './read-file.js';

/** A dataset whose files were opened: how they are read and what columns they have. */
export interface ReadSource {
  readonly format: SourceFormat;
  readonly columns: readonly { readonly name: string; readonly type: DataType }[];
  /** SHA-256 of each file, in the order of the files. */
  readonly hashes: readonly string[];
  /** What a person should know of the reading, such as an encoding that was guessed. */
  readonly notes: readonly string[];
}

/** A dataset that cannot be read, for `unreadable` of the catalog. */
export class UnreadableSource extends Error {}

/** Bytes of a CSV file from which its dialect is told. */
const sampleBytes = 256 * 1024;

/** Reads the bytes of all files of a dataset once. Raises UnreadableSource. */
export async function readContents(found: FoundDataset): Promise<readonly FileContent[]> {
  try {
    const contents: FileContent[] = [];
    for (const file of found.files) contents.push(await readContent(join(found.root, file.path), found.kind === 'csv'));
    return contents;
  } catch (thrown) {
    throw new UnreadableSource(reasonOf(thrown, found.root));
  }
}

/**
 * Tells the format and types of a dataset from its files. The rows of a CSV dataset are then in the session as a table of
 * its name; a Parquet dataset is to be mounted. Raises UnreadableSource with the reason.
 */
export async function readSource(
  engine: Engine,
  found: FoundDataset,
  contents: readonly FileContent[],
): Promise<ReadSource> {
  try {
    const read = found.kind === 'parquet' ? await readParquet(engine, found) : await readCsv(engine, found, contents);
    if (read.columns.length === 0) throw new UnreadableSource('it has no columns');
    return { ...read, hashes: contents.map(({ sha256 }) => sha256) };
  } catch (thrown) {
    if (thrown instanceof UnreadableSource) throw thrown;
    throw new UnreadableSource(reasonOf(thrown, found.root));
  }
}

/** The part of a source table that mounting needs. */
export function mountableTable(
  dataset: string,
  files: readonly string[],
  source: Pick<ReadSource, 'format' | 'columns'>,
): SourceTable {
  return {
    dataset,
    description: '',
    owner: null,
    format: source.format,
    files,
    columns: source.columns.map(({ name, type }) => ({ name, type, nullable: true, description: '', pii: null })),
    keys: [],
    freshness: null,
  };
}

/** The first line of an error without paths of the machine in it. */
export function reasonOf(thrown: unknown, root: string): string {
  const cause = thrown instanceof DpbError && thrown.cause !== undefined ? thrown.cause : thrown;
  const [first = 'unknown reason'] = messageOf(cause).replaceAll(`${root}/`, '').replaceAll(root, '.').split('\n');
  return first;
}

async function readParquet(engine: Engine, found: FoundDataset): Promise<Omit<ReadSource, 'hashes'>> {
  const files = found.files.map(({ path }) => path);
  await requireSameColumns(engine, found);
  const { rows } = await engine.query(`DESCRIBE SELECT * FROM ${parquetRelation(files, found.root, [])}`);
  const columns = rows.map(([name, type]) => ({ name: String(name), type: dataTypeOf(String(type)) }));
  const partitions = await partitionTypes(engine, parquetRelation(files, found.root, []), files);
  return {
    format: { kind: 'parquet' },
    columns: columns.map(({ name, type }) => ({ name, type: partitions.get(name) ?? type })),
    notes: [],
  };
}

/** Files of one dataset hold the same columns; files that share none would be joined into nonsense. */
async function requireSameColumns(engine: Engine, found: FoundDataset): Promise<void> {
  if (found.files.length === 1) return;
  const seen = new Map<string, string>();
  for (const { path } of found.files) {
    const { rows } = await engine.query(`DESCRIBE SELECT * FROM ${parquetRelation([path], found.root, [])}`);
    seen.set(
      rows
        .map(([name, type]) => `${name} ${type}`)
        .sort()
        .join(', '),
      path,
    );
  }
  const [first, second] = [...seen.values()];
  if (first === undefined || second === undefined) return;
  throw new UnreadableSource(`its files have different columns or types: ${first} and ${second}`);
}

async function readCsv(
  engine: Engine,
  found: FoundDataset,
  contents: readonly FileContent[],
): Promise<Omit<ReadSource, 'hashes'>> {
  const encoding = contents.every(({ isUtf8 }) => isUtf8) ? 'utf-8' : 'latin-1';
  let agreed: { readonly format: CsvFormat; readonly columns: readonly string[]; readonly path: string } | null = null;
  for (const { path } of found.files) {
    const reading = readCsvDialect(await readBeginning(join(found.root, path), encoding, sampleBytes), encoding);
    if (reading.kind === 'refused') throw new UnreadableSource(`${path}: ${reading.reason}`);
    if (agreed !== null && agreed.columns.join('\n') !== reading.columns.join('\n')) {
      throw new UnreadableSource(`its files have different columns: ${agreed.path} and ${path}`);
    }
    if (agreed !== null && agreed.format.delimiter !== reading.format.delimiter) {
      throw new UnreadableSource(`its files have different delimiters: ${agreed.path} and ${path}`);
    }
    agreed ??= { format: reading.format, columns: reading.columns, path };
  }
  if (agreed === null) throw new UnreadableSource('it has no files');
  const files = found.files.map(({ path }) => path);
  const columns = [...agreed.columns, ...partitionKeysOf(files)];
  const texts = agreed.columns.map((name) => ({ name, duckdbType: 'VARCHAR' }));
  // Read once as text, into the session: types are told and rows are measured without parsing the files again.
  await engine.run(
    `CREATE OR REPLACE TABLE ${rawTable} AS SELECT * FROM ${csvRelation(files, found.root, agreed.format, texts)}`,
  );
  const format = await withNullText(engine, rawTable, agreed.format, agreed.columns);
  const types = await detectTypes(engine, nulledRelation(format, columns), columns);
  const typed = columns.map((name) => ({ name, type: types.get(name) ?? ({ kind: 'text' } as const) }));
  const casts = typed.map(
    ({ name, type }) =>
      `CAST(${quoteIdentifier(name)} AS ${duckdbTypeOf(type) ?? 'VARCHAR'}) AS ${quoteIdentifier(name)}`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE ${quoteIdentifier(found.name)} AS SELECT ${casts.join(', ')} FROM ${nulledRelation(format, columns)}`,
  );
  await engine.run(`DROP TABLE ${rawTable}`);
  return { format, columns: typed, notes: encoding === 'latin-1' ? ['it is not UTF-8 and was read as Latin-1'] : [] };
}

/** The working table that holds the fields of one CSV dataset as text. */
const rawTable = 'dpb_scan.raw_text';

function nulledRelation(format: CsvFormat, columns: readonly string[]): string {
  if (format.nullText === '') return rawTable;
  const nulled = columns.map(
    (name) => `NULLIF(${quoteIdentifier(name)}, ${quoteLiteral(format.nullText)}) AS ${quoteIdentifier(name)}`,
  );
  return `(SELECT ${nulled.join(', ')} FROM ${rawTable})`;
}

async function partitionTypes(
  engine: Engine,
  relation: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, DataType>> {
  const keys = partitionKeysOf(files);
  return keys.length === 0 ? new Map() : await detectTypes(engine, relation, keys);
}

const nullTexts = ['NULL', 'null', 'NA', 'N/A', 'n/a', '\\N', 'None', 'NaN', 'nan', '-'] as const;

/**
 * An empty field is null. Where a file has no empty field at all, a word such as `NULL` is taken for null when it is what
 * keeps a column from being numbers or dates.
 */
async function withNullText(
  engine: Engine,
  relation: string,
  format: CsvFormat,
  columns: readonly string[],
): Promise<CsvFormat> {
  const list = columns.map(quoteIdentifier);
  const empties = list.map((name) => `count(*) - count(${name})`).join(' + ');
  const suspects = list.flatMap((name) => nullTexts.map((text) => `count(*) FILTER (${name} = '${text}')`));
  const { rows } = await engine.query(`SELECT ${empties}, ${suspects.join(', ')} FROM ${relation}`);
  const [empty, ...counts] = (rows[0] ?? []).map(Number);
  if (empty !== 0) return format;
  for (const [index, text] of nullTexts.entries()) {
    const held = columns.filter((_column, position) => (counts[position * nullTexts.length + index] ?? 0) > 0);
    if (held.length === 0) continue;
    const nulled = held
      .map((name) => `NULLIF(${quoteIdentifier(name)}, '${text}') AS ${quoteIdentifier(name)}`)
      .join(', ');
    const types = await detectTypes(engine, `(SELECT ${nulled} FROM ${relation})`, held);
    if ([...types.values()].some(({ kind }) => kind !== 'text')) return { ...format, nullText: text };
  }
  return format;
}
