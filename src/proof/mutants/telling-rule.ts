import type { Engine } from '../../engine/engine.js';
import { quoteIdentifier } from '../../engine/sql-text.js';
import { isNumeric, isTemporal } from '../../plan/data-type.js';
import type { MutableTable, Mutant } from './faults.js';

/** What is measured of a column, before and after a fault. */
interface Figures {
  readonly rows: number;
  readonly nulls: number;
  readonly lowest: string | null;
  readonly highest: string | null;
  readonly mean: number | null;
  readonly shortest: number | null;
}

/** The rule that would have told the mutant in `faulty` from the table, with its bounds as the table has them now. */
export async function tellingRule(
  engine: Engine,
  table: MutableTable,
  mutant: Mutant,
  faulty: string,
): Promise<string> {
  const column = table.columns.find(({ name }) => name === mutant.column);
  if (column === undefined) return `a key of ${table.relation}, or a bound on how many rows it has`;
  const { name } = column;
  const [before, after] = [await figuresOf(engine, table.relation, column), await figuresOf(engine, faulty, column)];
  if (after.nulls > before.nulls)
    return before.nulls === 0
      ? `${name} is never null`
      : `at most ${before.nulls} of ${before.rows} values of ${name} are null`;
  if (await hasNewValues(engine, table.relation, faulty, name)) {
    if (after.highest !== before.highest && before.highest !== null && isOrdered(column.type))
      return `${name} is at most ${before.highest}`;
    if (after.lowest !== before.lowest && before.lowest !== null && isOrdered(column.type))
      return `${name} is at least ${before.lowest}`;
    if (after.shortest !== null && before.shortest !== null && after.shortest < before.shortest)
      return `${name} has at least ${before.shortest} characters`;
    return `${name} is one of the values that it has now`;
  }
  if (after.rows < before.rows) return `no gap in ${name}, or a bound on how many rows there are`;
  if (after.mean !== null && before.mean !== null && Math.abs(after.mean - before.mean) > Math.abs(before.mean) / 10)
    return `the mean of ${name} lies near ${Number(before.mean.toPrecision(4))}`;
  return `none of single rows or columns: only what ${name} says beside other columns tells`;
}

function isOrdered(type: MutableTable['columns'][number]['type']): boolean {
  return isNumeric(type) || isTemporal(type);
}

async function figuresOf(
  engine: Engine,
  relation: string,
  { name, type }: MutableTable['columns'][number],
): Promise<Figures> {
  const value = quoteIdentifier(name);
  const mean = isNumeric(type) ? `avg(CAST(${value} AS DOUBLE))` : 'NULL';
  const bounds = isOrdered(type)
    ? [`CAST(min(${value}) AS VARCHAR)`, `CAST(max(${value}) AS VARCHAR)`]
    : ['NULL', 'NULL'];
  const shortest = type.kind === 'text' ? `min(length(${value}))` : 'NULL';
  const items = ['count(*)', `count(*) - count(${value})`, ...bounds, mean, shortest];
  const { rows } = await engine.query(`SELECT ${items.join(', ')} FROM ${quoteIdentifier(relation)}`);
  const [all, nulls, lowest = null, highest = null, average = null, least = null] = rows[0] ?? [];
  return {
    rows: Number(all),
    nulls: Number(nulls),
    lowest: lowest === null ? null : String(lowest),
    highest: highest === null ? null : String(highest),
    mean: average === null ? null : Number(average),
    shortest: least === null ? null : Number(least),
  };
}

async function hasNewValues(engine: Engine, before: string, after: string, name: string): Promise<boolean> {
  const values = (relation: string): string => `SELECT ${quoteIdentifier(name)} FROM ${quoteIdentifier(relation)}`;
  const { rows } = await engine.query(`SELECT count(*) FROM (${values(after)} EXCEPT ${values(before)})`);
  return Number(rows[0]?.[0]) > 0;
}
