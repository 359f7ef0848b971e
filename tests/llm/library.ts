import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Model, type ModelNote, openModel } from '../../src/pipeline/model.js';
import { openSession, type Session } from '../../src/pipeline/session.js';
import { readSettings, type Settings } from '../../src/pipeline/settings.js';
import { findWorkspace } from '../../src/pipeline/workspace.js';
import type { Selection } from '../../src/plan/reading.js';
import type { Request } from '../../src/plan/run-state.js';
import { settingsFor } from './gateway-cases.js';

/** A library of our own: branches, members with mail addresses, loans of items. */
export const libraryTables = {
  branches: `branch_id,branch_name,town
1,Harbour,Oslo
2,Hill,Oslo
3,Mill,Bergen
`,
  members: `member_id,full_name,email,tier
1,Ann Berg,ann@example.org,basic
2,Bo Dahl,bo@example.org,gold
3,Cy Eng,cy@example.org,basic
4,Di Foss,di@example.org,gold
`,
  loans: `loan_id,branch_id,member_id,lent_on,state,fee
1,1,1,2026-01-03,returned,0.50
2,1,2,2026-01-09,open,1.00
3,2,1,2026-02-01,returned,0.75
4,3,3,2026-02-11,Overdue,2.50
5,3,4,2026-02-12,returned,0.25
6,1,4,2026-03-01,open,1.25
7,2,2,2026-03-02,returned,0.50
`,
} as const;

/** Writes the tables as CSV into `folder`. */
export function writeTables(folder: string, tables: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, `${name}.csv`), text);
}

/** The library scanned, in a workspace of its own. */
export interface Library {
  readonly session: Session;
  readonly notes: ModelNote[];
  request(text: string, changes?: Partial<Request>): Request;
  model(url: string, changes?: Parameters<typeof settingsFor>[1]): Model;
  close(): Promise<void>;
}

/** What is understood of a request of which nothing is. */
export const nothingUnderstood: Selection = {
  status: 'not_understood',
  reading: null,
  alternatives: [],
  candidates: [],
  joinPath: [],
  rounds: 1,
  message: null,
};

/** A request of a day in March, with the settings' own sense of time. */
export function requestOn({ time }: Settings, text: string, changes: Partial<Request> = {}): Request {
  return {
    text,
    name: null,
    owner: null,
    sla: null,
    useCaseId: null,
    asOf: '2026-03-15',
    time,
    unmatched: 'keep',
    strict: false,
    chosen: null,
    threshold: 0.5,
    ...changes,
  };
}

export async function openLibrary(
  tables: Readonly<Record<string, string>> = libraryTables,
  glossary: string | null = null,
): Promise<Library> {
  const folder = mkdtempSync(join(tmpdir(), 'dpb-library-'));
  writeTables(join(folder, 'data'), tables);
  writeFileSync(join(folder, 'dpb.yaml'), '');
  if (glossary !== null) writeFileSync(join(folder, 'glossary.yaml'), glossary);
  const settings = readSettings(findWorkspace(folder), { data: [join(folder, 'data')], threads: 1 }, {});
  const session = await openSession(settings, {
    full: false,
    onProgress: () => undefined,
    onUnreadable: () => undefined,
    onGraphNotice: () => undefined,
  });
  const notes: ModelNote[] = [];
  let scopes = 0;
  return {
    session,
    notes,
    request: (text, changes = {}) => requestOn(settings, text, changes),
    model: (url, changes = {}) => {
      scopes += 1;
      const world = { scope: `run-${scopes}`, environment: {}, now: Date.now, random: () => 0 };
      const model = openModel(settings.workspace, settingsFor(url, changes), {
        ...world,
        onNote: (note) => notes.push(note),
      });
      if (model === null) throw new Error('the model is not configured');
      return model;
    },
    close: async () => {
      await session.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a model answers for `loans by branch`, as the prompt asks for it. */
export const loansByBranch = {
  kind: 'aggregate',
  tables: [
    { id: 'loans', dataset: 'loans' },
    { id: 'branches', dataset: 'branches' },
  ],
  joins: [{ from: 'loans', to: 'branches', on: [{ from: 'branch_id', to: 'branch_id' }] }],
  every: null,
  dimensions: [
    {
      name: 'branch_name',
      expression: { kind: 'column', table: 'branches', column: 'branch_name' },
      role: 'key',
      shown: true,
    },
  ],
  measures: [
    {
      name: 'loans',
      definition: {
        kind: 'aggregate',
        function: 'count',
        home: 'loans',
        argument: null,
        filter: null,
        fraction: null,
        orderedBy: null,
        snapshot: null,
      },
      shown: true,
    },
  ],
  filter: null,
  having: null,
  orderBy: [],
  limit: null,
} as const;

/** The same with only rows of a state. */
export function loansInState(value: string): object {
  const left = { kind: 'column', table: 'loans', column: 'state' };
  const right = { kind: 'literal', literal: { type: 'text', value } };
  return { ...loansByBranch, filter: { kind: 'comparison', operator: 'eq', left, right } };
}

/** An answer with that query. */
export function answerWith(reading: unknown): string {
  return JSON.stringify({ reading, missing: [] });
}
