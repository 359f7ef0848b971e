import { assertNever } from '../support/assert-never.js';
import type { SqlAggregate, SqlExpression, SqlFrameBound, SqlQuery, SqlSortKey } from './ast.js';
import { identifierText, literalText, type SqlDialect } from './dialect.js';

/** How tightly an expression holds together: one in parentheses wherever it stands under a tighter one. */
const precedence = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  additive: 5,
  multiplicative: 6,
  unary: 7,
  primary: 8,
} as const;

/** Prints expressions; `query` prints an inner query, indented to fit inside parentheses. */
export interface ExpressionPrinter {
  readonly dialect: SqlDialect;
  readonly query: (query: SqlQuery) => string;
}

/** The expression as SQL text on one line (inner queries apart), with only the parentheses it needs. */
export function expressionText(expression: SqlExpression, printer: ExpressionPrinter): string {
  const { dialect } = printer;
  const text = (inner: SqlExpression): string => expressionText(inner, printer);
  const under = (inner: SqlExpression, least: number): string =>
    precedenceOf(inner) < least ? `(${text(inner)})` : text(inner);
  const operand = (inner: SqlExpression): string => under(inner, precedence.additive);
  switch (expression.kind) {
    case 'column':
      return expression.table === null
        ? identifierText(expression.name, dialect)
        : `${identifierText(expression.table, dialect)}.${identifierText(expression.name, dialect)}`;
    case 'star':
      return '*';
    case 'literal':
      return literalText(expression.literal, dialect);
    case 'parameter':
      return `CAST(${dialect.parameter(expression.name)} AS ${dialect.typeName(expression.type)})`;
    case 'binary':
      return binaryText(expression, under, dialect);
    case 'logical': {
      const [only, ...others] = expression.operands;
      if (only !== undefined && others.length === 0) return text(only);
      const own = precedence[expression.operator];
      return expression.operands.map((part) => under(part, own + 1)).join(` ${expression.operator.toUpperCase()} `);
    }
    case 'not':
      return `NOT ${under(expression.operand, precedence.not + 1)}`;
    case 'negate':
      return `-${under(expression.operand, precedence.primary)}`;
    case 'is_null':
      return `${operand(expression.operand)} IS ${expression.negated ? 'NOT ' : ''}NULL`;
    case 'in':
      return `${operand(expression.operand)} ${not(expression.negated)}IN (${expression.values.map(text).join(', ')})`;
    case 'between':
      return `${operand(expression.operand)} ${not(expression.negated)}BETWEEN ${operand(expression.low)} AND ${operand(expression.high)}`;
    case 'like': {
      const like = dialect.like(operand(expression.operand), expression.pattern, expression.ignoreCase);
      return `${like.operand} ${not(expression.negated)}${like.match}`;
    }
    case 'case': {
      const branches = expression.branches.map(({ when, then }) => `WHEN ${text(when)} THEN ${text(then)}`);
      const otherwise = expression.otherwise === null ? [] : [`ELSE ${text(expression.otherwise)}`];
      return ['CASE', ...branches, ...otherwise, 'END'].join(' ');
    }
    case 'cast':
      return dialect.cast(text(expression.operand), expression.to, {
        from: expression.from ?? null,
        lenient: expression.lenient,
      });
    case 'interval':
      return dialect.interval(expression.amount, expression.unit);
    case 'series':
      return dialect.series(
        text(expression.start),
        text(expression.before),
        dialect.interval(expression.amount, expression.unit),
        expression.type,
      );
    case 'call':
      return dialect.call(expression.function, expression.arguments.map(text), expression.type ?? null);
    case 'aggregate':
      return aggregateText(expression, printer);
    case 'window':
      return windowText(expression, printer);
    case 'exists':
      return `${expression.negated ? 'NOT ' : ''}EXISTS (${printer.query(expression.query)})`;
    case 'in_query':
      return `${operand(expression.operand)} IN (${printer.query(expression.query)})`;
    case 'subquery':
      return `(${printer.query(expression.query)})`;
    default:
      return assertNever(expression);
  }
}

/** `expression DESC NULLS LAST`: where nulls go is always said, because engines differ in what silence means. */
export function sortKeyText(key: SqlSortKey, printer: ExpressionPrinter): string {
  const direction = key.direction === 'ascending' ? '' : ' DESC';
  return `${expressionText(key.expression, printer)}${direction} NULLS ${key.nulls.toUpperCase()}`;
}

type Under = (inner: SqlExpression, least: number) => string;

function binaryText(expression: Extract<SqlExpression, { kind: 'binary' }>, under: Under, dialect: SqlDialect): string {
  const own = precedenceOf(expression);
  const [first, second] = dialect.sides(expression.operator, expression.left, expression.right);
  // Comparisons do not chain, and subtraction and division are not associative: the right side binds tighter.
  const left = under(first, own === precedence.comparison ? own + 1 : own);
  return `${left} ${expression.operator.toUpperCase()} ${under(second, own + 1)}`;
}

function aggregateText(expression: SqlAggregate, printer: ExpressionPrinter): string {
  const { orderBy, filter } = expression;
  const text = (inner: SqlExpression): string => expressionText(inner, printer);
  return printer.dialect.aggregate({
    name: expression.function,
    operands: expression.arguments.map(text),
    distinct: expression.distinct,
    orderBy: orderBy.map((key) => sortKeyText(key, printer)),
    keys: orderBy.map((key) => text(key.expression)),
    isAscending: orderBy.every(({ direction, nulls }) => direction === 'ascending' && nulls === 'last'),
    filter: filter === null ? null : text(filter),
    fold: expression.fold ?? null,
  });
}

function windowText(expression: Extract<SqlExpression, { kind: 'window' }>, printer: ExpressionPrinter): string {
  const list = (items: readonly SqlExpression[]): string =>
    items.map((item) => expressionText(item, printer)).join(', ');
  const { frame } = expression;
  const parts = [
    expression.partitionBy.length === 0 ? '' : `PARTITION BY ${list(expression.partitionBy)}`,
    orderText(expression.orderBy, printer),
    frame === null
      ? ''
      : `${frame.unit.toUpperCase()} BETWEEN ${boundText(frame.start, printer)} AND ${boundText(frame.end, printer)}`,
  ];
  return printer.dialect.window({
    name: expression.function,
    operands: expression.arguments.map((inner) => expressionText(inner, printer)),
    over: parts.filter((part) => part !== '').join(' '),
    isOrdered: expression.orderBy.length > 0,
    fold: expression.fold ?? null,
  });
}

function orderText(keys: readonly SqlSortKey[], printer: ExpressionPrinter): string {
  return keys.length === 0 ? '' : `ORDER BY ${keys.map((key) => sortKeyText(key, printer)).join(', ')}`;
}

function boundText(bound: SqlFrameBound, printer: ExpressionPrinter): string {
  switch (bound.kind) {
    case 'unbounded_preceding':
      return 'UNBOUNDED PRECEDING';
    case 'preceding':
      return `${expressionText(bound.distance, printer)} PRECEDING`;
    case 'current_row':
      return 'CURRENT ROW';
    case 'unbounded_following':
      return 'UNBOUNDED FOLLOWING';
    default:
      return assertNever(bound);
  }
}

const not = (negated: boolean): string => (negated ? 'NOT ' : '');

function precedenceOf(expression: SqlExpression): number {
  switch (expression.kind) {
    case 'logical': {
      const [only, ...others] = expression.operands;
      // One operand is printed as it is, without the operator.
      return only !== undefined && others.length === 0 ? precedenceOf(only) : precedence[expression.operator];
    }
    case 'not':
      return precedence.not;
    case 'exists':
      return expression.negated ? precedence.not : precedence.primary;
    case 'is_null':
    case 'in':
    case 'in_query':
    case 'between':
    case 'like':
      return precedence.comparison;
    case 'binary':
      if (expression.operator === '+' || expression.operator === '-') return precedence.additive;
      return ['*', '/', '%'].includes(expression.operator) ? precedence.multiplicative : precedence.comparison;
    case 'negate':
      return precedence.unary;
    case 'literal':
      return isNegative(expression) ? precedence.unary : precedence.primary;
    default:
      return precedence.primary;
  }
}

function isNegative({ literal }: Extract<SqlExpression, { kind: 'literal' }>): boolean {
  return (literal.type === 'integer' || literal.type === 'decimal') && literal.value.startsWith('-');
}
