import type {
  AggregateQuery,
  DetailQuery,
  Expression,
  Literal,
  Measure,
  MeasureDefinition,
  Order,
  Query,
} from '../plan/query.js';
import { aggregatesOf } from '../plan/traverse.js';
import { assertNever } from '../support/assert-never.js';

/** The reading in plain words, made from the plan alone. */
export function echoOf(query: Query): string {
  switch (query.kind) {
    case 'aggregate':
      return aggregateEcho(query);
    case 'detail':
      return detailEcho(query);
    case 'set':
      return query.inputs
        .map(echoOf)
        .join({ union: ' — or — ', intersect: ' — and also — ', except: ' — but not — ' }[query.operation]);
  }
}

function aggregateEcho(query: AggregateQuery): string {
  const measures = query.measures.filter(({ shown }) => shown).map((measure) => measureText(measure, query));
  const keys = query.dimensions.filter(({ shown }) => shown).map(({ label }) => lower(label));
  const what =
    measures.length > 0 ? `${list(measures)}${keys.length > 0 ? ` by ${list(keys)}` : ''}` : `each ${list(keys)}`;
  return sentence([
    what,
    tail(query),
    query.having === null ? '' : `keeping groups where ${expressionText(query.having, query)}`,
    order(query),
    joined(query),
  ]);
}

/** The label of a measure, with what narrows it or each of its parts alone. */
function measureText({ label, definition }: Measure, query: AggregateQuery): string {
  const narrowed = narrowing(definition, query);
  return narrowed === '' ? lower(label) : `${lower(label)} (${narrowed})`;
}

/** Which rows a measure alone counts, beside those that the whole query admits; empty where it counts all of them. */
function narrowing(definition: MeasureDefinition, query: AggregateQuery): string {
  const filters = aggregatesOf(definition).map(({ filter }) =>
    filter === null ? '' : `only where ${expressionText(filter, query)}`,
  );
  const [first] = filters;
  if (first === undefined || filters.every((text) => text === first)) return first ?? '';
  if (definition.kind !== 'ratio') return [...new Set(filters.filter((text) => text !== ''))].join('; ');
  const parts = [
    ['above', narrowing(definition.numerator, query)],
    ['below', narrowing(definition.denominator, query)],
  ];
  return parts.flatMap(([side, text]) => (text === '' ? [] : [`${side} ${text}`])).join(', ');
}

function detailEcho(query: DetailQuery): string {
  const columns = query.columns.filter(({ shown }) => shown).map(({ label }) => lower(label));
  return sentence([
    `${list(columns)} of ${query.distinct ? 'distinct ' : ''}rows of ${query.home}`,
    tail(query),
    order(query),
    joined(query),
  ]);
}

function tail(query: AggregateQuery | DetailQuery): string {
  return query.filter === null ? '' : `where ${expressionText(query.filter, query)}`;
}

function order(query: AggregateQuery | DetailQuery): string {
  const outputs = query.kind === 'aggregate' ? [...query.dimensions, ...query.measures] : query.columns;
  const label = (by: string): string => lower(outputs.find(({ name }) => name === by)?.label ?? by);
  const by = query.orderBy.map((one: Order) => `${label(one.by)} ${one.direction}`);
  const per =
    query.limit === null || query.limit.per.length === 0 ? '' : ` of each ${list(query.limit.per.map(label))}`;
  const first =
    query.limit === null
      ? ''
      : `${query.limit.count === 1 ? 'the first row' : `the first ${query.limit.count} rows`}${per}`;
  if (by.length === 0) return first;
  return `${first === '' ? '' : `${first} `}ordered by ${list(by)}`;
}

function joined(query: AggregateQuery | DetailQuery): string {
  if (query.joins.length === 0) return '';
  const kept = query.unmatched === 'keep' ? 'rows without a match are kept' : 'rows without a match are left out';
  return `joining ${list([...new Set(query.joins.map(({ from, to, on }) => `${from} to ${to} by ${list(on.map((pair) => pair.from))}`))])} (${kept})`;
}

function sentence(parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function lower(label: string): string {
  return /^[A-Z][a-z]/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

function list(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

const comparisons = {
  eq: 'is',
  ne: 'is not',
  lt: 'is less than',
  le: 'is at most',
  gt: 'is more than',
  ge: 'is at least',
} as const;
const signs = { add: '+', subtract: '-', multiply: '×', divide: '/', modulo: 'modulo' } as const;

/** A condition or value in plain words. */
function expressionText(expression: Expression, query: Query): string {
  const text = (inner: Expression): string => expressionText(inner, query);
  switch (expression.kind) {
    case 'column':
      return `${expression.table}.${expression.column}`;
    case 'literal':
      return literalText(expression.literal);
    case 'comparison':
      return `${text(expression.left)} ${comparisons[expression.operator]} ${text(expression.right)}`;
    case 'arithmetic':
      return `${text(expression.left)} ${signs[expression.operator]} ${text(expression.right)}`;
    case 'negate':
      return `-${text(expression.operand)}`;
    case 'and':
      return expression.operands.map(text).join(' and ');
    case 'or':
      return `(${expression.operands.map(text).join(' or ')})`;
    case 'not':
      return `not (${text(expression.operand)})`;
    case 'is_null':
      return `${text(expression.operand)} is ${expression.negated ? 'given' : 'missing'}`;
    case 'in':
      return `${text(expression.operand)} is ${expression.negated ? 'none' : 'one'} of ${expression.values.map(literalText).join(', ')}`;
    case 'between':
      return `${text(expression.operand)} is ${expression.negated ? 'not ' : ''}from ${text(expression.low)} to ${text(expression.high)}`;
    case 'like':
      return `${text(expression.operand)} ${expression.negated ? 'is not' : 'is'} like "${expression.pattern}"`;
    case 'case':
      return 'a value by case';
    case 'cast':
      return text(expression.operand);
    case 'call':
      return `${expression.function.replaceAll('_', ' ')} of ${expression.arguments.map(text).join(' and ')}`;
    case 'time_truncate':
      return `the ${expression.unit} of ${text(expression.operand)}`;
    case 'time_part':
      return `the ${expression.part.replaceAll('_', ' ')} of ${text(expression.operand)}`;
    case 'time_add':
      return `${text(expression.operand)} ${expression.amount < 0 ? 'less' : 'plus'} ${Math.abs(expression.amount)} ${expression.unit}${Math.abs(expression.amount) === 1 ? '' : 's'}`;
    case 'as_of':
      return 'the as-of date';
    case 'membership':
      return `${expression.keys.map(text).join(', ')} ${expression.negated ? 'is not' : 'is'} among ${inner(expression.query)}`;
    case 'scalar_query':
      return `the value of ${inner(expression.query)}`;
    case 'output':
      return lower(outputLabel(query, expression.name));
    default:
      return assertNever(expression);
  }
}

function inner(query: Query): string {
  return lower(echoOf(query)).replace(/\.$/u, '');
}

function outputLabel(query: Query, name: string): string {
  if (query.kind !== 'aggregate') return name;
  return [...query.dimensions, ...query.measures].find((output) => output.name === name)?.label ?? name;
}

function literalText(literal: Literal): string {
  switch (literal.type) {
    case 'null':
      return 'nothing';
    case 'text':
      return `"${literal.value}"`;
    default:
      return String(literal.value);
  }
}
