import type { Catalog, KnowledgeGraph } from '../catalog/catalog.js';
import { sourceTableOf } from '../catalog/source-table.js';
import { preparedFrom } from '../plan/column-origin.js';
import { withDatasetsRenamed } from '../plan/map-query.js';
import { planTables } from '../plan/plan-tables.js';
import type { ServiceLevel } from '../plan/product.js';
import type { Request, RunState } from '../plan/run-state.js';
import { bug, dpbError } from '../support/errors.js';
import { modelOf } from './model.js';
import { ownerOf } from './owner.js';
import { productNameOf } from './product-name.js';
import { showGrain } from './show-grain.js';
import { usedSources } from './used-columns.js';

/** What a product is called: one word that is a folder, a table and a Python module at once. */
const namePattern = /^[a-z][a-z0-9_]{0,62}$/;

/**
 * Decides the gold table, the pinned sources, the owner and the service level. Adds `model`, `sources`, `owner`, `sla`; where the
 * reading hid a key of its grain, the reading is changed to show it and an assumption says so.
 */
export async function modelingAgent(state: RunState, { graph }: { readonly graph: KnowledgeGraph }): Promise<RunState> {
  const { selection, request } = state;
  const reading = selection?.reading;
  if (selection === null || reading === null || reading === undefined) throw bug('modeling needs a reading');
  const plan = showGrain(reading.plan);
  const sources = usedSources(plan, graph.catalog.datasets.map(sourceTableOf));
  const named = withDatasetsRenamed(plan.query, (dataset) => preparedFrom(plan, dataset)[0] ?? dataset);
  const model = modelOf(nameOf(request, productNameOf(named)), plan, planTables(plan, sources));
  const shownGrain = {
    code: 'grain_shown',
    text: `The result also shows ${model.grain.join(', ')}, so that each row says what it is about.`,
  };
  const changed =
    plan === reading.plan ? reading : { ...reading, plan, assumptions: [...reading.assumptions, shownGrain] };
  return {
    ...state,
    selection: { ...selection, reading: changed },
    model,
    sources,
    owner: ownerOf(request, named, sources, graph.catalog),
    sla: serviceLevelOf(request, graph.catalog),
  };
}

function nameOf({ name }: Request, fallback: string): string {
  if (name === null) return fallback;
  if (!namePattern.test(name)) {
    throw dpbError('input.invalid', {
      what: 'name',
      problem: `"${name}" is no product name: lower-case letters, digits and _, a letter first, at most 63`,
    });
  }
  return name;
}

/** What the request asks for, else the glossary, item by item. */
function serviceLevelOf({ sla }: Request, catalog: Catalog): ServiceLevel {
  return {
    freshness: sla?.freshness ?? catalog.sla.freshness,
    latency: sla?.latency ?? catalog.sla.latency,
    completeness: sla?.completeness ?? catalog.sla.completeness,
    accuracy: sla?.accuracy ?? catalog.sla.accuracy,
  };
}
