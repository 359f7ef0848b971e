// Compiles a plan and runs it over a folder of data, as dpb does with what it read of a request.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const load = async (path) => await import(join(root, 'dist', path));
const { sourceTableOf } = await load('catalog/source-table.js');
const { openSession, openMountedEngine } = await load('pipeline/session.js');
const { readSettings } = await load('pipeline/settings.js');
const { sourcesReadBy } = await load('plan/plan-datasets.js');
const { validatePlan } = await load('plan/validate.js');
const { provePremises } = await load('proof/premises.js');
const { DpbError } = await load('support/errors.js');
const { compile } = await load('transformation/compile.js');

/** The scanned catalog of a data folder; `state` is a folder of its own to keep it in. Close it. */
export async function scannedSession(data, glossary, state) {
  mkdirSync(state, { recursive: true });
  const settings = readSettings(
    { root: state, state },
    { data: [data], glossary: glossary ?? undefined, threads: 1 },
    {},
  );
  const quiet = () => undefined;
  return await openSession(settings, { full: false, onProgress: quiet, onUnreadable: quiet, onGraphNotice: quiet });
}

async function ran(plan, session, asOf) {
  validatePlan(plan);
  const used = new Set(sourcesReadBy(plan));
  const sources = session.graph.catalog.datasets.filter(({ name }) => used.has(name)).map(sourceTableOf);
  const { sql } = compile(plan, sources, { asOf });
  const engine = await openMountedEngine(session, sources);
  try {
    const failed = (await provePremises(engine, plan, sources)).filter(({ status }) => status === 'failed');
    if (failed.length === 0) return { status: 'answered', sql, ...(await engine.query(sql)), message: null };
    const message = failed.map(({ title, why }) => `it is not so that ${title}: ${why}`).join('; ');
    return { status: 'refused', sql, columns: [], rows: [], message };
  } finally {
    engine.close();
  }
}

/** The JSON of a reading, as far as a plan has it: rows, or what dpb says instead of them. Bugs are thrown. */
export async function answerOf(plan, session, asOf) {
  try {
    return await ran(plan, session, asOf);
  } catch (thrown) {
    if (!(thrown instanceof DpbError)) throw thrown;
    const status = thrown.code === 'plan.refused' ? 'refused' : 'failed';
    return { status, sql: null, columns: [], rows: [], message: `${thrown.code}: ${thrown.message}` };
  }
}

/** Runs SQL over all the data of a session. */
export async function sqlOver(session, sql) {
  const engine = await openMountedEngine(session, session.graph.catalog.datasets.map(sourceTableOf));
  try {
    return await engine.query(sql);
  } finally {
    engine.close();
  }
}
