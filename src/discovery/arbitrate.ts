import type { Catalog } from '../catalog/catalog.js';
import type { ModelTrust } from '../plan/model-trust.js';
import type { Reading, Selection } from '../plan/reading.js';
import type { Request } from '../plan/run-state.js';
import { queryMeaning } from '../plan/same-query.js';
import { candidatesOf } from './candidates.js';
import { joinEvidence } from './join-evidence.js';
import { overRowsThatCount } from './rows-that-count.js';
import { settledReading } from './settled-reading.js';

/** How sure the deterministic reading is, for comparing it with a model: not at all where there is none or a word found nothing. */
export function surenessOf({ reading, status }: Selection): number {
  return reading === null || status === 'not_understood' ? 0 : reading.confidence;
}

/** Whether a model's reading could change what was selected: no model is asked for what is decided. */
export function isOpen(selection: Selection, trust: ModelTrust | null): boolean {
  return selection.status !== 'answered' || (trust !== null && surenessOf(selection) < trust.below);
}

/**
 * Decides between what was selected without a model and the model's reading (specs/decisions/0040). Where a person settled the
 * request, that holds. Where both read alike, the reading is as sure as such readings were measured to be. Where they differ,
 * the model's is taken only if the other is less sure than the measured bound; else it is one more alternative to ask about.
 */
export function arbitrate(
  selection: Selection,
  proposed: Reading,
  trust: ModelTrust | null,
  request: Request,
  catalog: Catalog,
): Selection {
  const model = overRowsThatCount(proposed, catalog);
  const measured = { ...model, confidence: trust?.right ?? 0 };
  const take = (status: Selection['status'], message: string | null): Selection =>
    taken(selection, measured, catalog, request, status, message);
  if (settledReading([proposed], request, catalog).reading !== null) return take('answered', null);
  const isSettled = settledReading(selection.reading === null ? [] : [selection.reading], request, catalog);
  if (isSettled.reading !== null) return selection;
  const { reading } = selection;
  if (reading !== null && queryMeaning(reading.plan.query) === queryMeaning(model.plan.query))
    return confirmed(selection, reading, trust, request);
  const found = proposed.result?.rows !== 0 && proposed.result?.nothing !== true;
  const isSureEnough = trust !== null && (trust.right >= request.threshold || selection.status !== 'answered');
  if (trust !== null && isSureEnough && found && surenessOf(selection) < trust.below) {
    if (request.strict)
      return take('needs_clarification', `With --strict nothing may be assumed, but a model read this: ${model.echo}`);
    return trust.right >= request.threshold ? take('answered', null) : take('needs_clarification', unsure(model));
  }
  const beside = { ...selection, alternatives: [measured, ...selection.alternatives] };
  if (selection.status !== 'not_understood') return beside;
  // There is something to choose from now: the person can say whether the model is right.
  const message = `${selection.message ?? ''} A language model reads it so: ${model.echo} Do you mean that? Choose with --interactive.`;
  return { ...beside, status: 'needs_clarification', message: message.trim() };
}

/** Two independent readers read the same: worth what was measured of that, never less than before. */
function confirmed(selection: Selection, reading: Reading, trust: ModelTrust | null, request: Request): Selection {
  const agreed = trust?.agreed ?? 0;
  if (selection.status !== 'needs_clarification' || request.strict || agreed <= reading.confidence) return selection;
  const surer = { ...reading, confidence: agreed };
  return agreed >= request.threshold
    ? { ...selection, reading: surer, status: 'answered', message: null }
    : { ...selection, reading: surer };
}

function taken(
  selection: Selection,
  reading: Reading,
  catalog: Catalog,
  request: Request,
  status: Selection['status'],
  message: string | null,
): Selection {
  const others = selection.reading === null || selection.status === 'not_understood' ? [] : [selection.reading];
  const alternatives = [...others, ...selection.alternatives];
  return {
    ...selection,
    status,
    reading,
    message,
    alternatives,
    candidates: candidatesOf([reading, ...alternatives], reading, catalog, request.asOf),
    joinPath: joinEvidence(reading.plan, catalog),
  };
}

function unsure({ echo }: Reading): string {
  return `I am not sure enough of this reading, which a language model proposes: ${echo} Do you mean that? Say it in other words, or choose with --interactive.`;
}
