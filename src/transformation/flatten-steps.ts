import {
  conjunction,
  type SqlExpression,
  type SqlQueryBody,
  type SqlSelect,
  type SqlSelectItem,
  type SqlSetOperation,
  type SqlSortKey,
} from '../sql/ast.js';
import { hasInnerQuery, holdsKind, mapColumns, type SqlColumn, sqlColumnsOf } from '../sql/map-expression.js';
import { bug } from '../support/errors.js';

/**
 * `outer`, which reads the step alone, and the rows of the step as one SELECT: where the step neither folds nor cuts rows,
 * its columns take their places. Null where that would change what is meant, or repeat an expression.
 */
export function flattened(inner: SqlSelect, outer: SqlSelect): SqlSelect | null {
  if (!isPlain(inner)) return null;
  const read = columnsRead(outer);
  const isOnce = inner.items.every(
    ({ expression, alias }) => expression.kind === 'column' || read.filter(({ name }) => name === alias).length <= 1,
  );
  return isOnce && !isShadowed(inner, outer) ? joinedInto(inner, outer) : null;
}

/** A set operation in its order, where `outer` only sorts and cuts its rows; null where it does more. */
export function sortedSet(inner: SqlSetOperation, outer: SqlSelect): SqlSetOperation | null {
  const [first] = inner.inputs;
  if (first?.kind !== 'select' || inner.orderBy.length > 0 || inner.limit !== null) return null;
  const names = first.items.map(({ alias }) => alias);
  const isAsItIs =
    outer.items.length === names.length &&
    outer.items.every(
      ({ expression, alias, comment }, at) =>
        expression.kind === 'column' && expression.name === names[at] && alias === names[at] && comment === undefined,
    );
  const isOnlySorted = !outer.distinct && outer.where === null && outer.groupBy.length === 0 && outer.having === null;
  const isByName = outer.orderBy.every(
    ({ expression }) => expression.kind === 'column' && names.includes(expression.name),
  );
  if (!isAsItIs || !isOnlySorted || !isByName) return null;
  const orderBy = outer.orderBy.map((key): SqlSortKey => ({ ...key, expression: unqualified(key.expression) }));
  return { ...inner, orderBy, limit: outer.limit };
}

function unqualified(expression: SqlExpression): SqlExpression {
  return expression.kind === 'column' ? { ...expression, table: null } : expression;
}

/** Rows as they are joined and filtered: neither folded nor numbered nor cut. */
function isPlain(inner: SqlSelect): boolean {
  return (
    !inner.distinct &&
    inner.groupBy.length === 0 &&
    inner.having === null &&
    inner.orderBy.length === 0 &&
    inner.limit === null &&
    inner.from !== null &&
    !inner.items.some(
      ({ expression }) => hasInnerQuery(expression) || holdsKind(expression, ['aggregate', 'window', 'series']),
    )
  );
}

/** All that `outer` evaluates over the columns of the step; what it sorts by its own outputs is evaluated there. */
function expressionsOf(outer: SqlSelect): readonly SqlExpression[] {
  return [
    ...outer.items.map(({ expression }) => expression),
    ...(outer.where === null ? [] : [outer.where]),
    ...outer.groupBy.flatMap((group) => (typeof group === 'number' ? [] : [group])),
    ...(outer.having === null ? [] : [outer.having]),
    ...outer.orderBy.flatMap((key) => (isOutput(key, outer) ? [] : [key.expression])),
  ];
}

function columnsRead(outer: SqlSelect): readonly SqlColumn[] {
  return expressionsOf(outer).flatMap(sqlColumnsOf);
}

function isOutput({ expression }: SqlSortKey, outer: SqlSelect): boolean {
  return (
    expression.kind === 'column' &&
    expression.table === null &&
    outer.items.some(({ alias }) => alias === expression.name)
  );
}

/**
 * Whether a name would be looked up elsewhere: a bare source column that is called like another output, or a column inside
 * of an inner query, which is not entered.
 */
function isShadowed(inner: SqlSelect, outer: SqlSelect): boolean {
  const bare = new Set(
    [...inner.items.map(({ expression }) => expression), ...(inner.where === null ? [] : [inner.where])]
      .flatMap(sqlColumnsOf)
      .filter(({ table }) => table === null)
      .map(({ name }) => name.toLowerCase()),
  );
  const isOther = ({ expression, alias }: SqlSelectItem): boolean => {
    const from = expression.kind === 'column' ? inner.items.find((item) => item.alias === expression.name) : undefined;
    return from?.expression.kind !== 'column' || from.expression.name !== alias;
  };
  return (
    outer.items.some((item) => bare.has((item.alias ?? '').toLowerCase()) && isOther(item)) ||
    expressionsOf(outer).some(hasInnerQuery)
  );
}

function joinedInto(inner: SqlSelect, outer: SqlSelect): SqlSelect {
  const over = (expression: SqlExpression): SqlExpression =>
    mapColumns(expression, ({ name }) => {
      const source = inner.items.find(({ alias }) => alias === name);
      if (source === undefined) throw bug(`no column "${name}" in the step`);
      return source.expression;
    });
  const conditions = [inner.where, outer.where === null ? null : over(outer.where)].flatMap((condition) =>
    condition === null ? [] : operandsOf(condition),
  );
  return {
    ...outer,
    items: outer.items.map((item) => ({ ...item, expression: over(item.expression) })),
    from: inner.from,
    joins: inner.joins,
    where: conjunction(conditions),
    groupBy: outer.groupBy.map((group) => (typeof group === 'number' ? group : over(group))),
    having: outer.having === null ? null : over(outer.having),
    orderBy: outer.orderBy.map((key) => (isOutput(key, outer) ? key : { ...key, expression: over(key.expression) })),
  };
}

function operandsOf(condition: SqlExpression): readonly SqlExpression[] {
  return condition.kind === 'logical' && condition.operator === 'and' ? condition.operands : [condition];
}

/** Whether the body reads that step and nothing else. */
export function readsAlone(body: SqlQueryBody, name: string): body is SqlSelect {
  return body.kind === 'select' && body.joins.length === 0 && body.from?.kind === 'table' && body.from.name === name;
}
