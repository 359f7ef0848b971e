import { additivityOf } from '../plan/additivity.js';
import type { GoldColumn, GoldTable, TableShape } from '../plan/product.js';
import type {
  AggregateQuery,
  DetailQuery,
  Dimension,
  Expression,
  Order,
  Query,
  SemanticPlan,
  SetQuery,
} from '../plan/query.js';
import { sourceColumn, type TypedOutput, typesOfOutputs } from '../plan/query-typing.js';
import { aggregatesOf, columnsOf, datasetOf } from '../plan/traverse.js';
import { assertNever } from '../support/assert-never.js';
import { bug } from '../support/errors.js';

type Model = Pick<GoldTable, 'grain' | 'grainText' | 'description' | 'partitionBy'> & {
  readonly columns: readonly GoldColumn[];
  readonly order: readonly Order[];
};

/**
 * The gold table that the plan makes: its columns in the order of the result, its grain, how it is sorted and by which
 * period it may be partitioned. `sources` are all tables that the plan reads, also those that it makes. Raises `plan.invalid` where the plan does not fit the sources.
 */
export function modelOf(name: string, plan: SemanticPlan, sources: readonly TableShape[]): GoldTable {
  const { order, ...model } = modelOfQuery(plan.query, sources);
  const asked = order.filter(({ by }) => model.columns.some((column) => column.name === by));
  const rest = model.columns.filter((column) => !asked.some(({ by }) => by === column.name));
  const sortBy = [
    ...asked.map(({ by, direction, nulls }) => ({ column: by, direction, nulls })),
    ...rest.map((column) => ({ column: column.name, direction: 'ascending' as const, nulls: 'last' as const })),
  ];
  return { name, schema: 'gold', ...model, sortBy: untilUnique(sortBy, model) };
}

/** Without what comes after the grain, which tells all rows apart: it cannot change the order of any two. */
function untilUnique(sortBy: GoldTable['sortBy'], { grain }: Pick<GoldTable, 'grain'>): GoldTable['sortBy'] {
  if (grain.length === 0) return sortBy;
  const last = Math.max(...grain.map((key) => sortBy.findIndex(({ column: name }) => name === key)));
  return sortBy.slice(0, last + 1);
}

function modelOfQuery(query: Query, sources: readonly TableShape[]): Model {
  switch (query.kind) {
    case 'aggregate':
      return modelOfAggregate(query, sources);
    case 'detail':
      return modelOfDetail(query, sources);
    case 'set':
      return modelOfSet(query, sources);
    default:
      return assertNever(query);
  }
}

function modelOfAggregate(query: AggregateQuery, sources: readonly TableShape[]): Model {
  const types = typesOfOutputs(query, sources);
  const keys = query.dimensions.filter(({ role }) => role === 'key');
  // A grain that is not shown whole cannot be checked in the result, so it is none.
  const grain = keys.every(({ shown }) => shown) ? keys.map(({ name }) => name) : [];
  const dimensions = query.dimensions
    .filter(({ shown }) => shown)
    .map(
      (dimension): GoldColumn => ({
        ...column(dimension, dimension.expression, query, types, sources),
        role: dimension.role,
      }),
    );
  const measures = query.measures
    .filter(({ shown }) => shown)
    .map((measure): GoldColumn => {
      const { type, nullable } = typeOf(measure.name, types);
      const shownValues = aggregatesOf(measure.definition).filter((aggregate) =>
        ['min', 'max', 'first', 'last'].includes(aggregate.function),
      );
      return {
        name: measure.name,
        label: measure.label,
        description: measure.description || measure.label,
        type,
        nullable,
        role: 'measure',
        unit: measure.unit,
        additivity: additivityOf(measure.definition, query, sources),
        pii: piiOf(
          shownValues.flatMap(({ argument }) => (argument === null ? [] : [argument])),
          query,
          sources,
        ),
      };
    });
  const what = measures.map(({ label }) => label).join(', ') || 'Groups';
  const by = keys.map(({ label }) => label);
  return {
    grain,
    grainText: by.length === 0 ? 'one row in all' : `one row per ${list(by)}`,
    description: by.length === 0 ? what : `${what} by ${list(by)}`,
    columns: [...dimensions, ...measures],
    partitionBy: partitionOf(query.dimensions),
    order: query.orderBy,
  };
}

function modelOfDetail(query: DetailQuery, sources: readonly TableShape[]): Model {
  const types = typesOfOutputs(query, sources);
  const shown = query.columns.filter((detail) => detail.shown);
  const columns = shown.map(
    (detail): GoldColumn => ({ ...column(detail, detail.expression, query, types, sources), role: 'detail' }),
  );
  const home = datasetOf(query, query.home);
  const grain = detailGrain(query, sources);
  return {
    grain,
    grainText: query.distinct
      ? `one row per distinct ${list(shown.map(({ label }) => label))}`
      : `one row per row of ${home}`,
    description: `Rows of ${home}: ${list(shown.map(({ label }) => label))}`,
    columns: columns.map((detail) => (grain.includes(detail.name) ? { ...detail, role: 'key' } : detail)),
    partitionBy: null,
    order: query.orderBy,
  };
}

/** The columns that make a row unique: all of them where rows are distinct, else a key of the home that is shown whole. */
function detailGrain(query: DetailQuery, sources: readonly TableShape[]): readonly string[] {
  const shown = query.columns.filter((detail) => detail.shown);
  if (query.distinct) return shown.map(({ name }) => name);
  const dataset = query.tables.find(({ id }) => id === query.home)?.dataset;
  const shownAs = (key: string): string | undefined =>
    shown.find(
      ({ expression }) => expression.kind === 'column' && expression.table === query.home && expression.column === key,
    )?.name;
  const keys = sources.find((source) => source.dataset === dataset)?.keys ?? [];
  for (const key of keys) {
    const names = key.flatMap((part) => shownAs(part) ?? []);
    if (names.length === key.length) return names;
  }
  return [];
}

function modelOfSet(query: SetQuery, sources: readonly TableShape[]): Model {
  const [first] = query.inputs.map((input) => modelOfQuery(input, sources));
  if (first === undefined) throw bug('a set operation has no input');
  const types = typesOfOutputs(query, sources);
  const inputs = query.inputs.map((input) => modelOfQuery(input, sources).columns);
  const columns = first.columns.map((gold, position): GoldColumn => {
    const pii = inputs.map((input) => input[position]?.pii ?? null).find((kind) => kind !== null) ?? null;
    return {
      ...gold,
      ...pickType(typeOf(gold.name, types)),
      role: query.all ? 'detail' : 'key',
      additivity: null,
      pii,
    };
  });
  const names = columns.map(({ name }) => name);
  const verb = { union: 'in any input', intersect: 'in all inputs', except: 'in the first input and no other' }[
    query.operation
  ];
  return {
    grain: query.all ? [] : names,
    grainText: query.all ? `one row per row ${verb}` : `one row per ${list(columns.map(({ label }) => label))} ${verb}`,
    description: `${list(columns.map(({ label }) => label))} ${verb}`,
    columns,
    partitionBy: null,
    order: query.orderBy,
  };
}

function column(
  output: { readonly name: string; readonly label: string; readonly description: string },
  expression: Expression,
  query: AggregateQuery | DetailQuery,
  types: readonly TypedOutput[],
  sources: readonly TableShape[],
): Omit<GoldColumn, 'role'> {
  const described =
    output.description ||
    (expression.kind === 'column' ? sourceColumn(query, expression.table, expression.column, sources).description : '');
  return {
    name: output.name,
    label: output.label,
    description: described || output.label,
    ...pickType(typeOf(output.name, types)),
    unit: null,
    additivity: null,
    pii: piiOf([expression], query, sources),
  };
}

/** The kind of personal data that the values of the expressions still are; conditions and truths of them are not. */
function piiOf(
  expressions: readonly Expression[],
  query: AggregateQuery | DetailQuery,
  sources: readonly TableShape[],
): string | null {
  const kinds = expressions
    .filter(
      ({ kind }) =>
        !['comparison', 'is_null', 'in', 'between', 'like', 'and', 'or', 'not', 'membership'].includes(kind),
    )
    .flatMap(columnsOf)
    .map(({ table, column: name }) => sourceColumn(query, table, name, sources).pii);
  return kinds.find((kind) => kind !== null) ?? null;
}

/**
 * The period that files may be split by: about a thousand rows of a group a file. Days and hours go by month, weeks and
 * months by year; a table by quarter or year stays whole.
 */
function partitionOf(dimensions: readonly Dimension[]): GoldTable['partitionBy'] {
  for (const { name, shown, expression } of dimensions) {
    if (!shown || expression.kind !== 'time_truncate') continue;
    if (expression.unit === 'week' || expression.unit === 'month') return { column: name, unit: 'year' };
    if (['second', 'minute', 'hour', 'day'].includes(expression.unit)) return { column: name, unit: 'month' };
  }
  return null;
}

function typeOf(name: string, types: readonly TypedOutput[]): TypedOutput {
  const found = types.find((candidate) => candidate.name === name);
  if (found === undefined) throw bug(`output "${name}" has no type`);
  return found;
}

function pickType({ type, nullable }: TypedOutput): Pick<GoldColumn, 'type' | 'nullable'> {
  return { type, nullable };
}

function list(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
