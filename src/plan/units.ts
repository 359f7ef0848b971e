import { dpbError } from '../support/errors.js';
import { queriesOfPlan } from './plan-datasets.js';
import type { TableShape } from './product.js';
import type { AggregateMeasure, AggregateQuery, DetailQuery, Expression, MeasureDefinition, Query } from './query.js';
import { sourceColumn } from './query-typing.js';
import { conjunctsOf, expressionAt, expressionsOf, nodesOf, partsOf } from './traverse.js';

type Flat = AggregateQuery | DetailQuery;

/** What the values of an expression are counted in: always the same, or what a column says of each row. */
type Unit =
  | { readonly kind: 'fixed'; readonly unit: string }
  | { readonly kind: 'column'; readonly table: string; readonly column: string };

/** The unit of the values of `expression`; null where it is not known: numbers as such, products, conversions. */
export function unitOf(expression: Expression, query: Flat, tables: readonly TableShape[]): Unit | null {
  const first = (operands: readonly Expression[]): Unit | null =>
    operands.map((operand) => unitOf(operand, query, tables)).find((unit) => unit !== null) ?? null;
  switch (expression.kind) {
    case 'column': {
      const { unit, unitColumn } = sourceColumn(query, expression.table, expression.column, tables);
      if (typeof unit === 'string') return { kind: 'fixed', unit };
      return typeof unitColumn === 'string' ? { kind: 'column', table: expression.table, column: unitColumn } : null;
    }
    case 'arithmetic':
      return expression.operator === 'add' || expression.operator === 'subtract'
        ? first([expression.left, expression.right])
        : null;
    case 'negate':
    case 'cast':
      return first([expression.operand]);
    case 'case':
      return first(valuesOfCase(expression));
    case 'call':
      return measuring.has(expression.function) ? first(expression.arguments) : null;
    default:
      return null;
  }
}

/** Functions whose result is one of their arguments, or nearly so. */
const measuring: ReadonlySet<string> = new Set([
  'abs',
  'ceil',
  'coalesce',
  'floor',
  'greatest',
  'least',
  'nullif',
  'round',
]);

/**
 * The columns of `query` whose rows all agree in them where `filter` holds: those that a top-level condition of the
 * query's or of the measure's own filter sets equal to one value.
 */
function isPinned(unit: Extract<Unit, { kind: 'column' }>, query: Flat, own: Expression | null): boolean {
  return [...conjunctsOf(query.filter), ...conjunctsOf(own)].some((condition) => {
    if (condition.kind === 'in')
      return !condition.negated && condition.values.length === 1 && isColumn(condition.operand, unit);
    if (condition.kind !== 'comparison' || condition.operator !== 'eq') return false;
    const { left, right } = condition;
    return (isColumn(left, unit) && right.kind === 'literal') || (isColumn(right, unit) && left.kind === 'literal');
  });
}

function isColumn(
  expression: Expression,
  { table, column }: { readonly table: string; readonly column: string },
): boolean {
  return expression.kind === 'column' && expression.table === table && expression.column === column;
}

/**
 * Refuses (`plan.refused`) what would add up, compare or average values of different units: columns whose units are
 * known to differ, and columns whose unit stands in another column, unless the query groups by it or filters it to one.
 */
export function checkUnits(plan: Parameters<typeof queriesOfPlan>[0], tables: readonly TableShape[]): void {
  for (const query of queriesOfPlan(plan)) {
    if (query.kind === 'set') continue;
    for (const expression of expressionsOf(query))
      for (const node of nodesOf(expression)) checkNode(node, query, tables);
    if (query.kind === 'aggregate') {
      for (const { name, definition } of query.measures) checkMeasure(name, definition, query, tables);
    }
  }
  for (const dataset of plan.datasets ?? []) {
    if (dataset.kind === 'query') checkShown(dataset.name, dataset.query, tables);
  }
}

function checkNode(node: Expression, query: Flat, tables: readonly TableShape[]): void {
  const units = meeting(node).flatMap((operand) => unitOf(operand, query, tables) ?? []);
  const [first, ...others] = units;
  const other = others.find((unit) => first !== undefined && unitText(unit) !== unitText(first));
  if (first !== undefined && other !== undefined) throw mixed(`${unitText(first)} meets ${unitText(other)}`);
}

/** The operands that an expression adds, compares or chooses from. */
function meeting(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'arithmetic':
      return node.operator === 'add' || node.operator === 'subtract' ? [node.left, node.right] : [];
    case 'comparison':
      return [node.left, node.right];
    case 'between':
      return [node.operand, node.low, node.high];
    case 'case':
      return valuesOfCase(node);
    case 'call':
      return measuring.has(node.function) ? node.arguments : [];
    default:
      return [];
  }
}

function checkMeasure(
  name: string,
  definition: MeasureDefinition,
  query: AggregateQuery,
  tables: readonly TableShape[],
): void {
  for (const part of partsOf(definition)) checkMeasure(name, part, query, tables);
  if (definition.kind === 'aggregate') checkAggregate(name, definition, query, tables);
  if (definition.kind === 'combine' && definition.operator !== 'multiply') {
    const [left, right] = [definition.left, definition.right].map((part) => fixedUnitOf(part, query, tables));
    if (typeof left === 'string' && typeof right === 'string' && left !== right)
      throw mixed(`"${name}" adds ${left} and ${right}`);
  }
  if (definition.kind === 'share' || definition.kind === 'rank') {
    const foreign = unitDimensions(definition.of, query, tables).find((unit) => !definition.within.includes(unit));
    if (foreign !== undefined)
      throw mixed(`"${name}" goes over all groups, which differ in "${foreign}"`, `Take it within "${foreign}".`);
  }
}

function checkAggregate(
  name: string,
  aggregate: AggregateMeasure,
  query: AggregateQuery,
  tables: readonly TableShape[],
): void {
  const unit = looseUnitOf(aggregate, query, tables);
  if (unit === null) return;
  if (groupsBy(unit, aggregate.home, query) === null)
    throw mixed(
      `"${name}" folds values whose unit stands in ${unit.table}.${unit.column}, which may differ from row to row`,
      `Group by ${unit.column}, filter it to one value, or convert the values first; where they are all in one unit, say it in the glossary as "unit" of the column.`,
    );
}

/** The column that says the unit of each row that the aggregate folds; null where that is known or the same for all. */
function looseUnitOf(
  aggregate: AggregateMeasure,
  query: AggregateQuery,
  tables: readonly TableShape[],
): Extract<Unit, { kind: 'column' }> | null {
  const counts = aggregate.function === 'count' || aggregate.function === 'count_distinct';
  const unit = aggregate.argument === null || counts ? null : unitOf(aggregate.argument, query, tables);
  return unit === null || unit.kind === 'fixed' || isPinned(unit, query, aggregate.filter) ? null : unit;
}

/** The dimension that is the unit column itself. */
function groupsBy(
  unit: Extract<Unit, { kind: 'column' }>,
  home: string,
  { dimensions }: AggregateQuery,
): string | null {
  return dimensions.find((dimension) => isColumn(expressionAt(dimension, home), unit))?.name ?? null;
}

function unitDimensions(
  definition: MeasureDefinition,
  query: AggregateQuery,
  tables: readonly TableShape[],
): readonly string[] {
  if (definition.kind !== 'aggregate')
    return partsOf(definition).flatMap((part) => unitDimensions(part, query, tables));
  const unit = looseUnitOf(definition, query, tables);
  return unit === null ? [] : [groupsBy(unit, definition.home, query) ?? []].flat();
}

function fixedUnitOf(
  definition: MeasureDefinition,
  query: AggregateQuery,
  tables: readonly TableShape[],
): string | null {
  if (definition.kind === 'aggregate') {
    const counts = definition.function === 'count' || definition.function === 'count_distinct';
    const unit = definition.argument === null || counts ? null : unitOf(definition.argument, query, tables);
    return unit?.kind === 'fixed' ? unit.unit : null;
  }
  if (definition.kind === 'combine' && definition.operator === 'multiply') return null;
  if (['ratio', 'constant', 'share', 'rank'].includes(definition.kind)) return null;
  return (
    partsOf(definition)
      .map((part) => fixedUnitOf(part, query, tables))
      .find((unit) => unit !== null) ?? null
  );
}

/** A table that the plan makes shows the unit beside the values, or nobody could tell them apart any more. */
function checkShown(name: string, query: Query, tables: readonly TableShape[]): void {
  if (query.kind !== 'detail') return;
  for (const { expression, shown, name: column } of query.columns) {
    const unit = shown ? unitOf(expression, query, tables) : null;
    if (unit?.kind !== 'column' || isPinned(unit, query, null) || shownUnitOf(expression, query, tables) !== null)
      continue;
    throw mixed(`"${name}" shows "${column}" without ${unit.table}.${unit.column}, which says its unit`, 'Show both.');
  }
}

/** The output of `query` that shows the unit of `expression` as it is; null where there is none. */
export function shownUnitOf(expression: Expression, query: Flat, tables: readonly TableShape[]): string | null {
  const unit = unitOf(expression, query, tables);
  if (unit?.kind !== 'column') return null;
  const outputs = query.kind === 'aggregate' ? query.dimensions : query.columns;
  return outputs.find((output) => output.shown && isColumn(output.expression, unit))?.name ?? null;
}

function valuesOfCase({ branches, otherwise }: Extract<Expression, { kind: 'case' }>): readonly Expression[] {
  const values = branches.map(({ then }) => then);
  return otherwise === null ? values : [...values, otherwise];
}

function unitText(unit: Unit): string {
  return unit.kind === 'fixed' ? unit.unit : `the unit in ${unit.table}.${unit.column}`;
}

function mixed(reason: string, remedy = 'Convert the values to one unit first, or ask for them apart.'): Error {
  return dpbError('plan.refused', { reason: `different units would be mixed: ${reason}`, remedy });
}
