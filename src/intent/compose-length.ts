import { isTemporal } from '../plan/data-type.js';
import type { ComparisonOperator, Expression } from '../plan/query.js';
import { allOf } from '../plan/traverse.js';
import { columnRef } from './column-reference.js';
import { timedColumn } from './compared-amounts.js';
import { columnOf, type Found, numberLiteral } from './compose-columns.js';
import { beginningOf, eventOf } from './compose-span.js';
import { defaultDate } from './compose-time.js';
import type { ComputedColumn } from './computed-columns.js';
import type { ConditionDraft, Draft } from './draft.js';
import type { Condition } from './frame.js';
import { isSummable } from './schema-model.js';
import { fixedUnit, type LengthUnit, lengthBetween, lengthUnitOf, ratioOf } from './time-lengths.js';

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
    return amounting(draft, condition, { ...column, unit: lengthUnitOf(column.dataset, column.column) });
  const unit = fixedUnit(condition.unit);
  const timed = unit === null ? null : timedColumn(draft, home, unit);
  const taken = computedOf(draft, 'duration', home);
  if (timed !== null && (timed.unit === unit || taken?.dataset !== home)) return amounting(draft, condition, timed);
  return taken === undefined || !isSpokenOf(draft, taken.dataset, home)
    ? null
    : { datasets: [taken.dataset], expression: comparison(condition, taken.expression(condition.unit)) };
}

/** Whether a table is the one that is asked for, or named: what nobody speaks of is not compared. */
function isSpokenOf({ assignment }: Draft, dataset: string, home: string): boolean {
  return (
    dataset === home ||
    [...assignment.values()].some(({ concept }) => concept.kind !== 'metric' && concept.dataset === dataset)
  );
}

/** A column that is told in a unit of time, against a length in another: both in the smaller one. */
function amounting(
  draft: Draft,
  condition: LengthCondition,
  { dataset, column, unit }: Found & { readonly unit: LengthUnit | null },
): Said {
  const said = fixedUnit(condition.unit);
  if (unit === null || said === null || unit === said)
    return compared(draft, condition, { dataset: dataset.name, column: column.name });
  draft.penalty += 0.1;
  const ratio = ratioOf(said, unit);
  const left = columnRef(dataset.name, column.name);
  const times = (operand: Expression, by: number): Expression =>
    by === 1
      ? operand
      : {
          kind: 'arithmetic',
          operator: 'multiply',
          left: operand,
          right: { kind: 'literal', literal: { type: 'integer', value: String(by) } },
        };
  const whole = Number(condition.amount) * ratio.said;
  const amount = Number.isSafeInteger(whole) ? { ...condition, amount: String(whole) } : null;
  const expression =
    amount === null
      ? { ...comparison(condition, times(left, ratio.told)), right: times(numberLiteral(condition.amount), ratio.said) }
      : comparison(amount, times(left, ratio.told));
  return { datasets: [dataset.name], expression };
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

function comparison(
  { operator, amount }: Pick<LengthCondition, 'operator' | 'amount'>,
  left: Expression,
): Extract<Expression, { kind: 'comparison' }> {
  return { kind: 'comparison', operator, left, right: numberLiteral(amount) };
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
