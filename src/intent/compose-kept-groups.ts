import type { Expression } from '../plan/query.js';
import type { Placed } from './compose-groups.js';
import { conceptOf, type DimensionDraft, type Draft } from './draft.js';

/** Rows that meet no row of the table that is ranked are no member of it: where members are picked, their group is none. */
export function notRanked(
  draft: Draft,
  dimensions: readonly DimensionDraft[],
  homes: readonly string[],
): readonly Expression[] {
  const keys = dimensions.filter(({ role, dataset }) => role === 'key' && !homes.includes(dataset));
  if (keys.length > 0)
    draft.assumptions.push({
      code: 'not_ranked',
      text: `Rows that belong to none of ${[...new Set(keys.map(({ dataset }) => dataset))].join(', ')} are not ranked.`,
    });
  return keys.map(({ name }) => ({ kind: 'is_null', operand: { kind: 'output', name }, negated: true }));
}

/** Whether something is counted in groups that a condition on a count of something else keeps. */
function unitsCounted(draft: Draft, placed: readonly Placed[]): boolean {
  const counted = placed.filter(({ item }) => item?.kind === 'count' && item.slot !== null);
  const tables = new Set(
    counted.map(({ item }) => (item?.kind === 'count' && item.slot !== null ? conceptOf(draft, item.slot) : null)),
  );
  return tables.size > 1 && counted.some(({ shown }) => !shown);
}

/** Tells where a condition on a count may as well be meant of single things (`ships by type with more than 20 calls`). */
export function tellGroups(draft: Draft, placed: readonly Placed[], dimensions: readonly DimensionDraft[]): void {
  if (!unitsCounted(draft, placed)) return;
  const groups = dimensions.filter(({ shown }) => shown).map(({ label }) => label.toLowerCase());
  draft.assumptions.push({
    code: 'having',
    text: `The condition on a count keeps whole groups (${groups.join(', ')}), not single rows of what is counted.`,
  });
}
