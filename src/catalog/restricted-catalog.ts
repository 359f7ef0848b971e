import type { Access } from '../governance/access-policy.js';
import { columnsSeenByMeasure } from '../plan/masked-columns.js';
import type { Expression, MeasureDefinition } from '../plan/query.js';
import { aggregatesOf, columnsOf, rowExpressionsOf } from '../plan/traverse.js';
import type { BusinessTerm, Catalog, Column, Dataset, KeyEvidence, Metric, Relationship } from './catalog.js';
import { HiddenNames } from './hidden-names.js';
import type { RelationshipEnd } from './relationship-ends.js';

/**
 * The catalog as somebody with this access knows it: what is denied does not exist in it, neither itself nor in what refers
 * to it nor in what people wrote. A dataset whose rows cannot be told without a column that is denied is denied whole. Of what
 * is masked it has the name, the type and how many values there are, and none of them.
 */
export function restrictedCatalog(catalog: Catalog, access: Access): Catalog {
  const datasets = catalog.datasets.flatMap((dataset) => {
    const seen = restrictedDataset(dataset, access);
    return seen === null ? [] : [seen];
  });
  const columns = new Map(
    datasets.map((dataset) => [dataset.name, new Map(dataset.columns.map((column) => [column.name, column]))]),
  );
  const sight: Sight = {
    hasDataset: (dataset) => columns.has(dataset),
    counts: (dataset, column) => columns.get(dataset)?.has(column) === true,
    sees: (dataset, column) => {
      const found = columns.get(dataset)?.get(column);
      return found !== undefined && found.masked !== true;
    },
  };
  const terms = catalog.terms.flatMap((term) => restrictedTerm(term, sight));
  const metrics = catalog.metrics.filter((metric) => isSeenMetric(metric, sight));
  const hidden = new HiddenNames(catalog, { datasets, terms, metrics });
  const owned = new Set([...columns.keys(), ...metrics.map(({ name }) => name)]);
  const { access: _policy, ...rest } = catalog;
  return {
    ...rest,
    datasets: datasets.map((dataset) => hidden.withoutInDataset(dataset)),
    relationships: catalog.relationships.flatMap((relationship) => restrictedRelationship(relationship, sight)),
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
          sight.hasDataset(dataset) &&
          (column === null ? namesIn(condition) : [column, ...namesIn(condition)]).every((name) =>
            sight.sees(dataset, name),
          ),
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
  const counts = (column: string): boolean => access.countsColumn(name, column);
  if (columns.every((column) => sees(column.name))) return dataset;
  const seen = columns.filter((column) => counts(column.name));
  const decisive = [
    ...(dedupe ? [...dedupe.key, ...dedupe.latestBy] : []),
    ...(history ? [...history.key, history.start, ...(history.end === null ? [] : [history.end])] : []),
    ...columns.flatMap(({ name: column, cast }) => (decidesRows(cast) ? [column] : [])),
  ];
  // Columns of CSV without a header are told apart by their place alone.
  const isByPlace = format.kind === 'csv' && !format.header;
  if (seen.length === 0 || (isByPlace && seen.length < columns.length) || !decisive.every(sees)) return null;
  return {
    ...dataset,
    columns: seen.map((column) => (sees(column.name) ? column : withoutValues(column))),
    format: format.kind === 'csv' && format.header ? { ...format, byName: true } : format,
    keys: keys.filter((key) => key.columns.every(counts)),
    ...(versions && ![...versions.key, versions.start, versions.end].every(sees) ? { versions: null } : {}),
    ...(nearKey === undefined ? {} : { nearKey: nearKey?.every(counts) === true ? nearKey : null }),
  };
}

function decidesRows(cast: Column['cast']): boolean {
  return cast?.onFailure === 'drop';
}

/** What is told of a masked column. */
function withoutValues(column: Column): Column {
  const { nulls, distinct } = column.profile;
  const profile = { nulls, distinct, min: null, max: null, mean: null, fractionDigits: null };
  return { ...column, masked: true, values: null, profile };
}

/** What somebody sees of which datasets and columns. */
interface Sight {
  readonly hasDataset: (dataset: string) => boolean;
  readonly sees: (dataset: string, column: string) => boolean;
  /** What is masked too. */
  readonly counts: (dataset: string, column: string) => boolean;
}

function restrictedTerm(term: BusinessTerm, { hasDataset, sees, counts }: Sight): readonly BusinessTerm[] {
  const { mapsTo, condition, formula } = term;
  const isSeen = [condition, formula ?? null].every(
    (part) =>
      part === null || (hasDataset(part.dataset) && namesIn(part.expression).every((name) => sees(part.dataset, name))),
  );
  const kept = mapsTo.filter(({ dataset, column }) =>
    column === null ? hasDataset(dataset) : counts(dataset, column),
  );
  return isSeen && (kept.length > 0 || mapsTo.length === 0) ? [{ ...term, mapsTo: kept }] : [];
}

function isSeenMetric({ dataset, definition, semiAdditive }: Metric, sight: Sight): boolean {
  const isSeenHome = dataset === null || sight.hasDataset(dataset);
  const isSeenTime = semiAdditive === null || dataset === null || sight.sees(dataset, semiAdditive.over);
  return isSeenHome && isSeenTime && isSeenDefinition(definition, sight);
}

/** Occurrences in metrics are named as their datasets. */
function isSeenDefinition(definition: MeasureDefinition, { hasDataset, sees, counts }: Sight): boolean {
  const read = aggregatesOf(definition).flatMap(rowExpressionsOf).flatMap(columnsOf);
  return (
    aggregatesOf(definition).every(({ home }) => hasDataset(home)) &&
    read.every(({ table, column }) => counts(table, column)) &&
    columnsSeenByMeasure(definition).every(({ table, column }) => sees(table, column))
  );
}

function namesIn(expression: Expression): readonly string[] {
  return columnsOf(expression).map(({ column }) => column);
}

/** None where it is over what is denied; over what is masked it tells no keys. */
function restrictedRelationship(relationship: Relationship, { sees, counts }: Sight): readonly Relationship[] {
  const { from, to, during, weight, nearKey } = relationship;
  const periods = during ? [during.start, ...(during.end === null ? [] : [during.end])] : [];
  const every = (is: Sight['sees'], ends: readonly RelationshipEnd[]): boolean =>
    ends.every(({ dataset, columns }) => columns.every((column) => is(dataset, column)));
  const deciding = [
    { ...from, columns: weight ? [weight.column] : [] },
    { ...to, columns: periods },
  ];
  if (!every(counts, [from, to]) || !every(sees, deciding)) return [];
  if (every(sees, [from, to])) return [relationship];
  const untold = <Told extends { readonly evidence: KeyEvidence }>(told: Told): Told => ({
    ...told,
    evidence: { ...told.evidence, samples: [] },
  });
  return [
    {
      ...relationship,
      ...(nearKey ? { nearKey: { ...nearKey, samples: [] } } : {}),
      ...(during ? { during: untold(during) } : {}),
      ...(weight ? { weight: untold(weight) } : {}),
    },
  ];
}
