import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { SearchHit } from '../catalog/search/search-hit.js';
import { DpbError, dpbError } from '../support/errors.js';
import { scrubberOf } from '../support/secrets.js';
import { llmFolder, type ModelWorld } from './model.js';
import type { Settings } from './settings.js';

/**
 * What the words mean in the catalog, also said in other words where a model of embeddings is configured and may be asked.
 * Where that fails the words alone are searched and `onFailure` is told; with `--llm require` its failure is raised.
 */
export async function searchGraph(
  graph: KnowledgeGraph,
  { workspace, llm }: Pick<Settings, 'workspace' | 'llm'>,
  world: ModelWorld,
  asked: { readonly words: string; readonly limit: number; readonly onFailure: (message: string) => void },
): Promise<readonly SearchHit[]> {
  const { words, limit, onFailure } = asked;
  const isKnown = llm.embedding !== null && (llm.key() !== null || llm.replay !== null);
  if (llm.mode === 'require' && !isKnown)
    throw dpbError('llm.not_configured', { missing: llm.embedding === null ? 'none is named' : 'it has no key' });
  if (llm.mode === 'off' || !isKnown) return graph.search(words, limit);
  const { Embedder } = await import('../llm/embedder.js');
  const embedder = new Embedder(llm, {
    folder: llmFolder(workspace),
    scope: world.scope,
    scrub: scrubberOf(world.environment, [llm.replay === null ? llm.key() : null]),
    now: world.now,
    random: world.random,
    onCall: (call) => world.onNote({ kind: 'call', call }),
  });
  try {
    return await graph.search(words, limit, embedder);
  } catch (thrown) {
    if (!(thrown instanceof DpbError) || !thrown.code.startsWith('llm.') || llm.mode === 'require') throw thrown;
    onFailure(`${thrown.message}; only the words themselves are searched.`);
    return graph.search(words, limit);
  }
}
