import { join } from 'node:path';
import type { Engine } from '../engine/engine.js';
import type { SourceTable } from '../plan/product.js';
import { DpbError, messageOf } from '../support/errors.js';
import type { FoundDataset } from './layout.js';
import { type ReadSource, UnreadableSource } from './opened-source.js';
import { readCsv } from './read-csv.js';
import { type FileContent, readContent } from './read-file.js';
import { readParquet } from './read-parquet.js';

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
    columns: source.columns.map((column) => ({ ...column, nullable: true, description: '', pii: null })),
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
