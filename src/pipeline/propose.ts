import type { Engine } from '../engine/engine.js';
import type { RunState } from '../plan/run-state.js';
import { bug, dpbError, messageOf } from '../support/errors.js';
import type { Model } from './model.js';

/**
 * The state after quality with what a model proposes for it. Whatever goes wrong, the state stays as it is and the note says why;
 * only with `require` it is an error.
 */
export async function proposedByModel(state: RunState, model: Model, engine: Engine): Promise<RunState> {
  const { askForProposals } = await import('../quality/model/proposals.js');
  const { withProposals } = await import('../quality/model/apply-proposals.js');
  if (state.model === null || state.sources === null) throw bug('quality ended without a model and its sources');
  try {
    const outcome = await askForProposals(state.model, state.sources, model.ask);
    if (outcome.fit === null) throw dpbError('llm.unusable', { problem: outcome.problem });
    const proposed = await withProposals(state, outcome.fit, engine);
    model.note({ kind: 'outcome', outcome: 'proposals', reason: null });
    return proposed;
  } catch (thrown) {
    if (model.required) throw thrown;
    model.note({ kind: 'outcome', outcome: 'no proposals', reason: messageOf(thrown) });
    return state;
  }
}
