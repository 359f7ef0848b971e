import { withPreparedSources } from '../catalog/prepared-sources.js';
import { sourcesOf } from '../catalog/source-table.js';
import type { SemanticPlan } from '../plan/query.js';
import type { Reading, ResultShape, Selection } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';
import { DpbError, dpbError, messageOf } from '../support/errors.js';
import { compile } from '../transformation/compile.js';
import { dataProbe } from './data-probe.js';
import type { Model } from './model.js';
import type { Session } from './session.js';

/** What a model's reading changed of a selection. */
export interface Consultation {
  readonly selection: Selection;
  /** It names nothing that is missing, and has no plan: plans may not be able to say it. */
  readonly isBeyondPlan: boolean;
}

/** A model's reading; null where it gives none that holds. */
export interface ModelReading {
  readonly reading: Reading | null;
  readonly isBeyondPlan: boolean;
}

/**
 * Lets a model read the request too, where its reading could change what was selected, and decides between the two. Whatever
 * goes wrong with the model, the selection stays as it is and the note says why; only with `require` it is an error.
 */
export async function consultModel(
  selection: Selection,
  session: Session,
  request: Request,
  model: Model,
): Promise<Consultation> {
  const { arbitrate, isOpen } = await import('../discovery/arbitrate.js');
  if (!model.required && !isOpen(selection, model.trust)) {
    model.note({ kind: 'outcome', outcome: 'not asked', reason: 'the reading is sure enough' });
    return { selection, isBeyondPlan: false };
  }
  const { reading, isBeyondPlan } = await readByModel(selection, session, request, model);
  if (reading === null) return { selection, isBeyondPlan };
  const decided = arbitrate(selection, reading, model.trust, request, session.graph.catalog);
  model.note({ kind: 'outcome', outcome: outcomeOf(selection, decided), reason: null });
  return { selection: decided, isBeyondPlan: false };
}

/**
 * The model's reading, tried on the data; null, with a note, where it gives none. Where it is required it raises `llm.*`, but not for
 * a request of which the model says that no plan does.
 */
export async function readByModel(
  selection: Selection,
  session: Session,
  request: Request,
  model: Model,
): Promise<ModelReading> {
  const { proposeByModel } = await import('../intent/model/propose-by-model.js');
  const readings = [...(selection.reading === null ? [] : [selection.reading]), ...selection.alternatives];
  const { ask, values } = model;
  let result: ResultShape | null = null;
  let isBeyondPlan = false;
  const trial = async (plan: SemanticPlan): Promise<string | null> => {
    const problem = compileProblem(plan, session, request);
    if (problem !== null) return problem;
    result = await dataProbe(session, request)(plan);
    return result === null ? 'It does not run on the data.' : null;
  };
  try {
    const onSuspicion = (texts: readonly string[]): void =>
      model.note({ kind: 'outcome', outcome: 'suspicious text', reason: texts.map((text) => `"${text}"`).join('; ') });
    const search = (text: string): ReturnType<Model['search']> => model.search(session.graph, text);
    const proposal = await proposeByModel(request, session.graph, readings, {
      ask,
      trial,
      values,
      search,
      onSuspicion,
    });
    if (proposal.reading !== null) return { reading: { ...proposal.reading, result }, isBeyondPlan: false };
    isBeyondPlan = proposal.isBeyondPlan;
    throw dpbError('llm.unusable', { problem: proposal.problem });
  } catch (thrown) {
    // Also a fault of ours that only a model's plan shows must not cost the reading that stands without it.
    if (model.required && !isBeyondPlan) throw thrown;
    model.note({ kind: 'outcome', outcome: 'no reading', reason: messageOf(thrown) });
    return { reading: null, isBeyondPlan };
  }
}

/** Why the plan is refused; null where it compiles. */
function compileProblem(read: SemanticPlan, { graph }: Session, request: Request): string | null {
  const { plan } = withPreparedSources(read, graph.catalog);
  try {
    compile(plan, sourcesOf(graph.catalog, plan), { asOf: request.asOf });
    return null;
  } catch (thrown) {
    if (thrown instanceof DpbError) return thrown.message;
    throw thrown;
  }
}

/** Whether the model's reading was taken, is the same as the other, or is only one to ask about. */
export function outcomeOf(before: Selection, after: Selection): 'taken' | 'agreed' | 'alternative' {
  if (after.reading?.plan !== before.reading?.plan) return 'taken';
  return after.alternatives.length > before.alternatives.length ? 'alternative' : 'agreed';
}
