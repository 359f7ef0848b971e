import type { SqlExpression, SqlQuery, SqlSelect } from '../sql/ast.js';

/**
 * A query that only reads one aggregating step and names its columns is written as one SELECT, as a person would. Any
 * other shape is left as it is. The rows are the same: the outer select has no condition, and all it reads is a name.
 */
export function inlineSingleSteps(query: SqlQuery): SqlQuery {
  const [step, ...others] = query.with;
  if (step === undefined || others.length > 0 || query.body.kind !== 'select' || step.query.kind !== 'select') return query;
  const merged = merge(step.query, step.name, query.body);
  return merged === null ? query : { with: [], body: merged };
}

function merge(inner: SqlSelect, name: string, outer: SqlSelect): SqlSelect | null {
  const isPlain = outer.where === null && outer.joins.length === 0 && outer.groupBy.length === 0 && !outer.distinct;
  const isInner = inner.limit === null && inner.orderBy.length === 0 && !inner.distinct;
  if (!isPlain || !isInner || outer.from?.kind !== 'table' || outer.from.name !== name) return null;
  // Groups by position stand for items: only where the outer items begin with the very same ones they stay right.
  const items = outer.items.map((item, position) => {
    const read = item.expression.kind === 'column' ? item.expression.name : null;
    const source = inner.items[position];
    return read !== null && source?.alias === read && item.alias === read ? { ...source, ...(item.comment === undefined ? {} : { comment: item.comment }) } : null;
  });
  if (items.length !== inner.items.length) return null;
  const complete = items.filter((item) => item !== null);
  if (complete.length !== items.length) return null;
  const isByName = outer.orderBy.every(({ expression }) => isAlias(expression, inner));
  return isByName ? { ...inner, items: complete, orderBy: outer.orderBy, limit: outer.limit } : null;
}

function isAlias(expression: SqlExpression, { items }: SqlSelect): boolean {
  return expression.kind === 'column' && expression.table === null && items.some(({ alias }) => alias === expression.name);
}
