import type { Column } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { isNumeric, isTemporal } from '../plan/data-type.js';
import type { ComparisonOperator, Expression } from '../plan/query.js';
import { columnRef } from './column-reference.js';
import { comparedAmount } from './compared-amounts.js';
import { columnOf, type Found, literalFor, numberLiteral } from './compose-columns.js';
import { lengthCondition } from './compose-length.js';
import { boundOf, nestedCondition } from './compose-nested.js';
import { timeCondition } from './compose-time.js';
import { flagCondition, textCondition, valueCondition } from './compose-values.js';
import type { Concept } from './concept.js';
import { type ConditionDraft, conceptOf, type Draft } from './draft.js';
import type { Condition, Item } from './frame.js';
import type { Slot } from './request-tree.js';
import { misdirects, referringCondition } from './self-reference.js';
import { stemOf } from './word-forms.js';
import type { Quantifier } from './words/operator.js';

/** The row conditions of the frame under the assignment; null where one fits nothing. Group conditions are left out. */
export function rowConditions(draft: Draft, home: string): readonly ConditionDraft[] | null {
  return conditionsOf(draft, draft.frame.conditions, home);
}

/** As `rowConditions`, of these conditions of the frame or of one measure. */
export function conditionsOf(
  draft: Draft,
  conditions: readonly Condition[],
  home: string,
): readonly ConditionDraft[] | null {
  const drafts: ConditionDraft[] = [];
  for (const condition of conditions) {
    if (misdirects(draft, condition)) return null;
    if (isGroupCondition(draft, condition) || saysNothing(draft, condition)) continue;
    const made = rowCondition(draft, condition, home);
    if (made === null) return null;
    if (draft.frame.alternatives.has(condition) && drafts.length > 0) {
      const previous = drafts.pop();
      if (previous !== undefined) drafts.push(either(previous, made));
      continue;
    }
    const before = drafts.at(-1);
    if (before !== undefined && condition.kind === 'nested' && equalsOtherValue(before, made)) return null;
    if (before !== undefined && condition.kind === 'value' && equalsOtherValue(before, made)) {
      drafts.pop();
      drafts.push(either(before, made));
      continue;
    }
    // Each denial is of its own: the second one of the same thing repeats none.
    const together = drafts.slice(drafts.findLastIndex(isAbsence) + 1);
    if (isAbsence(made) || !together.some((known) => JSON.stringify(known) === JSON.stringify(made))) drafts.push(made);
  }
  return clustered(drafts);
}

function isAbsence({ existence, negated }: ConditionDraft): boolean {
  return existence && negated;
}

/** What follows a denied existence is denied with it, up to the next one. */
function clustered(drafts: readonly ConditionDraft[]): readonly ConditionDraft[] {
  const starts = drafts.flatMap((draft, index) => (isAbsence(draft) ? [index] : []));
  const [first] = starts;
  if (first === undefined || (first === drafts.length - 1 && starts.length === 1)) return drafts;
  return drafts.map((draft, index) => {
    const cluster = starts.findLast((start) => start <= index);
    return cluster === undefined ? draft : { ...draft, cluster };
  });
}

/** `with a budget type described as "x"`: that the column is given follows from its value, or from the column having no nulls. */
function saysNothing(draft: Draft, condition: Condition): boolean {
  if (condition.kind === 'missing') return condition.negated && alwaysHappened(draft, condition.column);
  if (condition.kind !== 'exists' || condition.negated) return false;
  const concept = conceptOf(draft, condition.slot);
  if (concept?.kind !== 'column') return false;
  const column = draft.model.column(concept.dataset, concept.column);
  const valued = draft.frame.conditions.some(
    (other) =>
      (other.kind === 'value' && sameColumn(conceptOf(draft, other.value), concept)) ||
      (other.kind === 'compare' &&
        other.subject?.kind === 'plain' &&
        isColumn(conceptOf(draft, other.subject.slot), concept)),
  );
  if (valued) return true;
  const always =
    column !== undefined &&
    column.role !== 'flag' &&
    column.profile.nulls === 0 &&
    draft.frame.scopes.length + draft.frame.items.length > 0 &&
    draft.model.dataset(concept.dataset) !== undefined &&
    mentions(draft, concept.dataset, condition.slot);
  if (always)
    draft.assumptions.push({
      code: 'always_given',
      text: `${concept.dataset}.${concept.column} is given in every row, so it narrows nothing.`,
    });
  return always;
}

/** What happened to every row need not be told apart. */
function alwaysHappened(draft: Draft, slot: Slot): boolean {
  return slot.id < 0 && columnOf(draft, slot)?.column.profile.nulls === 0;
}

function sameColumn(concept: Concept | null, other: Extract<Concept, { kind: 'column' }>): boolean {
  return concept?.kind === 'value' && concept.dataset === other.dataset && concept.column === other.column;
}

function isColumn(concept: Concept | null, other: Extract<Concept, { kind: 'column' }>): boolean {
  return concept?.kind === 'column' && concept.dataset === other.dataset && concept.column === other.column;
}

/** Whether the dataset is named by another part of the request than `slot`. */
function mentions(draft: Draft, dataset: string, slot: Slot): boolean {
  return [...draft.assignment].some(
    ([id, { concept }]) => id !== slot.id && concept.kind !== 'metric' && concept.dataset === dataset,
  );
}

/** `the Marketing and Finance departments`: one row has one value, so two of them mean either. */
function equalsOtherValue(left: ConditionDraft, right: ConditionDraft): boolean {
  const last = left.expression?.kind === 'or' ? left.expression.operands.at(-1) : left.expression;
  const before = last === undefined || last === null ? null : operandOfValue(last);
  const after = right.expression === null ? null : operandOfValue(right.expression);
  return before !== null && after !== null && JSON.stringify(before) === JSON.stringify(after);
}

/** What is said to be a value or to contain a part of one; null for other conditions and for denials. */
function operandOfValue(expression: Expression): Expression | null {
  if (expression.kind === 'comparison') return expression.operator === 'eq' ? expression.left : null;
  return expression.kind === 'like' && !expression.negated ? expression.operand : null;
}

/** `in France or Spain`; negated, none of both. */
function either(left: ConditionDraft, right: ConditionDraft): ConditionDraft {
  if (left.expression === null || right.expression === null) return left;
  return {
    ...left,
    datasets: [...new Set([...left.datasets, ...right.datasets])],
    expression: { kind: 'or', operands: [left.expression, right.expression] },
  };
}

/** Tables named as a scope (`students in courses`) that the homes do not reach: a related row must be there. */
export function scopeConditions(
  draft: Draft,
  homes: readonly string[],
  used: readonly string[],
): readonly ConditionDraft[] {
  const reached = new Set([...used, ...homes.flatMap((home) => [...draft.model.reach(home).keys()])]);
  const names = draft.frame.scopes.flatMap((slot) => {
    const concept = conceptOf(draft, slot);
    return concept?.kind === 'dataset' && !reached.has(concept.dataset) ? [concept.dataset] : [];
  });
  return [...new Set(names)].map((dataset) => ({
    datasets: [dataset],
    expression: null,
    negated: false,
    existence: true,
  }));
}

/** `friends younger than 20`: what is compared is a column of the thing that the word itself means, not the thing. */
function comparesThing(draft: Draft, condition: Extract<Condition, { kind: 'compare' | 'between' }>): boolean {
  const { kind, subject } = condition;
  if (kind !== 'compare' || condition.nouns.length === 0 || subject?.kind !== 'plain') return false;
  const named = conceptOf(draft, subject.slot);
  const column = named?.kind === 'column' ? draft.model.column(named.dataset, named.column) : undefined;
  return named?.kind === 'dataset' || column?.type.kind === 'text';
}

/** Whether the condition is about a count or aggregate of each group, not about rows. */
export function isGroupCondition(draft: Draft, condition: Condition): boolean {
  if (condition.kind !== 'compare' && condition.kind !== 'between') return false;
  const subject = condition.subject;
  if (subject === null) return false;
  if (subject.kind === 'count' || subject.kind === 'aggregate') return true;
  if (comparesThing(draft, condition) || comparedAmount(draft, condition) !== null) return false;
  return subject.kind === 'plain' && ['dataset', 'metric'].includes(conceptOf(draft, subject.slot)?.kind ?? '');
}

/** `drivers older than 30`: the table of what is compared by the column that the comparison itself speaks of. */
function describedTable(draft: Draft, condition: Extract<Condition, { kind: 'compare' | 'between' }>): string | null {
  if (condition.kind === 'between' || condition.nouns.length === 0 || condition.subject?.kind !== 'plain') return null;
  const concept = conceptOf(draft, condition.subject.slot);
  return concept?.kind === 'dataset' ? concept.dataset : null;
}

function rowCondition(draft: Draft, condition: Condition, home: string): ConditionDraft | null {
  switch (condition.kind) {
    case 'value':
      return valueCondition(draft, condition);
    case 'compare':
      return compareCondition(draft, condition, home);
    case 'between': {
      const found = comparedAmount(draft, condition) ?? numericSubject(draft, condition.subject);
      if (found === null || (found.column.type.kind === 'text' && !holdsNumbers(found.column))) return null;
      const expression: Expression = {
        kind: 'between',
        operand: typedSubject(found.column, true, columnRef(found.dataset.name, found.column.name)),
        low: numberLiteral(condition.low),
        high: numberLiteral(condition.high),
        negated: condition.negated,
      };
      return { datasets: [found.dataset.name], expression, negated: false, existence: false };
    }
    case 'time':
      return timeCondition(draft, condition, home);
    case 'length':
      return lengthCondition(draft, condition, home);
    case 'text_match':
      return textCondition(draft, condition);
    case 'missing': {
      const found = columnOf(draft, condition.column);
      if (found === null) return null;
      return {
        datasets: [found.dataset.name],
        expression: {
          kind: 'is_null',
          operand: columnRef(found.dataset.name, found.column.name),
          negated: condition.negated,
        },
        negated: false,
        existence: false,
      };
    }
    case 'exists':
      return existsCondition(draft, condition, home);
    case 'nested':
      return nestedCondition(draft, condition);
    case 'refers':
      return referringCondition(draft, condition);
  }
}

function numericSubject(draft: Draft, subject: Item | null): Found | null {
  if (subject?.kind !== 'plain') return null;
  return columnOf(draft, subject.slot);
}

function compareCondition(
  draft: Draft,
  condition: Extract<Condition, { kind: 'compare' }>,
  home: string,
): ConditionDraft | null {
  const table = describedTable(draft, condition);
  const found =
    comparedAmount(draft, condition) ??
    (condition.subject?.kind === 'plain' && !comparesThing(draft, condition)
      ? columnOf(draft, condition.subject.slot)
      : impliedColumn(draft, condition, table ?? home));
  if (found === null) return null;
  const { dataset, column } = found;
  const left = columnRef(dataset.name, column.name);
  const operator = condition.negated ? opposite(condition.operator) : condition.operator;
  const right = operandOf(draft, found, condition);
  if (right === null) return null;
  if (condition.operand.kind === 'number' && column.type.kind === 'text' && column.role !== 'identifier') {
    if (!holdsNumbers(column)) return null;
    draft.penalty += 0.6;
  }
  const bySize = operator !== 'eq' && operator !== 'ne';
  const isText = condition.operand.kind === 'number' && column.type.kind === 'text';
  if (isText && bySize && (column.role === 'identifier' || !holdsNumbers(column))) return null;
  // Keys are hardly ever compared by size, and never with what was measured.
  const measured = condition.operand.kind === 'query' && condition.operator !== 'eq' && condition.operator !== 'ne';
  if (column.role === 'identifier' && measured) return null;
  if (column.role === 'identifier' && operator !== 'eq' && operator !== 'ne') draft.penalty += 0.5;
  const expression: Expression = {
    kind: 'comparison',
    operator,
    left: typedSubject(column, condition.operand.kind === 'number', left),
    right,
  };
  const read = condition.operand.kind === 'column' ? columnOf(draft, condition.operand.slot)?.dataset.name : undefined;
  return {
    datasets: [...new Set([dataset.name, ...(read === undefined ? [] : [read])])],
    expression,
    negated: false,
    existence: false,
  };
}

/** The column that `older than` or a bare `under 40` is about: one that is called so, in the home or what it reaches. */
function impliedColumn(draft: Draft, condition: Extract<Condition, { kind: 'compare' }>, home: string): Found | null {
  const { nouns, operator } = condition;
  if (nouns.length === 0 && (operator === 'eq' || operator === 'ne')) return null;
  // `gave at least one` counts what was given: nobody asks for people of at least one year.
  if (nouns.length === 0 && condition.operand.kind === 'number' && Number(condition.operand.value) <= 1) return null;
  if (nouns.length === 0) draft.penalty += 0.2;
  const wanted = (nouns.length === 0 ? ['age'] : nouns).map(stemOf);
  for (const noun of wanted) {
    for (const [name] of [...draft.model.reach(home)].sort((left, right) => left[1].cost - right[1].cost)) {
      const dataset = draft.model.dataset(name);
      const column = dataset?.columns.find(
        (candidate) =>
          candidate.role !== 'identifier' && columnWords(dataset, candidate).some((word) => stemOf(word) === noun),
      );
      if (dataset !== undefined && column !== undefined) return { dataset, column };
    }
  }
  return null;
}

/** Whether a text column may hold numbers: its least value begins like one. */
function holdsNumbers({ profile }: Column): boolean {
  return /^-?\d/u.test(profile.min ?? '');
}

/** Numbers kept as text are compared as numbers where the value is one. */
function typedSubject(column: Column, numeric: boolean, left: Expression): Expression {
  return numeric && column.type.kind === 'text' && column.role !== 'identifier'
    ? { kind: 'cast', operand: left, to: { kind: 'double' }, onFailure: 'null' }
    : left;
}

function operandOf(draft: Draft, found: Found, condition: Extract<Condition, { kind: 'compare' }>): Expression | null {
  const { operand } = condition;
  const { column } = found;
  switch (operand.kind) {
    case 'query':
      if (
        condition.operator !== 'eq' &&
        condition.operator !== 'ne' &&
        !isNumeric(column.type) &&
        !isTemporal(column.type)
      )
        return null;
      return boundOf(draft, operand.inner, found, outermost(condition.operator, operand.quantifier));
    case 'column': {
      const other = columnOf(draft, operand.slot);
      if (other === null || (other.column.role === 'identifier') !== (column.role === 'identifier')) return null;
      return columnRef(other.dataset.name, other.column.name);
    }
    case 'number':
      if (column.type.kind === 'text' && column.role === 'identifier')
        return { kind: 'literal', literal: { type: 'text', value: operand.value } };
      return isTemporal(column.type)
        ? yearDate(operand.value, condition.operator)
        : column.type.kind === 'boolean'
          ? { kind: 'literal', literal: { type: 'boolean', value: operand.value !== '0' } }
          : numberLiteral(operand.value);
    case 'text':
      return { kind: 'literal', literal: literalFor(column, operand.value) };
  }
}

/** More than all values is more than the greatest, more than some of them is more than the least; null for equality. */
function outermost(operator: ComparisonOperator, quantifier: Quantifier | null): 'max' | 'min' | null {
  if (operator === 'eq' || operator === 'ne') return null;
  const above = operator === 'gt' || operator === 'ge';
  return above === (quantifier !== 'some') ? 'max' : 'min';
}

function yearDate(value: string, operator: ComparisonOperator): Expression | null {
  if (!/^\d{4}$/u.test(value)) return null;
  const year = Number(value) + (operator === 'gt' ? 1 : 0);
  return { kind: 'literal', literal: { type: 'date', value: `${year}-01-01` } };
}

function opposite(operator: ComparisonOperator): ComparisonOperator {
  return ({ eq: 'ne', ne: 'eq', lt: 'ge', le: 'gt', gt: 'le', ge: 'lt' } as const)[operator];
}

/** `orders with estimated readings`: where a metric is said of rows, the rows that it folds. */
function metricRows(draft: Draft, name: string, negated: boolean): ConditionDraft | null {
  const metric = draft.model.catalog.metrics.find((candidate) => candidate.name === name);
  if (metric?.definition.kind !== 'aggregate' || metric.dataset === null) return null;
  return { datasets: [metric.dataset], expression: metric.definition.filter, negated, existence: true };
}

function existsCondition(
  draft: Draft,
  condition: Extract<Condition, { kind: 'exists' }>,
  home: string,
): ConditionDraft | null {
  const concept = conceptOf(draft, condition.slot);
  if (concept?.kind === 'metric') return metricRows(draft, concept.metric, condition.negated);
  if (concept?.kind === 'dataset')
    return { datasets: [concept.dataset], expression: null, negated: condition.negated, existence: true };
  const found = columnOf(draft, condition.slot);
  if (found === null) return null;
  const operand = columnRef(found.dataset.name, found.column.name);
  const flag = flagCondition(found, condition.negated);
  if (flag !== null) return flag;
  // Where a row of another table always has it, only the row itself can be missing.
  if (condition.negated && found.column.profile.nulls === 0 && found.dataset.name !== home)
    return { datasets: [found.dataset.name], expression: null, negated: true, existence: true };
  return {
    datasets: [found.dataset.name],
    expression: { kind: 'is_null', operand, negated: !condition.negated },
    negated: false,
    existence: false,
  };
}
