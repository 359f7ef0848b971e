import type { Catalog, Column } from '../catalog/catalog.js';
import type { ColumnPlace } from '../plan/column-origin.js';
import type { GoldColumn, GoldTable, QualityRule } from '../plan/product.js';
import type { Expression, MeasureDefinition, SemanticPlan } from '../plan/query.js';
import { aggregatesOf } from '../plan/traverse.js';
import { compareText } from '../support/text-order.js';
import { placeOf, shownColumn } from './plan-facts.js';

/** Columns with more values than this are no closed list, whatever the snapshot shows. */
const acceptedValuesMax = 50;

/** What the table itself promises: required columns, one row for each member of the grain, and that it is not empty. */
export function schemaRules(model: GoldTable): readonly QualityRule[] {
  const required = model.columns
    .filter(({ nullable }) => !nullable)
    .map(({ name, label }) =>
      goldRule(
        `gold.${name}.not_null`,
        { kind: 'not_null', column: name },
        'error',
        `${label} is always present`,
        'schema',
      ),
    );
  const grain: readonly QualityRule[] =
    model.grain.length === 0
      ? []
      : [goldRule('gold.grain.unique', { kind: 'unique', columns: model.grain }, 'error', model.grainText, 'schema')];
  const volume = goldRule(
    'gold.row_count',
    { kind: 'row_count', min: 1, max: null },
    'warning',
    'the table is not empty',
    'schema',
  );
  return [...required, ...grain, volume];
}

/** What the measured profile of the sources lets one expect of the table: known categories, amounts that are not negative. */
export function profileRules(model: GoldTable, plan: SemanticPlan, catalog: Catalog): readonly QualityRule[] {
  return model.columns.flatMap((column) => [
    ...acceptedValues(column, plan, catalog),
    ...notNegative(column, plan, catalog),
  ]);
}

function acceptedValues(column: GoldColumn, plan: SemanticPlan, catalog: Catalog): readonly QualityRule[] {
  const place = shownColumn(plan, column.name);
  const source = place && columnAt(catalog, place);
  if (
    !place ||
    !source ||
    column.role !== 'key' ||
    column.type.kind !== 'text' ||
    column.pii !== null ||
    source.pii !== null
  )
    return [];
  // The text of a value is compared: a value that SQL text cannot hold would make the list wrong, so there is none.
  const values = source.values?.map(({ value }) => value) ?? [];
  if (values.length === 0 || values.length > acceptedValuesMax || values.some((value) => value.includes('\0')))
    return [];
  const description = `${column.label} is one of the ${values.length} values that ${place.dataset}.${place.column} had when this was defined`;
  return [
    goldRule(
      `gold.${column.name}.accepted_values`,
      { kind: 'accepted_values', column: column.name, values: [...values].sort(compareText) },
      'warning',
      description,
      'profile',
    ),
  ];
}

function notNegative(column: GoldColumn, plan: SemanticPlan, catalog: Catalog): readonly QualityRule[] {
  const { query } = plan;
  if (query.kind !== 'aggregate') return [];
  const definition = query.measures.find(({ name }) => name === column.name)?.definition;
  if (!definition || !saysSomething(definition)) return [];
  const isNotNegative = (expression: Expression): boolean =>
    neverNegative(expression, (table, name) => {
      const place = placeOf(plan, query, { table, column: name });
      const min = place === null ? null : (columnAt(catalog, place)?.profile.min ?? null);
      return min !== null && min.trim() !== '' && Number(min) >= 0;
    });
  if (!measureNeverNegative(definition, isNotNegative)) return [];
  const description = `${column.label} is not negative, as nothing it is made of was when this was defined`;
  return [
    goldRule(
      `gold.${column.name}.range`,
      { kind: 'range', column: column.name, min: '0', max: null },
      'warning',
      description,
      'profile',
    ),
  ];
}

/** A count cannot be negative; to check it would be noise. */
function saysSomething(definition: MeasureDefinition): boolean {
  return aggregatesOf(definition).some((aggregate) => !aggregate.function.startsWith('count'));
}

function measureNeverNegative(
  definition: MeasureDefinition,
  isNotNegative: (expression: Expression) => boolean,
): boolean {
  const inner = (part: MeasureDefinition): boolean => measureNeverNegative(part, isNotNegative);
  switch (definition.kind) {
    case 'aggregate':
      return (
        definition.function.startsWith('count') ||
        (definition.argument !== null && definition.function !== 'stddev' && isNotNegative(definition.argument))
      );
    case 'constant':
      return !definition.value.startsWith('-');
    case 'ratio':
      return inner(definition.numerator) && inner(definition.denominator);
    case 'combine':
      return definition.operator !== 'subtract' && inner(definition.left) && inner(definition.right);
    case 'share':
    case 'running_total':
    case 'rolling':
    case 'period_to_date':
      return inner(definition.of);
    default:
      return false;
  }
}

function neverNegative(expression: Expression, column: (table: string, name: string) => boolean): boolean {
  switch (expression.kind) {
    case 'column':
      return column(expression.table, expression.column);
    case 'literal':
      return (
        ['integer', 'decimal'].includes(expression.literal.type) &&
        !String('value' in expression.literal ? expression.literal.value : '-').startsWith('-')
      );
    case 'arithmetic':
      return (
        ['add', 'multiply', 'divide'].includes(expression.operator) &&
        neverNegative(expression.left, column) &&
        neverNegative(expression.right, column)
      );
    default:
      return false;
  }
}

function columnAt(catalog: Catalog, { dataset, column }: ColumnPlace): Column | null {
  return catalog.datasets.find(({ name }) => name === dataset)?.columns.find(({ name }) => name === column) ?? null;
}

function goldRule(
  id: string,
  check: QualityRule['check'],
  severity: QualityRule['severity'],
  description: string,
  origin: QualityRule['origin'],
): QualityRule {
  return { id, target: { kind: 'gold' }, check, severity, description, origin };
}
