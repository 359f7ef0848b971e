import { isTemporal } from '../plan/data-type.js';
import type { ComparisonOperator, Expression } from '../plan/query.js';
import { allOf } from '../plan/traverse.js';
import { columnRef } from './column-reference.js';
import { columnOf, type Found } from './compose-columns.js';
import { beginningOf, eventOf } from './compose-span.js';
import { defaultDate } from './compose-time.js';
import type { ComputedColumn } from './computed-columns.js';
import type { ConditionDraft, Draft } from './draft.js';
import type { Condition } from './frame.js';
import { isSummable } from './schema-model.js';
import { lengthBetween } from './time-lengths.js';

type LengthCondition = Extract<Condition, { kind: 'length' }>;

/** The condition that something took, lasted or is so long; null where no two dates are known for it. */
export function lengthCondition(draft: Draft, condition: LengthCondition, home: string): ConditionDraft | null {
  const found = expressionOf(draft, condition, home);
  if (found === null) return null;
  const { datasets, expression } = found;
  return {
    datasets,
    expression: condition.negated ? { kind: 'not', operand: expression } : expression,
    negated: false,
    existence: false,
  };
}

interface Said {
  readonly datasets: readonly string[];
  readonly expression: Expression;
}

function expressionOf(draft: Draft, condition: LengthCondition, home: string): Said | null {
  if (condition.from !== null || condition.to !== null) return betweenEvents(draft, condition);
  if (condition.nouns.includes('age')) return sinceDate(draft, condition, home);
  const column = condition.subject === null ? null : columnOf(draft, condition.subject);
  if (column !== null && isSummable(column.column) && column.column.role === 'measure')
    return compared(draft, condition, { dataset: column.dataset.name, column: column.column.name });
  const taken = computedOf(draft, 'duration', home);
  return taken === undefined
    ? null
    : { datasets: [taken.dataset], expression: comparison(condition, taken.expression(condition.unit)) };
}

/** The computed column of that name: the home's own, else of a table that it reaches. */
function computedOf({ model }: Draft, name: string, home: string): ComputedColumn | undefined {
  const called = model.computed.filter(({ column }) => column.name === name);
  return called.find(({ dataset }) => dataset === home) ?? called.find(({ dataset }) => model.reach(home).has(dataset));
}

function compared(
  draft: Draft,
  condition: LengthCondition,
  { dataset, column }: { readonly dataset: string; readonly column: string },
): Said {
  draft.penalty += 0.1;
  return { datasets: [dataset], expression: comparison(condition, columnRef(dataset, column)) };
}

function comparison({ operator, amount }: LengthCondition, left: Expression): Expression {
  const literal = amount.includes('.')
    ? ({ type: 'decimal', value: amount } as const)
    : ({ type: 'integer', value: amount } as const);
  return { kind: 'comparison', operator, left, right: { kind: 'literal', literal } };
}

/** `paid more than 10 days after the due date`: the later date against the earlier one moved on. */
function betweenEvents(draft: Draft, condition: LengthCondition): Said | null {
  const to = condition.to === null ? null : eventOf(draft, condition.to);
  const from = condition.from === null ? beginningOf(to) : eventOf(draft, condition.from);
  if (from === null || to === null || (from.dataset === to.dataset && from.column === to.column)) return null;
  const datasets = [...new Set([from.dataset.name, to.dataset.name])];
  const whole = Number.isInteger(Number(condition.amount));
  if (!whole) return { datasets, expression: comparison(condition, lengthBetween(from, to, condition.unit)) };
  const [start, end] = [dateOf(from), dateOf(to)];
  const limit: Expression = {
    kind: 'time_add',
    operand: start,
    amount: Number(condition.amount),
    unit: condition.unit,
  };
  const compare = (operator: ComparisonOperator, right: Expression): Expression => ({
    kind: 'comparison',
    operator,
    left: end,
    right,
  });
  const within = condition.operator === 'le' ? [compare('ge', start)] : [];
  const expression = allOf([...within, compare(condition.operator, limit)]);
  return expression === null ? null : { datasets, expression };
}

function dateOf({ dataset, column }: Found): Expression {
  return columnRef(dataset.name, column.name);
}

const opposite = { gt: 'lt', ge: 'le', lt: 'gt', le: 'ge', eq: 'eq', ne: 'ne' } as const;

/** `older than 30 days`: the date lies before today by so much. */
function sinceDate(draft: Draft, condition: LengthCondition, home: string): Said | null {
  const age = computedOf(draft, 'age', home);
  const named = condition.subject === null ? null : columnOf(draft, condition.subject);
  if (age !== undefined && condition.unit === 'year' && !(named !== null && isTemporal(named.column.type)))
    return compared(draft, condition, { dataset: age.dataset, column: age.column.name });
  const date = named !== null && isTemporal(named.column.type) ? named : defaultDate(draft, home);
  if (date === null || !Number.isInteger(Number(condition.amount))) return null;
  const limit: Expression = {
    kind: 'time_add',
    operand: { kind: 'as_of' },
    amount: -Number(condition.amount),
    unit: condition.unit,
  };
  return {
    datasets: [date.dataset.name],
    expression: { kind: 'comparison', operator: opposite[condition.operator], left: dateOf(date), right: limit },
  };
}
