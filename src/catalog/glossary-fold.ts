import type { Engine } from '../engine/engine.js';
import type { Owner, ServiceLevel } from '../plan/product.js';
import { scrubForms } from '../support/secrets.js';
import type { BusinessTerm, Catalog, Dataset, Relationship } from './catalog.js';
import type { FoldNotes } from './fold-notes.js';
import { FreeNotes } from './free-notes.js';
import { glossaryError, nearNames, type ReadGlossary } from './glossary.js';
import { foldAccess } from './glossary-access.js';
import { translateMetrics, translateRules } from './glossary-metrics.js';
import { NameFinder } from './glossary-names.js';
import { foldRelationships } from './glossary-relationships.js';
import { foldTables } from './glossary-tables.js';
import type { MeasureInclusions } from './inclusion.js';
import type { MeasureClaim } from './key-evidence.js';
import { durationOf, shareOf } from './service-level.js';

export type CatalogContent = Omit<Catalog, 'id'>;

/** What folding needs beside the glossary itself. */
export interface FoldTools {
  readonly engine: Engine;
  readonly measure: MeasureInclusions;
  readonly measureClaim: MeasureClaim;
}

/**
 * The catalog with the glossary folded in: what people say wins over what was measured. Raises `input.invalid` with the
 * places of all names that are unknown and expressions that a plan cannot say.
 */
export async function foldGlossary(
  content: CatalogContent,
  glossary: ReadGlossary,
  tools: FoldTools,
  notes: FoldNotes,
): Promise<CatalogContent> {
  const file = glossary.content;
  const free = new FreeNotes((file.notes ?? []).map(scrubForms));
  const declared = file.relationships ?? [];
  const noted = free.relationships(content.datasets, content.relationships, declared);
  const relationships = await foldRelationships(content, [...declared, ...noted], tools, notes);
  const described = await foldTables(content.datasets, file.tables ?? {}, notes);
  const datasets = free
    .labelled(described, relationships)
    .map((dataset) => withReferringColumns(dataset, relationships));
  const finder = new NameFinder(datasets);
  const folded = { ...content, datasets, relationships };
  const { metrics, terms } = await free.definitions(tools.engine, folded, {
    terms: await termsOf(glossary, finder, notes),
    metrics: await translateMetrics(tools.engine, folded, file.metrics ?? [], notes),
  });
  const rules = await translateRules(tools.engine, folded, file.rules ?? [], notes);
  const sla = serviceLevelOf(glossary, notes);
  const known = [...datasets.map(({ name }) => name), ...metrics.map(({ name }) => name)];
  const owners = ownersOf(glossary, known, notes);
  const access = await foldAccess(file, datasets, finder, notes);
  const withNotes = free.described(datasets, notes);
  if (notes.problems.length > 0) throw glossaryError(glossary, notes.problems);
  return {
    ...folded,
    datasets: withNotes,
    terms,
    metrics,
    rules,
    owners,
    sla,
    ...(access === null ? {} : { access }),
    answers: file.answers ?? [],
    warnings: [...content.warnings, ...notes.warnings],
  };
}

/** A number that is declared to refer to another table is no measure. */
function withReferringColumns(dataset: Dataset, relationships: readonly Relationship[]): Dataset {
  const referring = new Set(
    relationships.flatMap(({ from, source }) =>
      source === 'declared' && from.dataset === dataset.name ? from.columns : [],
    ),
  );
  const columns = dataset.columns.map((column) =>
    referring.has(column.name) && column.role === 'measure' ? { ...column, role: 'identifier' as const } : column,
  );
  return { ...dataset, columns };
}

async function termsOf(glossary: ReadGlossary, finder: NameFinder, notes: FoldNotes): Promise<readonly BusinessTerm[]> {
  const terms: BusinessTerm[] = [];
  for (const [index, term] of (glossary.content.terms ?? []).entries()) {
    const mapsTo: { dataset: string; column: string | null; confidence: number }[] = [];
    const single = typeof term.maps_to === 'string';
    const targets = typeof term.maps_to === 'string' ? [term.maps_to] : (term.maps_to ?? []);
    for (const [position, text] of targets.entries()) {
      const path = single ? ['terms', index, 'maps_to'] : ['terms', index, 'maps_to', position];
      const target = await notes.guard(path, () => finder.target(text));
      if (target !== null)
        mapsTo.push({ dataset: target.dataset.name, column: target.column?.name ?? null, confidence: 1 });
    }
    terms.push({
      term: term.term,
      synonyms: term.synonyms ?? [],
      definition: term.definition ?? '',
      domain: term.domain ?? null,
      steward: term.steward ?? null,
      mapsTo,
      condition: null,
    });
  }
  return terms;
}

function ownersOf(
  glossary: ReadGlossary,
  known: readonly string[],
  notes: FoldNotes,
): readonly (Owner & { readonly owns: readonly string[] })[] {
  return (glossary.content.owners ?? []).map(({ name, contact, owns }, index) => ({
    name,
    contact: contact ?? null,
    owns: (owns ?? []).flatMap((text, position) => {
      const found = known.find((other) => other.toLowerCase() === text.toLowerCase());
      if (found === undefined)
        notes.problems.push({
          path: ['owners', index, 'owns', position],
          problem: `there is no table or metric "${text}"`,
          near: nearNames(text, known),
        });
      return found === undefined ? [] : [found];
    }),
  }));
}

function serviceLevelOf(glossary: ReadGlossary, notes: FoldNotes): ServiceLevel {
  const sla = glossary.content.sla ?? {};
  const duration = (key: 'freshness' | 'latency'): string | null => {
    const given = sla[key];
    const found = given === undefined ? null : durationOf(given);
    if (given !== undefined && found === null)
      notes.problems.push({ path: ['sla', key], problem: `"${given}" is no duration such as 24h, 15m or P1D` });
    return found;
  };
  const share = (key: 'completeness' | 'accuracy'): number | null => {
    const given = sla[key];
    const found = given === undefined ? null : shareOf(given);
    if (given !== undefined && found === null)
      notes.problems.push({ path: ['sla', key], problem: `"${given}" is no share such as 99% or 0.99` });
    return found;
  };
  return {
    freshness: duration('freshness'),
    latency: duration('latency'),
    completeness: share('completeness'),
    accuracy: share('accuracy'),
  };
}
