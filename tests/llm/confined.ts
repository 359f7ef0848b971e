import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfinedTable } from '../../src/engine/confined-query.js';
import type { SourceTable } from '../../src/plan/product.js';
import { plainCsv } from '../engine/plain-csv.js';
import { libraryTables, writeTables } from './library.js';

/** A table of the library as SQL of a model may read it; all columns, unless told. */
export function confinedTable(
  root: string,
  name: keyof typeof libraryTables,
  shown?: readonly string[],
): ConfinedTable {
  const header = libraryTables[name].split('\n')[0]?.split(',') ?? [];
  const columns = header.map((column) => ({
    name: column,
    type: column.endsWith('_id')
      ? ({ kind: 'integer', bits: 64 } as const)
      : column === 'fee'
        ? ({ kind: 'decimal', precision: 9, scale: 2 } as const)
        : ({ kind: 'text' } as const),
    nullable: true,
    description: '',
    pii: null,
  }));
  const rest = { description: '', owner: null, keys: [], freshness: null };
  const table: SourceTable = { dataset: name, format: plainCsv, files: [`${name}.csv`], columns, ...rest };
  return { table, root, columns: shown ?? header };
}

/** The library's files in a folder of their own, as long as `act` runs. */
export async function withLibraryFiles<Result>(act: (root: string) => Promise<Result>): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), 'dpb-confined-'));
  writeTables(root, libraryTables);
  try {
    return await act(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
