import type { CellValue } from '../engine/engine.js';
import { type ErrorData, errorData } from '../support/error-data.js';
import type { Answer } from './answer.js';
import type { MadeByModel } from './model-sql.js';

/** The JSON of a reading, as `ask --format json` and `eval --results` write it. */
export interface AnswerData {
  readonly status: Answer['status'];
  readonly confidence: number | null;
  readonly reading: string | null;
  readonly assumptions: readonly string[];
  readonly unresolved: readonly string[];
  readonly alternatives: readonly { readonly reading: string; readonly confidence: number }[];
  readonly sql: string | null;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly CellValue[])[];
  readonly message: string | null;
  /** SQL and columns are of a language model, not of a plan; left out for all that is compiled. */
  readonly made_by_model?: MadeByModel;
  readonly error?: ErrorData;
}

/** An answer in that form. */
export function answerData(answer: Answer): AnswerData {
  const { selection, table } = answer;
  const { reading } = selection;
  return {
    status: answer.status,
    confidence: reading?.confidence ?? null,
    reading: reading?.echo ?? null,
    assumptions: (reading?.assumptions ?? []).map(({ text }) => text),
    unresolved: (reading?.unresolved ?? []).map(({ text }) => text),
    alternatives: selection.alternatives.map(({ echo, confidence }) => ({ reading: echo, confidence })),
    sql: answer.sql,
    columns: table?.columns ?? [],
    rows: table?.rows ?? [],
    message: selection.message,
    ...(answer.madeByModel === null ? {} : { made_by_model: answer.madeByModel }),
    ...(answer.error === null ? {} : { error: errorData(answer.error) }),
  };
}
