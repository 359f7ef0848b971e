import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Agent } from '../plan/agent.js';
import type { Net } from './mentions.js';
import { proposeReadings } from './propose.js';

/** Reads the words of the request: adds up to eight readings, best first. `net` is how wide to search, 1 unless given. */
export const intentAgent: Agent<{ readonly graph: KnowledgeGraph; readonly net?: Net }> = async (
  state,
  { graph, net },
) => ({ ...state, readings: await proposeReadings(state.request, graph, net ?? 1) });
