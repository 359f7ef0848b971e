import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Probe } from '../discovery/weigh-by-data.js';
import type { RunState } from '../plan/run-state.js';

/** How often the net is thrown: each time wider, as long as words of the request name nothing. */
const roundsMax = 3;

/**
 * Runs discovery over the readings of the state. Where words found nothing, intent is asked again with a wider net (also
 * words of descriptions and weaker kinships), at most three times; what a wider net reads is taken only where it is sure
 * enough to be an answer, else the first selection stands.
 */
export async function discover(state: RunState, graph: KnowledgeGraph, probe: Probe): Promise<RunState> {
  const { discoveryAgent } = await import('../discovery/agent.js');
  const first = await discoveryAgent(state, { graph, rounds: 1, probe });
  if (first.selection?.status !== 'not_understood') return first;
  const { intentAgent } = await import('../intent/agent.js');
  for (let rounds = 2; rounds <= roundsMax; rounds += 1) {
    const net = rounds === 2 ? 2 : 3;
    const wider = await discoveryAgent(await intentAgent(state, { graph, net }), { graph, rounds, probe });
    if (wider.selection?.status === 'answered') return wider;
  }
  return { ...first, selection: { ...first.selection, rounds: roundsMax } };
}
