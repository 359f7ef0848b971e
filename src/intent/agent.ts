import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Agent } from '../plan/agent.js';
import { proposeReadings } from './propose.js';

/** Reads the words of the request: adds up to eight readings, best first. */
export const intentAgent: Agent<{ readonly graph: KnowledgeGraph }> = async (state, { graph }) => ({
  ...state,
  readings: await proposeReadings(state.request, graph),
});
