import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { writeFileAtomic } from '../support/atomic-files.js';
import { dpbError } from '../support/errors.js';

/**
 * Runs `sql` into a Parquet file at `output`, through a file aside, so that a run that fails leaves nothing. Parquet is
 * binary: without `output` it is refused rather than put on a terminal.
 */
export async function writeParquet(engine: Engine, sql: string, output: string | undefined): Promise<void> {
  if (output === undefined) {
    throw dpbError('input.invalid', {
      what: '--format parquet',
      problem: 'Parquet is written to a file: add --output FILE',
    });
  }
  const aside = join(tmpdir(), `dpb-${randomUUID()}.parquet`);
  try {
    await engine.run(`COPY (${sql}) TO '${aside.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
    writeFileAtomic(output, await readFile(aside));
  } finally {
    await rm(aside, { force: true });
  }
}
