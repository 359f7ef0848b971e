import { typeText } from '../plan/data-type.js';
import type { Dimension, Expression, MeasureDefinition, Query, SemanticPlan, Snapshot } from '../plan/query.js';
import { assertNever } from '../support/assert-never.js';

/**
 * How an output column is computed, in words close to SQL: `sum(orders.amount) where orders.status = 'done'`. For people
 * and contracts only; never run, never read back. Null where the plan has no such output.
 */
export function columnLogic(plan: SemanticPlan, column: string): string | null {
  return queryLogic(plan.query, column);
}

/** The same of a column of any query, such as one that makes a table on the way. */
export function queryLogic(whole: Query, column: string): string | null {
  const query = firstOf(whole);
  if (query.kind === 'detail') {
    const found = query.columns.find(({ name }) => name === column);
    return found ? expressionWords(found.expression) : null;
  }
  const dimension = query.dimensions.find(({ name }) => name === column);
  if (dimension) return dimensionWords(dimension);
  const measure = query.measures.find(({ name }) => name === column);
  return measure ? measureWords(measure.definition) : null;
}

/** The query that names the columns: of a set operation its first input. */
function firstOf(query: Query): Exclude<Query, { kind: 'set' }> {
  if (query.kind !== 'set') return query;
  const [first] = query.inputs;
  return first === undefined
    ? {
        kind: 'detail',
        tables: [],
        joins: [],
        unmatched: 'keep',
        home: '',
        columns: [],
        distinct: false,
        filter: null,
        orderBy: [],
        limit: null,
      }
    : firstOf(first);
}

/** The expression, and what it is for rows of single homes; which periods are there in any case. */
function dimensionWords({ expression, perHome, fill }: Dimension): string {
  const others = (perHome ?? []).map((own) => `for ${own.home}: ${expressionWords(own.expression)}`);
  const bounds = [
    fill?.from ? ` from ${expressionWords(fill.from)}` : '',
    fill?.to ? ` to before ${expressionWords(fill.to)}` : '',
  ];
  const filled = fill ? [`all periods${bounds.join('')}, also those without rows`] : [];
  return [expressionWords(expression), ...others, ...filled].join('; ');
}

/** Which rows of each group a measure of balances takes. */
function snapshotWords({ take, by, per }: Snapshot): string {
  const each = per.length === 0 ? '' : ` of each ${per.map(expressionWords).join(', ')}`;
  return ` at the ${take} ${expressionWords(by)}${each}`;
}

function measureWords(definition: MeasureDefinition): string {
  switch (definition.kind) {
    case 'aggregate': {
      const argument =
        definition.argument === null ? `rows of ${definition.home}` : expressionWords(definition.argument);
      const fraction = definition.fraction === null ? '' : `, ${definition.fraction}`;
      const order = definition.orderedBy === null ? '' : ` ordered by ${expressionWords(definition.orderedBy)}`;
      const filter = definition.filter === null ? '' : ` where ${expressionWords(definition.filter)}`;
      const moment = definition.snapshot ? snapshotWords(definition.snapshot) : '';
      return `${definition.function}(${argument}${fraction}${order})${filter}${moment}`;
    }
    case 'constant':
      return definition.value;
    case 'ratio': {
      const factor = definition.factor === 1 ? '' : `${definition.factor} * `;
      return `${factor}(${measureWords(definition.numerator)}) / (${measureWords(definition.denominator)})`;
    }
    case 'combine':
      return `(${measureWords(definition.left)}) ${operators[definition.operator]} (${measureWords(definition.right)})`;
    case 'share':
      return `share of (${measureWords(definition.of)})${withinWords(definition.within)}${definition.factor === 1 ? '' : ` times ${definition.factor}`}`;
    case 'change':
      return `${definition.as} of (${measureWords(definition.of)}) against ${definition.against.replaceAll('_', ' ')} by ${definition.time}`;
    case 'running_total':
      return `running total of (${measureWords(definition.of)}) by ${definition.time}`;
    case 'rolling':
      return `${definition.as} of (${measureWords(definition.of)}) over ${definition.periods} periods of ${definition.time}`;
    case 'period_to_date':
      return `(${measureWords(definition.of)}) from the start of the ${definition.unit.replaceAll('_', ' ')} by ${definition.time}`;
    case 'rank':
      return `rank by (${measureWords(definition.of)}) ${definition.descending ? 'descending' : 'ascending'}${withinWords(definition.within)}`;
    default:
      return assertNever(definition);
  }
}

function withinWords(within: readonly string[]): string {
  return within.length === 0 ? '' : ` within ${within.join(', ')}`;
}

const operators = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  modulo: '%',
  eq: '=',
  ne: '<>',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
} as const;

/** An expression in words close to SQL. */
export function expressionWords(expression: Expression): string {
  const words = expressionWords;
  const not = (negated: boolean): string => (negated ? 'not ' : '');
  switch (expression.kind) {
    case 'column':
      return `${expression.table}.${expression.column}`;
    case 'literal':
      return literalWords(expression.literal);
    case 'arithmetic':
    case 'comparison':
      return `${guarded(expression.left)} ${operators[expression.operator]} ${guarded(expression.right)}`;
    case 'negate':
      return `-${guarded(expression.operand)}`;
    case 'and':
    case 'or':
      return expression.operands.map(guarded).join(` ${expression.kind} `);
    case 'not':
      return `not ${guarded(expression.operand)}`;
    case 'is_null':
      return `${guarded(expression.operand)} is ${not(expression.negated)}null`;
    case 'in':
      return `${guarded(expression.operand)} ${not(expression.negated)}in (${expression.values.map(literalWords).join(', ')})`;
    case 'between':
      return `${guarded(expression.operand)} ${not(expression.negated)}between ${guarded(expression.low)} and ${guarded(expression.high)}`;
    case 'like':
      return `${guarded(expression.operand)} ${not(expression.negated)}like '${expression.pattern}'`;
    case 'case': {
      const branches = expression.branches.map(({ when, then }) => `when ${words(when)} then ${words(then)}`);
      return [
        'case',
        ...branches,
        ...(expression.otherwise === null ? [] : [`else ${words(expression.otherwise)}`]),
        'end',
      ].join(' ');
    }
    case 'cast':
      return `cast(${words(expression.operand)} as ${typeText(expression.to)})`;
    case 'call':
      return `${expression.function}(${expression.arguments.map(words).join(', ')})`;
    case 'time_truncate':
      return `${expression.unit.replaceAll('_', ' ')} of ${guarded(expression.operand)}`;
    case 'time_part':
      return `${expression.part.replaceAll('_', ' ')} of ${guarded(expression.operand)}`;
    case 'time_add':
      return `${guarded(expression.operand)} ${expression.amount < 0 ? '-' : '+'} ${Math.abs(expression.amount)} ${expression.unit}`;
    case 'as_of':
      return 'as-of date';
    case 'membership':
      return `(${expression.keys.map(words).join(', ')}) ${not(expression.negated)}in an inner query`;
    case 'scalar_query':
      return 'the value of an inner query';
    case 'output':
      return expression.name;
    default:
      return assertNever(expression);
  }
}

/** In parentheses unless it is a name, a value or a call. */
function guarded(expression: Expression): string {
  const isSimple = ['column', 'literal', 'call', 'cast', 'as_of', 'output', 'scalar_query'].includes(expression.kind);
  return isSimple ? expressionWords(expression) : `(${expressionWords(expression)})`;
}

function literalWords(literal: Extract<Expression, { kind: 'literal' }>['literal']): string {
  if (literal.type === 'null') return 'null';
  const isQuoted = literal.type === 'text' || literal.type === 'date' || literal.type === 'timestamp';
  return isQuoted ? `'${literal.value.replaceAll("'", "''")}'` : String(literal.value);
}
