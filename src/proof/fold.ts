import type { AggregateMeasure, Expression } from '../plan/query.js';
import {
  aggregate,
  column,
  type SqlAggregate,
  type SqlExpression,
  type SqlQueryBody,
  type SqlRelation,
  type SqlSelect,
  type SqlSelectItem,
  select,
} from '../sql/ast.js';
import type { HomeRows } from './admission.js';
import { queryOf } from './proof-context.js';

/** How totals over groups and over rows meet: sums and counts add up, extremes are extremes of extremes. */
export type Fold = 'sum' | 'min' | 'max';

/** A measure whose total over all groups is known from the rows alone. `additive`: counts of rows or of a row's own values add up. */
export interface FoldedMeasure {
  readonly name: string;
  readonly fold: Fold;
  readonly aggregate: AggregateMeasure;
  /** Sums of DOUBLE are taken in ascending order, so that they are the same text on any number of threads. */
  readonly isFloat: boolean;
}

/** The fold of a measure's column over a relation of groups. */
export function groupFolds(measures: readonly FoldedMeasure[], from: SqlRelation): SqlQueryBody {
  return select(
    measures.map(({ name, fold, isFloat }) => ({
      expression: aggregate(fold, [column(null, name)], orderedIf(isFloat && fold === 'sum', column(null, name))),
      alias: name,
    })),
    from,
  );
}

/** The same folds over the admitted rows of the home, each row once: in all, or for each group that agrees in `keys`. */
export function rowFolds(
  measures: readonly FoldedMeasure[],
  rows: HomeRows,
  keys: readonly GroupKey[] = [],
): SqlSelect {
  const parts = measures.map((measure, index) => partsOf(measure, index, rows));
  const grouping = keys.map(({ name, expression }) => ({ expression: rows.value(expression), alias: name }));
  const items = [...grouping, ...parts.flatMap(({ inner }) => inner)];
  const admitted = select(items.length > 0 ? items : [unused], rows.relation, { where: rows.admitted });
  const names = keys.map(({ name }) => ({ expression: column(null, name), alias: name }));
  const folded = parts.map(({ outer }, index) => ({ expression: outer, alias: measures[index]?.name ?? null }));
  return select(
    [...names, ...folded],
    { kind: 'derived', query: queryOf(admitted), alias: 'admitted' },
    { groupBy: names.map(({ expression }) => expression) },
  );
}

/** What rows are grouped by: a dimension's name and its expression over the row. */
export interface GroupKey {
  readonly name: string;
  readonly expression: Expression;
}

const unused: SqlSelectItem = { expression: { kind: 'literal', literal: { type: 'null' } }, alias: 'unused' };

function partsOf(
  { aggregate: definition, fold, isFloat }: FoldedMeasure,
  index: number,
  rows: HomeRows,
): { readonly inner: readonly SqlSelectItem[]; readonly outer: SqlExpression } {
  const { argument, filter } = definition;
  const valueName = `value_${index}`;
  const filterName = `filter_${index}`;
  const value = argument === null ? [] : [{ expression: rows.value(argument), alias: valueName }];
  const admits = filter === null ? [] : [{ expression: conditionValue(filter, rows), alias: filterName }];
  const condition = filter === null ? null : column(null, filterName);
  const operand: SqlExpression = argument === null ? { kind: 'star' } : column(null, valueName);
  const counts = definition.function === 'count' || definition.function === 'count_distinct';
  const distinct = definition.function === 'count_distinct';
  const order = orderedIf(isFloat && !counts && fold === 'sum', operand);
  const outer = aggregate(counts ? 'count' : fold, [operand], { filter: condition, distinct, ...order });
  return { inner: [...value, ...admits], outer };
}

function orderedIf(isOrdered: boolean, value: SqlExpression): Pick<SqlAggregate, 'orderBy'> {
  return { orderBy: isOrdered ? [{ expression: value, direction: 'ascending', nulls: 'last' }] : [] };
}

/** A measure's own filter leaves rows in, so unlike the query's it does not ask for a partner: it looks values up. */
function conditionValue(filter: Expression, rows: HomeRows): SqlExpression {
  return rows.value(filter);
}
