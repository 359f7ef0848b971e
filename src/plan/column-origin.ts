import type { SemanticPlan } from './query.js';

/** A column of a source by its dataset. */
export interface ColumnPlace {
  readonly dataset: string;
  readonly column: string;
}

/**
 * The source column that a column of a dataset which the plan reads is, unchanged but for casts; the place itself where the
 * dataset is a source. Null where several columns become one, or it is computed.
 */
export function sourceColumnOf(plan: SemanticPlan, place: ColumnPlace): ColumnPlace | null {
  const made = plan.datasets?.find(({ name }) => name === place.dataset);
  if (made === undefined) return place;
  if (made.kind === 'prepared') {
    const [only, ...others] = made.from;
    return only === undefined || others.length > 0 ? null : sourceColumnOf(plan, { ...place, dataset: only });
  }
  const { query } = made;
  if (query.kind === 'set') return null;
  const outputs = query.kind === 'aggregate' ? query.dimensions : query.columns;
  const expression = outputs.find(({ name }) => name === place.column)?.expression;
  const dataset =
    expression?.kind === 'column' ? query.tables.find(({ id }) => id === expression.table)?.dataset : undefined;
  return expression?.kind === 'column' && dataset !== undefined
    ? sourceColumnOf(plan, { dataset, column: expression.column })
    : null;
}

/** The sources that a dataset is prepared from; itself where it is not prepared by the plan. */
export function preparedFrom(plan: SemanticPlan, dataset: string): readonly string[] {
  const made = plan.datasets?.find(({ name }) => name === dataset);
  return made?.kind === 'prepared' ? made.from.flatMap((from) => preparedFrom(plan, from)) : [dataset];
}
