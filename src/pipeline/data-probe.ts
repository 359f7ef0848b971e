import { withPreparedSources } from '../catalog/prepared-sources.js';
import { sourcesOf } from '../catalog/source-table.js';
import type { Probe } from '../discovery/weigh-by-data.js';
import type { Request } from '../plan/run-state.js';
import { DpbError } from '../support/errors.js';
import { openMountedEngine, type Session } from './session.js';

/** Results of more rows are not looked through for repeated rows. */
const comparedRowsMax = 100_000;

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
      const engine = await openMountedEngine(session, sources);
      try {
        const count = async (what: string): Promise<number> =>
          Number((await engine.query(`SELECT ${what} FROM (\n${sql}\n) AS found`)).rows[0]?.[0] ?? 0);
        const rows = await count('count(*)');
        const repeats = rows > 1 && rows <= comparedRowsMax && (await count('count(DISTINCT found)')) < rows;
        const [row] = rows === 1 ? (await engine.query(`SELECT * FROM (\n${sql}\n) AS found`)).rows : [];
        return {
          rows,
          repeats,
          nothing: row?.every((cell) => cell === null || /^-?0+(?:\.0+)?$/u.test(String(cell))) ?? false,
        };
      } finally {
        engine.close();
      }
    } catch (thrown) {
      if (thrown instanceof DpbError) return null;
      throw thrown;
    }
  };
}
