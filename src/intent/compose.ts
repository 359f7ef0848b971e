import type { AggregateQuery, DetailQuery, Unmatched } from '../plan/query.js';
import { composeAggregate } from './compose-aggregate.js';
import { isGroupCondition } from './compose-conditions.js';
import { composeDetail } from './compose-detail.js';
import { type Assignment, conceptOf, type Draft, startDraft } from './draft.js';
import { flatten } from './flatten.js';
import type { Frame, Pick } from './frame.js';
import { adjectiveColumn, type Roles, rolesOf } from './roles.js';
import { isSummable, type SchemaModel } from './schema-model.js';

/** A query that an assignment of the frame composes to, with what was decided and what fits badly. */
export interface Composed {
  readonly query: AggregateQuery | DetailQuery;
  readonly draft: Draft;
}

/** Composes one assignment; null where it makes no query that is safe to run. */
export function compose(
  frame: Frame,
  model: SchemaModel,
  assignment: Assignment,
  unmatched: Unmatched,
): Composed | null {
  return composeFrame(frame, model, assignment, unmatched, 0);
}

/** Requests inside requests: at most so deep. */
const deepest = 3;

function composeFrame(
  frame: Frame,
  model: SchemaModel,
  assignment: Assignment,
  unmatched: Unmatched,
  depth: number,
): Composed | null {
  const adjusted = settlePick(frame, model, assignment);
  const draft = startDraft(adjusted, model, assignment, (inner) => {
    if (depth >= deepest) return null;
    const composed = composeFrame(flatten(inner), model, assignment, unmatched, depth + 1);
    return composed === null ? null : { query: composed.query, penalty: composed.draft.penalty };
  });
  const roles = rolesOf(draft);
  if (roles === null) return null;
  const query = wantsAggregate(draft, roles)
    ? composeAggregate(draft, roles, unmatched)
    : (composeDetail(draft, roles, unmatched) ?? null);
  if (query === null || draft.unplaced) return null;
  // The oldest of each group needs a limit for each group, which is not read yet: the oldest of all would be wrong.
  if (adjusted.pick !== null && adjusted.pick.nouns.length > 0 && adjusted.groups.length > 0) return null;
  if (
    query.kind === 'aggregate' &&
    !query.measures.some(({ shown }) => shown) &&
    !query.dimensions.some(({ shown }) => shown)
  )
    return null;
  return { query, draft };
}

/** `the highest price` with nothing else shown is a maximum; `oldest` of nothing shown is the row. */
function settlePick(given: Frame, model: SchemaModel, assignment: Assignment): Frame {
  const frame = pickOfThing(given, model, assignment);
  const { pick } = frame;
  if (pick === null || !pick.shown || pick.frequent || pick.item === null || frame.limit !== null) return frame;
  const others = frame.items.filter((item) => item.kind === 'plain');
  const concept = pick.item.kind === 'plain' ? assignment.get(pick.item.slot.id)?.concept : undefined;
  const column = concept?.kind === 'column' ? model.column(concept.dataset, concept.column) : undefined;
  if (pick.item.kind !== 'plain' || column === undefined || pick.nouns.length > 0) return frame;
  if (others.length > 0 || !(isSummable(column) || column.role === 'time')) return frame;
  const name = pick.direction === 'descending' ? 'max' : 'min';
  return {
    ...frame,
    pick: null,
    items: [...frame.items, { kind: 'aggregate', function: name, slot: pick.item.slot, own: [] }],
  };
}

/** `the highest mountain`: the mountain is shown, ordered by its height. */
function pickOfThing(frame: Frame, model: SchemaModel, assignment: Assignment): Frame {
  const { pick } = frame;
  if (pick === null || pick.item?.kind !== 'plain' || pick.fallback.length === 0) return frame;
  const concept = assignment.get(pick.item.slot.id)?.concept;
  const dataset = concept?.kind === 'dataset' ? model.dataset(concept.dataset) : undefined;
  const changed: Pick = { ...pick, nouns: pick.fallback, item: null };
  if (dataset === undefined || adjectiveColumn([dataset], changed) === null || !pick.shown) return frame;
  return { ...frame, pick: changed, scopes: [...frame.scopes, pick.item.slot] };
}

function wantsAggregate(draft: Draft, roles: Roles): boolean {
  if (roles.measures.length > 0 || roles.groups.length > 0) return true;
  if (draft.frame.conditions.some((condition) => isGroupCondition(draft, condition))) return true;
  if (draft.frame.orderings.some(({ item }) => item !== null && item.kind !== 'plain')) return true;
  return roles.pick !== null && pickNeedsGroups(draft, roles, roles.pick);
}

/** A superlative over related rows (`with the most orders`) groups; one over a column of the shown thing only orders. */
function pickNeedsGroups(draft: Draft, roles: Roles, pick: Pick): boolean {
  if (pick.frequent) return true;
  const shown = roles.shown.map(({ dataset }) => dataset);
  if (pick.nouns.length > 0) return pick.item === null && adjectiveColumn([...roles.entities, ...shown], pick) === null;
  if (pick.item === null) return draft.frame.limit === null || roles.shown.some(({ column }) => column !== null);
  if (pick.item.kind !== 'plain') return true;
  const concept = conceptOf(draft, pick.item.slot);
  if (concept?.kind !== 'column') return true;
  const column = draft.model.column(concept.dataset, concept.column);
  if (column === undefined || (!isSummable(column) && column.role !== 'time')) return true;
  const subject = roles.entities[0]?.name ?? shown[0]?.name;
  return subject !== undefined && !draft.model.reach(subject).has(concept.dataset) && roles.entities.length > 0;
}
