import type { Dataset } from '../catalog/catalog.js';
import type { AggregateQuery, Expression, Measure } from '../plan/query.js';
import { nodesOf } from '../plan/traverse.js';
import type { DimensionDraft, Draft } from './draft.js';
import { occurrenceId } from './names.js';
import { keyOf, type Step } from './schema-model.js';

/**
 * Whether groups are ranked or kept by a number that is 1 for each of them: the rows of a table by what tells its rows apart
 * (`the product that was bought most often` does not mean the number of products for each product).
 */
export function ranksByItself(
  draft: Draft,
  measures: readonly Measure[],
  dimensions: readonly DimensionDraft[],
  { orderBy, having }: Pick<AggregateQuery, 'orderBy' | 'having'>,
): boolean {
  const compared =
    having === null ? [] : nodesOf(having).flatMap((node) => (node.kind === 'output' ? [node.name] : []));
  const used = new Set([...orderBy.map(({ by }) => by), ...compared]);
  return measures.some((measure) => used.has(measure.name) && countsItself(draft, measure, dimensions));
}

function countsItself(draft: Draft, { shown, definition }: Measure, dimensions: readonly DimensionDraft[]): boolean {
  if (shown || definition.kind !== 'aggregate') return false;
  const dataset = draft.model.catalog.datasets.find(({ name }) => occurrenceId(name) === definition.home);
  const counts = definition.function === 'count' || definition.function === 'count_distinct';
  if (dataset === undefined || !counts || definition.filter !== null) return false;
  if (definition.function === 'count_distinct' && !isKeyColumn(dataset, definition.argument)) return false;
  return dimensions.some(({ role, expression }) => role === 'key' && isKeyColumn(dataset, expression));
}

/**
 * Whether what is counted is what is grouped by, so that each group has one: the different persons by whom jobs are signed, for
 * each person who signed.
 */
export function countsGroup(
  { model }: Draft,
  measures: readonly Measure[],
  dimensions: readonly DimensionDraft[],
  steps: readonly Step[],
): boolean {
  return measures.some(({ shown, definition }) => {
    const isCount = definition.kind === 'aggregate' && definition.function === 'count_distinct';
    if (!shown || !isCount || definition.filter !== null) return false;
    const { argument } = definition;
    if (argument?.kind !== 'column') return false;
    const named = steps.flatMap(({ from, to, on }) =>
      occurrenceId(from) === argument.table && on.length === 1 && on[0]?.from === argument.column ? [to] : [],
    );
    return dimensions.some(({ role, dataset, expression }) => {
      if (role !== 'key' || expression.kind !== 'column') return false;
      if (expression.table === argument.table && expression.column === argument.column) return true;
      const isTold = named.includes(dataset) || occurrenceId(dataset) === argument.table;
      const column = isTold ? model.column(dataset, expression.column) : undefined;
      return column !== undefined && column.profile.distinct === model.dataset(dataset)?.rows;
    });
  });
}

function isKeyColumn(dataset: Dataset, expression: Expression | null): boolean {
  if (expression?.kind !== 'column' || expression.table !== occurrenceId(dataset.name)) return false;
  const key = keyOf(dataset);
  return key?.length === 1 && key[0] === expression.column;
}
