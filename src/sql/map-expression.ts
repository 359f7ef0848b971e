import { assertNever } from '../support/assert-never.js';
import type { SqlExpression, SqlSortKey } from './ast.js';

/** A column as an expression names it. */
export type SqlColumn = Extract<SqlExpression, { kind: 'column' }>;

/** `expression` with each column reference replaced by what `replace` gives. Inner queries are left as they are. */
export function mapColumns(expression: SqlExpression, replace: (column: SqlColumn) => SqlExpression): SqlExpression {
  const map = (inner: SqlExpression): SqlExpression => mapColumns(inner, replace);
  const mapKeys = (keys: readonly SqlSortKey[]): readonly SqlSortKey[] =>
    keys.map((key) => ({ ...key, expression: map(key.expression) }));
  const orNull = (inner: SqlExpression | null): SqlExpression | null => (inner === null ? null : map(inner));
  switch (expression.kind) {
    case 'column':
      return replace(expression);
    case 'star':
    case 'literal':
    case 'parameter':
    case 'interval':
    case 'exists':
    case 'subquery':
      return expression;
    case 'binary':
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case 'logical':
      return { ...expression, operands: expression.operands.map(map) };
    case 'not':
    case 'negate':
    case 'is_null':
    case 'like':
    case 'cast':
    case 'in_query':
      return { ...expression, operand: map(expression.operand) };
    case 'in':
      return { ...expression, operand: map(expression.operand), values: expression.values.map(map) };
    case 'between':
      return { ...expression, operand: map(expression.operand), low: map(expression.low), high: map(expression.high) };
    case 'series':
      return { ...expression, start: map(expression.start), before: map(expression.before) };
    case 'case': {
      const branches = expression.branches.map(({ when, then }) => ({ when: map(when), then: map(then) }));
      return { ...expression, branches, otherwise: orNull(expression.otherwise) };
    }
    case 'call':
      return { ...expression, arguments: expression.arguments.map(map) };
    case 'aggregate':
      return {
        ...expression,
        arguments: expression.arguments.map(map),
        orderBy: mapKeys(expression.orderBy),
        filter: orNull(expression.filter),
      };
    case 'window':
      return {
        ...expression,
        arguments: expression.arguments.map(map),
        partitionBy: expression.partitionBy.map(map),
        orderBy: mapKeys(expression.orderBy),
      };
    default:
      return assertNever(expression);
  }
}

/** The columns that `expression` names outside its inner queries, in order, with repetitions. */
export function sqlColumnsOf(expression: SqlExpression): readonly SqlColumn[] {
  const found: SqlColumn[] = [];
  mapColumns(expression, (column) => {
    found.push(column);
    return column;
  });
  return found;
}

/** Whether `expression` holds an inner query. */
export function hasInnerQuery(expression: SqlExpression): boolean {
  return holdsKind(expression, ['exists', 'in_query', 'subquery']);
}

/** Whether the tree has a node of one of these kinds, also inside inner queries. */
export function holdsKind(tree: SqlExpression, kinds: readonly SqlExpression['kind'][]): boolean {
  let isFound = false;
  visitNodes(tree, (node) => {
    if ('kind' in node && kinds.some((kind) => kind === node.kind)) isFound = true;
  });
  return isFound;
}

/** Visits every object in a tree of plain data, at any depth. */
export function visitNodes(tree: unknown, visit: (node: object) => void): void {
  if (typeof tree !== 'object' || tree === null) return;
  if (!Array.isArray(tree)) visit(tree);
  for (const inner of Object.values(tree)) visitNodes(inner, visit);
}
