import type { Catalog, Dataset } from '../catalog/catalog.js';
import { queriesOfPlan, sourcesReadBy } from '../plan/plan-datasets.js';
import type { SemanticPlan } from '../plan/query.js';
import type { Candidate, Reading } from '../plan/reading.js';
import { columnsOf, expressionsOf } from '../plan/traverse.js';
import { compareText } from '../support/text-order.js';

const weights = { coverage: 0.6, quality: 0.2, freshness: 0.1, popularity: 0.1 } as const;

/** Largest age in days that each declared refresh allows the newest row. */
const refreshDays: Readonly<Record<string, number>> = { hourly: 1, daily: 2, weekly: 8, monthly: 32 };

/** The datasets that any reading uses, with the parts of their relevance, most relevant first. */
export function candidatesOf(
  readings: readonly Reading[],
  selected: Reading | null,
  catalog: Catalog,
  asOf: string,
): readonly Candidate[] {
  const names = [...new Set(readings.flatMap((reading) => sourcesReadBy(reading.plan)))];
  const busiest = Math.max(1, ...catalog.datasets.map(({ popularity }) => popularity));
  const chosen = new Set(selected === null ? [] : sourcesReadBy(selected.plan));
  const rows = names.flatMap((name) => {
    const dataset = catalog.datasets.find((candidate) => candidate.name === name);
    if (dataset === undefined) return [];
    const parts = {
      coverage: coverageOf(name, readings),
      quality: qualityOf(dataset, readings, catalog),
      freshness: freshnessOf(dataset, asOf),
      popularity: round(dataset.popularity / busiest),
    };
    const relevance = round(
      weights.coverage * parts.coverage +
        weights.quality * parts.quality +
        weights.freshness * parts.freshness +
        weights.popularity * parts.popularity,
    );
    return [{ dataset: name, ...parts, relevance, selected: chosen.has(name) }];
  });
  return rows.sort((left, right) => right.relevance - left.relevance || compareText(left.dataset, right.dataset));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** The share of the request's concepts that the dataset provides, in the reading that uses it most. */
function coverageOf(name: string, readings: readonly Reading[]): number {
  const shares = readings.map((reading) => {
    const concepts = reading.words.filter(({ kind }) => kind === 'concept');
    const own = concepts.filter(
      ({ meaning }) =>
        meaning === `table ${name}` || meaning.includes(`column ${name}.`) || meaning.includes(` of ${name}.`),
    );
    const viaMetric = concepts.filter(({ meaning }) => meaning.startsWith('metric ')).length;
    const uses = sourcesReadBy(reading.plan)[0] === name ? viaMetric : 0;
    return concepts.length === 0 ? 0 : Math.min(1, (own.length + uses) / concepts.length);
  });
  return round(Math.max(0, ...shares));
}

/** Share of values that are there in the columns used, times the share of rows whose references meet. */
function qualityOf(dataset: Dataset, readings: readonly Reading[], catalog: Catalog): number {
  const used = new Set(readings.flatMap((reading) => usedColumns(reading.plan, dataset.name)));
  const columns = dataset.columns.filter(({ name }) => used.has(name));
  const cells = columns.length * dataset.rows;
  const filled = cells === 0 ? 1 : 1 - columns.reduce((sum, { profile }) => sum + profile.nulls, 0) / cells;
  const references = catalog.relationships.filter(
    ({ from }) => from.dataset === dataset.name && from.columns.some((column) => used.has(column)),
  );
  const met = references.map(({ matched, orphans }) => (matched + orphans === 0 ? 1 : matched / (matched + orphans)));
  return round(filled * met.reduce((product, share) => product * share, 1));
}

function usedColumns(plan: SemanticPlan, dataset: string): readonly string[] {
  return queriesOfPlan(plan).flatMap((inner) => {
    if (inner.kind === 'set') return [];
    const ids = new Set(inner.tables.filter((table) => table.dataset === dataset).map(({ id }) => id));
    const read = expressionsOf(inner)
      .flatMap(columnsOf)
      .filter(({ table }) => ids.has(table))
      .map(({ column }) => column);
    const joined = inner.joins.flatMap(({ from, to, on }) => [
      ...(ids.has(from) ? on.map((pair) => pair.from) : []),
      ...(ids.has(to) ? on.map((pair) => pair.to) : []),
    ]);
    return [...read, ...joined];
  });
}

/** 1 where the newest date of the data is as new as its declared refresh promises, less with age; 0.5 where nothing is declared. */
function freshnessOf(dataset: Dataset, asOf: string): number {
  const allowed = dataset.freshness === null ? undefined : refreshDays[dataset.freshness];
  const newest = dataset.columns
    .filter(({ type }) => type.kind === 'date' || type.kind === 'timestamp')
    .map(({ profile }) => profile.max?.slice(0, 10) ?? '')
    .filter((date) => date <= asOf)
    .sort(compareText)
    .at(-1);
  if (allowed === undefined || newest === undefined || newest === '') return 0.5;
  const age = (Date.parse(asOf) - Date.parse(newest)) / 86_400_000;
  return round(age <= allowed ? 1 : Math.max(0, 1 - Math.log10(age / allowed) / 2));
}
