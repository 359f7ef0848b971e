import { sep } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { quoteIdentifier, quoteLiteral, verbatimGlob } from '../engine/sql-text.js';

/** How two tables compare by the rule of specs/semantics.md, "The same rows". Hashes are sums over the rows of what is exact in them. */
export interface RowComparison {
  readonly same: boolean;
  /** One sentence for each difference; empty where they are the same. */
  readonly differences: readonly string[];
  readonly rows: readonly [left: number, right: number];
  readonly hashes: readonly [left: string, right: string] | null;
  /** How far values of DOUBLE lie apart at most, in units of the last place; null where there are none, or too unlike to compare. */
  readonly ulps: number | null;
  /** How many rows' DOUBLE values were compared one by one; null for all. */
  readonly sampled: number | null;
}

/** Parquet files as one table: by paths in which no character is a pattern, or one folder's `*.parquet`. */
export interface ParquetTable {
  readonly pattern: string;
}

/** The file or, of a folder, all Parquet files in it. */
export function parquetTable(path: string, isFolder: boolean): ParquetTable {
  const literal = verbatimGlob(path.replaceAll(sep, '/'));
  return { pattern: isFolder ? `${literal}/*.parquet` : literal };
}

/** Rows beyond which DOUBLE columns are not put in order as a whole. */
const wholeRowsMax = 5_000_000;

/** How many rows' DOUBLE values are compared of a larger table, about. */
const sampleRows = 500_000;

/** Largest relative difference of the totals of a DOUBLE column, whose sums depend on the order of addition. */
const totalTolerance = 1e-9;

/**
 * Compares two tables as bags of rows: columns by name, order and type; exact columns by hash; DOUBLE row by row in the
 * order of all columns, at most `ulpsMax` units in the last place apart. Of tables of more than `wholeMax` rows the exact columns
 * are still compared whole; DOUBLE columns by how many values there are, their extremes and totals, and row by row where the hash
 * of the exact columns, which hold the keys, falls into a sample.
 */
export async function compareRows(
  engine: Engine,
  left: ParquetTable,
  right: ParquetTable,
  ulpsMax: number,
  wholeMax = wholeRowsMax,
): Promise<RowComparison> {
  const sides = [left, right].map(({ pattern }) => `read_parquet(${quoteLiteral(pattern)}, hive_partitioning = false)`);
  const [one = '', two = ''] = sides;
  const columns = await columnsOf(engine, one);
  const others = await columnsOf(engine, two);
  const rows = [await numberOf(engine, one), await numberOf(engine, two)] as const;
  const shown = (list: typeof columns): string => list.map(({ name, type }) => `${name} ${type}`).join(', ');
  if (shown(columns) !== shown(others)) {
    const differences = [`the columns are ${shown(others)}, not ${shown(columns)}`];
    return { same: false, differences, rows, hashes: null, ulps: null, sampled: null };
  }
  const exact = columns.filter(({ type }) => type !== 'DOUBLE').map(({ name }) => quoteIdentifier(name));
  const floats = columns.filter(({ type }) => type === 'DOUBLE').map(({ name }) => quoteIdentifier(name));
  const hashes = [await hashOf(engine, one, exact), await hashOf(engine, two, exact)] as const;
  const isAlike = rows[0] === rows[1] && hashes[0] === hashes[1];
  const isLarge = isAlike && floats.length > 0 && exact.length > 0 && rows[0] > wholeMax;
  const kept = Math.ceil(rows[0] / Math.min(wholeMax, sampleRows));
  const sampleOf = (side: string): string =>
    isLarge ? `(SELECT * FROM ${side} WHERE hash(${exact.join(', ')}) % ${kept} = 0)` : side;
  const ulps =
    isAlike && floats.length > 0 ? await farthest(engine, [sampleOf(one), sampleOf(two)], exact, floats) : null;
  const totals = isLarge ? await unlikeTotals(engine, [one, two], floats) : [];
  const differences = [
    ...(rows[0] === rows[1] ? [] : [`there are ${rows[1]} rows, not ${rows[0]}`]),
    ...(rows[0] === rows[1] && hashes[0] !== hashes[1] ? ['values of exact columns differ'] : []),
    ...(ulps === null || ulps <= ulpsMax ? [] : [`values of DOUBLE lie ${ulps} units in the last place apart`]),
    ...totals.map((name) => `the values of ${name} differ in number, extremes or total`),
  ];
  const sampled = isLarge ? await numberOf(engine, sampleOf(one)) : null;
  return { same: differences.length === 0, differences, rows, hashes, ulps, sampled };
}

async function columnsOf(
  engine: Engine,
  table: string,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const { columns } = await engine.query(`SELECT * FROM ${table} LIMIT 0`);
  return columns.map(({ name, type }) => ({ name, type }));
}

async function numberOf(engine: Engine, table: string): Promise<number> {
  const { rows } = await engine.query(`SELECT count(*) FROM ${table}`);
  return Number(rows[0]?.[0]);
}

async function hashOf(engine: Engine, table: string, exact: readonly string[]): Promise<string> {
  if (exact.length === 0) return '0';
  const sum = `coalesce(sum(hash(${exact.join(', ')})::HUGEINT), 0)`;
  const { rows } = await engine.query(`SELECT CAST(${sum} AS VARCHAR) FROM ${table}`);
  return String(rows[0]?.[0]);
}

/** The columns of DOUBLE of which the sides have another number of values, other extremes or another total. */
async function unlikeTotals(
  engine: Engine,
  [left = '', right = '']: readonly string[],
  floats: readonly string[],
): Promise<readonly string[]> {
  const facts = floats.map(
    (name, at) =>
      `count(${name}) AS n${at}, min(${name}) AS low${at}, max(${name}) AS high${at}, sum(${name}) AS total${at}, sum(abs(${name})) AS size${at}`,
  );
  const isUnlike = floats.map((_name, at) => {
    const near = (fact: string): string =>
      `l.${fact}${at} IS NOT DISTINCT FROM r.${fact}${at} OR abs(l.${fact}${at} - r.${fact}${at}) <= ${totalTolerance} * l.size${at}`;
    return `NOT coalesce(l.n${at} = r.n${at} AND (${near('low')}) AND (${near('high')}) AND (${near('total')}), false)`;
  });
  const side = (table: string): string => `(SELECT ${facts.join(', ')} FROM ${table})`;
  const { rows } = await engine.query(
    `SELECT ${isUnlike.join(', ')} FROM ${side(left)} AS l CROSS JOIN ${side(right)} AS r`,
  );
  return floats.filter((_name, at) => rows[0]?.[at] === true);
}

/** The greatest distance of two values at the same place, in units of the last place of the greater. */
async function farthest(
  engine: Engine,
  [left = '', right = '']: readonly string[],
  exact: readonly string[],
  floats: readonly string[],
): Promise<number> {
  const order = [...exact, ...floats].map((name) => `${name} NULLS LAST`).join(', ');
  const numbered = (table: string): string =>
    `(SELECT ${floats.map((name, at) => `${name} AS v${at}`).join(', ')}, row_number() OVER (ORDER BY ${order}) AS place FROM ${table})`;
  const distances = floats.map((_name, at) => distanceSql(`l.v${at}`, `r.v${at}`));
  const { rows } = await engine.query(
    `SELECT CAST(max(greatest(${distances.join(', ')})) AS VARCHAR) FROM ${numbered(left)} AS l JOIN ${numbered(right)} AS r USING (place)`,
  );
  // As text, for an infinity is no number in results.
  const farthestText = String(rows[0]?.[0] ?? '0');
  return farthestText === 'inf' ? Number.POSITIVE_INFINITY : Number(farthestText);
}

function distanceSql(left: string, right: string): string {
  const larger = `greatest(abs(${left}), abs(${right}))`;
  const unit = `pow(2, greatest(floor(log2(${larger})), -1022) - 52)`;
  const isComparable = [left, right].map((value) => `isfinite(${value})`).join(' AND ');
  return `CASE WHEN ${left} IS NOT DISTINCT FROM ${right} THEN 0::DOUBLE WHEN ${left} IS NULL OR ${right} IS NULL OR NOT (${isComparable}) THEN 'infinity'::DOUBLE ELSE round(abs(${left} - ${right}) / ${unit}) END`;
}
