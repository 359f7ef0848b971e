import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataTypeOf, duckdbTypeOf } from '../engine/duckdb-type.js';
import type { Engine, ResultTable } from '../engine/engine.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import { writeFileAtomic } from '../support/atomic-files.js';
import { dpbError } from '../support/errors.js';

/**
 * Runs `sql` into a Parquet file at `output`, through a file aside, so that a run that fails leaves nothing. Parquet is
 * binary: without `output` it is refused rather than put on a terminal.
 */
export async function writeParquet(engine: Engine, sql: string, output: string | undefined): Promise<void> {
  await writeAside(output, (aside) =>
    engine.run(`COPY (${sql}) TO ${quoteLiteral(aside)} (FORMAT parquet, COMPRESSION zstd)`),
  );
}

/** Writes rows of a language model's SQL, which is not run again, as Parquet whose metadata say so: `made_by=language_model`. */
export async function writeMadeByModel({ columns, rows }: ResultTable, output: string | undefined): Promise<void> {
  const { openEngine } = await import('../engine/duckdb-engine.js');
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  const cells = columns.map(({ name, type }, place) => {
    const cell = `json_extract_string(cells, '$[${place}]')`;
    return `CAST(${cell} AS ${duckdbTypeOf(dataTypeOf(type)) ?? 'VARCHAR'}) AS ${quoteIdentifier(name)}`;
  });
  try {
    await engine.run(
      `CREATE TABLE answer AS SELECT ${cells.join(', ')} FROM (SELECT unnest(CAST(CAST($rows AS JSON) AS JSON[])) AS cells)`,
      { rows: JSON.stringify(rows) },
    );
    await writeAside(output, (aside) =>
      engine.run(
        `COPY answer TO ${quoteLiteral(aside)} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {made_by: 'language_model'})`,
      ),
    );
  } finally {
    engine.close();
  }
}

async function writeAside(output: string | undefined, write: (aside: string) => Promise<void>): Promise<void> {
  if (output === undefined) {
    throw dpbError('input.invalid', {
      what: '--format parquet',
      problem: 'Parquet is written to a file: add --output FILE',
    });
  }
  const aside = join(tmpdir(), `dpb-${randomUUID()}.parquet`);
  try {
    await write(aside);
    writeFileAtomic(output, await readFile(aside));
  } finally {
    await rm(aside, { force: true });
  }
}
