import type { Catalog, Relationship } from '../catalog/catalog.js';
import type { Concept } from './concept.js';
import type { Assignment } from './draft.js';
import type { Frame } from './frame.js';

/**
 * The relationships that lead to what was said to be of another thing than they are of: in `orders by country of the shop` the
 * country is not that of the buyer, though both have one.
 */
export function strayPaths(
  { owners }: Frame,
  assignment: Assignment,
  { relationships }: Pick<Catalog, 'relationships'>,
): readonly Relationship[] {
  return owners.flatMap(([said, owner]) => {
    const concept = assignment.get(said)?.concept;
    const holder = datasetOf(assignment.get(owner)?.concept);
    // The key that refers to it stands for the thing as well.
    const key = relationships.find(
      ({ from }) => concept?.kind === 'column' && from.dataset === holder && from.columns.join() === concept.column,
    );
    const thing = key?.to.dataset ?? datasetOf(concept);
    const refers = relationships.some(({ from, to }) => from.dataset === holder && to.dataset === thing);
    if (thing === null || thing === holder || !refers) return [];
    return relationships.filter(({ from, to }) => to.dataset === thing && from.dataset !== holder);
  });
}

function datasetOf(concept: Concept | undefined): string | null {
  return concept === undefined || concept.kind === 'metric' ? null : concept.dataset;
}
