import { sourceTableOf } from '../catalog/source-table.js';
import { type ConfinedTable, confinedQuery } from '../engine/confined-query.js';
import type { ResultTable } from '../engine/engine.js';
import { proposeSql } from '../intent/model/propose-sql.js';
import type { Selection } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';
import { DpbError, dpbError, messageOf } from '../support/errors.js';
import type { Model } from './model.js';
import type { Session } from './session.js';

/** What SQL of a model may take, from the start of its process to its last row. */
const limits = { deadlineMs: 20_000, rowsMax: 10_000, bytesMax: 16_000_000 } as const;

/** A SELECT that a language model wrote. It was vetted, run apart, and gave the columns that it announced; nothing proves that it is right. */
export interface MadeByModel {
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly description: string }[];
}

/** What of an answer is made by the model. `table` is null where it is only told as what could be meant. */
interface ModelAnswer {
  readonly status: 'answered' | 'needs_clarification';
  readonly selection: Selection;
  readonly sql: string;
  readonly table: ResultTable | null;
  readonly madeByModel: MadeByModel;
}

/**
 * Asks the model for one SELECT where no plan says the request. As the settings say, it is the answer, or only told as what could be
 * meant; null, with a note, where there is none that holds. Raises `llm.*` and `sql.unconfined` where a model is required.
 */
export async function answerByModelSql(
  session: Session,
  request: Request,
  selection: Selection,
  model: Model,
): Promise<ModelAnswer | null> {
  if (model.sql === 'off') return null;
  const readings = [...(selection.reading === null ? [] : [selection.reading]), ...selection.alternatives];
  const { ask, values, note } = model;
  const onSuspicion = (texts: readonly string[]): void =>
    note({ kind: 'outcome', outcome: 'suspicious text', reason: texts.map((text) => `"${text}"`).join('; ') });
  const run = (sql: string, columns: ReadonlyMap<string, ReadonlySet<string>>): Promise<ResultTable> =>
    confinedQuery(sql, tablesOf(session, columns), limits);
  const search = (text: string): ReturnType<Model['search']> => model.search(session.graph, text);
  try {
    const outcome = await proposeSql(request, session.graph, readings, { ask, run, values, search, onSuspicion });
    if (outcome.fit === null) throw dpbError('llm.unusable', { problem: outcome.problem });
    note({ kind: 'outcome', outcome: 'SQL of the model', reason: null });
    const { sql, columns, table } = outcome.fit;
    const madeByModel = { sql, columns: columns.map(({ name, description }) => ({ name, description })) };
    const isTaken = model.sql === 'take' && !request.strict;
    return isTaken
      ? { status: 'answered', selection: { ...selection, ...taken }, sql, table, madeByModel }
      : { status: 'needs_clarification', selection: { ...selection, ...offered }, sql, table: null, madeByModel };
  } catch (thrown) {
    if (!(thrown instanceof DpbError) || model.required) throw thrown;
    note({ kind: 'outcome', outcome: 'no reading', reason: messageOf(thrown) });
    return null;
  }
}

const taken = { status: 'answered', reading: null, alternatives: [], message: null } as const;
const offered = {
  status: 'needs_clarification',
  message:
    'No plan says this. A language model wrote SQL for it, which runs; nothing shows that it is right. Read it, and take it with --model-sql',
} as const;

function tablesOf({ graph }: Session, columns: ReadonlyMap<string, ReadonlySet<string>>): readonly ConfinedTable[] {
  return graph.catalog.datasets.flatMap((dataset) => {
    const shown = columns.get(dataset.name);
    return shown === undefined ? [] : [{ table: sourceTableOf(dataset), root: dataset.root, columns: [...shown] }];
  });
}
