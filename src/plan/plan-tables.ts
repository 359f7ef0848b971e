import { assertNever } from '../support/assert-never.js';
import { dpbError } from '../support/errors.js';
import type { DataType } from './data-type.js';
import { ambiguousFormats } from './date-formats.js';
import { columnDigits, fractionDigitsOf } from './fraction-digits.js';
import { isCovered } from './plan-datasets.js';
import type { SourceColumn, TableShape } from './product.js';
import type {
  AggregateQuery,
  DetailQuery,
  Expression,
  MeasureDefinition,
  PlanDataset,
  PreparedCast,
  PreparedDataset,
  Query,
  SemanticPlan,
} from './query.js';
import { sourceColumn, type TypedOutput, typesOfOutputs } from './query-typing.js';
import { columnsOf } from './traverse.js';
import { requireCast, unifiedType, wallClockType } from './type-rules.js';
import { shownUnitOf, unitOf } from './units.js';

/**
 * The tables that queries of the plan may read: the sources, then those that the plan makes, in order, with the types,
 * nulls, digits and keys that follow from how they are made. Raises `plan.invalid` where one cannot be made.
 */
export function planTables(plan: SemanticPlan, sources: readonly TableShape[]): readonly TableShape[] {
  const tables = [...sources];
  for (const dataset of plan.datasets ?? []) tables.push(shapeOf(dataset, tables));
  return tables;
}

function shapeOf(dataset: PlanDataset, tables: readonly TableShape[]): TableShape {
  switch (dataset.kind) {
    case 'query': {
      const columns = columnsMadeBy(dataset.query, tables);
      return { dataset: dataset.name, columns, keys: keysMadeBy(dataset.query, tables) };
    }
    case 'prepared':
      return preparedShape(dataset, tables);
    default:
      return assertNever(dataset);
  }
}

function columnsMadeBy(query: Query, tables: readonly TableShape[]): readonly SourceColumn[] {
  const facts = factsOf(query, tables);
  const columnOf = ({ name, type, nullable }: TypedOutput, position: number): SourceColumn => ({
    name,
    type,
    nullable,
    description: '',
    pii: null,
    ...facts[position],
  });
  return typesOfOutputs(query, tables)
    .filter(({ shown }) => shown)
    .map(columnOf);
}

type Facts = Pick<SourceColumn, 'description' | 'pii' | 'fractionDigits' | 'unit' | 'unitColumn'>;

/** What is known of each shown output beside its type, in order. */
function factsOf(query: Query, tables: readonly TableShape[]): readonly Facts[] {
  switch (query.kind) {
    case 'aggregate':
      return [
        ...query.dimensions.map((output) => ({ ...output, values: [output.expression] })),
        ...query.measures.map((output) => ({ ...output, values: valuesOf(output.definition) })),
      ]
        .filter(({ shown }) => shown)
        .map(({ description, values }) => ({ description, ...valueFacts(values, query, tables) }));
    case 'detail':
      return query.columns
        .filter(({ shown }) => shown)
        .map(({ description, expression }) => ({ description, ...valueFacts([expression], query, tables) }));
    case 'set': {
      const inputs = query.inputs.map((input) => factsOf(input, tables));
      return (inputs[0] ?? []).map(({ description, pii }, position) => {
        const digits = inputs.map((input) => input[position]?.fractionDigits ?? null);
        const units = new Set(inputs.map((input) => input[position]?.unit ?? null));
        if (units.size > 1 && !units.has(null))
          throw dpbError('plan.refused', {
            reason: `different units would be mixed: a column of a set operation holds ${[...units].join(' and ')}`,
            remedy: 'Convert the values to one unit first, or ask for them apart.',
          });
        const [unit = null] = units.size === 1 ? units : [];
        const unitColumn = inputs[0]?.[position]?.unitColumn ?? null;
        return { description, pii, fractionDigits: most(digits), unit, unitColumn };
      });
    }
    default:
      return assertNever(query);
  }
}

/** The row expressions that a measure's values have the digits of; null where it is computed by division or the like. */
function valuesOf(definition: MeasureDefinition): readonly Expression[] | null {
  if (definition.kind !== 'aggregate') return null;
  const keepsDigits = ['sum', 'min', 'max', 'first', 'last'].includes(definition.function);
  return keepsDigits && definition.argument !== null ? [definition.argument] : null;
}

function valueFacts(
  values: readonly Expression[] | null,
  query: AggregateQuery | DetailQuery,
  tables: readonly TableShape[],
): Omit<Facts, 'description'> {
  if (values === null) return { pii: null, fractionDigits: null };
  const [value] = values;
  const unit = value === undefined ? null : unitOf(value, query, tables);
  const read = values.flatMap(columnsOf).map(({ table, column }) => sourceColumn(query, table, column, tables));
  return {
    pii: read.find(({ pii }) => pii !== null)?.pii ?? null,
    fractionDigits: most(values.map((each) => fractionDigitsOf(each, query, tables))),
    unit: unit?.kind === 'fixed' ? unit.unit : null,
    unitColumn: value === undefined ? null : shownUnitOf(value, query, tables),
  };
}

/** Columns that no two rows of the query agree in, nulls equal: from how it is made, not from its data. */
function keysMadeBy(query: Query, tables: readonly TableShape[]): readonly (readonly string[])[] {
  const all = typesOfOutputs(query, tables)
    .filter(({ shown }) => shown)
    .map(({ name }) => name);
  const { limit } = query;
  const perOne = limit !== null && limit.count === 1 && limit.ties === 'cut' && limit.per.length > 0;
  const limited = perOne && isCovered(limit.per, all) ? [limit.per] : [];
  switch (query.kind) {
    case 'aggregate': {
      const names = query.dimensions.map(({ name }) => name);
      return names.length > 0 && isCovered(names, all) ? [...limited, names] : limited;
    }
    case 'detail':
      return query.distinct ? [...limited, all] : [...limited, ...keysOfHome(query, tables)];
    case 'set':
      return query.all ? limited : [...limited, all];
    default:
      return assertNever(query);
  }
}

/** The keys of the home of which each column is shown as it is, under the names that it is shown by. */
function keysOfHome(query: DetailQuery, tables: readonly TableShape[]): readonly (readonly string[])[] {
  const dataset = query.tables.find(({ id }) => id === query.home)?.dataset;
  const keys = tables.find((table) => table.dataset === dataset)?.keys ?? [];
  return keys.flatMap((key) => {
    const names = key.flatMap((column) => shownAs(query, column) ?? []);
    return names.length === key.length ? [names] : [];
  });
}

/** The name under which a column of the home is shown unchanged; null where it is not. */
function shownAs(query: DetailQuery, column: string): string | null {
  const found = query.columns.find(
    ({ expression, shown }) =>
      shown && expression.kind === 'column' && expression.table === query.home && expression.column === column,
  );
  return found?.name ?? null;
}

function preparedShape(dataset: PreparedDataset, tables: readonly TableShape[]): TableShape {
  const inputs = dataset.from.map((name) => {
    const table = tables.find((candidate) => candidate.dataset === name);
    if (table === undefined) throw dpbError('plan.invalid', { problem: `no dataset "${name}" among the sources` });
    return table;
  });
  const columns = dataset.columns.map(({ name, cast }): SourceColumn => {
    const found = inputs.flatMap((table) => table.columns.find((column) => column.name === name) ?? []);
    const [first] = found;
    if (first === undefined)
      throw dpbError('plan.invalid', { problem: `no column "${name}" in ${dataset.from.join(' or ')}` });
    if (cast !== null) for (const column of found) requireFormats(cast, name, column.type);
    const isMissing = found.length < inputs.length;
    // Zoned timestamps are read as wall-clock time, and are that from then on.
    const type = wallClockType(cast?.to ?? found.map((column) => column.type).reduce(unifiedType));
    const nullable = isMissing || cast?.onFailure === 'null' || found.some((column) => column.nullable);
    const digits = cast === null ? most(found.map(columnDigits)) : null;
    const masked = found.some((column) => column.masked === true) ? { masked: true } : {};
    return { ...first, ...masked, type, nullable, fractionDigits: digits };
  });
  const names = columns.map(({ name }) => name);
  const [only, ...others] = inputs;
  // Casts can make one value of two, so only a key without them is still one.
  const cast = new Set(dataset.columns.flatMap((column) => (column.cast === null ? [] : [column.name])));
  const kept =
    others.length > 0
      ? []
      : (only?.keys ?? []).filter((key) => isCovered(key, names) && !key.some((name) => cast.has(name)));
  return { dataset: dataset.name, columns, keys: dataset.dedupe === null ? kept : [dataset.dedupe.key, ...kept] };
}

function requireFormats({ to, formats }: PreparedCast, name: string, from: DataType): void {
  requireCast(from, to);
  if (formats === undefined) return;
  const same = ambiguousFormats(formats);
  const problem =
    from.kind !== 'text' || to.kind !== 'date'
      ? 'formats are for texts that become dates'
      : same === null
        ? null
        : `no text can tell ${same[0]} from ${same[1]}`;
  if (problem !== null) throw dpbError('plan.invalid', { problem: `column "${name}": ${problem}` });
}

function most(digits: readonly (number | null)[]): number | null {
  return digits.includes(null) ? null : Math.max(0, ...digits.map((count) => count ?? 0));
}
