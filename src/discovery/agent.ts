import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Agent } from '../plan/agent.js';
import { bug } from '../support/errors.js';
import { selectReading } from './select.js';
import { type Probe, weighByData } from './weigh-by-data.js';

interface DiscoveryContext {
  readonly graph: KnowledgeGraph;
  /** How wide the net was thrown for these readings, 1 unless given. */
  readonly rounds?: number;
  /** Without it the data are not looked at. */
  readonly probe?: Probe;
}

/** Picks a reading: adds the selection. */
export const discoveryAgent: Agent<DiscoveryContext> = async (state, { graph, rounds, probe }) => {
  if (state.readings === null) throw bug('discovery runs before intent');
  const readings = probe === undefined ? state.readings : await weighByData(state.readings, probe);
  return { ...state, selection: selectReading(readings, state.request, graph.catalog, rounds ?? 1) };
};
