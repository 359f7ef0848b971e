import { duckdbTypeOf } from '../../engine/duckdb-type.js';
import type { Engine } from '../../engine/engine.js';
import { quoteIdentifier, quoteLiteral } from '../../engine/sql-text.js';
import { type DataType, isNumeric, isTemporal } from '../../plan/data-type.js';
import { bug } from '../../support/errors.js';

/** What may be wrong with data: the rows of the matrix. */
export const faults = [
  'nulls',
  'duplicates',
  'shifted',
  'scaled',
  'sign_flipped',
  'swapped_keys',
  'dropped_partition',
  'stale_dates',
  'truncated_text',
  'wrong_category',
] as const;

export type Fault = (typeof faults)[number];

/** How much of the rows that have a value, in percent. */
export const percentages = [1, 10, 50] as const;

/** One copy of a table with one fault in it. */
export interface Mutant {
  readonly fault: Fault;
  /** Null where whole rows are repeated. */
  readonly column: string | null;
  readonly percent: (typeof percentages)[number];
}

/** A table that faults are seeded into. The engine has `relation`. */
export interface MutableTable {
  readonly relation: string;
  readonly columns: readonly { readonly name: string; readonly type: DataType }[];
  /** Columns that tell rows apart or that rows of tables meet by. */
  readonly keys: readonly string[];
  /** Text columns of few values. */
  readonly categories: readonly string[];
}

const categoriesMax = 50;

/** The text columns that are categories: at most 50 values, each in two rows or more on average. */
export async function categoriesOf(
  engine: Engine,
  { relation, columns }: Pick<MutableTable, 'relation' | 'columns'>,
): Promise<readonly string[]> {
  const texts = columns.filter(({ type }) => type.kind === 'text').map(({ name }) => name);
  if (texts.length === 0) return [];
  const counts = texts.map((name) => `count(DISTINCT ${quoteIdentifier(name)})`);
  const { rows } = await engine.query(`SELECT count(*), ${counts.join(', ')} FROM ${quoteIdentifier(relation)}`);
  const [all = 0, ...distinct] = (rows[0] ?? []).map(Number);
  return texts.filter((_name, at) => {
    const values = distinct[at] ?? 0;
    return values > 0 && values <= categoriesMax && values * 2 <= all;
  });
}

/** The whole matrix of one table: every fault in every column that can have it, at every percentage. */
export function mutantsOf(table: MutableTable): readonly Mutant[] {
  const places = faults.flatMap((fault): readonly Omit<Mutant, 'percent'>[] =>
    fault === 'duplicates'
      ? [{ fault, column: null }]
      : table.columns.filter((column) => canHave(fault, column, table)).map(({ name }) => ({ fault, column: name })),
  );
  return places.flatMap((place) => percentages.map((percent) => ({ ...place, percent })));
}

function canHave(fault: Fault, { name, type }: MutableTable['columns'][number], table: MutableTable): boolean {
  switch (fault) {
    case 'nulls':
      return true;
    case 'duplicates':
      return false;
    case 'shifted':
      return isNumeric(type) || isTemporal(type);
    case 'scaled':
    case 'sign_flipped':
      return isNumeric(type);
    case 'swapped_keys':
      return table.keys.includes(name);
    case 'dropped_partition':
    case 'stale_dates':
      return isTemporal(type);
    case 'truncated_text':
      return type.kind === 'text';
    case 'wrong_category':
      return table.categories.includes(name);
  }
}

/** Names of the helper columns hold a blank, which a column of data would have to be named after on purpose. */
const place = quoteIdentifier('dpb place');
const chosen = quoteIdentifier('dpb chosen');
const lowest = quoteIdentifier('dpb lowest');
const highest = quoteIdentifier('dpb highest');

/**
 * The SELECT of the mutant: the columns of the table, of which the fault changed some rows. Which, follows from their content
 * and the fault alone; the rows of 1% are among those of 10%.
 */
export function mutantSql(table: MutableTable, mutant: Mutant): string {
  const names = table.columns.map(({ name }) => quoteIdentifier(name));
  const relation = quoteIdentifier(table.relation);
  const all = names.join(', ');
  const hash = `hash(${all}, ${quoteLiteral(`${mutant.fault} ${mutant.column ?? ''}`)})`;
  if (mutant.column === null) {
    const numbered = `(SELECT *, row_number() OVER (ORDER BY ${hash}, ${all}) AS ${place} FROM ${relation})`;
    const most = `(SELECT ceil(count(*) * ${mutant.percent} / 100) FROM ${relation})`;
    return `SELECT ${all} FROM ${relation} UNION ALL SELECT ${all} FROM ${numbered} WHERE ${place} <= ${most}`;
  }
  const column = table.columns.find(({ name }) => name === mutant.column);
  if (column === undefined) throw bug(`there is no column "${mutant.column}" to seed a fault into`);
  if (mutant.fault === 'dropped_partition') return withoutStretch(relation, column.name, mutant.percent);
  const value = quoteIdentifier(column.name);
  const newest = mutant.fault === 'stale_dates' ? `${value} DESC, ` : '';
  const numbered = `SELECT *, row_number() OVER (PARTITION BY ${value} IS NULL ORDER BY ${newest}${hash}, ${all}) AS ${place} FROM ${relation}`;
  const facts = `SELECT 2 * ceil(count(${value}) * ${mutant.percent} / 200) AS ${chosen}, min(${value}) AS ${lowest}, max(${value}) AS ${highest} FROM ${relation}`;
  const changed = `CASE WHEN ${value} IS NOT NULL AND ${place} <= ${chosen} THEN ${faultyValue(mutant.fault, column, table)} ELSE ${value} END`;
  const items = names.map((name) => (name === value ? `${changed} AS ${name}` : name));
  return `SELECT ${items.join(', ')} FROM (${numbered}) CROSS JOIN (${facts})`;
}

function faultyValue(fault: Fault, { name, type }: MutableTable['columns'][number], table: MutableTable): string {
  const value = quoteIdentifier(name);
  const typeName = duckdbTypeOf(type) ?? 'VARCHAR';
  // A number that the type cannot hold stays as it is: files of Parquet have no such fault.
  const held = (expression: string): string => `coalesce(TRY(CAST(${expression} AS ${typeName})), ${value})`;
  switch (fault) {
    case 'nulls':
      return 'NULL';
    case 'shifted':
      if (isNumeric(type)) return held(`${value} + greatest(${highest} - ${lowest}, 1)`);
      return held(`${value} + ${aSpanAndADay(type)}`);
    case 'stale_dates':
      return held(`${value} - ${aSpanAndADay(type)}`);
    case 'scaled':
      return held(`CAST(${value} AS ${type.kind === 'double' ? 'DOUBLE' : 'DECIMAL(38, 8)'}) * 100`);
    case 'sign_flipped':
      return held(`-${value}`);
    case 'swapped_keys':
      return swappedKey(name, type, table);
    case 'truncated_text':
      return `left(${value}, length(${value}) // 2)`;
    case 'wrong_category':
      return `CASE WHEN upper(${value}) <> ${value} THEN upper(${value}) WHEN lower(${value}) <> ${value} THEN lower(${value}) ELSE ${value} || 'x' END`;
    case 'duplicates':
    case 'dropped_partition':
      throw bug(`${fault} changes no value`);
  }
}

/** How long the dates of the column span, and a day. */
function aSpanAndADay({ kind }: DataType): string {
  const span = `(${highest} - ${lowest})`;
  return kind === 'date' ? `CAST(${span} + 1 AS INTEGER)` : `(${span} + INTERVAL '1 day')`;
}

/** The next key column of the row that holds the same type; where there is none, the key of the next row that is changed. */
function swappedKey(name: string, type: DataType, { keys, columns }: MutableTable): string {
  const alike = columns.filter((other) => keys.includes(other.name) && other.type.kind === type.kind);
  const at = alike.findIndex((other) => other.name === name);
  const other = alike[(at + 1) % alike.length];
  const value = quoteIdentifier(name);
  if (other !== undefined && other.name !== name)
    return `coalesce(TRY(CAST(${quoteIdentifier(other.name)} AS ${duckdbTypeOf(type) ?? 'VARCHAR'})), ${value})`;
  const isKnown = `${value} IS NULL`;
  return `CASE WHEN ${place} % 2 = 1 THEN lead(${value}, 1, ${value}) OVER (PARTITION BY ${isKnown} ORDER BY ${place}) ELSE lag(${value}) OVER (PARTITION BY ${isKnown} ORDER BY ${place}) END`;
}

/** The rows but for those of a stretch of the time that they span, begun at a place that the column's name decides. */
function withoutStretch(relation: string, name: string, percent: number): string {
  const moment = `epoch_us(CAST(${quoteIdentifier(name)} AS TIMESTAMP))`;
  const facts = `SELECT min(${moment}) AS ${lowest}, max(${moment}) + 1 AS ${highest} FROM ${relation}`;
  const start = `${lowest} + (${highest} - ${lowest}) * ${(100 - percent) / 100} * (hash(${quoteLiteral(name)}) % 1000) / 1000`;
  const end = `${start} + (${highest} - ${lowest}) * ${percent / 100}`;
  return `SELECT whole.* FROM ${relation} AS whole CROSS JOIN (${facts}) WHERE ${moment} IS NULL OR ${moment} < ${start} OR ${moment} >= ${end}`;
}
