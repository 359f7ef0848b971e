import { columnWords } from '../catalog/name-words.js';
import type { AggregateQuery, DetailQuery, Unmatched } from '../plan/query.js';
import { amountOf } from './amounts.js';
import { composeAggregate } from './compose-aggregate.js';
import { isGroupCondition } from './compose-conditions.js';
import { composeDetail } from './compose-detail.js';
import { type Assignment, type Counting, conceptOf, type Draft, startDraft } from './draft.js';
import { expandComputed } from './expand-computed.js';
import { flatten } from './flatten.js';
import type { Frame, Pick } from './frame.js';
import { adjectiveColumn, type Roles, rolesOf } from './roles.js';
import { isSummable, keyOf, nameColumns, type SchemaModel } from './schema-model.js';
import { stemOf } from './word-forms.js';

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
  return expanded(composeFrame(frame, model, assignment, { unmatched, counting: 'things' }, 0), frame, model);
}

/**
 * As `compose`, and where things are counted that rows of another table refer to, also with those rows counted: `how many
 * courses does each student take` may mean the courses or the times that one was taken.
 */
export function composeWays(
  frame: Frame,
  model: SchemaModel,
  assignment: Assignment,
  unmatched: Unmatched,
): readonly Composed[] {
  const things = compose(frame, model, assignment, unmatched);
  if (things === null) return [];
  const { countedIn } = things.draft;
  if (countedIn === null) return [things];
  const rows = expanded(composeFrame(frame, model, assignment, { unmatched, counting: 'rows' }, 0), frame, model);
  if (rows === null) return [things];
  if (!isBridge(model, countedIn)) rows.draft.penalty += 1;
  rows.draft.assumptions.push({ code: 'count', text: `Each row of ${countedIn} counts.` });
  return [things, rows];
}

function expanded(composed: Composed | null, { unit }: Frame, model: SchemaModel): Composed | null {
  return composed === null ? null : { ...composed, query: expandComputed(composed.query, model.computed, unit) };
}

/** Whether rows of the table do little more than tie others together. */
function isBridge(model: SchemaModel, name: string): boolean {
  const dataset = model.dataset(name);
  if (dataset === undefined) return false;
  const references = model.catalog.relationships.filter(({ from }) => from.dataset === name);
  const tied = new Set([...references.flatMap(({ from }) => from.columns), ...(keyOf(dataset) ?? [])]);
  const others = dataset.columns.filter((column) => !tied.has(column.name) && column.role !== 'identifier');
  const tables = new Set(references.map(({ to }) => to.dataset)).size;
  return tables >= 2 && others.length <= 1 && !others.some(isSummable);
}

interface Settings {
  readonly unmatched: Unmatched;
  readonly counting: Counting;
}

/** Requests inside requests: at most so deep. */
const deepest = 3;

function composeFrame(
  frame: Frame,
  model: SchemaModel,
  assignment: Assignment,
  settings: Settings,
  depth: number,
): Composed | null {
  const { unmatched, counting } = settings;
  const adjusted = settlePick(frame, model, assignment);
  const draft = startDraft(adjusted, model, assignment, counting, (inner) => {
    if (depth >= deepest) return null;
    const composed = composeFrame(flatten(inner), model, assignment, settings, depth + 1);
    return composed === null ? null : { query: composed.query, penalty: composed.draft.penalty };
  });
  const roles = rolesOf(draft);
  if (roles === null || ranksByNothing(roles)) return null;
  const query = wantsAggregate(draft, roles)
    ? composeAggregate(draft, roles, unmatched)
    : (composeDetail(draft, roles, unmatched) ?? null);
  if (query === null || draft.unplaced) return null;
  if (frame.parts)
    draft.assumptions.push({
      code: 'parts',
      text: 'Of the proportion the numbers themselves are shown; "share of" or "percentage of" asks for parts of the whole.',
    });
  // The oldest of each group is another than the oldest of all.
  if (adjusted.pick !== null && adjusted.pick.nouns.length > 0 && adjusted.groups.length > 0 && !isPerGroup(query))
    return null;
  if (
    query.kind === 'aggregate' &&
    !query.measures.some(({ shown }) => shown) &&
    !query.dimensions.some(({ shown }) => shown)
  )
    return null;
  return { query, draft };
}

/** `the tallest` of things without a height. */
function ranksByNothing({ pick, entities, shown }: Roles): boolean {
  if (pick === null || pick.nouns.length === 0 || pick.item !== null) return false;
  return adjectiveColumn([...entities, ...shown.map(({ dataset }) => dataset)], pick) === null;
}

function isPerGroup({ limit }: AggregateQuery | DetailQuery): boolean {
  return limit !== null && limit.per.length > 0;
}

/** `the highest price` with nothing else shown is a maximum; `oldest` of nothing shown is the row. */
function settlePick(given: Frame, model: SchemaModel, assignment: Assignment): Frame {
  const frame = rankedList(pickOfThing(pickOfItself(given, model, assignment), model, assignment), model, assignment);
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

/** `the longest routes, ordered from longest to shortest`: all of them are asked for, with what ranks them. */
function rankedList(frame: Frame, model: SchemaModel, assignment: Assignment): Frame {
  const { pick, orderings } = frame;
  const [ordering, ...others] = orderings;
  const bare = ordering !== undefined && others.length === 0 && ordering.axis === null;
  // `which regions have the highest share, ordered from highest to lowest` asks for all of them as well.
  const listed = pick?.shown === true || (ordering?.item === null && pick?.item?.kind === 'plain');
  if (pick === null || !listed || pick.count !== null || frame.limit !== null || pick.frequent || !bare) return frame;
  const concept = ordering.item?.kind === 'plain' ? assignment.get(ordering.item.slot.id)?.concept : undefined;
  const named = concept?.kind === 'column' ? model.column(concept.dataset, concept.column) : undefined;
  const ranks = ordering.item === null || (named !== undefined && (isSummable(named) || named.role === 'time'));
  return ranks ? { ...frame, pick: { ...pick, direction: ordering.direction, all: true }, orderings: [] } : frame;
}

/** `the longest minutes`: what the superlative would look for is what is named. */
function pickOfItself(frame: Frame, model: SchemaModel, assignment: Assignment): Frame {
  const { pick, items } = frame;
  const [item, ...others] = items;
  if (
    pick === null ||
    !pick.shown ||
    pick.item !== null ||
    pick.nouns.length === 0 ||
    others.length > 0 ||
    item?.kind !== 'plain'
  )
    return frame;
  const concept = assignment.get(item.slot.id)?.concept;
  const dataset = concept?.kind === 'column' ? model.dataset(concept.dataset) : undefined;
  const column = concept?.kind === 'column' ? model.column(concept.dataset, concept.column) : undefined;
  if (dataset === undefined || column === undefined || !isSummable(column)) return frame;
  const own = columnWords(dataset, column).map(stemOf);
  if (!pick.nouns.some((noun) => own.includes(stemOf(noun)))) return frame;
  return { ...frame, items: [], pick: { ...pick, nouns: [], item } };
}

/** `the highest mountain`: the mountain is shown, ordered by its height. */
function pickOfThing(frame: Frame, model: SchemaModel, assignment: Assignment): Frame {
  const { pick } = frame;
  if (pick === null || pick.item?.kind !== 'plain' || pick.fallback.length === 0) return frame;
  const concept = assignment.get(pick.item.slot.id)?.concept;
  const dataset = concept?.kind === 'dataset' ? model.dataset(concept.dataset) : undefined;
  if (dataset === undefined || !pick.shown) return frame;
  const named: Pick = { ...pick, nouns: pick.fallback, item: null };
  const amount = adjectiveColumn([dataset], named) === null ? amountOf(model, dataset.name) : null;
  const changed: Pick = amount === null ? named : { ...named, nouns: columnWords(dataset, amount), measured: true };
  if (adjectiveColumn([dataset], changed) === null) return frame;
  // Of each group the thing itself is shown.
  const items = frame.groups.length > 0 ? [...frame.items, pick.item] : frame.items;
  return { ...frame, items, pick: changed, scopes: [...frame.scopes, pick.item.slot] };
}

function wantsAggregate(draft: Draft, roles: Roles): boolean {
  if (roles.measures.length > 0 || roles.groups.length > roles.within.length) return true;
  if (draft.frame.conditions.some((condition) => isGroupCondition(draft, condition))) return true;
  if (draft.frame.orderings.some(({ item }) => item !== null && item.kind !== 'plain')) return true;
  return roles.pick !== null && pickNeedsGroups(draft, roles, roles.pick);
}

/** `the kind with the most seats`: of what many rows share, the sum is meant, not the row with the most. */
function isAddedUp({ shown, entities }: Roles, { nouns, fallback }: Pick): boolean {
  if (nouns.length + fallback.length > 0 || shown.length === 0 || entities.length > 0) return false;
  return shown.every(
    ({ dataset, column }) =>
      column !== null &&
      column.role === 'category' &&
      !nameColumns(dataset).includes(column) &&
      column.profile.distinct * 2 <= dataset.rows,
  );
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
  if (isAddedUp(roles, pick)) return true;
  // `who booked the most nights`: all nights that one booked.
  const plainMost = pick.nouns.length + pick.fallback.length === 0;
  if (plainMost && shown[0] !== undefined && !draft.model.reach(shown[0].name).has(concept.dataset)) return true;
  const subject = roles.entities[0]?.name ?? shown[0]?.name;
  return subject !== undefined && !draft.model.reach(subject).has(concept.dataset) && roles.entities.length > 0;
}
