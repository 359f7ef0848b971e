import { type ColumnPlace, preparedFrom, sourceColumnOf } from '../plan/column-origin.js';
import { isTemporal } from '../plan/data-type.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import type { SourceColumn, SourceTable } from '../plan/product.js';
import type { Query, SemanticPlan } from '../plan/query.js';
import { aggregatesOf, columnsOf, conjunctsOf, datasetOf, expressionsOf } from '../plan/traverse.js';
import { compareText } from '../support/text-order.js';

type Flat = Exclude<Query, { kind: 'set' }>;

/** All queries of the plan that read tables. */
function flatQueriesOf(plan: SemanticPlan): readonly Flat[] {
  return queriesOfPlan(plan).filter((query) => query.kind !== 'set');
}

/** The source column that a column of the query is; null where it is none of one source, unchanged. */
export function placeOf(
  plan: SemanticPlan,
  query: Flat,
  { table, column }: { readonly table: string; readonly column: string },
): ColumnPlace | null {
  return sourceColumnOf(plan, { dataset: datasetOf(query, table), column });
}

/**
 * The source column that an output shows unchanged, or null where it is computed or aggregated. Only of plans whose
 * outermost query reads tables: the columns of a set operation come from several.
 */
export function shownColumn(plan: SemanticPlan, output: string): ColumnPlace | null {
  const { query } = plan;
  if (query.kind === 'set') return null;
  const outputs = query.kind === 'aggregate' ? query.dimensions : query.columns;
  const expression = outputs.find(({ name }) => name === output)?.expression;
  return expression?.kind === 'column' ? placeOf(plan, query, expression) : null;
}

/** The datasets whose rows the product counts, sums or lists: what their age is, is the age of the product. Sorted, each once. */
export function homeDatasets(plan: SemanticPlan): readonly string[] {
  const homes = flatQueriesOf(plan).flatMap((query) => {
    const ids =
      query.kind === 'detail'
        ? [query.home]
        : query.measures.flatMap(({ definition }) => aggregatesOf(definition).map(({ home }) => home));
    return ids.flatMap((id) => preparedFrom(plan, datasetOf(query, id)));
  });
  return [...new Set(homes)].sort(compareText);
}

/**
 * The column that tells how new the rows of a source are: the one time column that the plan groups or filters by, else the
 * only one that the source has. Null where there are several to choose from: a due date says nothing of age.
 */
export function timeColumnOf(plan: SemanticPlan, source: SourceTable): SourceColumn | null {
  const temporal = source.columns.filter(({ type }) => isTemporal(type));
  const used = temporal.filter(({ name }) => isUsed(plan, { dataset: source.dataset, column: name }));
  const [first, ...others] = used.length > 0 ? used : temporal;
  return first !== undefined && others.length === 0 ? first : null;
}

function isUsed(plan: SemanticPlan, place: ColumnPlace): boolean {
  return flatQueriesOf(plan).some((query) =>
    expressionsOf(query)
      .flatMap((expression) => conjunctsOf(expression).flatMap(columnsOf))
      .some((reference) => {
        const used = placeOf(plan, query, reference);
        return used?.column === place.column && used.dataset === place.dataset;
      }),
  );
}
