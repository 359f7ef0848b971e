import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { SearchHit } from '../catalog/search/search-hit.js';
import { type ModelWorld, openMeanings, unlessModelFails } from './model.js';
import type { Settings } from './settings.js';

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
