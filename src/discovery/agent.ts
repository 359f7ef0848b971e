import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Agent } from '../plan/agent.js';
import { bug } from '../support/errors.js';
import { selectReading } from './select.js';

/** Picks a reading: adds the selection. `rounds` is how wide the net was thrown for these readings, 1 unless given. */
export const discoveryAgent: Agent<{ readonly graph: KnowledgeGraph; readonly rounds?: number }> = async (
  state,
  { graph, rounds },
) => {
  if (state.readings === null) throw bug('discovery runs before intent');
  return { ...state, selection: selectReading(state.readings, state.request, graph.catalog, rounds ?? 1) };
};
