import { dpbError } from '../support/errors.js';
import { loadCommonJs } from '../support/load-commonjs.js';
import type { AllowedSql, VettedSql } from './gate.js';

/** `unread`: the second parser does not know the syntax, or sees less than DuckDB, whose own reading stands alone. */
export type SecondReading = 'agrees' | 'unread';

/**
 * Reads the tables of `sql` with a parser that shares no code with DuckDB (node-sql-parser, PostgreSQL grammar) and
 * compares them with what the gate saw. A table that the gate did not see is a veto (`sql.vetoed`). Known limits of the
 * parser, for which the answer is `unread`: ORDER BY inside aggregates, IS NOT DISTINCT FROM, RANGE frames with
 * intervals, semi-joins behind an alias, TRY_CAST, HUGEINT, quotes inside quoted names, quoted names that are keywords of its grammar.
 */
export async function secondReading(sql: string, vetted: VettedSql, allowed: AllowedSql): Promise<SecondReading> {
  const { Parser }: typeof import('node-sql-parser/build/postgresql.js') = loadCommonJs(
    'node-sql-parser/build/postgresql.js',
  );
  const parser = new Parser();
  const seen = tablesIn(() => parser.tableList(sql));
  if (seen === null) return 'unread';
  const known = new Set([...vetted.tables, ...allowed.tables].map((name) => name.toLowerCase()));
  const commonTables = namesOfCommonTables(parser.astify(sql));
  const stranger = seen.find(
    ({ verb, table }) =>
      verb !== 'select' || (!known.has(table.toLowerCase()) && !commonTables.has(table.toLowerCase())),
  );
  if (stranger !== undefined)
    throw dpbError('sql.vetoed', { reason: `a second parser sees it ${stranger.verb} "${stranger.table}"` });
  const seesAll = vetted.tables.every((name) => seen.some(({ table }) => table.toLowerCase() === name.toLowerCase()));
  return seesAll ? 'agrees' : 'unread';
}

function tablesIn(list: () => readonly string[]): readonly { readonly verb: string; readonly table: string }[] | null {
  try {
    return list().map((entry) => {
      const [verb = '', , ...table] = entry.split('::');
      return { verb, table: table.join('::') };
    });
  } catch {
    return null;
  }
}

function namesOfCommonTables(tree: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  JSON.stringify(tree, (key, value: unknown) => {
    if (key === 'with' && Array.isArray(value)) {
      for (const entry of value) {
        const name: unknown = entry?.name?.value;
        if (typeof name === 'string') names.add(name.toLowerCase());
      }
    }
    return value;
  });
  return names;
}
