import { sourcesOf } from '../catalog/source-table.js';
import type { Engine, ResultTable } from '../engine/engine.js';
import type { SourceTable } from '../plan/product.js';
import type { Selection } from '../plan/reading.js';
import type { Request, RunState } from '../plan/run-state.js';
import { bug, DpbError } from '../support/errors.js';
import { type Consultation, consultModel } from './consult-model.js';
import { dataProbe } from './data-probe.js';
import { discover } from './discover.js';
import type { Model } from './model.js';
import type { MadeByModel } from './model-sql.js';
import type { Session } from './session.js';

/** What became of a request that is only asked, not made a product of. `rows` is null unless it was answered and run. */
export interface Answer {
  readonly status: 'answered' | 'needs_clarification' | 'not_understood' | 'refused' | 'failed';
  readonly selection: Selection;
  readonly sql: string | null;
  /** The datasets that the SQL reads. */
  readonly sources: readonly SourceTable[];
  readonly table: ResultTable | null;
  readonly error: DpbError | null;
  /** SQL of a language model in place of a plan's, and what it says of its columns; null for all that is compiled. */
  readonly madeByModel: MadeByModel | null;
}

/** The state of a run before any agent. */
export function initialState(request: Request, catalogId: string): RunState {
  return {
    request,
    catalogId,
    readings: null,
    selection: null,
    model: null,
    sources: null,
    owner: null,
    sla: null,
    transformation: null,
    quality: null,
    product: null,
    files: null,
  };
}

/** Reads the request and chooses a reading, with a model's beside it where there is one; what it looks at in the data is counts alone. */
export async function understand(session: Session, request: Request, model: Model | null = null): Promise<Selection> {
  return (await consulted(session, request, model)).selection;
}

async function consulted(session: Session, request: Request, model: Model | null): Promise<Consultation> {
  const { intentAgent } = await import('../intent/agent.js');
  const { graphForRequest } = await import('./request-graph.js');
  const graph = await graphForRequest(session.graph, request.text);
  const state = await intentAgent(initialState(request, graph.catalog.id), { graph });
  const { selection } = await discover(state, graph, dataProbe(session, request));
  if (selection === null) throw bug('discovery ended without a selection');
  return model === null ? { selection, isBeyondPlan: false } : consultModel(selection, session, request, model);
}

/**
 * Reads, plans and, where the reading is an answer and `execute` is true, runs. What cannot be planned safely comes back
 * as `refused`, what fails on the data as `failed`, each with its error; only bugs are thrown.
 */
export async function answer(
  session: Session,
  request: Request,
  execute: boolean,
  model: Model | null = null,
): Promise<Answer> {
  const { selection, isBeyondPlan } = await consulted(session, request, model);
  if (execute && model !== null && isBeyondPlan && selection.status !== 'answered') {
    const { answerByModelSql } = await import('./model-sql.js');
    const made = await answerByModelSql(session, request, selection, model);
    if (made !== null) return { ...made, sources: [], error: null };
  }
  return answerOf(session, request, selection, execute);
}

/** What comes of a reading that was selected. */
export async function answerOf(
  session: Session,
  request: Request,
  selection: Selection,
  execute: boolean,
): Promise<Answer> {
  const reading = selection.reading;
  const nothing = { selection, sql: null, sources: [], table: null, error: null, madeByModel: null };
  if (selection.status !== 'answered' || reading === null) return { status: selection.status, ...nothing };
  const { compile } = await import('../transformation/compile.js');
  const sources = sourcesOf(session.graph.catalog, reading.plan);
  try {
    const { sql } = compile(reading.plan, sources, { asOf: request.asOf });
    const compiled: Answer = { ...nothing, status: 'answered', sql, sources };
    if (!execute) return compiled;
    const table = await withAnswerEngine(session, compiled, async (engine, text) => {
      const { requirePremises } = await import('../proof/premises.js');
      await requirePremises(engine, reading.plan, sources);
      return engine.query(text);
    });
    return { ...compiled, table };
  } catch (thrown) {
    if (!(thrown instanceof DpbError)) throw thrown;
    const status = thrown.code === 'plan.refused' ? 'refused' : 'failed';
    return { ...nothing, status, error: thrown };
  }
}

/** Lets `act` use an engine with the answer's sources mounted on the answer's SQL. */
export async function withAnswerEngine<Result>(
  session: Session,
  { sql, sources }: Answer,
  act: (engine: Engine, sql: string) => Promise<Result>,
): Promise<Result> {
  if (sql === null) throw bug('an answer without SQL cannot be run');
  return session.ask(sources, (engine) => act(engine, sql));
}
