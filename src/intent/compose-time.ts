import type { Column, Dataset } from '../catalog/catalog.js';
import { isTemporal } from '../plan/data-type.js';
import type { ComparisonOperator, Expression } from '../plan/query.js';
import { columnRef } from './column-reference.js';
import { columnOf, type Found, literalFor } from './compose-columns.js';
import type { ConditionDraft, Draft } from './draft.js';
import type { Condition } from './frame.js';
import { dateColumns, isYearColumn } from './schema-model.js';
import type { TimePhrase } from './time-phrase.js';

/** The date column that a stretch of time narrows when none was named: the home's own, else a reached one. */
export function defaultDate(draft: Draft, home: string): Found | null {
  const reached = [...draft.model.reach(home)].sort((left, right) => left[1].cost - right[1].cost);
  const mentioned = [...draft.assignment.values()].flatMap(({ concept }) =>
    concept.kind === 'metric' ? [] : [concept.dataset],
  );
  const related = [...new Set(mentioned)].flatMap((name) => [...draft.model.reach(name).keys()]);
  for (const name of new Set([...reached.map(([reachedName]) => reachedName), ...related])) {
    const dataset = draft.model.dataset(name);
    const [column, ...others] = dataset === undefined ? [] : dateColumns(dataset);
    if (dataset === undefined || column === undefined) continue;
    if (others.length > 0) noteDate(draft, dataset, column, others);
    if (name !== home) draft.penalty += 0.3;
    return { dataset, column };
  }
  return null;
}

function noteDate(draft: Draft, dataset: Dataset, column: Column, others: readonly Column[]): void {
  if (draft.assumptions.some(({ code }) => code === 'date_column')) return;
  draft.assumptions.push({
    code: 'date_column',
    text: `Time means ${dataset.name}.${column.name}, not ${others.map(({ name }) => name).join(' or ')}.`,
  });
}

/** The condition that a stretch of time makes; null where there is no date to narrow. */
export function timeCondition(
  draft: Draft,
  condition: Extract<Condition, { kind: 'time' }>,
  home: string,
): ConditionDraft | null {
  const named = condition.column === null ? null : columnOf(draft, condition.column);
  const found =
    named !== null && (isTemporal(named.column.type) || isYearColumn(named.dataset, named.column))
      ? named
      : defaultDate(draft, home);
  if (found === null) return null;
  const operand = columnRef(found.dataset.name, found.column.name);
  const expression = isTemporal(found.column.type)
    ? within(operand, condition.phrase, condition.operator)
    : withinYears(found.column, operand, condition.phrase, condition.operator);
  if (expression === null) return null;
  return {
    datasets: [found.dataset.name],
    expression: condition.negated ? { kind: 'not', operand: expression } : expression,
    negated: false,
    existence: false,
  };
}

function within(operand: Expression, phrase: TimePhrase, operator: ComparisonOperator | null): Expression | null {
  const compare = (name: ComparisonOperator, right: Expression | null): Expression | null =>
    right === null ? null : { kind: 'comparison', operator: name, left: operand, right };
  const low = compare('ge', phrase.low);
  const high = compare('lt', phrase.high);
  switch (operator) {
    case 'gt':
      return compare('ge', phrase.high);
    case 'ge':
      return low;
    case 'lt':
      return compare('lt', phrase.low);
    case 'le':
      return high;
    default: {
      const parts = [low, high].filter((part) => part !== null);
      const whole: Expression | null = parts.length === 0 ? null : { kind: 'and', operands: parts };
      return operator === 'ne' && whole !== null ? { kind: 'not', operand: whole } : whole;
    }
  }
}

/** For columns that hold a year as a number or text. */
function withinYears(
  column: Column,
  operand: Expression,
  phrase: TimePhrase,
  operator: ComparisonOperator | null,
): Expression | null {
  if (phrase.years === null) return null;
  const literal = (year: number): Expression => ({ kind: 'literal', literal: literalFor(column, String(year)) });
  const { first, last } = phrase.years;
  if (operator !== null && operator !== 'eq')
    return { kind: 'comparison', operator, left: operand, right: literal(first) };
  return first === last
    ? { kind: 'comparison', operator: 'eq', left: operand, right: literal(first) }
    : { kind: 'between', operand, low: literal(first), high: literal(last), negated: false };
}
