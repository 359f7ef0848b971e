import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Meanings, SearchHit } from '../catalog/search/search-hit.js';
import { DpbError, dpbError } from '../support/errors.js';
import { scrubberOf } from '../support/secrets.js';
import { llmFolder, type ModelWorld } from './model.js';
import type { Settings } from './settings.js';

/**
 * What gives texts their vectors; null where no model of embeddings is configured or may be asked. Raises `llm.not_configured`
 * where one is required. Nothing is asked before its first use.
 */
export async function openMeanings(
  { workspace, llm }: Pick<Settings, 'workspace' | 'llm'>,
  world: ModelWorld,
): Promise<Meanings | null> {
  const isKnown = llm.embedding !== null && (llm.key() !== null || llm.replay !== null);
  if (llm.mode === 'require' && !isKnown)
    throw dpbError('llm.not_configured', { missing: llm.embedding === null ? 'none is named' : 'it has no key' });
  if (llm.mode === 'off' || !isKnown) return null;
  const { Embedder } = await import('../llm/embedder.js');
  return new Embedder(llm, {
    folder: llmFolder(workspace),
    scope: world.scope,
    scrub: scrubberOf(world.environment, [llm.replay === null ? llm.key() : null]),
    now: world.now,
    random: world.random,
    onCall: (call) => world.onNote({ kind: 'call', call }),
  });
}

/** What `ask` gives; null where its model failed, of which `onFailure` is told. With `--llm require` the failure is raised. */
export async function unlessModelFails<Answer>(
  { llm }: Pick<Settings, 'llm'>,
  ask: () => Promise<Answer>,
  onFailure: (failure: DpbError) => void,
): Promise<Answer | null> {
  try {
    return await ask();
  } catch (thrown) {
    if (!(thrown instanceof DpbError) || !thrown.code.startsWith('llm.') || llm.mode === 'require') throw thrown;
    onFailure(thrown);
    return null;
  }
}

/**
 * What the words mean in the catalog, also said in other words where a model of embeddings is configured and may be asked.
 * Where that fails the words alone are searched and `onFailure` is told; with `--llm require` its failure is raised.
 */
export async function searchGraph(
  graph: KnowledgeGraph,
  settings: Pick<Settings, 'workspace' | 'llm'>,
  world: ModelWorld,
  asked: { readonly words: string; readonly limit: number; readonly onFailure: (message: string) => void },
): Promise<readonly SearchHit[]> {
  const { words, limit, onFailure } = asked;
  const meanings = await openMeanings(settings, world);
  const hits =
    meanings &&
    (await unlessModelFails(
      settings,
      () => graph.search(words, limit, meanings),
      ({ message }) => onFailure(`${message}; only the words themselves are searched.`),
    ));
  return hits ?? (await graph.search(words, limit));
}
