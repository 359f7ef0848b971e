import { z } from 'zod';

export const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).strict();

/** A field that older plans do not have: null and left out mean the same. */
export const orLeftOut = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().optional();

/** The name of an output column: lower-case words joined by underscores, unique in its query. */
export const outputNameSchema = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);

export const timeUnitSchema = z.enum([
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'fiscal_quarter',
  'fiscal_year',
]);

export const timePartSchema = z.enum([
  'year',
  'quarter',
  'month',
  'month_name',
  'week',
  'iso_year',
  'us_week',
  'day_of_month',
  'day_of_week',
  'day_name',
  'day_of_year',
  'hour',
  'minute',
]);

/** A constant. Integers and decimals are text, so that no digit is lost on the way through JSON. */
export const literalSchema = z.discriminatedUnion('type', [
  object({ type: z.literal('null') }),
  object({ type: z.literal('boolean'), value: z.boolean() }),
  object({ type: z.literal('integer'), value: z.string().regex(/^-?\d+$/) }),
  object({ type: z.literal('decimal'), value: z.string().regex(/^-?\d+\.\d+$/) }),
  object({ type: z.literal('double'), value: z.number() }),
  object({ type: z.literal('text'), value: z.string() }),
  object({ type: z.literal('date'), value: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) }),
  object({ type: z.literal('timestamp'), value: z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/) }),
]);

/** Scalar functions that a plan may call: the whole allow-list, each with the meaning given in specs/semantics.md. */
export const scalarFunctionSchema = z.enum([
  'abs',
  'ceil',
  'coalesce',
  'concat',
  'floor',
  'greatest',
  'least',
  'length',
  'lower',
  'nullif',
  'round',
  'substring',
  'trim',
  'upper',
  'days_between',
  'months_between',
  'seconds_between',
]);

export const aggregateFunctionSchema = z.enum([
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'count_distinct',
  'median',
  'percentile',
  'stddev',
  'first',
  'last',
]);

export const timeSettingsSchema = object({
  zone: z.string(),
  weekStart: z.enum(['monday', 'sunday']),
  /** First month of the fiscal year, 1 to 12. */
  fiscalYearStart: z.int().min(1).max(12),
});
