import {
  conjunction,
  type SqlExpression,
  type SqlQuery,
  type SqlSelect,
  type SqlSelectItem,
  type SqlSortKey,
} from '../sql/ast.js';
import { hasInnerQuery, mapColumns, sqlColumnsOf } from '../sql/map-expression.js';
import { bug } from '../support/errors.js';

/**
 * A query whose last SELECT only computes over the groups of the one step before is written as a single SELECT with
 * GROUP BY and HAVING, as a person would. Any other shape is left as it is; the rows are the same either way.
 */
export function inlineSingleSteps(query: SqlQuery): SqlQuery {
  const [step, ...others] = query.with;
  if (step === undefined || others.length > 0 || query.body.kind !== 'select' || step.query.kind !== 'select')
    return query;
  if (!isMergeable(step.query, query.body, step.name)) return query;
  return { with: [], body: merge(step.query, query.body) };
}

function isMergeable(inner: SqlSelect, outer: SqlSelect, name: string): boolean {
  const readsStep = outer.from?.kind === 'table' && outer.from.name === name && outer.joins.length === 0;
  const isPlainOuter = outer.groupBy.length === 0 && !outer.distinct && outer.having === null;
  const isPlainInner = inner.limit === null && inner.orderBy.length === 0 && !inner.distinct && inner.having === null;
  return (
    readsStep && isPlainOuter && isPlainInner && isGrouped(inner) && !isAmbiguous(inner, outer) && !hasWindows(outer)
  );
}

/** Without GROUP BY or an aggregate the inner rows are no groups, and a condition on them is no HAVING. */
function isGrouped({ groupBy, items }: SqlSelect): boolean {
  return (
    groupBy.every((group) => typeof group === 'number') &&
    (groupBy.length > 0 || items.some(({ expression }) => holdsAggregate(expression)))
  );
}

/**
 * In HAVING and ORDER BY a bare name may be taken for an output column. Where an output is named like a source column
 * that is read bare, or a condition holds inner queries, the two SELECTs stay apart.
 */
function isAmbiguous(inner: SqlSelect, outer: SqlSelect): boolean {
  const bare = new Set(
    inner.items
      .flatMap(({ expression }) => sqlColumnsOf(expression))
      .filter(({ table }) => table === null)
      .map(({ name }) => name.toLowerCase()),
  );
  const renamed = outer.items.some((item) => bare.has((item.alias ?? '').toLowerCase()) && !isSameColumn(item, inner));
  const nested = [
    ...outer.items.map(({ expression }) => expression),
    ...(outer.where === null ? [] : [outer.where]),
  ].some(hasInnerQuery);
  return renamed || nested;
}

/** `SELECT region` grouped by that very column: the output is the column, whichever of the two a name is taken for. */
function isSameColumn({ alias }: SqlSelectItem, inner: SqlSelect): boolean {
  const source = inner.items.find((item) => item.alias === alias);
  return source?.expression.kind === 'column' && source.expression.name === alias;
}

function hasWindows({ items }: SqlSelect): boolean {
  return items.some(({ expression }) => JSON.stringify(expression).includes('"kind":"window"'));
}

function holdsAggregate(expression: SqlExpression): boolean {
  return JSON.stringify(expression).includes('"kind":"aggregate"');
}

function merge(inner: SqlSelect, outer: SqlSelect): SqlSelect {
  const substitute = (expression: SqlExpression): SqlExpression =>
    mapColumns(expression, ({ name }) => {
      const source = inner.items.find(({ alias }) => alias === name);
      if (source === undefined) throw bug(`no column "${name}" in the step`);
      return source.expression;
    });
  const items = outer.items.map((item): SqlSelectItem => ({ ...item, expression: substitute(item.expression) }));
  const keyPosition = (position: number): SqlExpression | number => {
    const key = inner.items[position - 1];
    if (key === undefined) throw bug('a group has no item');
    const shown = outer.items.findIndex(
      ({ expression }) => expression.kind === 'column' && expression.name === key.alias,
    );
    return shown === -1 ? key.expression : shown + 1;
  };
  const aliases = new Set(outer.items.map(({ alias }) => alias));
  const orderBy = outer.orderBy.map((key): SqlSortKey => {
    const isAlias =
      key.expression.kind === 'column' && key.expression.table === null && aliases.has(key.expression.name);
    return isAlias ? key : { ...key, expression: substitute(key.expression) };
  });
  return {
    ...inner,
    items,
    groupBy: inner.groupBy.flatMap((group) => (typeof group === 'number' ? [keyPosition(group)] : [])),
    having: outer.where === null ? null : conjunction([substitute(outer.where)]),
    orderBy,
    limit: outer.limit,
  };
}
