import { commonHome } from './compose-joins.js';
import { fallbackHome, moneyMeasure, rowCount } from './compose-measures.js';
import { conceptOf, type Draft, type MeasureDraft } from './draft.js';
import type { Item } from './frame.js';
import type { Roles } from './roles.js';

/** The rows that an item counts where it names a thing; null for anything else. */
export function countOfEntity(draft: Draft, item: Item): MeasureDraft | null {
  if (item.kind !== 'plain') return null;
  const concept = conceptOf(draft, item.slot);
  if (concept?.kind === 'dataset') return moneyMeasure(draft, item.slot) ?? rowCount(draft, concept.dataset, false);
  return null;
}

/** What is counted when nothing is said: rows of the table named, or of the one that holds what is shown. */
export function implicitCount(draft: Draft, roles: Roles): MeasureDraft | null {
  const scope = draft.frame.scopes[0];
  const concept = scope === undefined ? null : conceptOf(draft, scope);
  const times = timesDone(draft, roles);
  if (times !== null) return rowCount(draft, times, false);
  if (concept?.kind === 'dataset') return rowCount(draft, concept.dataset, false);
  const home = roles.shown[0]?.dataset.name ?? fallbackHome(draft);
  draft.penalty += 0.1;
  return home === null ? null : rowCount(draft, home, false);
}

/** `who used services most often`: the rows that tie who did it to what it was done to; null where nothing else is named. */
function timesDone(draft: Draft, { pick, shown }: Roles): string | null {
  const subject = shown[0]?.dataset.name;
  if (pick?.frequent !== true || subject === undefined) return null;
  const other = draft.frame.scopes
    .map((slot) => conceptOf(draft, slot))
    .find((concept) => concept?.kind === 'dataset' && concept.dataset !== subject);
  const home = other?.kind === 'dataset' ? commonHome(draft.model, [subject, other.dataset]) : null;
  if (home === null && other !== undefined) draft.penalty += 0.5;
  return home;
}
