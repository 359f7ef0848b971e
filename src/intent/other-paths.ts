import type { Catalog, Relationship } from '../catalog/catalog.js';
import type { Query, Unmatched } from '../plan/query.js';
import type { Assumption } from '../plan/reading.js';
import { type Composed, compose } from './compose.js';
import type { Assignment } from './draft.js';
import type { Frame } from './frame.js';
import { strayPaths } from './owner-paths.js';
import { joinsOfQuery, shapeKey, type UsedJoin } from './plan-shape.js';
import { isRoleSaid, standingOf, twinsOf } from './relationship-roles.js';
import { type Said, type SchemaModel, schemaModel } from './schema-model.js';

/** A reading as far as its paths go. */
interface Way {
  readonly frame: Frame;
  readonly assignment: Assignment;
  readonly composed: Composed;
  readonly total: number;
}

/** What a way loses that leads past the thing of which something was said. */
const strayLoss = 0.6;

/** The same words by other ways: where two columns refer to one table (billing and shipping address), each is a reading. */
export function otherPaths(
  first: Way,
  { catalog, computed }: SchemaModel,
  said: Said,
  unmatched: Unmatched,
): readonly (Pick<Way, 'composed' | 'total'> & { readonly key: string })[] {
  const used = joinsOfQuery(first.composed.query);
  const strays = new Set(strayPaths(first.frame, first.assignment, catalog));
  const rivals = catalog.relationships.filter((relationship) => used.some((join) => isWay(join, relationship)));
  return rivals.flatMap((avoided) => {
    const twins = twinsOf(avoided, catalog);
    const isStray = strays.has(avoided);
    if (twins.length === 0 && !isStray) return [];
    const model = schemaModel(catalog, computed, said, isStray ? strays : new Set([avoided]));
    const composed = compose(first.frame, model, first.assignment, unmatched);
    if (composed === null) return [];
    const others = twins.map((twin) => standingOf(twin, true));
    const better = standingOf(avoided, true) - Math.max(standingOf(avoided, true) - 1, ...others);
    const lost = isStray
      ? -strayLoss
      : Math.max(0, better) + (isMeant(avoided, said.stems, first.assignment) ? 0.4 : 0.01);
    const total = first.total + first.composed.draft.penalty - composed.draft.penalty - lost;
    return [{ composed, key: shapeKey(composed.query), total }];
  });
}

/**
 * Which of several columns that refer to one table was taken, where no word says it: as with several dates, the ones that were
 * not taken are told, and how many rows have no value in the one or the others.
 */
export function toldPaths(
  query: Query,
  catalog: Catalog,
  said: ReadonlySet<string>,
  assignment: Assignment,
): readonly Assumption[] {
  const texts = joinsOfQuery(query).flatMap((join) => {
    const taken = catalog.relationships.find((relationship) => isWay(join, relationship));
    if (taken === undefined || isMeant(taken, said, assignment)) return [];
    const passed = [
      ...twinsOf(taken, catalog).map((twin) => `on ${columnText(twin)}`),
      ...detoursOf(taken, catalog).map(({ over, last }) => `by way of ${over} (${last.from.columns.join(', ')})`),
    ];
    return passed.length === 0
      ? []
      : [`${join.from} meets ${join.to} on ${columnText(taken)}, not ${passed.join(' or ')}.`];
  });
  return [...new Set(texts)].map((text) => ({ code: 'join_path', text }));
}

/**
 * The ways from the one table to the other over a third, which may mean another member: the office of who checked an invoice, or
 * of who leads what it is for. A column that is called the same there rather repeats the reference.
 */
function detoursOf(
  { from, to }: Relationship,
  { relationships, datasets }: Catalog,
): readonly { readonly over: string; readonly last: Relationship }[] {
  const isOneWay = ({ cardinality }: Relationship): boolean => cardinality !== 'many_to_many';
  const ends = relationships.filter(
    (last) =>
      last.to.dataset === to.dataset &&
      ![from.dataset, to.dataset].includes(last.from.dataset) &&
      isOneWay(last) &&
      last.from.columns.join() !== from.columns.join(),
  );
  const ties = (last: Relationship): boolean =>
    relationships.some((first) => {
      if (!isOneWay(first)) return false;
      if (first.from.dataset === from.dataset) return first.to.dataset === last.from.dataset;
      if (first.from.dataset !== last.from.dataset || first.to.dataset !== from.dataset) return false;
      // What ties members to it has a row for each of both.
      const pair = [...first.from.columns, ...last.from.columns];
      const keys = datasets.find(({ name }) => name === last.from.dataset)?.keys ?? [];
      return keys.some(({ columns }) => columns.length === pair.length && pair.every((each) => columns.includes(each)));
    });
  return ends.filter(ties).map((last) => ({ over: last.from.dataset, last }));
}

function columnText({ from, matched, orphans, nulls }: Relationship): string {
  const rows = matched + orphans + nulls;
  return `${from.columns.join(', ')}${nulls === 0 ? '' : ` (missing in ${nulls} of ${rows} rows)`}`;
}

function isWay({ from, to, columns }: UsedJoin, relationship: Relationship): boolean {
  return (
    from === relationship.from.dataset &&
    to === relationship.to.dataset &&
    columns.join() === relationship.from.columns.join()
  );
}

/** Whether the request says the role, or names the column that refers: `by to city` says how the cities are met. */
function isMeant(relationship: Relationship, said: ReadonlySet<string>, assignment: Assignment): boolean {
  const { from } = relationship;
  return (
    isRoleSaid(relationship, said) ||
    [...assignment.values()].some(
      ({ concept }) =>
        concept.kind === 'column' && concept.dataset === from.dataset && from.columns.includes(concept.column),
    )
  );
}
