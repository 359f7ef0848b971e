import type { Expression } from '../plan/query.js';
import { columnRef } from './column-reference.js';
import { columnOf, type Found, literalFor } from './compose-columns.js';
import { type ConditionDraft, conceptOf, type Draft } from './draft.js';
import { flagValue } from './flag-values.js';
import type { Condition } from './frame.js';

/** That a column has the value, or contains the part of values, that the condition says; null where it is no value. */
export function valueCondition(draft: Draft, condition: Extract<Condition, { kind: 'value' }>): ConditionDraft | null {
  const concept = conceptOf(draft, condition.value);
  if (concept?.kind !== 'value') return null;
  const named = condition.column === null ? null : conceptOf(draft, condition.column);
  if (named?.kind === 'column' && (named.column !== concept.column || named.dataset !== concept.dataset))
    draft.penalty += named.dataset === concept.dataset ? 0.7 : 1.1;
  if (named?.kind === 'dataset' && named.dataset !== concept.dataset) draft.penalty += 0.25;
  const column = draft.model.column(concept.dataset, concept.column);
  if (column === undefined) return null;
  if (concept.match !== 'exact')
    draft.assumptions.push({
      code: 'value',
      text:
        concept.match === 'contains'
          ? `All values of ${concept.dataset}.${concept.column} that contain "${concept.value}" are meant.`
          : `"${concept.value}" of ${concept.dataset}.${concept.column} is what was meant.`,
    });
  const left = columnRef(concept.dataset, concept.column);
  const plain = { datasets: [concept.dataset], negated: false, existence: false };
  if (concept.match === 'contains') {
    const like = contains(left, concept.value);
    return condition.negated
      ? { ...plain, expression: { ...like, negated: true }, denied: like }
      : { ...plain, expression: like };
  }
  const equal = {
    kind: 'comparison',
    operator: 'eq',
    left,
    right: { kind: 'literal', literal: literalFor(column, concept.value) },
  } as const satisfies Expression;
  return condition.negated
    ? { ...plain, expression: { ...equal, operator: 'ne' }, denied: equal }
    : { ...plain, expression: equal };
}

/** Texts with `part` in them, in any case; short codes in capitals (`TN`) only as they are written. */
function contains(operand: Expression, part: string): Extract<Expression, { kind: 'like' }> {
  return {
    kind: 'like',
    operand,
    pattern: `%${escaped(part)}%`,
    ignoreCase: !/^\p{Lu}{1,3}$/u.test(part),
    negated: false,
  };
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/gu, (sign) => `\\${sign}`);
}

/** That a text column begins with, ends with or contains a text; null where the condition names no such column. */
export function textCondition(
  draft: Draft,
  condition: Extract<Condition, { kind: 'text_match' }>,
): ConditionDraft | null {
  const found = condition.column === null ? null : columnOf(draft, condition.column);
  if (found === null) return null;
  if (found.column.type.kind !== 'text') return null;
  const text = escaped(condition.text);
  const pattern = condition.position === 'start' ? `${text}%` : condition.position === 'end' ? `%${text}` : `%${text}%`;
  const expression: Extract<Expression, { kind: 'like' }> = {
    kind: 'like',
    operand: columnRef(found.dataset.name, found.column.name),
    pattern,
    ignoreCase: true,
    negated: condition.negated,
  };
  const plain = { datasets: [found.dataset.name], expression, negated: false, existence: false };
  return condition.negated ? { ...plain, denied: { ...expression, negated: false } } : plain;
}

/** That a column of yes and no says yes, or denied that it says no; null for other columns. */
export function flagCondition({ dataset, column }: Found, negated: boolean): ConditionDraft | null {
  const yes = flagValue(column, true);
  if (yes === null) return null;
  const operand = columnRef(dataset.name, column.name);
  const right: Expression = { kind: 'literal', literal: literalFor(column, yes) };
  const expression: Expression =
    column.type.kind !== 'boolean'
      ? { kind: 'comparison', operator: negated ? 'ne' : 'eq', left: operand, right }
      : negated
        ? { kind: 'not', operand }
        : operand;
  return { datasets: [dataset.name], expression, negated: false, existence: false };
}
