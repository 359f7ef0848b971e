import { createRequire } from 'node:module';

/**
 * Loads a CommonJS package when it is needed. `import()` would first read all its source for the names it exports, which for
 * a large package takes longer than running it (DuckDB's: 180 ms of processor against 80). Callers state the type.
 */
export const loadCommonJs = createRequire(import.meta.url);
