import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { dpbError, messageOf } from '../support/errors.js';
import { loadCommonJs } from '../support/load-commonjs.js';
import { cellValueOf } from './cell-value.js';
import type { Engine, MountedSource, OpenEngine, ResultTable } from './engine.js';
import { faultyOptimizers } from './faulty-optimizers.js';
import { sourceSelect } from './source-relation.js';
import { quoteIdentifier } from './sql-text.js';

/**
 * Opens an in-memory DuckDB session in UTC that installs and loads no extension, and whose settings no later statement
 * can change. Statements run one after the other. Errors of DuckDB come as `engine.query`.
 */
export const openEngine: OpenEngine = async (options) => {
  const engine = await openUnlockedEngine(options);
  await lockEngine(engine);
  return engine;
};

/** From here on no statement changes a setting of the session. */
export async function lockEngine(engine: Engine): Promise<void> {
  await engine.run('SET lock_configuration = true');
}

/** The same session while its settings can still be changed, for SQL of our own alone; `lockEngine` ends that. */
export const openUnlockedEngine: OpenEngine = async ({ threads, memoryLimit }) => {
  const { DuckDBInstance: instances }: typeof import('@duckdb/node-api') = loadCommonJs('@duckdb/node-api');
  const instance = await instances.create(':memory:', {
    threads: String(threads),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    temp_directory: join(tmpdir(), `dpb-spill-${process.pid}`),
    ...(memoryLimit === null ? {} : { memory_limit: memoryLimit }),
  });
  const connection = await instance.connect();
  const engine = new DuckDbEngine(instance, connection);
  await engine.run("SET TimeZone = 'UTC'");
  await engine.run(`SET disabled_optimizers = '${faultyOptimizers}'`);
  return engine;
};

class DuckDbEngine implements Engine {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** The SELECT of each view that stands, by dataset: the same one again is left as it is. */
  readonly #mounted = new Map<string, string>();

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  async query(sql: string, parameters: Readonly<Record<string, string>> = {}): Promise<ResultTable> {
    try {
      const reader = await this.#connection.runAndReadAll(sql, { ...parameters });
      const types = reader.columnTypes().map(String);
      return {
        columns: reader.columnNames().map((name, position) => ({ name, type: types[position] ?? '' })),
        rows: reader.getRows().map((row) => row.map(cellValueOf)),
      };
    } catch (thrown) {
      throw queryError(thrown);
    }
  }

  async run(sql: string, parameters: Readonly<Record<string, string>> = {}): Promise<void> {
    try {
      await this.#connection.run(sql, { ...parameters });
    } catch (thrown) {
      throw queryError(thrown);
    }
  }

  async mount(sources: readonly MountedSource[]): Promise<void> {
    for (const { table, root } of sources) {
      const select = sourceSelect(table, root);
      if (this.#mounted.get(table.dataset) === select) continue;
      await this.run(`CREATE OR REPLACE VIEW ${quoteIdentifier(table.dataset)} AS ${select}`);
      this.#mounted.set(table.dataset, select);
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

function queryError(thrown: unknown): Error {
  return dpbError('engine.query', { reason: messageOf(thrown) }, { cause: thrown });
}
