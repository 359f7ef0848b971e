import type { AggregateQuery, DetailQuery, Expression, MeasureDefinition } from '../plan/query.js';
import type { Assumption } from '../plan/reading.js';
import type { Concept, Grounding } from './concept.js';
import type { Frame } from './frame.js';
import { OutputNames } from './names.js';
import type { RequestTree, Slot } from './request-tree.js';
import type { SchemaModel } from './schema-model.js';

/** One grounding chosen for each slot of the frame, by slot id. */
export type Assignment = ReadonlyMap<number, Grounding>;

/** What `how many machines` counts where they are met in rows of another table: each machine once, or those rows. */
export type Counting = 'things' | 'rows';

/** What composition works on and gathers for one reading. */
export interface Draft {
  readonly frame: Frame;
  readonly model: SchemaModel;
  readonly assignment: Assignment;
  readonly names: OutputNames;
  readonly counting: Counting;
  /** The table of whose rows things are counted, where that is another than their own; null where none is. */
  countedIn: string | null;
  readonly assumptions: Assumption[];
  /** Composes a request inside this one under the same assignment, with what fitted badly; null where it makes no query. */
  readonly composeInner: (
    inner: RequestTree,
  ) => { readonly query: AggregateQuery | DetailQuery; readonly penalty: number } | null;
  /** Whether what is shown are values that many rows share: each is shown once. */
  distinctSubjects: boolean;
  /** Tables that a measure needs but does not reach without counting something more than once: the plan is refused. */
  readonly unsafeTables: string[];
  /** Something was asked for that found no place: the reading is none. */
  unplaced: boolean;
  /** Minus points for what fits badly; the reading's score is lowered by the sum. */
  penalty: number;
}

/** A measure before its home is settled. `datasets` are all that its expression needs. */
export interface MeasureDraft {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly unit: string | null;
  /** The dataset whose rows are folded. */
  readonly home: string;
  /** Builds the definition for a home; null where folding rows of that home would count things twice. `time` is the output name of the time dimension, if any. */
  readonly define: (home: string, time: string | null) => MeasureDefinition | null;
  readonly datasets: readonly string[];
}

/** A dimension before the home is settled. */
export interface DimensionDraft {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly expression: Expression;
  readonly role: 'key' | 'attribute';
  readonly shown: boolean;
  readonly dataset: string;
}

/** A row condition before it is known whether the home reaches its columns. */
export interface ConditionDraft {
  readonly datasets: readonly string[];
  readonly expression: Expression | null;
  readonly negated: boolean;
  /** Only asks that a related row is there. */
  readonly existence: boolean;
  /** Said inside a negation (`never reviewed by X`): conditions of one cluster are denied together. */
  readonly cluster?: number;
  /** For a denial of what a row says (`not from X`): what is denied. Of related rows none may say it. */
  readonly denied?: Expression;
}

/** A fresh draft. */
export function startDraft(
  frame: Frame,
  model: SchemaModel,
  assignment: Assignment,
  counting: Counting,
  composeInner: Draft['composeInner'],
): Draft {
  return {
    counting,
    countedIn: null,
    frame,
    model,
    assignment,
    composeInner,
    names: new OutputNames(),
    assumptions: [],
    unsafeTables: [],
    distinctSubjects: false,
    unplaced: false,
    penalty: 0,
  };
}

/** The concept chosen for the slot. */
export function conceptOf(draft: Draft, slot: Slot): Concept | null {
  return draft.assignment.get(slot.id)?.concept ?? null;
}
