import type { Engine } from '../../engine/engine.js';
import { quoteIdentifier } from '../../engine/sql-text.js';
import type { Reference } from '../../plan/plan-references.js';

/** What a fault breaks beyond the values it changes, counted without any rule. */
export const breakable = ['grain', 'reference', 'type', 'total'] as const;

export type Breakable = (typeof breakable)[number];

/** What can be broken of a table. */
export interface Wholeness {
  /** Keys of which each occurs once; nulls are equal. */
  readonly keys: readonly (readonly string[])[];
  /** Columns without nulls. */
  readonly required: readonly string[];
  /** References that rows of the table, or rows that lead to it, meet by. */
  readonly references: readonly Reference[];
  /** Columns whose total is that of other tables. */
  readonly totals: readonly string[];
}

/** Figures of a table's state: a fault that makes one worse, or a total another one, broke it. */
export type State = Readonly<Record<Breakable, readonly string[]>>;

/** Measures a table, `relation`, whose references are between the mounted datasets. */
export async function stateOf(engine: Engine, relation: string, wholeness: Wholeness): Promise<State> {
  const table = quoteIdentifier(relation);
  const figures = async (items: readonly string[], from: string): Promise<readonly string[]> => {
    if (items.length === 0) return [];
    const texts = items.map((item) => `CAST(${item} AS VARCHAR)`);
    const { rows } = await engine.query(`SELECT ${texts.join(', ')}${from === '' ? '' : ` FROM ${from}`}`);
    return (rows[0] ?? []).map(String);
  };
  const repeated = wholeness.keys.map(
    (key) =>
      `(SELECT count(*) FROM ${table}) - (SELECT count(*) FROM (SELECT DISTINCT ${key.map(quoteIdentifier).join(', ')} FROM ${table}))`,
  );
  const nulls = wholeness.required.map((name) => `count(*) FILTER (${quoteIdentifier(name)} IS NULL)`);
  // Floats add up to other digits in another order: ten of them are enough to tell a changed total.
  const totals = wholeness.totals.map((name) => `printf('%.10g', CAST(sum(${quoteIdentifier(name)}) AS DOUBLE))`);
  return {
    grain: await figures(repeated, ''),
    reference: await figures(wholeness.references.map(orphansOf), ''),
    type: await figures(nulls, table),
    total: await figures(totals, table),
  };
}

function orphansOf({ dataset, columns, toDataset, toColumns }: Reference): string {
  const known = columns.map((name) => `child.${quoteIdentifier(name)} IS NOT NULL`).join(' AND ');
  const pairs = columns.map(
    (name, at) => `parent.${quoteIdentifier(toColumns[at] ?? '')} = child.${quoteIdentifier(name)}`,
  );
  const partner = `SELECT 1 FROM ${quoteIdentifier(toDataset)} AS parent WHERE ${pairs.join(' AND ')}`;
  return `(SELECT count(*) FROM ${quoteIdentifier(dataset)} AS child WHERE ${known} AND NOT EXISTS (${partner}))`;
}

/** What is broken in `after` that was whole, or less broken, `before`. */
export function damageOf(before: State, after: State): readonly Breakable[] {
  return breakable.filter((part) =>
    after[part].some((figure, at) => {
      const old = before[part][at] ?? '';
      return part === 'total' ? figure !== old : Number(figure) > Number(old);
    }),
  );
}
