/**
 * Rewritings of DuckDB 1.5 that give other rows than the SQL says, as `disabled_optimizers` takes them. All that runs SQL of dpb
 * goes without them: `common_subplan` takes two roles of a table for one where two homes share their joins (duckdb#25819), and
 * `top_n_window_elimination` keeps other rows than the first, or drops some, for filters on row_number (duckdb#23675, #23677).
 */
export const faultyOptimizers = 'common_subplan,top_n_window_elimination';
