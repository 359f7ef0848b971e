import type { Column, Dataset } from '../catalog/catalog.js';
import { wordsOfName } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import type { ComparisonOperator, Expression, Literal } from '../plan/query.js';
import { allOf } from '../plan/traverse.js';
import type { TimeNarrowing } from './chunk.js';
import { columnRef } from './column-reference.js';
import { columnOf, type Found, literalFor } from './compose-columns.js';
import { inForceWithin } from './compose-versions.js';
import { type ConditionDraft, conceptOf, type Draft } from './draft.js';
import type { Condition } from './frame.js';
import type { Slot } from './request-tree.js';
import { saidDates } from './said-dates.js';
import { isYearColumn } from './schema-model.js';
import type { Stretch } from './time-stretch.js';
import { isPersonNoun } from './words/persons.js';

/**
 * The date column that a stretch of time narrows when none was named: the home's own, else one of a table that it refers to. Of
 * several as near that of the most rows is taken, as an order has few lines and a shop many: then that one is rather what
 * happened; dates of people tell when they were born or joined, not when something happened with them. Whose date it is is told.
 */
export function defaultDate(draft: Draft, home: string): Found | null {
  const rows = (name: string): number => draft.model.dataset(name)?.rows ?? 0;
  const reached = [...draft.model.reach(home)]
    .sort((left, right) => left[1].cost - right[1].cost)
    .map(([name, { steps }]) => ({ name, steps: steps.length }))
    .sort(
      (left, right) =>
        left.steps - right.steps ||
        Number(isPersons(left.name)) - Number(isPersons(right.name)) ||
        rows(right.name) - rows(left.name),
    );
  const mentioned = [...draft.assignment.values()].flatMap(({ concept }) =>
    concept.kind === 'metric' ? [] : [concept.dataset],
  );
  const related = [...new Set(mentioned)].flatMap((name) => [...draft.model.reach(name).keys()]);
  for (const name of new Set([...reached.map((each) => each.name), ...related])) {
    const dataset = draft.model.dataset(name);
    const [column, ...others] = dataset === undefined ? [] : saidDates(draft.model, dataset);
    if (dataset === undefined || column === undefined) continue;
    if (others.length > 0) noteDate(draft, dataset, column, others);
    if (name !== home) {
      draft.penalty += 0.3;
      noteOtherDate(draft, home, name, column);
    }
    return { dataset, column };
  }
  return null;
}

function isPersons(dataset: string): boolean {
  return isPersonNoun(wordsOfName(dataset).at(-1) ?? '');
}

function noteOtherDate(draft: Draft, home: string, name: string, column: Column): void {
  const text = `${home} has no date of its own: time means ${name}.${column.name}.`;
  if (!draft.assumptions.some((known) => known.text === text)) draft.assumptions.push({ code: 'date_of_other', text });
}

/** `booked in 2025 by month`, `orders shipped by month`: the one date that was named where time was narrowed, or of what happened; null where none was, or several. */
export function narrowedDate(draft: Draft, home: string): Found | null {
  const reach = draft.model.reach(home);
  const dates = draft.frame.conditions.flatMap((condition) => {
    const tellsWhen =
      condition.kind === 'time' ||
      (condition.kind === 'missing' && condition.column !== null && condition.column.id < 0);
    const found = tellsWhen && condition.column !== null ? columnOf(draft, condition.column) : null;
    return found !== null && isTemporal(found.column.type) && reach.has(found.dataset.name) ? [found] : [];
  });
  const [date, ...others] = dates;
  return date !== undefined && others.every(({ column }) => column === date.column) ? date : null;
}

function noteDate(draft: Draft, dataset: Dataset, column: Column, others: readonly Column[]): void {
  if (draft.assumptions.some(({ code }) => code === 'date_column')) return;
  const isVersion =
    dataset.versions?.start === column.name &&
    !draft.frame.trend &&
    draft.frame.groups.every(({ kind }) => kind !== 'grain');
  draft.assumptions.push({
    code: 'date_column',
    text: isVersion
      ? `Time means when rows of ${dataset.name} are in force (${dataset.versions?.start} to ${dataset.versions?.end}).`
      : `Time means ${dataset.name}.${column.name}, not ${others.map(({ name }) => name).join(' or ')}.`,
  });
}

/** `products in orders placed in 2024`: the time of what it was said of, where that happened to what is counted. */
function ownDate(draft: Draft, condition: Extract<Condition, { kind: 'time' }>, home: string): Found | null {
  const concept = condition.of === null ? null : conceptOf(draft, condition.of);
  if (concept === null || concept.kind === 'column' || concept.kind === 'value') return null;
  const name =
    concept.kind === 'dataset'
      ? concept.dataset
      : draft.model.catalog.metrics.find((metric) => metric.name === concept.metric)?.dataset;
  const dataset = name === null || name === undefined ? undefined : draft.model.dataset(name);
  const [column, ...others] = dataset === undefined ? [] : saidDates(draft.model, dataset);
  if (dataset === undefined || column === undefined || !draft.model.reach(dataset.name).has(home)) return null;
  if (others.length > 0) noteDate(draft, dataset, column, others);
  return { dataset, column };
}

/** `by shipped month in 2024`: the date by whose periods is grouped; null where none was named. */
function groupedDate(draft: Draft): Slot | null {
  const slots = draft.frame.groups.flatMap((group) =>
    group.kind === 'grain' && group.slot !== null ? [group.slot] : [],
  );
  return slots.find((slot) => isDate(columnOf(draft, slot))) ?? null;
}

function isDate(found: Found | null): boolean {
  return found !== null && isTemporal(found.column.type);
}

/** The condition that a stretch of time makes; null where there is no date to narrow. */
export function timeCondition(
  draft: Draft,
  condition: Extract<Condition, { kind: 'time' }>,
  home: string,
): ConditionDraft | null {
  // `due in October` of a date that is called so.
  const said = condition.column ?? groupedDate(draft) ?? condition.of;
  const named = said === null ? null : columnOf(draft, said);
  const found =
    named !== null && (isTemporal(named.column.type) || isYearColumn(named.dataset, named.column))
      ? named
      : happenedDate(draft, ownDate(draft, condition, home) ?? defaultDate(draft, home), home);
  if (found === null) return null;
  const operand = columnRef(found.dataset.name, found.column.name);
  const versions = found === named ? null : versionsIn(found, condition.phrase, condition.operator);
  const expression = versions ?? narrowed(found.column, operand, condition.phrase, condition.operator);
  if (expression === null) return null;
  return {
    datasets: [found.dataset.name],
    expression: condition.negated ? { kind: 'not', operand: expression } : expression,
    negated: false,
    existence: false,
  };
}

/** `deliveries in May`: where the date of a table was named by what happened to it, that one; else the one found. */
function happenedDate(draft: Draft, found: Found | null, home: string): Found | null {
  const named = narrowedDate(draft, home);
  return named !== null && (found === null || named.dataset === found.dataset) ? named : found;
}

/** The versions of a history in force in the stretches, where nothing else is said of their dates. */
function versionsIn(
  { dataset, column }: Found,
  phrase: TimeNarrowing,
  operator: ComparisonOperator | null,
): Expression | null {
  if (phrase.kind !== 'stretches' || operator !== null) return null;
  const parts = phrase.stretches.map((stretch) => inForceWithin(dataset, column.name, stretch));
  const found = parts.filter((part) => part !== null);
  if (found.length === 0 || found.length < parts.length) return null;
  return found.length === 1 ? (found[0] ?? null) : { kind: 'or', operands: found };
}

function narrowed(
  column: Column,
  operand: Expression,
  phrase: TimeNarrowing,
  operator: ComparisonOperator | null,
): Expression | null {
  const temporal = isTemporal(column.type);
  switch (phrase.kind) {
    case 'stretches': {
      const side = phrase.compared ? null : operator;
      const parts = phrase.stretches.map((stretch) =>
        temporal ? within(operand, stretch, side) : withinYears(column, operand, stretch, side),
      );
      const found = parts.filter((part) => part !== null);
      if (found.length < parts.length || found.length === 0) return null;
      return found.length === 1 ? (found[0] ?? null) : { kind: 'or', operands: found };
    }
    case 'recurring':
      return temporal
        ? allOf(
            phrase.parts.map(({ part, values }) => ({
              kind: 'in',
              operand: { kind: 'time_part', part, operand },
              values: values.map(partLiteral),
              negated: false,
            })),
          )
        : null;
    case 'clock':
      return column.type.kind === 'timestamp' ? atClock(operand, phrase) : null;
  }
}

function partLiteral(value: number | string): Literal {
  return typeof value === 'number' ? { type: 'integer', value: String(value) } : { type: 'text', value };
}

/** Minutes of the day between two clocks. */
function atClock(operand: Expression, phrase: Extract<TimeNarrowing, { kind: 'clock' }>): Expression | null {
  const integer = (value: number): Expression => ({
    kind: 'literal',
    literal: { type: 'integer', value: String(value) },
  });
  const minutes: Expression = {
    kind: 'arithmetic',
    operator: 'add',
    left: {
      kind: 'arithmetic',
      operator: 'multiply',
      left: { kind: 'time_part', part: 'hour', operand },
      right: integer(60),
    },
    right: { kind: 'time_part', part: 'minute', operand },
  };
  const low: readonly Expression[] =
    phrase.low === null ? [] : [{ kind: 'comparison', operator: 'ge', left: minutes, right: integer(phrase.low) }];
  const high: readonly Expression[] =
    phrase.high === null ? [] : [{ kind: 'comparison', operator: 'lt', left: minutes, right: integer(phrase.high) }];
  return allOf([...low, ...high]);
}

function within(operand: Expression, stretch: Stretch, operator: ComparisonOperator | null): Expression | null {
  const compare = (name: ComparisonOperator, right: Expression | null): Expression | null =>
    right === null ? null : { kind: 'comparison', operator: name, left: operand, right };
  const low = compare('ge', stretch.low);
  const high = compare('lt', stretch.high);
  switch (operator) {
    case 'gt':
      return compare('ge', stretch.high);
    case 'ge':
      return low;
    case 'lt':
      return compare('lt', stretch.low);
    case 'le':
      return high;
    default: {
      const whole = allOf([low, high].filter((part) => part !== null));
      return operator === 'ne' && whole !== null ? { kind: 'not', operand: whole } : whole;
    }
  }
}

/** For columns that hold a year as a number or text. */
function withinYears(
  column: Column,
  operand: Expression,
  stretch: Stretch,
  operator: ComparisonOperator | null,
): Expression | null {
  if (stretch.years === null) return null;
  const literal = (year: number): Expression => ({ kind: 'literal', literal: literalFor(column, String(year)) });
  const compare = (name: ComparisonOperator, year: number): Expression => ({
    kind: 'comparison',
    operator: name,
    left: operand,
    right: literal(year),
  });
  const { first, last } = stretch.years;
  if (first !== null && operator !== null && operator !== 'eq') return compare(operator, first);
  if (first !== null && first === last) return compare('eq', first);
  return allOf([...(first === null ? [] : [compare('ge', first)]), ...(last === null ? [] : [compare('le', last)])]);
}
