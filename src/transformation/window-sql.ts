import type { NamedWindow, WindowDistance, WindowFrame } from '../plan/relational.js';
import { isConstant } from '../plan/traverse.js';
import { cast, integerLiteral, type SqlExpression, type SqlFrame, type SqlFrameBound } from '../sql/ast.js';
import { intervalOf, type LoweringContext, lowerExpression } from '../sql/lower-expression.js';
import { assertNever } from '../support/assert-never.js';

/** A window function as SQL. Frames are said in full, because engines differ in what they take for granted. */
export function windowSql(window: NamedWindow, context: LoweringContext): SqlExpression {
  const lower = (expression: Parameters<typeof lowerExpression>[0]): SqlExpression =>
    lowerExpression(expression, context);
  const folded: SqlExpression = {
    kind: 'window',
    ...(window.argument === null || window.as === null
      ? {}
      : { fold: { of: context.typeOf(window.argument), to: window.as } }),
    function: window.function,
    arguments: window.argument === null ? [] : [lower(window.argument)],
    partitionBy: window.partitionBy.map(lower),
    orderBy: window.orderBy
      .filter(({ expression }) => !isConstant(expression))
      .map(({ expression, direction, nulls }) => ({
        expression: lower(expression),
        direction,
        nulls,
      })),
    frame:
      window.argument === null || window.function === 'lead' ? null : frameSql(window.frame, window.orderBy.length > 0),
  };
  const isTyped = window.as === null || (window.function === 'avg' && window.as.kind === 'decimal');
  const typed = isTyped ? folded : cast(folded, window.as);
  if (window.where === null) return typed;
  return { kind: 'case', branches: [{ when: lower(window.where), then: typed }], otherwise: null };
}

function frameSql(frame: WindowFrame, isOrdered: boolean): SqlFrame | null {
  switch (frame.kind) {
    case 'partition':
      return isOrdered
        ? { unit: 'rows', start: { kind: 'unbounded_preceding' }, end: { kind: 'unbounded_following' } }
        : null;
    case 'to_current':
      return { unit: 'range', start: { kind: 'unbounded_preceding' }, end: { kind: 'current_row' } };
    case 'trailing':
      return { unit: 'range', start: preceding(frame.back), end: { kind: 'current_row' } };
    case 'exactly':
      return { unit: 'range', start: preceding(frame.back), end: preceding(frame.back) };
    default:
      return assertNever(frame);
  }
}

function preceding(distance: WindowDistance): SqlFrameBound {
  if (distance.kind === 'number') return { kind: 'preceding', distance: integerLiteral(distance.amount) };
  return { kind: 'preceding', distance: { kind: 'interval', ...intervalOf(distance.amount, distance.unit) } };
}
