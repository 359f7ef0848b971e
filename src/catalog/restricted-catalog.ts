import type { Access } from '../governance/access-policy.js';
import type { Expression, MeasureDefinition } from '../plan/query.js';
import { aggregatesOf, columnsOf, rowExpressionsOf } from '../plan/traverse.js';
import type { BusinessTerm, Catalog, Column, Dataset, Metric, Relationship } from './catalog.js';
import { HiddenNames } from './hidden-names.js';

/**
 * The catalog as somebody with this access knows it: what is denied does not exist in it, neither itself nor in what refers
 * to it nor in what people wrote. A dataset whose rows cannot be told without a column that is denied is denied whole.
 */
export function restrictedCatalog(catalog: Catalog, access: Access): Catalog {
  const datasets = catalog.datasets.flatMap((dataset) => {
    const seen = restrictedDataset(dataset, access);
    return seen === null ? [] : [seen];
  });
  const columns = new Map(datasets.map((dataset) => [dataset.name, new Set(dataset.columns.map(({ name }) => name))]));
  const sees = (dataset: string, column: string): boolean => columns.get(dataset)?.has(column) === true;
  const seesAll = (dataset: string, names: readonly string[]): boolean =>
    columns.has(dataset) && names.every((name) => sees(dataset, name));
  const terms = catalog.terms.flatMap((term) => restrictedTerm(term, columns, sees));
  const metrics = catalog.metrics.filter((metric) => isSeenMetric(metric, columns, sees));
  const hidden = new HiddenNames(catalog, { datasets, terms, metrics });
  const owned = new Set([...columns.keys(), ...metrics.map(({ name }) => name)]);
  const { access: _policy, ...rest } = catalog;
  return {
    ...rest,
    datasets: datasets.map((dataset) => hidden.withoutInDataset(dataset)),
    relationships: catalog.relationships.filter((relationship) => isSeenRelationship(relationship, seesAll)),
    terms: terms.map((term) => ({
      ...term,
      synonyms: hidden.without(term.synonyms),
      definition: hidden.cleared(term.definition),
    })),
    metrics: metrics.map((metric) => ({
      ...metric,
      synonyms: hidden.without(metric.synonyms),
      description: hidden.cleared(metric.description),
    })),
    rules: catalog.rules
      .filter(
        ({ dataset, column, condition }) =>
          columns.has(dataset) &&
          seesAll(dataset, column === null ? namesIn(condition) : [column, ...namesIn(condition)]),
      )
      .map((rule) => ({ ...rule, description: hidden.cleared(rule.description) })),
    owners: catalog.owners.flatMap((owner) => {
      const owns = owner.owns.filter((name) => owned.has(name));
      return owns.length === 0 && owner.owns.length > 0 ? [] : [{ ...owner, owns }];
    }),
    answers: catalog.answers.filter(({ request, reading }) => !hidden.occursIn(`${request}\n${reading}`)),
    // Notes of a scan are of its makers: which of them speak of what is denied cannot be told for sure.
    warnings: [],
    unreadable: [],
  };
}

/** Whether nothing of the catalog is denied. */
export function seesEverything(catalog: Pick<Catalog, 'datasets'>, access: Access): boolean {
  return catalog.datasets.every(({ name, columns }) =>
    columns.every((column) => access.allowsDataset(name) && access.allowsColumn(name, column.name)),
  );
}

function restrictedDataset(dataset: Dataset, access: Access): Dataset | null {
  const { name, columns, dedupe, history, versions, format, keys, nearKey } = dataset;
  if (!access.allowsDataset(name)) return null;
  const sees = (column: string): boolean => access.allowsColumn(name, column);
  const seen = columns.filter((column) => sees(column.name));
  if (seen.length === columns.length) return dataset;
  const decisive = [
    ...(dedupe ? [...dedupe.key, ...dedupe.latestBy] : []),
    ...(history ? [...history.key, history.start, ...(history.end === null ? [] : [history.end])] : []),
    ...columns.flatMap(({ name: column, cast }) => (decidesRows(cast) ? [column] : [])),
  ];
  // Columns of CSV without a header are told apart by their place alone.
  const isByPlace = format.kind === 'csv' && !format.header;
  if (seen.length === 0 || isByPlace || !decisive.every(sees)) return null;
  return {
    ...dataset,
    columns: seen,
    format: format.kind === 'csv' ? { ...format, byName: true } : format,
    keys: keys.filter((key) => key.columns.every(sees)),
    ...(versions && ![...versions.key, versions.start, versions.end].every(sees) ? { versions: null } : {}),
    ...(nearKey === undefined ? {} : { nearKey: nearKey?.every(sees) === true ? nearKey : null }),
  };
}

function decidesRows(cast: Column['cast']): boolean {
  return cast?.onFailure === 'drop';
}

type Sees = (dataset: string, column: string) => boolean;

function restrictedTerm(
  term: BusinessTerm,
  datasets: ReadonlyMap<string, unknown>,
  sees: Sees,
): readonly BusinessTerm[] {
  const { mapsTo, condition, formula } = term;
  const isSeen = [condition, formula ?? null].every(
    (part) =>
      part === null ||
      (datasets.has(part.dataset) && namesIn(part.expression).every((name) => sees(part.dataset, name))),
  );
  const kept = mapsTo.filter(({ dataset, column }) =>
    column === null ? datasets.has(dataset) : sees(dataset, column),
  );
  return isSeen && (kept.length > 0 || mapsTo.length === 0) ? [{ ...term, mapsTo: kept }] : [];
}

function isSeenMetric(
  { dataset, definition, semiAdditive }: Metric,
  datasets: ReadonlyMap<string, unknown>,
  sees: Sees,
): boolean {
  const isSeenHome = dataset === null || datasets.has(dataset);
  const isSeenTime = semiAdditive === null || dataset === null || sees(dataset, semiAdditive.over);
  return isSeenHome && isSeenTime && isSeenDefinition(definition, datasets, sees);
}

/** Occurrences in metrics are named as their datasets. */
function isSeenDefinition(definition: MeasureDefinition, datasets: ReadonlyMap<string, unknown>, sees: Sees): boolean {
  return aggregatesOf(definition).every(
    (aggregate) =>
      datasets.has(aggregate.home) &&
      rowExpressionsOf(aggregate)
        .flatMap(columnsOf)
        .every(({ table, column }) => sees(table, column)),
  );
}

function namesIn(expression: Expression): readonly string[] {
  return columnsOf(expression).map(({ column }) => column);
}

function isSeenRelationship(
  { from, to, during, weight }: Relationship,
  seesAll: (dataset: string, names: readonly string[]) => boolean,
): boolean {
  const periods = during ? [during.start, ...(during.end === null ? [] : [during.end])] : [];
  return (
    seesAll(from.dataset, [...from.columns, ...(weight ? [weight.column] : [])]) &&
    seesAll(to.dataset, [...to.columns, ...periods])
  );
}
