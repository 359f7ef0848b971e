import type { AggregateQuery, Expression, Order } from '../plan/query.js';
import { allOf } from '../plan/traverse.js';
import { numberLiteral } from './compose-columns.js';
import { isGroupCondition } from './compose-conditions.js';
import { scalarOf } from './compose-nested.js';
import type { Concept } from './concept.js';
import { conceptOf, type DimensionDraft, type Draft, type MeasureDraft } from './draft.js';
import type { Condition, Item } from './frame.js';
import type { Axis } from './request-tree.js';
import type { Roles } from './roles.js';
import { nameColumns } from './schema-model.js';

/** A measure of the query with whether it is returned and the item it was made for. */
export interface Placed {
  readonly measure: MeasureDraft;
  readonly shown: boolean;
  readonly item: Item | null;
}

/** Whether two items say the same thing of the catalog in the same way. */
export function sameItem(draft: Draft, left: Item, right: Item | null): boolean {
  if (right === null) return false;
  const [first, second] = [slotKey(draft, left), slotKey(draft, right)];
  if (first === null || first !== second) return false;
  if (left.kind === right.kind)
    return left.kind !== 'aggregate' || right.kind !== 'aggregate' || left.function === right.function;
  return left.kind === 'plain' || right.kind === 'plain';
}

function slotKey(draft: Draft, item: Item): string | null {
  if (item.kind === 'span') return JSON.stringify([item.from?.id, item.to?.id]);
  if (item.kind === 'ratio' || item.kind === 'derived' || item.kind === 'mean' || item.slot === null) return null;
  const concept = conceptOf(draft, item.slot);
  if (concept === null) return null;
  return concept.kind === 'metric'
    ? concept.metric
    : concept.kind === 'dataset'
      ? concept.dataset
      : `${concept.dataset}.${concept.column}`;
}

/** The condition on groups; undefined where one cannot be said. */
export function havingOf(draft: Draft, placed: readonly Placed[]): Expression | null | undefined {
  const parts: Expression[] = [];
  for (const condition of draft.frame.conditions) {
    if (!isGroupCondition(draft, condition) || (condition.kind !== 'compare' && condition.kind !== 'between')) continue;
    const part = groupCondition(draft, condition, placed);
    if (part === null) return undefined;
    parts.push(part);
  }
  return allOf(parts);
}

function groupCondition(
  draft: Draft,
  condition: Extract<Condition, { kind: 'compare' | 'between' }>,
  placed: readonly Placed[],
): Expression | null {
  const found = placed.find(
    ({ item }) => item !== null && (item === condition.subject || sameItem(draft, item, condition.subject)),
  );
  if (found === undefined) return null;
  const output: Expression = { kind: 'output', name: found.measure.name };
  if (condition.kind === 'between')
    return {
      kind: 'between',
      operand: output,
      low: numberLiteral(condition.low),
      high: numberLiteral(condition.high),
      negated: condition.negated,
    };
  const { operand } = condition;
  // `course 301` rather names one than says how many there are.
  if (condition.subject?.kind === 'plain' && condition.operator === 'eq' && operand.kind === 'number')
    draft.penalty += 0.5;
  const right =
    operand.kind === 'number'
      ? numberLiteral(operand.value)
      : operand.kind === 'query'
        ? scalarOf(draft, operand.inner)
        : null;
  if (right === null) return null;
  const comparison: Expression = { kind: 'comparison', operator: condition.operator, left: output, right };
  return condition.negated ? { kind: 'not', operand: comparison } : comparison;
}

/** What the groups are ordered by. */
export function orderOf(
  draft: Draft,
  roles: Roles,
  placed: readonly Placed[],
  dimensions: readonly DimensionDraft[],
): readonly Order[] {
  const orders: Order[] = [];
  const push = (by: string, direction: Order['direction']): void => {
    if (!orders.some((order) => order.by === by)) orders.push({ by, direction, nulls: 'last' });
  };
  const { pick } = roles;
  if (pick !== null) {
    const item = pick.item;
    const target =
      placed.find(
        (known) => known.item !== null && item !== null && (known.item === item || sameItem(draft, known.item, item)),
      ) ?? placed.at(-1);
    if (target !== undefined) push(target.measure.name, pick.direction);
  }
  for (const ordering of draft.frame.orderings) {
    const by =
      ordering.axis === null
        ? orderName(draft, ordering.item, placed, dimensions)
        : axisName(ordering.axis, placed, dimensions);
    if (by !== null) push(by, ordering.direction);
    else if (ordering.item !== null) draft.unplaced = true;
  }
  return orders;
}

/** What a chart's axis stands for: the first thing grouped by, or the first measure. */
function axisName(axis: Axis, placed: readonly Placed[], dimensions: readonly DimensionDraft[]): string | null {
  const measure = placed.find(({ shown }) => shown)?.measure.name ?? null;
  if (axis === 'y') return measure;
  const shown = dimensions.filter((dimension) => dimension.shown);
  const timed = shown.find(({ expression }) => isOfTime(expression));
  return (axis === 'time' ? timed?.name : undefined) ?? shown[0]?.name ?? measure;
}

/** Whether a dimension is a stretch or part of time. */
function isOfTime({ kind }: Expression): boolean {
  return kind === 'time_truncate' || kind === 'time_part';
}

function orderName(
  draft: Draft,
  item: Item | null,
  placed: readonly Placed[],
  dimensions: readonly DimensionDraft[],
): string | null {
  if (item === null && draft.frame.items[0]?.kind === 'plain') return axisName('x', placed, dimensions);
  if (item === null) return placed.find(({ shown }) => shown)?.measure.name ?? placed[0]?.measure.name ?? null;
  const measure = placed.find((known) => known.item !== null && sameItem(draft, known.item, item));
  if (item.kind !== 'plain') return measure?.measure.name ?? placed.find(({ shown }) => shown)?.measure.name ?? null;
  const concept = conceptOf(draft, item.slot);
  const dimension =
    concept?.kind === 'column'
      ? dimensions.find(
          ({ expression, dataset }) =>
            dataset === concept.dataset &&
            JSON.stringify(expression).includes(`"column":${JSON.stringify(concept.column)}`),
        )
      : concept?.kind === 'dataset'
        ? dimensions.find(({ dataset, shown }) => shown && dataset === concept.dataset)
        : undefined;
  return dimension?.name ?? measure?.measure.name ?? namingDimension(draft, concept, dimensions);
}

/** `by name`: the first thing shown, where the name is of a table that is not. */
function namingDimension(draft: Draft, concept: Concept | null, dimensions: readonly DimensionDraft[]): string | null {
  if (concept?.kind !== 'column') return null;
  const dataset = draft.model.dataset(concept.dataset);
  const naming = dataset !== undefined && nameColumns(dataset).some(({ name }) => name === concept.column);
  return naming ? (dimensions.find(({ shown }) => shown)?.name ?? null) : null;
}

/** How many of the ordered groups are kept, of all or of those that agree in `per`; null for all. */
export function limitOf(
  draft: Draft,
  roles: Roles,
  orderBy: readonly Order[],
  per: readonly string[],
): AggregateQuery['limit'] {
  const all = roles.pick === null || roles.pick.all === true;
  const count = draft.frame.limit ?? roles.pick?.count ?? (all ? null : 1);
  return count === null || orderBy.length === 0 ? null : { count, per, ties: 'cut' };
}
