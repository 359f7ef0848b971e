import type { Engine } from '../engine/engine.js';
import { quoteIdentifier } from '../engine/sql-text.js';

/** Columns of one dataset whose values may occur in columns of another. */
export interface InclusionTest {
  readonly from: { readonly dataset: string; readonly columns: readonly string[] };
  readonly to: { readonly dataset: string; readonly columns: readonly string[] };
}

/** Rows of `from`: with a partner in `to`, without one, with a null among the columns. */
export interface Inclusion {
  readonly matched: number;
  readonly orphans: number;
  readonly nulls: number;
}

/** Answers inclusion tests, in order. */
export type MeasureInclusions = (tests: readonly InclusionTest[]) => Promise<readonly Inclusion[]>;

/** Statements of this many tests are planned fast and scan each column once. */
const testsPerStatement = 24;

/** Measures the tests on all rows, several in one statement. Datasets are mounted. */
export async function measureInclusions(
  engine: Engine,
  tests: readonly InclusionTest[],
): Promise<readonly Inclusion[]> {
  const measured: Inclusion[] = [];
  for (let start = 0; start < tests.length; start += testsPerStatement) {
    const batch = tests.slice(start, start + testsPerStatement);
    const selects = batch.map((test, index) => inclusionSelect(test, index));
    const { rows } = await engine.query(`${selects.join(' UNION ALL ')} ORDER BY 1`);
    for (const [, total, nulls, matched] of rows) {
      measured.push({
        matched: Number(matched),
        nulls: Number(nulls),
        orphans: Number(total) - Number(nulls) - Number(matched),
      });
    }
  }
  return measured;
}

/** Counts distinct keys first, so that the join meets each key once. */
function inclusionSelect({ from, to }: InclusionTest, index: number): string {
  const keys = from.columns.map((column, position) => `${quoteIdentifier(column)} AS k${position}`).join(', ');
  const groups = from.columns.map((_column, position) => `k${position}`).join(', ');
  const targets = to.columns.map((column, position) => `${quoteIdentifier(column)} AS t${position}`).join(', ');
  const known = from.columns.map((_column, position) => `k${position} IS NOT NULL`).join(' AND ');
  const equal = from.columns.map((_column, position) => `k${position} = t${position}`).join(' AND ');
  const keyRows = `(SELECT ${groups}, count(*) AS n FROM (SELECT ${keys} FROM ${quoteIdentifier(from.dataset)}) GROUP BY ${groups})`;
  const targetRows = `(SELECT ${targets} FROM ${quoteIdentifier(to.dataset)})`;
  return `SELECT ${index}, coalesce(sum(n), 0), coalesce(sum(n) FILTER (NOT (${known})), 0), coalesce(sum(n) FILTER (${known} AND is_there), 0)
    FROM (SELECT *, EXISTS (SELECT 1 FROM ${targetRows} WHERE ${equal}) AS is_there FROM ${keyRows})`;
}
