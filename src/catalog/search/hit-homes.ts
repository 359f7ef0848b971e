import type { Catalog } from '../catalog.js';
import type { SearchHit } from './search-hit.js';

/** The datasets that a hit speaks of: its own, or those that the term stands for; none for metrics over several. */
export function homesOf({ terms }: Catalog, { kind, dataset, name }: SearchHit): readonly string[] {
  if (kind !== 'term') return dataset === null ? [] : [dataset];
  return terms.flatMap(({ term, mapsTo }) => (term === name ? mapsTo.map((target) => target.dataset) : []));
}
