import type { Catalog } from '../catalog/catalog.js';
import type { Owner, SourceTable } from '../plan/product.js';
import type { Query } from '../plan/query.js';
import type { Request } from '../plan/run-state.js';
import { homeDatasetsOf } from '../plan/traverse.js';

/**
 * Who was named in the request; else who answers for what the product shows: the glossary's owner of its metrics where all
 * have the same, else the owner of the table it is about; else of any source; else nobody known.
 */
export function ownerOf(
  { owner }: Request,
  query: Query,
  sources: readonly SourceTable[],
  catalog: Pick<Catalog, 'owners' | 'metrics'>,
): Owner {
  const { owners } = catalog;
  const known = (name: string): Owner => ({
    name,
    contact: owners.find((candidate) => sameName(candidate.name, name))?.contact ?? null,
  });
  if (owner !== null) return known(owner);
  const declared = (thing: string): string | undefined =>
    owners.find(({ owns }) => owns.some((owned) => sameName(owned, thing)))?.name;
  const ofMetrics = new Set(metricNames(query, catalog).map(declared));
  const [ofMetric] = ofMetrics;
  if (ofMetrics.size === 1 && ofMetric !== undefined) return known(ofMetric);
  const order = [...homeDatasetsOf(query), ...sources.map(({ dataset }) => dataset)];
  const ofTable = order
    .map((name) => declared(name) ?? sources.find(({ dataset }) => dataset === name)?.owner ?? null)
    .find((name) => name !== null);
  return known(ofTable ?? 'unknown');
}

/** The glossary's metrics among what the product shows. */
function metricNames(query: Query, { metrics }: Pick<Catalog, 'metrics'>): readonly string[] {
  if (query.kind !== 'aggregate') return [];
  const shown = query.measures.filter((measure) => measure.shown).map(({ name }) => name);
  return metrics.filter(({ name }) => shown.some((measure) => sameName(measure, name))).map(({ name }) => name);
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
