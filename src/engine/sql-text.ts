/** `name` as a quoted SQL identifier; whatever it holds, it stays one identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `text` as a SQL string literal; whatever it holds, it stays one literal. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `texts` as a SQL list of string literals. */
export function quoteLiteralList(texts: readonly string[]): string {
  return `[${texts.map(quoteLiteral).join(', ')}]`;
}

/**
 * `path` as a DuckDB glob pattern that only `path` itself meets: `*`, `?` and `[` stand for themselves in brackets. A pattern
 * with a backslash would be split at it; such a path stands as it is, for a file that is there goes before all patterns.
 */
export function verbatimGlob(path: string): string {
  return path.includes('\\') ? path : path.replaceAll(/[*?[]/g, '[$&]');
}

/** How rows are sorted, as an ORDER BY says it. */
export function orderText(
  sortBy: readonly {
    readonly column: string;
    readonly direction: 'ascending' | 'descending';
    readonly nulls: 'first' | 'last';
  }[],
): string {
  return sortBy
    .map(
      ({ column, direction, nulls }) =>
        `${quoteIdentifier(column)} ${direction === 'ascending' ? 'ASC' : 'DESC'} NULLS ${nulls === 'first' ? 'FIRST' : 'LAST'}`,
    )
    .join(', ');
}
