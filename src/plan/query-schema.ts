import { z } from 'zod';
import { dataTypeSchema } from './data-type.js';
import type { Expression, MeasureDefinition, Query, Snapshot } from './query.js';
import {
  aggregateFunctionSchema,
  literalSchema,
  object,
  orLeftOut,
  outputNameSchema,
  scalarFunctionSchema,
  timePartSchema,
  timeUnitSchema,
} from './query-term-schema.js';

/** A row expression. Column references name a table occurrence of the query around them, never a bare dataset. */
export const expressionSchema: z.ZodType<Expression> = z.discriminatedUnion('kind', [
  object({ kind: z.literal('column'), table: z.string(), column: z.string() }),
  object({ kind: z.literal('literal'), literal: literalSchema }),
  object({
    kind: z.literal('arithmetic'),
    operator: z.enum(['add', 'subtract', 'multiply', 'divide', 'modulo']),
    get left(): z.ZodType<Expression> {
      return expressionSchema;
    },
    get right(): z.ZodType<Expression> {
      return expressionSchema;
    },
  }),
  object({
    kind: z.literal('negate'),
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
  }),
  object({
    kind: z.literal('comparison'),
    operator: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge']),
    get left(): z.ZodType<Expression> {
      return expressionSchema;
    },
    get right(): z.ZodType<Expression> {
      return expressionSchema;
    },
  }),
  object({
    kind: z.literal('and'),
    get operands(): z.ZodType<Expression[]> {
      return z.array(expressionSchema).min(1);
    },
  }),
  object({
    kind: z.literal('or'),
    get operands(): z.ZodType<Expression[]> {
      return z.array(expressionSchema).min(1);
    },
  }),
  object({
    kind: z.literal('not'),
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
  }),
  object({
    kind: z.literal('is_null'),
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
    negated: z.boolean(),
  }),
  object({
    kind: z.literal('in'),
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
    values: z.array(literalSchema).min(1),
    negated: z.boolean(),
  }),
  /** Both ends included. */
  object({
    kind: z.literal('between'),
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
    get low(): z.ZodType<Expression> {
      return expressionSchema;
    },
    get high(): z.ZodType<Expression> {
      return expressionSchema;
    },
    negated: z.boolean(),
  }),
  /** SQL pattern: `%` any text, `_` one character, `\` escapes. */
  object({
    kind: z.literal('like'),
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
    pattern: z.string(),
    ignoreCase: z.boolean(),
    negated: z.boolean(),
  }),
  object({
    kind: z.literal('case'),
    get branches(): z.ZodType<{ when: Expression; then: Expression }[]> {
      return z.array(z.object({ when: expressionSchema, then: expressionSchema }).strict()).min(1);
    },
    get otherwise(): z.ZodType<Expression | null> {
      return z.union([expressionSchema, z.null()]);
    },
  }),
  object({
    kind: z.literal('cast'),
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
    to: dataTypeSchema,
    onFailure: z.enum(['error', 'null']),
  }),
  object({
    kind: z.literal('call'),
    function: scalarFunctionSchema,
    get arguments(): z.ZodType<Expression[]> {
      return z.array(expressionSchema);
    },
  }),
  /** The start of the period around the operand. A day truncation of a date or timestamp is a date. */
  object({
    kind: z.literal('time_truncate'),
    unit: timeUnitSchema,
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
  }),
  object({
    kind: z.literal('time_part'),
    part: timePartSchema,
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
  }),
  object({
    kind: z.literal('time_add'),
    get operand(): z.ZodType<Expression> {
      return expressionSchema;
    },
    amount: z.int(),
    unit: timeUnitSchema,
  }),
  /** The date that counts as today: a parameter of every build. */
  object({ kind: z.literal('as_of') }),
  /** True where the tuple of keys is (or, negated, is not) among the rows of the inner query; a null key is in no query. */
  object({
    kind: z.literal('membership'),
    get keys(): z.ZodType<Expression[]> {
      return z.array(expressionSchema).min(1);
    },
    get query(): z.ZodType<Query> {
      return querySchema;
    },
    negated: z.boolean(),
  }),
  /** The one value of an inner query of one row and one shown column; null when it has no row. */
  object({
    kind: z.literal('scalar_query'),
    get query(): z.ZodType<Query> {
      return querySchema;
    },
  }),
  /** A dimension or measure of the query around it, by output name: only in having. */
  object({ kind: z.literal('output'), name: outputNameSchema }),
]);

/** One use of a dataset. Two roles of one dataset (billing and shipping address) are two occurrences. */
const tableOccurrenceSchema = object({ id: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), dataset: z.string() });

/**
 * A step from a finer table to a coarser one: every row of `from` meets at most one row of `to`. The claim is proved on
 * the whole data at each build. The same occurrence is reached by at most one path from any home.
 */
const joinSchema = object({
  from: z.string(),
  to: z.string(),
  on: z.array(object({ from: z.string(), to: z.string() })).min(1),
  cardinality: z.enum(['many_to_one', 'one_to_one']),
  during: orLeftOut(
    object({
      at: z.union([z.string(), z.null()]),
      atTable: orLeftOut(z.string()),
      start: z.string(),
      end: z.union([z.string(), z.null()]),
    }),
  ),
  weight: orLeftOut(z.string()),
});

/**
 * How a measure is computed. `aggregate` folds the rows of its home, the finest table that its argument needs; `count`
 * without an argument counts rows. The derived kinds are computed from measures of the same group, after aggregation.
 */
const measureDefinitionSchema: z.ZodType<MeasureDefinition> = z.discriminatedUnion('kind', [
  object({
    kind: z.literal('aggregate'),
    function: aggregateFunctionSchema,
    home: z.string(),
    get argument(): z.ZodType<Expression | null> {
      return z.union([expressionSchema, z.null()]);
    },
    /** A condition of its own: rows that fail it do not enter this measure, but stay in the others. */
    get filter(): z.ZodType<Expression | null> {
      return z.union([expressionSchema, z.null()]);
    },
    /** For `percentile`: between 0 and 1. */
    fraction: z.union([z.number().min(0).max(1), z.null()]),
    /** For `first` and `last`: what orders the rows. */
    get orderedBy(): z.ZodType<Expression | null> {
      return z.union([expressionSchema, z.null()]);
    },
    /** Only the rows at the first or last moment of each group, and of each `per` in it. */
    get snapshot(): z.ZodOptional<z.ZodNullable<z.ZodType<Snapshot>>> {
      return orLeftOut(snapshotSchema);
    },
  }),
  object({ kind: z.literal('constant'), value: z.string().regex(/^-?\d+(\.\d+)?$/) }),
  /** Numerator over denominator, each aggregated first; null where the denominator is zero. `factor` 100 makes percent. */
  object({
    kind: z.literal('ratio'),
    get numerator(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    get denominator(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    factor: z.int(),
  }),
  object({
    kind: z.literal('combine'),
    operator: z.enum(['add', 'subtract', 'multiply']),
    get left(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    get right(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
  }),
  /** The part of the total over the groups that agree in the dimensions `within` (none: the grand total). */
  object({
    kind: z.literal('share'),
    get of(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    within: z.array(outputNameSchema),
    factor: z.int(),
  }),
  /** Against the row `periods` steps of `time` earlier in the same other dimensions. */
  object({
    kind: z.literal('change'),
    get of(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    time: outputNameSchema,
    against: z.enum(['previous_period', 'same_period_last_year']),
    as: z.enum(['difference', 'rate', 'percent']),
  }),
  object({
    kind: z.literal('running_total'),
    get of(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    time: outputNameSchema,
  }),
  object({
    kind: z.literal('rolling'),
    get of(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    time: outputNameSchema,
    periods: z.int().min(1),
    as: z.enum(['sum', 'avg']),
  }),
  object({
    kind: z.literal('period_to_date'),
    get of(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    time: outputNameSchema,
    unit: timeUnitSchema,
  }),
  object({
    kind: z.literal('rank'),
    get of(): z.ZodType<MeasureDefinition> {
      return measureDefinitionSchema;
    },
    within: z.array(outputNameSchema),
    descending: z.boolean(),
  }),
]);

const snapshotSchema: z.ZodType<Snapshot> = object({
  take: z.enum(['first', 'last']),
  by: expressionSchema,
  per: z.array(expressionSchema),
});

/** What every output column carries for people. `shown: false` is computed (to group or order by) but not returned. */
const outputShape = { name: outputNameSchema, label: z.string(), description: z.string(), shown: z.boolean() };

/** A grouping key, or an attribute: a column that the keys determine, shown beside them and never part of the grain. */
const dimensionSchema = object({
  ...outputShape,
  expression: expressionSchema,
  role: z.enum(['key', 'attribute']),
  perHome: orLeftOut(z.array(object({ home: z.string(), expression: expressionSchema }))),
  fill: orLeftOut(object({ from: z.union([expressionSchema, z.null()]), to: z.union([expressionSchema, z.null()]) })),
});

const measureSchema = object({
  ...outputShape,
  unit: z.union([z.string(), z.null()]),
  definition: measureDefinitionSchema,
});

const detailColumnSchema = object({ ...outputShape, expression: expressionSchema });

/** By an output's name, shown or not. Ties are broken by the remaining output columns in order, so that rows are always in one order. */
const orderSchema = object({
  by: outputNameSchema,
  direction: z.enum(['ascending', 'descending']),
  nulls: z.enum(['first', 'last']),
});

/** The first `count` rows in the query's order; with `per`, the first of each group that agrees in those outputs. `ties: include` keeps rows equal to the last in the order asked for. */
const limitSchema = object({
  count: z.int().min(0),
  per: z.array(outputNameSchema),
  ties: z.enum(['cut', 'include']),
});

/**
 * Rows grouped by dimensions. Without dimensions it is one row. Every measure is aggregated at its own home; measures of
 * different homes meet null-safely on the dimensions, each of which every home must reach over many-to-one joins.
 */
const aggregateQuerySchema = object({
  kind: z.literal('aggregate'),
  tables: z.array(tableOccurrenceSchema).min(1),
  joins: z.array(joinSchema),
  /** `keep`: a row whose key finds no partner stays, its joined columns null. `drop`: it is left out. */
  unmatched: z.enum(['keep', 'drop']),
  /** The occurrence whose members all appear, also those without rows (counts 0, other measures null); null for none. */
  every: z.union([z.string(), z.null()]),
  dimensions: z.array(dimensionSchema),
  measures: z.array(measureSchema),
  filter: z.union([expressionSchema, z.null()]),
  having: z.union([expressionSchema, z.null()]),
  orderBy: z.array(orderSchema),
  limit: z.union([limitSchema, z.null()]),
});

/** Rows of `home`, not aggregated, with columns of the tables that it reaches over many-to-one joins. */
const detailQuerySchema = object({
  kind: z.literal('detail'),
  tables: z.array(tableOccurrenceSchema).min(1),
  joins: z.array(joinSchema),
  unmatched: z.enum(['keep', 'drop']),
  home: z.string(),
  columns: z.array(detailColumnSchema).min(1),
  distinct: z.boolean(),
  filter: z.union([expressionSchema, z.null()]),
  orderBy: z.array(orderSchema),
  limit: z.union([limitSchema, z.null()]),
});

/** Set operation of queries with the same number of shown columns; columns meet by position, names are the first's. */
const setQuerySchema = object({
  kind: z.literal('set'),
  operation: z.enum(['union', 'intersect', 'except']),
  /** Keeps duplicates (`union all`). */
  all: z.boolean(),
  get inputs(): z.ZodType<Query[]> {
    return z.array(querySchema).min(2);
  },
  orderBy: z.array(orderSchema),
  limit: z.union([limitSchema, z.null()]),
});

/** A query, at any depth of a plan. */
export const querySchema: z.ZodType<Query> = z.discriminatedUnion('kind', [
  aggregateQuerySchema,
  detailQuerySchema,
  setQuerySchema,
]);
