import { mapQuery } from '../plan/map-query.js';
import type { AggregateQuery, DetailQuery, Expression, TimeUnit } from '../plan/query.js';
import { mapExpression, withOperands } from '../plan/traverse.js';
import type { ComputedColumn } from './computed-columns.js';
import { occurrenceId } from './names.js';

/** The query with references to computed columns replaced by what they stand for, lengths of time told in `unit`. */
export function expandComputed(
  query: AggregateQuery | DetailQuery,
  computed: readonly ComputedColumn[],
  unit: TimeUnit | null,
): AggregateQuery | DetailQuery {
  if (computed.length === 0) return query;
  const known = new Map(computed.map((one) => [`${occurrenceId(one.dataset)}.${one.column.name}`, one]));
  const expand = (expression: Expression): Expression => {
    const said = truthOf(expression) ?? expression;
    const meant = said.kind === 'column' ? known.get(`${said.table}.${said.column}`) : undefined;
    return meant === undefined ? withOperands(expression, expand) : placed(meant.expression(unit));
  };
  return mapQuery(query, { dataset: (name) => name, expression: expand });
}

/** What is compared with true says it by itself. */
function truthOf(expression: Expression): Expression | null {
  if (expression.kind !== 'comparison' || expression.operator !== 'eq' || expression.right.kind !== 'literal')
    return null;
  const { literal } = expression.right;
  return literal.type === 'boolean' && literal.value ? expression.left : null;
}

/** Glossaries and columns name datasets; in a query they are known by their occurrences. */
function placed(expression: Expression): Expression {
  return mapExpression(expression, (node) =>
    node.kind === 'column' ? { ...node, table: occurrenceId(node.table) } : node,
  );
}
