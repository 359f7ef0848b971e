import { dataTypeOf } from '../engine/duckdb-type.js';
import type { Engine } from '../engine/engine.js';
import { parquetRelation, partitionKeysOf } from '../engine/source-relation.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import { type DataType, typeText } from '../plan/data-type.js';
import { holdsAll, mayRound, widenedType } from '../plan/widening.js';
import { detectTypes } from './csv-types.js';
import type { FoundDataset } from './layout.js';
import { type ReadSource, type SourceNote, UnreadableSource } from './opened-source.js';
import { missingColumnNotes, strangerAmong, strangerText, unitedColumns } from './part-columns.js';

/** The columns of one file, with the types that DuckDB reads. */
interface Part {
  readonly path: string;
  readonly columns: readonly string[];
  readonly types: ReadonlyMap<string, string>;
}

/**
 * Tells the types of a Parquet dataset. Columns of its files meet by name: one that a file lacks is null there, and types
 * widen where no value loses anything by it. Raises UnreadableSource with file and column where one would.
 */
export async function readParquet(engine: Engine, found: FoundDataset): Promise<Omit<ReadSource, 'hashes'>> {
  const files = found.files.map(({ path }) => path);
  const parts = await partsOf(engine, found);
  const relation = parquetRelation(files, found.root, []);
  const described = await engine.query(`DESCRIBE SELECT * FROM ${relation}`);
  const partitions = await partitionTypes(engine, relation, files);
  const united = unitedColumns(parts);
  const stranger = strangerAmong(parts);
  if (stranger !== null) throw new UnreadableSource(strangerText(files[0] ?? '', stranger.path));
  const columns: ReadSource['columns'][number][] = [];
  const notes: SourceNote[] = missingColumnNotes(united, parts.length).map((text) => ({ column: null, text }));
  for (const [name, read] of described.rows.map((row) => row.map(String))) {
    if (name === undefined || read === undefined) continue;
    const partition = partitions.get(name);
    if (partition !== undefined) columns.push({ name, type: partition });
    else {
      const type = await typeOfParts(engine, found, parts, name, read, notes);
      const isPartial = united.some((column) => column.name === name && column.missing.length > 0);
      columns.push({ name, type, ...(isPartial ? { partial: true as const } : {}) });
    }
  }
  return { format: { kind: 'parquet' }, columns, notes };
}

async function partsOf(engine: Engine, found: FoundDataset): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const { path } of found.files) {
    const keys = new Set(partitionKeysOf([path]));
    const { rows } = await engine.query(`DESCRIBE SELECT * FROM ${parquetRelation([path], found.root, [])}`);
    const own = rows.map(([name, type]) => [String(name), String(type)] as const).filter(([name]) => !keys.has(name));
    parts.push({
      path,
      columns: own.map(([name]) => name),
      types: new Map(own.map(([name, type]) => [name.toLowerCase(), type])),
    });
  }
  return parts;
}

/** The type in which the column of all parts is read. `read` is the one that DuckDB takes for all of them. */
async function typeOfParts(
  engine: Engine,
  found: FoundDataset,
  parts: readonly Part[],
  name: string,
  read: string,
  notes: SourceNote[],
): Promise<DataType> {
  const stored = parts.flatMap(({ path, types }) => {
    const type = types.get(name.toLowerCase());
    return type === undefined ? [] : [{ path, stored: type, type: dataTypeOf(type) }];
  });
  if (new Set(stored.map((part) => part.stored)).size <= 1) return dataTypeOf(read);
  const wide = widenedType(stored.map(({ type }) => type));
  const firstOf = (wanted: DataType): string =>
    stored.find(({ type }) => typeText(type) === typeText(wanted))?.path ?? '';
  const kinds = [...new Map(stored.map(({ type }) => [typeText(type), type])).values()];
  const told = kinds.map((type) => `${typeText(type)} in ${firstOf(type)}`).join(', ');
  // Where DuckDB takes FLOAT for whole numbers or decimals too, it leaves out digits.
  if (
    wide === null ||
    (read === 'FLOAT' && stored.some((part) => part.stored !== 'FLOAT')) ||
    !holdsAll(wide, dataTypeOf(read))
  )
    throw new UnreadableSource(
      `no type holds all of its column "${name}", which is ${told}: write these files anew with one type, or keep them in a folder of their own`,
    );
  for (const part of stored.filter(({ type }) => mayRound(wide, type)))
    await requireExact(engine, found, part.path, name);
  if (wide.kind === 'text') notes.push({ column: name, text: `"${name}" is text, since it is ${told}` });
  return wide;
}

/** Whole numbers that become DOUBLE beside fractions must not lose their ends. */
async function requireExact(engine: Engine, found: FoundDataset, path: string, name: string): Promise<void> {
  const value = quoteIdentifier(name);
  const { rows } = await engine.query(
    `SELECT count(*) FROM ${parquetRelation([path], found.root, [])} WHERE abs(CAST(${value} AS HUGEINT)) > 9007199254740992`,
  );
  if (Number(rows[0]?.[0] ?? 0) > 0)
    throw new UnreadableSource(
      `its column "${name}" is double in some files, and in ${path} has whole numbers of more digits than a double holds: write these files anew with one type`,
    );
}

async function partitionTypes(
  engine: Engine,
  relation: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, DataType>> {
  const keys = partitionKeysOf(files);
  return keys.length === 0 ? new Map() : await detectTypes(engine, relation, keys);
}
