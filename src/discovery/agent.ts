import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Agent } from '../plan/agent.js';
import { bug } from '../support/errors.js';
import { selectReading } from './select.js';

/** Picks a reading: adds the selection. */
export const discoveryAgent: Agent<{ readonly graph: KnowledgeGraph }> = async (state, { graph }) => {
  if (state.readings === null) throw bug('discovery runs before intent');
  return { ...state, selection: selectReading(state.readings, state.request, graph.catalog) };
};
