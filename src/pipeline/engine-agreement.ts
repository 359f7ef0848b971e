import { join } from 'node:path';
import { openEngine } from '../engine/duckdb-engine.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import type { ProductFile } from '../plan/product.js';
import { compareRows, parquetTable, type RowComparison } from '../proof/same-rows.js';
import { removeTree } from '../support/atomic-files.js';
import { canonicalJson, contentHash } from '../support/canonical-json.js';
import { dpbError } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import { type GoldFolder, openAside } from './build-files.js';
import { compiledProduct } from './definition.js';
import { computeWith, type EngineRun, type OtherComputation, type OtherTable } from './other-engines.js';

/** The certificate that another engine gave the same rows: what was compared, and how. */
export interface Agreement {
  readonly version: 1;
  readonly engine: EngineRun['engine'];
  /** `4.3.0`, or of tools that run DuckDB `dbt 1.11.16, duckdb 1.5.5`; null where it does not say. */
  readonly engineVersion: string | null;
  /** Of the DuckDB that it was compared with. */
  readonly duckdbVersion: string;
  readonly product: string;
  /** Hash of the product file. */
  readonly definition: string;
  readonly asOf: IsoDate;
  readonly rows: number;
  /** Sum over all rows of the hash of their exact columns. */
  readonly exactHash: string;
  /** The farthest that values of DOUBLE lie apart, in units of the last place; null where no column is DOUBLE. */
  readonly ulps: number | null;
  readonly compared: string;
}

/** Where the rows that it is compared with lie. */
interface Compared extends OtherComputation {
  readonly file: ProductFile;
  /** The gold table as DuckDB computed it. */
  readonly goldPath: string;
  readonly gold: GoldFolder;
  readonly buildId: string;
}

/** By "The same rows" of specs/semantics.md: engines that run DuckDB agree to the bit. */
const ulpsMax = { spark: 4, dbt: 0, python: 0 } as const satisfies Record<Agreement['engine'], number>;

/**
 * Computes the product with another engine on the same inputs and compares its rows with DuckDB's. Raises `spark.refused`,
 * `spark.missing`, `spark.failed`, `tool.missing`, `tool.failed`, and `engines.differ` where the rows are not the same.
 */
export async function agreeWith(computation: Compared): Promise<Agreement> {
  const { file, asOf, run, goldPath, gold, buildId, onEvent } = computation;
  const place = openAside(gold, `${run.engine}-${buildId}`);
  try {
    const other = await computeWith(await compiledProduct(file), computation, place);
    onEvent(`comparing the rows of ${run.engine} with those of DuckDB`);
    const { comparison, duckdbVersion } = await compared(goldPath, other, place, ulpsMax[run.engine]);
    const { differences } = comparison;
    if (!comparison.same) throw dpbError('engines.differ', { engine: run.engine, name: file.name, differences });
    return {
      version: 1,
      engine: run.engine,
      engineVersion: other.version,
      duckdbVersion,
      product: file.name,
      definition: contentHash(file),
      asOf,
      rows: comparison.rows[0],
      exactHash: comparison.hashes?.[0] ?? '0',
      ulps: comparison.ulps,
      compared: comparedText(comparison, ulpsMax[run.engine]),
    };
  } finally {
    removeTree(place);
  }
}

async function compared(
  goldPath: string,
  { table }: OtherTable,
  place: string,
  ulps: number,
): Promise<{ readonly comparison: RowComparison; readonly duckdbVersion: string }> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    const { rows } = await engine.query('SELECT version()');
    const duckdbVersion = String(rows[0]?.[0]).replace(/^v/, '');
    const gold = parquetTable(goldPath, false);
    if (table.kind === 'parquet')
      return {
        comparison: await compareRows(engine, gold, parquetTable(table.path, table.isFolder), ulps),
        duckdbVersion,
      };
    const copy = join(place, 'table.parquet');
    await engine.run(`ATTACH ${quoteLiteral(table.path)} AS other (READ_ONLY)`);
    await engine.run(
      `COPY (SELECT * FROM other.main.${quoteIdentifier(table.name)}) TO ${quoteLiteral(copy)} (FORMAT parquet)`,
    );
    return { comparison: await compareRows(engine, gold, parquetTable(copy, false), ulps), duckdbVersion };
  } finally {
    engine.close();
  }
}

function comparedText({ sampled }: RowComparison, ulps: number): string {
  const exact = 'all rows with those of DuckDB: columns by name, order and type, exact columns by hash';
  const near = ulps === 0 ? 'DOUBLE to the bit' : `DOUBLE within ${ulps} units in the last place`;
  if (sampled === null) return `${exact}, ${near}`;
  return `${exact}; ${near} in a sample of ${sampled} rows by the hash of their exact columns, the rest by how many there are, extremes and totals`;
}

/** The certificate as text, the same bytes for the same run. */
export function agreementText(agreement: Agreement): string {
  return `${canonicalJson(agreement, 1)}\n`;
}
