import type { SourceTable } from '../plan/product.js';

/** A value as it comes out of the engine, safe for JSON: integers beyond 2^53 and decimals are text, dates ISO 8601. */
export type CellValue = string | number | boolean | null;

export interface ResultTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** A source to mount as a view named after its dataset; `root` is the absolute data root its files are relative to. */
export interface MountedSource {
  readonly table: SourceTable;
  readonly root: string;
}

export interface EngineOptions {
  readonly threads: number;
  /** Such as `4GB`; null for DuckDB's default. */
  readonly memoryLimit: string | null;
}

/**
 * A DuckDB session over mounted sources. SQL refers to datasets by their quoted names. `$name` parameters only carry
 * text values and are cast in the SQL.
 */
export interface Engine {
  query(sql: string, parameters?: Readonly<Record<string, string>>): Promise<ResultTable>;
  /** Rows of the result without fetching them into JavaScript; for COPY, CREATE, SET that dpb itself wrote. */
  run(sql: string, parameters?: Readonly<Record<string, string>>): Promise<void>;
  mount(sources: readonly MountedSource[]): Promise<void>;
  close(): void;
}

/** Opens a session: `openEngine` in duckdb-engine.ts. */
export type OpenEngine = (options: EngineOptions) => Promise<Engine>;
