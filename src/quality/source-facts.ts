import type { Engine } from '../engine/engine.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import { isTemporal } from '../plan/data-type.js';
import type { SourceTable } from '../plan/product.js';

/** How the rows of a column of dates are spread over periods, from the first to the last. */
export interface PeriodFacts {
  readonly unit: 'day' | 'week';
  readonly empty: number;
  /** The fewest rows of a period that is not empty. */
  readonly fewest: number;
}

/** What rules need to know of a source's column beyond its profile in the catalog. */
export interface ColumnFacts {
  readonly dataset: string;
  readonly column: string;
  /** Of text: characters of the shortest and the longest value. */
  readonly lengths: readonly [shortest: number, longest: number] | null;
  /** Of dates, by growing period. */
  readonly periods: readonly PeriodFacts[];
}

/** Measures the columns of text and dates that the product reads. The engine has the sources mounted. */
export async function measureSourceFacts(
  engine: Engine,
  sources: readonly SourceTable[],
): Promise<readonly ColumnFacts[]> {
  const facts: ColumnFacts[] = [];
  for (const source of sources) {
    const { dataset } = source;
    const lengths = await lengthsOf(engine, source);
    for (const { name, type } of source.columns) {
      const known = lengths.get(name) ?? null;
      const periods = isTemporal(type)
        ? [await periodsOf(engine, dataset, name, 'day'), await periodsOf(engine, dataset, name, 'week')]
        : [];
      if (known !== null || periods.length > 0) facts.push({ dataset, column: name, lengths: known, periods });
    }
  }
  return facts;
}

async function lengthsOf(
  engine: Engine,
  { dataset, columns }: SourceTable,
): Promise<ReadonlyMap<string, readonly [number, number]>> {
  const texts = columns.filter(({ type }) => type.kind === 'text').map(({ name }) => name);
  if (texts.length === 0) return new Map();
  const items = texts.map(quoteIdentifier).map((value) => `min(length(${value})), max(length(${value}))`);
  const { rows } = await engine.query(`SELECT ${items.join(', ')} FROM ${quoteIdentifier(dataset)}`);
  const cells = rows[0] ?? [];
  return new Map(
    texts.flatMap((name, at) => {
      const [shortest = null, longest = null] = [cells[2 * at], cells[2 * at + 1]];
      return shortest === null ? [] : [[name, [Number(shortest), Number(longest)] as const] as const];
    }),
  );
}

async function periodsOf(
  engine: Engine,
  dataset: string,
  name: string,
  unit: PeriodFacts['unit'],
): Promise<PeriodFacts> {
  const value = quoteIdentifier(name);
  const period = `CAST(date_trunc('${unit}', CAST(${value} AS TIMESTAMP)) AS DATE)`;
  const counted = `SELECT ${period} AS period, count(*) AS members FROM ${quoteIdentifier(dataset)} WHERE ${value} IS NOT NULL GROUP BY 1`;
  const all = `date_diff('${unit}', min(period), max(period)) + 1`;
  const { rows } = await engine.query(
    `SELECT coalesce(${all} - count(*), 0), coalesce(min(members), 0) FROM (${counted})`,
  );
  const [empty, fewest] = (rows[0] ?? []).map(Number);
  return { unit, empty: empty ?? 0, fewest: fewest ?? 0 };
}
