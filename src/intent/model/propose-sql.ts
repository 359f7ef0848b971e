import { z } from 'zod';
import type { Catalog, KnowledgeGraph } from '../../catalog/catalog.js';
import { dataTypeOf } from '../../engine/duckdb-type.js';
import type { ResultTable } from '../../engine/engine.js';
import { answerObject } from '../../llm/answer-object.js';
import { askWithRepairs, type Judgement, type Outcome } from '../../llm/ask-with-repairs.js';
import type { Question } from '../../llm/llm-settings.js';
import { jsonSchemaOf } from '../../plan/json-schema.js';
import type { Reading } from '../../plan/reading.js';
import type { Request } from '../../plan/run-state.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { DpbError } from '../../support/errors.js';
import { catalogSlice, type Search } from './catalog-slice.js';
import { suspiciousTexts } from './suspicious.js';

const typeNames = ['text', 'integer', 'decimal', 'double', 'boolean', 'date', 'timestamp'] as const;

const columnSchema = z
  .object({
    name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/u),
    type: z.enum(typeNames),
    description: z.string().max(300),
  })
  .strict();

const answerSchema = z
  .object({ columns: z.array(columnSchema).max(100), sql: z.union([z.string(), z.null()]) })
  .strict();

/** The JSON Schema of what a model answers that writes SQL. */
export function logicAnswerSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(answerSchema);
}

/** A SELECT of a model that was vetted and run, with what it gave: the columns that were announced before. */
export interface ProposedSql {
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly description: string }[];
  readonly table: ResultTable;
}

interface Asking {
  readonly ask: (question: Question) => Promise<string>;
  /** Vets the SQL and runs it where it can do no harm, over these columns of these datasets. */
  readonly run: (sql: string, columns: ReadonlyMap<string, ReadonlySet<string>>) => Promise<ResultTable>;
  readonly values: boolean;
  /** What the request means in the catalog; asked where not all of it is shown. */
  readonly search: Search;
  readonly onSuspicion: (texts: readonly string[]) => void;
}

/**
 * Asks a model for one SELECT where no plan says the request. It sees and reads no column of personal data: what a plan does
 * with those is judged, what SQL does with them is not. What `ask` raises is passed on, and `sql.unconfined`.
 */
export async function proposeSql(
  request: Request,
  graph: KnowledgeGraph,
  readings: readonly Reading[],
  { ask, run, values, search, onSuspicion }: Asking,
): Promise<Outcome<ProposedSql>> {
  const slice = await catalogSlice(impersonal(graph.catalog), request.text, readings, { values, search });
  const suspicious = suspiciousTexts([slice.data, request.text]);
  if (suspicious.length > 0) onSuspicion(suspicious);
  const data = canonicalJson({ catalog: slice.data, request: request.text, today: request.asOf });
  return askWithRepairs<ProposedSql>({ purpose: 'logic', schema: logicAnswerSchema(), data, ask }, async (text) => {
    const answer = answerSchema.safeParse(answerObject(text));
    if (!answer.success) return problem('It is not one JSON object of the form {"columns": […], "sql": …}.');
    const { sql, columns } = answer.data;
    if (sql === null) return { kind: 'none', reason: 'it has no SQL for it' };
    try {
      const table = await run(sql, slice.columns);
      const difference = differenceOf(columns, table);
      return difference === null ? { kind: 'fit', fit: { sql, columns, table } } : problem(difference);
    } catch (thrown) {
      if (!(thrown instanceof DpbError) || thrown.code === 'sql.unconfined') throw thrown;
      return problem(values ? thrown.message : withoutValues(thrown));
    }
  });
}

function problem(text: string): Judgement<never> {
  return { kind: 'problem', problem: text };
}

/** The catalog without personal data, with columns as they are stored: what the glossary makes of them, plans make. */
function impersonal(catalog: Catalog): Catalog {
  const datasets = catalog.datasets.map((dataset) => ({
    ...dataset,
    columns: dataset.columns
      .filter(({ pii }) => pii === null)
      .map((column) => ({ ...column, type: column.cast?.stored ?? column.type })),
  }));
  return { ...catalog, datasets };
}

/** How the result differs from the columns that were announced; null where it does not. */
function differenceOf(announced: z.infer<typeof answerSchema>['columns'], { columns }: ResultTable): string | null {
  const said = announced.map(({ name, type }) => `${name} ${type}`).join(', ');
  const given = columns.map(({ name, type }) => `${name} ${dataTypeOf(type).kind}`).join(', ');
  return said === given ? null : `The SELECT gives (${given}), where columns says (${said}).`;
}

/** What speaks of the SQL itself and of names; any other error may quote a value of the data, which no model is shown. */
const nameErrors = /\b(?:Parser|Binder|Catalog) Error\b/u;

function withoutValues({ code, message }: DpbError): string {
  if (code === 'sql.vetoed' || nameErrors.test(message)) return message;
  return code === 'sql.stopped'
    ? 'It was stopped: it takes more time, memory or rows than it may.'
    : 'It fails while it runs: a value does not fit what the SELECT does with it.';
}
