import { withPreparedSources } from '../catalog/prepared-sources.js';
import { sourcesOf } from '../catalog/source-table.js';
import type { Probe } from '../discovery/weigh-by-data.js';
import type { CellValue, Engine } from '../engine/engine.js';
import type { ResultShape } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';
import { textHash } from '../support/canonical-json.js';
import { DpbError } from '../support/errors.js';
import type { Session } from './session.js';

/** Results of more rows are not looked through for repeated rows. */
const comparedRowsMax = 100_000;
/** Of results of more rows none is fetched. */
const fetchedRowsMax = 10_000;
/** Sums of floating numbers in another order differ behind as many digits. */
const steadyDigits = 9;

/**
 * How discovery looks at what a reading finds: runs the plan and counts. A plan that is refused or fails gives null: its
 * refusal is told when it is planned, not while readings are weighed.
 */
export function dataProbe(session: Session, request: Request): Probe {
  return async (read) => {
    // What the glossary says of rows and types holds for what is found, too.
    const { plan } = withPreparedSources(read, session.graph.catalog);
    const { compile } = await import('../transformation/compile.js');
    const sources = sourcesOf(session.graph.catalog, plan);
    try {
      const { sql } = compile(plan, sources, { asOf: request.asOf });
      return await session.ask(sources, (engine) => shapeOf(engine, sql, plan.query.orderBy.length > 0));
    } catch (thrown) {
      if (thrown instanceof DpbError) return null;
      throw thrown;
    }
  };
}

async function shapeOf(engine: Engine, sql: string, ordered: boolean): Promise<ResultShape> {
  const found = `(\n${sql}\n) AS found`;
  const { rows: fetched } = await engine.query(`SELECT * FROM ${found} LIMIT ${fetchedRowsMax + 1}`);
  if (fetched.length <= fetchedRowsMax) return { rows: fetched.length, ...shapeOfRows(fetched, ordered) };
  const count = async (what: string): Promise<number> =>
    Number((await engine.query(`SELECT ${what} FROM ${found}`)).rows[0]?.[0] ?? 0);
  const rows = await count('count(*)');
  const repeats = rows <= comparedRowsMax && (await count('count(DISTINCT found)')) < rows;
  return { rows, repeats, nothing: false, fingerprint: null };
}

/**
 * The shape of a result from its rows, in their order where they are ordered.
 * @public the coefficients are fitted on it (tests/bench/readings.mjs)
 */
export function shapeOfRows(rows: readonly (readonly CellValue[])[], ordered: boolean): Omit<ResultShape, 'rows'> {
  const texts = rows.map((row) => JSON.stringify(row.map(steadyText)));
  const [only] = rows.length === 1 ? rows : [];
  const alike = rows.map((row) => JSON.stringify(row.map(steadyText).sort()));
  return {
    repeats: new Set(texts).size < texts.length,
    nothing: only?.every((cell) => cell === null || /^-?0+(?:\.0+)?$/u.test(String(cell))) ?? false,
    fingerprint: textHash((ordered ? alike : alike.sort()).join('\n')),
  };
}

function steadyText(cell: CellValue): string {
  return typeof cell === 'number' && !Number.isInteger(cell) ? cell.toPrecision(steadyDigits) : String(cell);
}
