import { columnWords } from '../catalog/name-words.js';
import { isAdditive } from './additive.js';
import { conceptOf, type Draft } from './draft.js';
import type { Roles } from './roles.js';
import { isSummable } from './schema-model.js';

/**
 * `which cook baked the most loaves? Name and loaves`: the number named again is what each of them is ranked by, their total,
 * and not one more thing to tell them apart by.
 */
export function withRankedAmount(draft: Draft, roles: Roles): Roles {
  const { pick, shown, measures } = roles;
  const item = pick?.item ?? null;
  const concept = item?.kind === 'plain' ? conceptOf(draft, item.slot) : null;
  const dataset = concept?.kind === 'column' ? draft.model.dataset(concept.dataset) : undefined;
  const column = concept?.kind === 'column' ? draft.model.column(concept.dataset, concept.column) : undefined;
  if (item === null || pick?.frequent === true || dataset === undefined || column === undefined) return roles;
  if (!isSummable(column) || !isAdditive(columnWords(dataset, column))) return roles;
  const others = shown.filter((thing) => thing.dataset !== dataset || thing.column !== column);
  if (others.length === 0 || others.length === shown.length) return roles;
  return { ...roles, shown: others, measures: [...measures, item] };
}
