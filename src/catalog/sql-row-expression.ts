import type { DataType } from '../plan/data-type.js';
import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  Literal,
  ScalarFunction,
  TimePart,
  TimeUnit,
} from '../plan/query.js';
import { castLiteralOf, castTypeOf, literalOf } from './sql-literal.js';
import { type SqlNode, SqlTextError } from './sql-tree.js';

/** A column that a name of the text stands for. */
export interface ResolvedColumn {
  readonly occurrence: string;
  readonly column: string;
  readonly type: DataType;
}

/** What the names in a text mean. `names` are one or two parts: a column, or a table and a column. */
export interface SqlScope {
  column(names: readonly string[], offset: number): ResolvedColumn;
}

const comparisons: Readonly<Record<string, ComparisonOperator>> = {
  COMPARE_EQUAL: 'eq',
  COMPARE_NOTEQUAL: 'ne',
  COMPARE_LESSTHAN: 'lt',
  COMPARE_LESSTHANOREQUALTO: 'le',
  COMPARE_GREATERTHAN: 'gt',
  COMPARE_GREATERTHANOREQUALTO: 'ge',
};

/** Translates a node into a row expression by an exhaustive allow-list; all else raises SqlTextError. */
export function rowExpression(node: SqlNode, scope: SqlScope): Expression {
  switch (node.text('class')) {
    case 'COLUMN_REF':
      return columnOf(node, scope);
    case 'CONSTANT':
      return { kind: 'literal', literal: literalOf(node) };
    case 'COMPARISON':
      return comparisonOf(node, scope);
    case 'CONJUNCTION': {
      const operands = node.nodes('children').map((child) => rowExpression(child, scope));
      return node.text('type') === 'CONJUNCTION_AND' ? { kind: 'and', operands } : { kind: 'or', operands };
    }
    case 'BETWEEN':
      return {
        kind: 'between',
        operand: rowExpression(node.node('input'), scope),
        low: rowExpression(node.node('lower'), scope),
        high: rowExpression(node.node('upper'), scope),
        negated: false,
      };
    case 'CASE':
      return caseOf(node, scope);
    case 'CAST':
      return castOf(node, scope);
    case 'OPERATOR':
      return operatorOf(node, scope);
    case 'FUNCTION':
      return functionOf(node, scope);
    default:
      return node.refuse(`${node.text('class').toLowerCase() || 'this'} cannot be used in an expression of a row`);
  }
}

function columnOf(node: SqlNode, scope: SqlScope): Expression {
  const names = node.texts('column_names');
  if (names.length === 1 && names[0]?.toLowerCase() === 'current_date') return { kind: 'as_of' };
  const { occurrence, column } = scope.column(names, node.offset);
  return { kind: 'column', table: occurrence, column };
}

function comparisonOf(node: SqlNode, scope: SqlScope): Expression {
  const operator = comparisons[node.text('type')];
  if (operator === undefined) return node.refuse('this comparison cannot be used');
  return {
    kind: 'comparison',
    operator,
    left: rowExpression(node.node('left'), scope),
    right: rowExpression(node.node('right'), scope),
  };
}

function caseOf(node: SqlNode, scope: SqlScope): Expression {
  const branches = node.nodes('case_checks').map((check) => ({
    when: rowExpression(check.node('when_expr'), scope),
    then: rowExpression(check.node('then_expr'), scope),
  }));
  const otherwise = rowExpression(node.node('else_expr'), scope);
  const isNull = otherwise.kind === 'literal' && otherwise.literal.type === 'null';
  return { kind: 'case', branches, otherwise: isNull ? null : otherwise };
}

function castOf(node: SqlNode, scope: SqlScope): Expression {
  const to = castTypeOf(node);
  const literal = castLiteralOf(node.node('child'), to);
  if (literal !== null) return { kind: 'literal', literal };
  return {
    kind: 'cast',
    operand: rowExpression(node.node('child'), scope),
    to,
    onFailure: node.flag('try_cast') ? 'null' : 'error',
  };
}

function operatorOf(node: SqlNode, scope: SqlScope): Expression {
  const [first, ...rest] = node.nodes('children');
  if (first === undefined) return node.refuse('an operator without operands');
  switch (node.text('type')) {
    case 'OPERATOR_NOT':
      return { kind: 'not', operand: rowExpression(first, scope) };
    case 'OPERATOR_IS_NULL':
    case 'OPERATOR_IS_NOT_NULL':
      return {
        kind: 'is_null',
        operand: rowExpression(first, scope),
        negated: node.text('type') === 'OPERATOR_IS_NOT_NULL',
      };
    case 'COMPARE_IN':
    case 'COMPARE_NOT_IN': {
      const values = rest.map((value) => constantOf(rowExpression(value, scope), value));
      return {
        kind: 'in',
        operand: rowExpression(first, scope),
        values,
        negated: node.text('type') === 'COMPARE_NOT_IN',
      };
    }
    case 'OPERATOR_COALESCE':
      return call('coalesce', [first, ...rest], scope);
    default:
      return node.refuse(`${node.text('type').toLowerCase()} cannot be used`);
  }
}

function constantOf(expression: Expression, node: SqlNode): Literal {
  if (expression.kind === 'literal') return expression.literal;
  const negated =
    expression.kind === 'negate' && expression.operand.kind === 'literal' ? expression.operand.literal : null;
  if (negated?.type === 'integer' || negated?.type === 'decimal')
    return { type: negated.type, value: `-${negated.value}` };
  return node.refuse('a list of values holds constants only');
}

const arithmetic: Readonly<Record<string, ArithmeticOperator>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'modulo',
  mod: 'modulo',
};

const calls: Readonly<Record<string, ScalarFunction>> = {
  abs: 'abs',
  ceil: 'ceil',
  ceiling: 'ceil',
  coalesce: 'coalesce',
  ifnull: 'coalesce',
  concat: 'concat',
  '||': 'concat',
  floor: 'floor',
  greatest: 'greatest',
  least: 'least',
  length: 'length',
  len: 'length',
  lower: 'lower',
  lcase: 'lower',
  nullif: 'nullif',
  round: 'round',
  substring: 'substring',
  substr: 'substring',
  trim: 'trim',
  upper: 'upper',
  ucase: 'upper',
};

const likes: Readonly<Record<string, { ignoreCase: boolean; negated: boolean }>> = {
  '~~': { ignoreCase: false, negated: false },
  '!~~': { ignoreCase: false, negated: true },
  '~~*': { ignoreCase: true, negated: false },
  '!~~*': { ignoreCase: true, negated: true },
};

const parts: Readonly<Record<string, TimePart>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  monthname: 'month_name',
  week: 'week',
  weekofyear: 'week',
  day: 'day_of_month',
  dayofmonth: 'day_of_month',
  isodow: 'day_of_week',
  dayname: 'day_name',
  dayofyear: 'day_of_year',
  doy: 'day_of_year',
  hour: 'hour',
  minute: 'minute',
};

function functionOf(node: SqlNode, scope: SqlScope): Expression {
  const name = node.text('function_name');
  const [left, right, third] = node.nodes('children');
  if (node.has('filter') || node.flag('distinct'))
    return node.refuse(`${name} with FILTER or DISTINCT is no expression of a row`);
  const operator = arithmetic[name];
  if (operator !== undefined && left !== undefined) return arithmeticOf(node, operator, scope);
  const like = likes[name];
  if (like !== undefined && left !== undefined && right !== undefined)
    return { kind: 'like', operand: rowExpression(left, scope), pattern: textOf(right), ...like };
  if (name === 'date_trunc' && left !== undefined && right !== undefined)
    return { kind: 'time_truncate', unit: unitOf(left), operand: rowExpression(right, scope) };
  if ((name === 'date_part' || name === 'datepart') && left !== undefined && right !== undefined)
    return partOf(textOf(left).toLowerCase(), right, left, scope);
  if (['date_diff', 'datediff'].includes(name) && left !== undefined && right !== undefined && third !== undefined) {
    return boundariesBetween(left, rowExpression(right, scope), rowExpression(third, scope));
  }
  if (['today', 'now', 'current_date', 'get_current_timestamp'].includes(name)) return { kind: 'as_of' };
  if (name === 'if' && left !== undefined && right !== undefined) {
    return {
      kind: 'case',
      branches: [{ when: rowExpression(left, scope), then: rowExpression(right, scope) }],
      otherwise: third === undefined ? null : rowExpression(third, scope),
    };
  }
  if (Object.hasOwn(parts, name) && left !== undefined && right === undefined) return partOf(name, left, node, scope);
  const known = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (known === undefined) return node.refuse(`the function ${name} cannot be used`);
  return call(known, node.nodes('children'), scope);
}

function call(name: ScalarFunction, nodes: readonly SqlNode[], scope: SqlScope): Expression {
  return { kind: 'call', function: name, arguments: nodes.map((child) => rowExpression(child, scope)) };
}

function partOf(name: string, operand: SqlNode, at: SqlNode, scope: SqlScope): Expression {
  const difference = differenceOf(operand, scope);
  if (difference !== null && name === 'epoch') return secondsBetween(difference);
  if (difference !== null && (name === 'day' || name === 'days')) return rowExpression(operand, scope);
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (part === undefined) return at.refuse(`the part "${name}" of a time cannot be used`);
  return { kind: 'time_part', part, operand: rowExpression(operand, scope) };
}

function arithmeticOf(node: SqlNode, operator: ArithmeticOperator, scope: SqlScope): Expression {
  const [left, right] = node.nodes('children');
  if (left === undefined) return node.refuse('an operator without operands');
  if (right === undefined) {
    const operand = rowExpression(left, scope);
    return operator === 'subtract' ? { kind: 'negate', operand } : operand;
  }
  const interval = intervalOf(right);
  if (interval !== null && (operator === 'add' || operator === 'subtract')) {
    const amount = operator === 'add' ? interval.amount : -interval.amount;
    return { kind: 'time_add', operand: rowExpression(left, scope), amount, unit: interval.unit };
  }
  const operands = { left: rowExpression(left, scope), right: rowExpression(right, scope) };
  if (operator === 'subtract' && isDate(left, scope) && isDate(right, scope)) {
    return { kind: 'call', function: 'days_between', arguments: [operands.right, operands.left] };
  }
  if (operator === 'subtract' && isTime(left, scope) && isTime(right, scope)) return daysOf(secondsBetween(operands));
  return { kind: 'arithmetic', operator, ...operands };
}

function secondsBetween({ left, right }: { readonly left: Expression; readonly right: Expression }): Expression {
  return { kind: 'call', function: 'seconds_between', arguments: [right, left] };
}

/** Where a time of day is known, the time between is days with their fractions. */
function daysOf(seconds: Expression): Expression {
  return dividedBy(seconds, '86400');
}

function isTime(node: SqlNode, scope: SqlScope): boolean {
  if (isDate(node, scope)) return true;
  if (node.text('class') !== 'COLUMN_REF') return false;
  return scope.column(node.texts('column_names'), node.offset).type.kind === 'timestamp';
}

/** The two times whose difference the node is; null for anything else. */
function differenceOf(
  node: SqlNode,
  scope: SqlScope,
): { readonly left: Expression; readonly right: Expression } | null {
  const [left, right] = node.text('class') === 'FUNCTION' ? node.nodes('children') : [];
  const isDifference = left !== undefined && right !== undefined && node.text('function_name') === '-';
  if (!isDifference || !isTime(left, scope) || !isTime(right, scope)) return null;
  return { left: rowExpression(left, scope), right: rowExpression(right, scope) };
}

/** Days are subtracted by counting the days between them. */
function isDate(node: SqlNode, scope: SqlScope): boolean {
  if (node.text('class') === 'CAST') return castTypeOf(node).kind === 'date';
  if (node.text('class') !== 'COLUMN_REF') return false;
  const names = node.texts('column_names');
  return names[0]?.toLowerCase() === 'current_date' || scope.column(names, node.offset).type.kind === 'date';
}

const intervalFunctions: Readonly<Record<string, TimeUnit>> = {
  to_seconds: 'second',
  to_minutes: 'minute',
  to_hours: 'hour',
  to_days: 'day',
  to_weeks: 'week',
  to_months: 'month',
  to_quarters: 'quarter',
  to_years: 'year',
};

function intervalOf(node: SqlNode): { readonly unit: TimeUnit; readonly amount: number } | null {
  const unit = node.text('class') === 'FUNCTION' ? intervalFunctions[node.text('function_name')] : undefined;
  if (unit === undefined) return null;
  let inner = node.nodes('children')[0];
  while (inner !== undefined && inner.text('class') !== 'CONSTANT')
    inner = inner.text('class') === 'CAST' ? inner.node('child') : inner.nodes('children')[0];
  const literal = inner === undefined ? null : literalOf(inner);
  const amount = literal?.type === 'integer' ? Number(literal.value) : Number.NaN;
  if (!Number.isSafeInteger(amount)) return node.refuse('an interval has a whole number of units');
  return { unit, amount };
}

/** How often a unit's boundary is crossed from one time to another, as DuckDB counts it. */
function boundariesBetween(unitNode: SqlNode, from: Expression, to: Expression): Expression {
  const unit = unitOf(unitNode);
  const between = (
    name: 'days_between' | 'months_between' | 'seconds_between',
    start: Expression,
    end: Expression,
  ): Expression => ({ kind: 'call', function: name, arguments: [start, end] });
  const truncated = (operand: Expression): Expression => ({ kind: 'time_truncate', unit, operand });
  switch (unit) {
    case 'second':
      return between('seconds_between', from, to);
    case 'minute':
      return dividedBy(between('seconds_between', truncated(from), truncated(to)), '60');
    case 'hour':
      return dividedBy(between('seconds_between', truncated(from), truncated(to)), '3600');
    case 'day':
      return between('days_between', from, to);
    case 'month':
      return between('months_between', from, to);
    case 'quarter':
      return dividedBy(between('months_between', truncated(from), truncated(to)), '3');
    case 'year':
      return dividedBy(between('months_between', truncated(from), truncated(to)), '12');
    default:
      return unitNode.refuse(`differences in ${unit}s cannot be used`);
  }
}

function dividedBy(left: Expression, divisor: string): Expression {
  return {
    kind: 'arithmetic',
    operator: 'divide',
    left,
    right: { kind: 'literal', literal: { type: 'integer', value: divisor } },
  };
}

const units: readonly TimeUnit[] = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];

function unitOf(node: SqlNode): TimeUnit {
  const name = textOf(node).toLowerCase().replace(/s$/, '');
  const unit = units.find((known) => known === name);
  return unit ?? node.refuse(`"${name}" is no unit of time that can be used`);
}

function textOf(node: SqlNode): string {
  if (node.text('class') !== 'CONSTANT') return node.refuse('a text constant must stand here');
  const literal = literalOf(node);
  if (literal.type !== 'text') throw new SqlTextError('a text constant must stand here', node.offset);
  return literal.value;
}
