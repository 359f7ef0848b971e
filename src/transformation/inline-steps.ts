import {
  conjunction,
  type SqlExpression,
  type SqlQuery,
  type SqlQueryBody,
  type SqlRelation,
  type SqlSelect,
  type SqlSelectItem,
  type SqlSortKey,
} from '../sql/ast.js';
import { hasInnerQuery, holdsKind, mapColumns, sqlColumnsOf, visitNodes } from '../sql/map-expression.js';
import { bug } from '../support/errors.js';
import { flattened, readsAlone, sortedSet } from './flatten-steps.js';

/**
 * Where a SELECT reads one step that nothing else reads, and only computes over its groups or takes its rows as they are, the
 * two are written as one, as a person would. Steps in `kept` (tables that people named) are not taken apart to their rows.
 * Any other shape is left as it is; the rows are the same either way.
 */
export function inlineSingleSteps(query: SqlQuery, kept: ReadonlySet<string>): SqlQuery {
  const uses = usesOfTables(query);
  let steps = query.with;
  const inlined = (body: SqlQueryBody): SqlQueryBody => {
    if (body.kind === 'set') return { ...body, inputs: body.inputs.map(inlined) };
    if (body.from?.kind !== 'table') return body;
    const { name } = body.from;
    const step = steps.find((candidate) => candidate.name === name);
    if (step === undefined || uses.get(name) !== 1 || !readsAlone(body, name)) return body;
    const whole = asOne(step.query, body, name, kept);
    if (whole === null) return body;
    steps = steps.filter((candidate) => candidate !== step);
    return inlined(whole);
  };
  for (const { name } of query.with) {
    const step = steps.find((candidate) => candidate.name === name);
    if (step === undefined) continue;
    const body = inlined(step.query);
    steps = steps.map((candidate) => (candidate.name === name ? { ...candidate, query: body } : candidate));
  }
  const body = inlined(query.body);
  return { with: steps, body };
}

function asOne(inner: SqlQueryBody, outer: SqlSelect, name: string, kept: ReadonlySet<string>): SqlQueryBody | null {
  if (inner.kind === 'set') return kept.has(name) ? null : sortedSet(inner, outer);
  if (isMergeable(inner, outer, name)) return merge(inner, outer);
  return kept.has(name) ? null : flattened(inner, outer);
}

/** How often each table is read, at any depth. */
function usesOfTables(query: SqlQuery): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  visitNodes(query, (node) => {
    if (isTable(node)) uses.set(node.name, (uses.get(node.name) ?? 0) + 1);
  });
  return uses;
}

function isTable(value: object): value is Extract<SqlRelation, { kind: 'table' }> {
  return 'kind' in value && value.kind === 'table' && 'alias' in value;
}

function isMergeable(inner: SqlSelect, outer: SqlSelect, name: string): boolean {
  const readsStep = outer.from?.kind === 'table' && outer.from.name === name && outer.joins.length === 0;
  const isPlainOuter =
    outer.groupBy.length === 0 &&
    !outer.distinct &&
    outer.having === null &&
    !outer.items.some(({ expression }) => holdsAggregate(expression));
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
  return items.some(({ expression }) => holdsKind(expression, ['window']));
}

function holdsAggregate(expression: SqlExpression): boolean {
  return holdsKind(expression, ['aggregate']);
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
