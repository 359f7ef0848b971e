import type { Concept, Grounding } from './concept.js';
import { conceptKey } from './concept.js';
import type { Assignment } from './draft.js';
import type { Frame } from './frame.js';
import type { RequestTree, Slot } from './request-tree.js';
import type { SchemaModel } from './schema-model.js';
import { slotsOfTree } from './tree-slots.js';

/** An assignment with the score of its words and of how well its concepts hang together. */
export interface ScoredAssignment {
  readonly assignment: Assignment;
  readonly score: number;
}

const beamWidth = 48;
/** What is named this surely is meant. */
const ownSure = 0.85;

/** The likeliest assignments of the frame's slots, best first, at most `limit`. */
export function assignmentsOf(
  tree: RequestTree,
  frame: Frame,
  model: SchemaModel,
  limit: number,
): readonly ScoredAssignment[] {
  const slots = slotsOf(tree, frame);
  const mentioned = new Set(
    slots.flatMap((slot) =>
      slot.groundings
        .filter(({ concept, score }) => concept.kind === 'dataset' && score > 0.75)
        .map(({ concept }) => (concept.kind === 'dataset' ? concept.dataset : '')),
    ),
  );
  const rivals = ownColumns(slots, frame);
  const shown = new Set(frame.items.flatMap((item) => (item.kind === 'plain' ? [item.slot.id] : [])));
  let beam: { chosen: readonly (readonly [number, Grounding])[]; score: number }[] = [{ chosen: [], score: 0 }];
  for (const slot of slots) {
    const keys = shown.has(slot.id) ? keysOfNamed(slot, model) : none;
    const next = beam.flatMap(({ chosen, score }) =>
      slot.groundings.map((grounding) => ({
        chosen: [...chosen, [slot.id, grounding] as const],
        score:
          score +
          Math.log(Math.max(0.05, Math.min(1.02, grounding.score))) +
          coherence(grounding.concept, chosen, mentioned, model) +
          ownership(frame, slot.id, grounding.concept, chosen, rivals) +
          (grounding.score < ownSure && keys.has(conceptKey(grounding.concept)) ? keyForThing : 0),
      })),
    );
    beam = next
      .sort((left, right) => right.score - left.score || compareKeys(left.chosen, right.chosen))
      .slice(0, beamWidth);
  }
  return beam
    .slice(0, limit)
    .map(({ chosen, score }) => ({ assignment: new Map(chosen), score: score / Math.max(1, Math.sqrt(slots.length)) }));
}

/** What a key that refers to a thing loses where the thing itself is called so and shown: `which doctor` asks for no number. */
const keyForThing = -0.3;
const calledSo = 0.95;
const none: ReadonlySet<string> = new Set();

/** The columns that refer to a table which is called as the slot says. */
function keysOfNamed({ groundings }: Slot, { catalog }: SchemaModel): ReadonlySet<string> {
  const things = new Set(
    groundings.flatMap(({ concept, score }) =>
      concept.kind === 'dataset' && score >= calledSo ? [concept.dataset] : [],
    ),
  );
  return new Set(
    catalog.relationships.flatMap(({ from, to }) => {
      const [column, ...others] = from.columns;
      const refers = things.has(to.dataset) && column !== undefined && others.length === 0;
      return refers ? [conceptKey({ kind: 'column', dataset: from.dataset, column })] : [];
    }),
  );
}

/** The tables of owners that surely have themselves what is said to be theirs, by the ids of both slots. */
function ownColumns(slots: readonly Slot[], { owners }: Frame): ReadonlyMap<string, string> {
  const byId = new Map(slots.map((slot) => [slot.id, slot.groundings]));
  return new Map(
    owners.flatMap(([column, owner]) => {
      const [whose] = byId.get(owner) ?? [];
      const named = byId.get(column) ?? [];
      if (whose?.concept.kind !== 'dataset' || whose.score < ownSure) return [];
      const { dataset } = whose.concept;
      const has = named.some(
        ({ concept, score }) => concept.kind === 'column' && concept.dataset === dataset && score >= ownSure,
      );
      return has ? [[`${column} ${owner}`, dataset] as const] : [];
    }),
  );
}

function compareKeys(
  left: readonly (readonly [number, Grounding])[],
  right: readonly (readonly [number, Grounding])[],
): number {
  const text = (chosen: readonly (readonly [number, Grounding])[]): string =>
    chosen.map(([, { concept }]) => conceptKey(concept)).join('|');
  return text(left) < text(right) ? -1 : 1;
}

/** All slots in the order of the request; where the frame leaves only some meanings to one, those. */
function slotsOf(tree: RequestTree, frame: Frame): readonly Slot[] {
  const slots = new Map(slotsOfTree(tree));
  for (const slot of frame.scopes) slots.set(slot.id, slot);
  for (const condition of frame.conditions) {
    if (condition.kind === 'exists') slots.set(condition.slot.id, condition.slot);
    if (condition.kind === 'refers') for (const [id, slot] of slotsOfTree(condition.inner)) slots.set(id, slot);
  }
  return [...slots.values()].sort((left, right) => left.id - right.id);
}

/** Things of one table, or of tables that reach each other, belong together; each further table costs. */
function coherence(
  concept: Concept,
  chosen: readonly (readonly [number, Grounding])[],
  mentioned: ReadonlySet<string>,
  model: SchemaModel,
): number {
  const own = datasetsOf(concept, model);
  if (concept.kind === 'column' && chosen.some(([, other]) => conceptKey(other.concept) === conceptKey(concept)))
    return 0.25;
  if (own.length === 0 || chosen.length === 0) return own.some((name) => mentioned.has(name)) ? 0.05 : 0;
  const others = new Set(chosen.flatMap(([, grounding]) => datasetsOf(grounding.concept, model)));
  if (own.some((name) => others.has(name))) return 0.02;
  const near = own.some((name) =>
    [...others].some(
      (other) =>
        (model.reach(other).get(name)?.steps.length ?? 9) <= 1 ||
        (model.reach(name).get(other)?.steps.length ?? 9) <= 1,
    ),
  );
  const linked =
    near ||
    own.some((name) => [...others].some((other) => model.reach(other).has(name) || model.reach(name).has(other)));
  const told = own.some((name) => mentioned.has(name)) ? 0.08 : 0;
  return (near ? -0.12 : linked ? -0.2 : -0.4) + told;
}

function datasetsOf(concept: Concept, model: SchemaModel): readonly string[] {
  if (concept.kind !== 'metric') return [concept.dataset];
  const dataset = model.catalog.metrics.find(({ name }) => name === concept.metric)?.dataset;
  return dataset === null || dataset === undefined ? [] : [dataset];
}

/** `name of the customer` wants the customer's own name. */
function ownership(
  frame: Frame,
  slot: number,
  concept: Concept,
  chosen: readonly (readonly [number, Grounding])[],
  rivals: ReadonlyMap<string, string>,
): number {
  let score = 0;
  for (const [column, owner] of frame.owners) {
    const other = slot === column ? owner : slot === owner ? column : null;
    const known = other === null ? undefined : chosen.find(([id]) => id === other)?.[1].concept;
    if (known === undefined || known.kind === 'metric' || concept.kind === 'metric') continue;
    const [of, whose] = slot === column ? [concept, known] : [known, concept];
    // What refers to a thing from another table does not own what that table has, where the thing has the like itself.
    if (
      whose.kind === 'column' &&
      of.kind === 'column' &&
      of.column !== whose.column &&
      rivals.has(`${column} ${owner}`)
    ) {
      score += rivals.get(`${column} ${owner}`) === of.dataset ? 0 : -0.4;
      continue;
    }
    score += known.dataset === concept.dataset ? 0.15 : -0.8;
  }
  return score;
}
