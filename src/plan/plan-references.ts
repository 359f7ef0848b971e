import { type ColumnPlace, sourceColumnOf } from './column-origin.js';
import { queriesOfPlan } from './plan-datasets.js';
import type { SemanticPlan } from './query.js';
import { datasetOf } from './traverse.js';

/** Columns of one source that rows meet rows of another by. */
export interface Reference {
  readonly dataset: string;
  readonly columns: readonly string[];
  readonly toDataset: string;
  readonly toColumns: readonly string[];
}

/** For each join of the plan the columns of the sources that it meets on; none where they are of several sources, or computed. */
export function referencesOf(plan: SemanticPlan): readonly Reference[] {
  return queriesOfPlan(plan).flatMap((query) => {
    if (query.kind === 'set') return [];
    return query.joins.flatMap((join): readonly Reference[] => {
      const place = (table: string, column: string): ColumnPlace | null =>
        sourceColumnOf(plan, { dataset: datasetOf(query, table), column });
      const from = sameSource(join.on.map((pair) => place(join.from, pair.from)));
      const to = sameSource(join.on.map((pair) => place(join.to, pair.to)));
      if (from === null || to === null) return [];
      return [{ ...from, toDataset: to.dataset, toColumns: to.columns }];
    });
  });
}

/** The columns of one source; null where they are of several, or of none. */
function sameSource(
  places: readonly (ColumnPlace | null)[],
): { readonly dataset: string; readonly columns: readonly string[] } | null {
  const known = places.filter((place) => place !== null);
  const [first] = known;
  if (first === undefined || known.length < places.length) return null;
  if (known.some(({ dataset }) => dataset !== first.dataset)) return null;
  return { dataset: first.dataset, columns: known.map(({ column }) => column) };
}
