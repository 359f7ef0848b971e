import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KnowledgeGraph } from '../../src/catalog/catalog.js';
import { openEmbeddedGraph } from '../../src/catalog/embedded-graph.js';
import { scan } from '../../src/catalog/scan.js';
import { sourceTableOf } from '../../src/catalog/source-table.js';
import { selectReading } from '../../src/discovery/select.js';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { CellValue, Engine } from '../../src/engine/engine.js';
import { proposeReadings } from '../../src/intent/propose.js';
import type { Selection } from '../../src/plan/reading.js';
import type { Request } from '../../src/plan/run-state.js';
import { compile } from '../../src/transformation/compile.js';

/** A small clinic of our own: doctors, patients, visits with a fee, and two patients who never came. */
const tables = {
  doctors: `doctor_id,doctor_name,specialty,salary
1,Ada Moor,cardiology,9000
2,Ben Ruiz,dermatology,7000
3,Cleo Tan,cardiology,8000
4,Dov Weiss,surgery,12000
`,
  patients: `patient_id,patient_name,town,birth_date
10,Ida,Oslo,1980-01-01
11,Jon,Rome,1990-05-05
12,Kim,Oslo,2001-02-03
13,Lou,Bern,1975-07-07
14,Max,Rome,1969-09-09
`,
  visits: `visit_id,doctor_id,patient_id,visit_date,fee,outcome
100,1,10,2024-01-10,50.00,cured
101,1,11,2024-01-20,70.00,referred
102,2,10,2024-02-05,30.00,cured
103,3,12,2024-02-15,90.00,cured
104,3,10,2024-03-01,40.00,referred
105,4,11,2024-03-09,200.00,cured
`,
} as const;

const glossary = `metrics:
  - {name: turnover, label: Turnover, synonyms: [takings], table: visits, expression: SUM(fee)}
`;

/** The clinic, scanned; `ask` reads a request and, where it is answered, gives the rows. */
export interface Clinic {
  readonly graph: KnowledgeGraph;
  ask(
    text: string,
    changes?: Partial<Request>,
  ): Promise<{ readonly selection: Selection; readonly rows: readonly (readonly CellValue[])[] }>;
  /** The rows of SQL written by hand over the same tables. */
  query(sql: string): Promise<readonly (readonly CellValue[])[]>;
  close(): Promise<void>;
}

export function openClinic(): Promise<Clinic> {
  return openTables(tables, glossary);
}

/** As `openClinic`, of any tables given as CSV text by name. */
export async function openTables(tables: Readonly<Record<string, string>>, glossary: string): Promise<Clinic> {
  const folder = mkdtempSync(join(tmpdir(), 'dpb-intent-'));
  for (const [name, text] of Object.entries(tables)) {
    mkdirSync(join(folder, 'bronze', name), { recursive: true });
    writeFileSync(join(folder, 'bronze', name, `${name}.csv`), text);
  }
  writeFileSync(join(folder, 'glossary.yaml'), glossary);
  const { catalogPath } = await scan({
    roots: [join(folder, 'bronze')],
    glossaryPath: join(folder, 'glossary.yaml'),
    stateDirectory: join(folder, '.dpb'),
    threads: 1,
    full: false,
    foldUsage: false,
    onProgress: () => {},
  });
  const graph = await openEmbeddedGraph(catalogPath);
  const engine: Engine = await openEngine({ threads: 1, memoryLimit: null });
  const sources = graph.catalog.datasets.map((dataset) => ({ table: sourceTableOf(dataset), root: dataset.root }));
  await engine.mount(sources);
  return {
    graph,
    async ask(text, changes = {}) {
      const request = { ...requestOf(text), ...changes };
      const selection = selectReading(await proposeReadings(request, graph), request, graph.catalog);
      if (selection.reading === null || selection.status !== 'answered') return { selection, rows: [] };
      const { sql } = compile(
        selection.reading.plan,
        sources.map(({ table }) => table),
        { asOf: request.asOf },
      );
      return { selection, rows: (await engine.query(sql)).rows };
    },
    async query(sql) {
      return (await engine.query(sql)).rows;
    },
    async close() {
      engine.close();
      await graph.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Rows as text, sorted unless their order was asked for: numbers compare by value, whatever the engine's type. */
export function plainRows(rows: readonly (readonly unknown[])[], ordered: boolean): readonly string[] {
  const lines = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' && /^-?\d+(\.\d+)?$/u.test(cell) ? Number(cell) : cell)).join(' | '),
  );
  return ordered ? lines : [...lines].sort();
}

/** A request with settings that let every reading through. */
export function requestOf(text: string): Request {
  return {
    text,
    name: null,
    owner: null,
    sla: null,
    useCaseId: null,
    asOf: '2024-04-01',
    time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
    unmatched: 'keep',
    strict: false,
    chosen: null,
    threshold: 0.3,
  };
}
