import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { sourceTableOf } from '../../src/catalog/source-table.js';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { CellValue, Engine } from '../../src/engine/engine.js';
import { answer } from '../../src/pipeline/answer.js';
import { openMountedEngine, openSession, type Session } from '../../src/pipeline/session.js';
import { readSettings } from '../../src/pipeline/settings.js';
import { findWorkspace } from '../../src/pipeline/workspace.js';
import type { SemanticPlan } from '../../src/plan/query.js';
import { requirePremises } from '../../src/proof/premises.js';
import { DpbError } from '../../src/support/errors.js';
import { compile } from '../../src/transformation/compile.js';

/** One thing asked of a case's data, in words or as a plan, and what must come of it. */
interface Ask {
  readonly request?: string;
  /** A plan beside the case, instead of words. */
  readonly plan?: string;
  readonly unmatched?: 'keep' | 'drop';
  readonly as_of?: string;
  /** The glossary of this ask; none where left out. */
  readonly glossary?: string;
  /** Independent SQL over the files, each a table of its name: the rows must be the same, in any order. */
  readonly sql?: string;
  /** The rows worked out by hand. */
  readonly rows?: readonly (readonly CellValue[])[];
  /** A pattern that the refusal, its reason and what to do, must match: no rows may come. */
  readonly refused?: string;
  /** Sentences that must stand among the assumptions. */
  readonly says?: readonly string[];
}

interface Case {
  readonly name: string;
  readonly folder: string;
  readonly why: string;
  readonly asks: readonly Ask[];
}

/** The cases under `folder`: each a folder with `case.yaml` and CSV files in `data/`. */
export function casesIn(folder: string): readonly Case[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const read: Omit<Case, 'name' | 'folder'> = parse(readFileSync(join(folder, name, 'case.yaml'), 'utf8'));
      return { name, folder: join(folder, name), ...read };
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** What came of an ask; `rows` null where it was refused, with the reason and what to do. */
interface Outcome {
  readonly rows: readonly (readonly CellValue[])[] | null;
  readonly refusal: string;
  readonly assumptions: readonly string[];
  readonly status: string;
}

/** Asks it over the real road: scan, reading, plan, premises, SQL, rows. */
async function outcomeOf(one: Case, ask: Ask): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'dpb-case-'));
  try {
    writeFileSync(join(folder, 'dpb.yaml'), '');
    const glossary = join(folder, 'glossary.yaml');
    if (ask.glossary !== undefined) writeFileSync(glossary, ask.glossary);
    const flags = { data: [join(one.folder, 'data')], glossary: ask.glossary === undefined ? undefined : glossary };
    const settings = readSettings(findWorkspace(folder), { ...flags, threads: 1, unmatched: ask.unmatched }, {});
    const session = await openSession(settings, {
      full: false,
      onProgress: () => undefined,
      onUnreadable: () => undefined,
      onGraphNotice: () => undefined,
    });
    try {
      return ask.plan === undefined ? await asked(session, ask) : await planned(session, one, ask.plan, ask);
    } finally {
      await session.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function asked(session: Session, ask: Ask): Promise<Outcome> {
  const { settings } = session;
  const request = {
    text: ask.request ?? '',
    name: null,
    owner: null,
    sla: null,
    useCaseId: null,
    asOf: ask.as_of ?? '2024-12-31',
    time: settings.time,
    unmatched: settings.unmatched,
    strict: false,
    threshold: 0,
    chosen: null,
  };
  const { status, table, error, selection } = await answer(session, request, true);
  return {
    status,
    rows: table?.rows ?? null,
    refusal: error === null ? (selection.message ?? '') : refusalText(error),
    assumptions: (selection.reading?.assumptions ?? []).map(({ text }) => text),
  };
}

async function planned(session: Session, one: Case, path: string, ask: Ask): Promise<Outcome> {
  const plan: SemanticPlan = JSON.parse(readFileSync(join(one.folder, path), 'utf8'));
  const sources = session.graph.catalog.datasets.map(sourceTableOf);
  const engine = await openMountedEngine(session, sources);
  try {
    await requirePremises(engine, plan, sources);
    const { sql } = compile(plan, sources, { asOf: ask.as_of ?? '2024-12-31' });
    return { status: 'answered', rows: (await engine.query(sql)).rows, refusal: '', assumptions: [] };
  } catch (thrown) {
    if (!(thrown instanceof DpbError)) throw thrown;
    return { status: 'refused', rows: null, refusal: refusalText(thrown), assumptions: [] };
  } finally {
    engine.close();
  }
}

function refusalText({ message, hint }: DpbError): string {
  return `${message}\n${hint}`;
}

/** What the ask is called among tests. */
export function titleOf({ request, plan, unmatched, refused }: Ask): string {
  const end = refused === undefined ? '' : ', which is refused';
  return `${request ?? plan ?? ''}${unmatched === undefined ? '' : `, unmatched rows: ${unmatched}`}${end}`;
}

/** Asks it and holds what comes against what must. */
export async function check(one: Case, ask: Ask): Promise<void> {
  const outcome = await outcomeOf(one, ask);
  if (ask.refused !== undefined) {
    expect(outcome.rows).toBeNull();
    expect(outcome.refusal).toMatch(new RegExp(ask.refused));
  } else {
    expect(outcome).toMatchObject({ status: 'answered' });
    if (ask.sql !== undefined)
      expect(comparable(outcome.rows)).toEqual(comparable(await independentRows(one, ask.sql)));
    if (ask.rows !== undefined) expect(comparable(outcome.rows)).toEqual(comparable(ask.rows));
  }
  for (const sentence of ask.says ?? []) expect(outcome.assumptions).toContain(sentence);
}

/** The rows of SQL written by hand over the CSV files of the case: dpb has no part in it. */
async function independentRows(one: Case, sql: string): Promise<readonly (readonly CellValue[])[]> {
  const engine: Engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    for (const file of readdirSync(join(one.folder, 'data'))) {
      const path = join(one.folder, 'data', file).replaceAll("'", "''");
      await engine.run(
        `CREATE VIEW "${file.replace(/\.csv$/, '')}" AS SELECT * FROM read_csv('${path}', header = true)`,
      );
    }
    return (await engine.query(sql)).rows;
  } finally {
    engine.close();
  }
}

/** Rows as sorted text, numbers by their value, so that 10 and 10.00 are one. */
function comparable(rows: readonly (readonly CellValue[])[] | null): readonly string[] {
  const cell = (value: CellValue): CellValue =>
    typeof value !== 'boolean' && value !== null && value !== '' && !Number.isNaN(Number(value))
      ? Math.round(Number(value) * 1e6) / 1e6
      : value;
  return (rows ?? []).map((row) => JSON.stringify(row.map(cell))).sort();
}
