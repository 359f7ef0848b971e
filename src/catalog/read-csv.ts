import { join } from 'node:path';
import { duckdbTypeOf } from '../engine/duckdb-type.js';
import type { Engine } from '../engine/engine.js';
import { csvRelation, namedCsvRelation, partitionKeysOf } from '../engine/source-relation.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import { type CsvFormat, type CsvReading, readCsvDialect } from './csv-dialect.js';
import { detectTypes } from './csv-types.js';
import type { FoundDataset } from './layout.js';
import { type ReadSource, UnreadableSource } from './opened-source.js';
import { missingColumnNotes, strangerAmong, strangerText, unitedColumns } from './part-columns.js';
import { type FileContent, readBeginning } from './read-file.js';
import { mixedTextNotes } from './text-columns.js';

/** Bytes of a CSV file from which its dialect is told. */
const sampleBytes = 256 * 1024;

/** The working table that holds the fields of one CSV dataset as text. */
const rawTable = 'dpb_scan.raw_text';

/**
 * Reads a CSV dataset into the session, as a table of its name, and tells its format and types. Where each file's header
 * names its columns they are found by name: in any order, and null in the rows of a file that lacks one. Raises
 * UnreadableSource.
 */
export async function readCsv(
  engine: Engine,
  found: FoundDataset,
  contents: readonly FileContent[],
): Promise<Omit<ReadSource, 'hashes'>> {
  const encoding = contents.every(({ isUtf8 }) => isUtf8) ? 'utf-8' : 'latin-1';
  const { parts, empty } = await readParts(found, encoding);
  const { format, united, relation } = await relationOf(engine, found, parts);
  const columns = [...united.map(({ name }) => name), ...partitionKeysOf(found.files.map(({ path }) => path))];
  // Read once as text, into the session: types are told and rows are measured without parsing the files again.
  const list = columns.map(quoteIdentifier).join(', ');
  await engine.run(`CREATE OR REPLACE TABLE ${rawTable} AS SELECT ${list} FROM ${relation}`);
  const nulled = await withNullText(engine, rawTable, format, columns);
  const types = await detectTypes(engine, nulledRelation(nulled, columns), columns);
  const partial = new Set(united.flatMap(({ name, missing }) => (missing.length > 0 ? [name] : [])));
  const typed = columns.map((name) => ({
    name,
    type: types.get(name) ?? ({ kind: 'text' } as const),
    ...(partial.has(name) ? { partial: true as const } : {}),
  }));
  const casts = typed.map(
    ({ name, type }) =>
      `CAST(${quoteIdentifier(name)} AS ${duckdbTypeOf(type) ?? 'VARCHAR'}) AS ${quoteIdentifier(name)}`,
  );
  await engine.run(
    `CREATE OR REPLACE TABLE ${quoteIdentifier(found.name)} AS SELECT ${casts.join(', ')} FROM ${nulledRelation(nulled, columns)}`,
  );
  const texts = typed.filter(({ name, type }) => type.kind === 'text' && united.some((own) => own.name === name));
  const mixed = await mixedTextNotes(
    engine,
    found,
    nulled,
    rawTable,
    texts.map(({ name }) => name),
  );
  await engine.run(`DROP TABLE ${rawTable}`);
  const general = [
    ...(encoding === 'latin-1' ? ['it is not UTF-8 and was read as Latin-1'] : []),
    ...empty.map((path) => `${path} is empty`),
    ...missingColumnNotes(united, parts.length),
  ];
  const notes = [...general.map((text) => ({ column: null, text })), ...mixed];
  return { format: nulled, columns: typed, notes };
}

type ReadPart = Extract<CsvReading, { kind: 'read' }> & { readonly path: string };

/** How each file is written; of a dataset of several, files without a byte are left out. Raises UnreadableSource for one that cannot be told, or another dialect. */
async function readParts(
  found: FoundDataset,
  encoding: CsvFormat['encoding'],
): Promise<{ readonly parts: readonly ReadPart[]; readonly empty: readonly string[] }> {
  const texts: { readonly path: string; readonly text: string }[] = [];
  for (const { path } of found.files) {
    const text = await readBeginning(join(found.root, path), encoding, sampleBytes);
    if (text !== '' || found.files.length === 1) texts.push({ path, text });
  }
  const read = (known: readonly string[]): readonly ReadPart[] =>
    texts.map(({ path, text }) => {
      const reading = readCsvDialect(text, encoding, known);
      if (reading.kind === 'refused') throw new UnreadableSource(`${path}: ${reading.reason}`);
      return { ...reading, path };
    });
  const alone = read([]);
  const named = alone.find(({ isNamed }) => isNamed);
  // A part whose rows are all text looks as if it had no header; the names of the others tell that it has one.
  const isDivided = named !== undefined && alone.some(({ format }) => !format.header);
  const parts = isDivided ? read(alone.flatMap(({ isNamed, columns }) => (isNamed ? columns : []))) : alone;
  if (parts.length === 0) throw new UnreadableSource('all its files are empty');
  const told = new Set(texts.map(({ path }) => path));
  return { parts, empty: found.files.map(({ path }) => path).filter((path) => !told.has(path)) };
}

/** The dialect that all parts share. */
function agreedFormat(parts: readonly ReadPart[]): CsvFormat {
  const [first] = parts;
  if (first === undefined) throw new UnreadableSource('it has no files');
  // A file of one column tells no delimiter, one without a quoted field no quote.
  const wide = parts.find(({ columns }) => columns.length > 1) ?? first;
  const quoted = parts.find(({ isQuoted }) => isQuoted) ?? first;
  for (const part of parts) {
    const { format, path, columns, isQuoted } = part;
    if (format.header !== first.format.header)
      throw new UnreadableSource(
        `its files differ: the first line of ${first.format.header ? first.path : path} names its columns, that of ${first.format.header ? path : first.path} does not`,
      );
    if (columns.length > 1 && format.delimiter !== wide.format.delimiter)
      throw new UnreadableSource(`its files have different delimiters: ${wide.path} and ${path}`);
    if (isQuoted && format.quote !== quoted.format.quote)
      throw new UnreadableSource(`its files have different quotes: ${quoted.path} and ${path}`);
  }
  const { quote } = quoted.format;
  const escaping = parts.find(({ format }) => format.escape !== format.quote)?.format.escape ?? quote;
  return { ...first.format, delimiter: wide.format.delimiter, quote, escape: escaping };
}

interface CsvRelation {
  readonly format: CsvFormat;
  readonly united: ReturnType<typeof unitedColumns>;
  /** All files, each field text. */
  readonly relation: string;
}

async function relationOf(engine: Engine, found: FoundDataset, parts: readonly ReadPart[]): Promise<CsvRelation> {
  const files = found.files.map(({ path }) => path);
  const format = agreedFormat(parts);
  const united = unitedColumns(parts);
  const texts = united.map(({ name }) => ({ name, duckdbType: 'VARCHAR' }));
  const [first, ...others] = parts;
  const stranger = strangerAmong(parts);
  if (stranger !== null) throw new UnreadableSource(strangerText(first?.path ?? '', stranger.path));
  const odd = others.find(({ columns }) => columns.join('\n') !== first?.columns.join('\n'));
  const refusal = parts.every(({ isNamed }) => isNamed)
    ? await namesRefused(engine, namedCsvRelation(files, found.root, format, []), texts)
    : 'not each has a name of its own for each of its columns in its first line';
  if (refusal === null)
    return {
      format: { ...format, byName: true },
      united,
      relation: namedCsvRelation(files, found.root, format, []),
    };
  if (odd !== undefined)
    throw new UnreadableSource(`its files have different columns: ${first?.path} and ${odd.path}, and ${refusal}`);
  if (parts.length < files.length) throw new UnreadableSource('some of its files are empty');
  return { format, united, relation: csvRelation(files, found.root, format, texts) };
}

/** Why DuckDB does not find the columns by these names, or null where it does. */
async function namesRefused(
  engine: Engine,
  relation: string,
  columns: readonly { readonly name: string }[],
): Promise<string | null> {
  try {
    const { columns: read } = await engine.query(`SELECT * FROM ${relation} LIMIT 0`);
    const names = new Set(read.map(({ name }) => name.toLowerCase()));
    const unknown = columns.find(({ name }) => !names.has(name.toLowerCase()));
    return unknown === undefined ? null : `"${unknown.name}" is not read under this name`;
  } catch {
    // Read by position, where that is possible, the error comes with its line.
    return 'they cannot be read by the names in their headers';
  }
}

/** The fields with the word that stands for null taken for it. */
function nulledRelation(format: CsvFormat, columns: readonly string[]): string {
  if (format.nullText === '') return rawTable;
  const nulled = columns.map(
    (name) => `NULLIF(${quoteIdentifier(name)}, ${quoteLiteral(format.nullText)}) AS ${quoteIdentifier(name)}`,
  );
  return `(SELECT ${nulled.join(', ')} FROM ${rawTable})`;
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
