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

/** `path` as a DuckDB glob pattern that only `path` itself meets: `*`, `?` and `[` stand for themselves in brackets. */
export function verbatimGlob(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
