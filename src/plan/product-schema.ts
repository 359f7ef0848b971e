import { z } from 'zod';
import { dataTypeSchema } from './data-type.js';
import { semanticPlanSchema } from './plan-schema.js';
import type { GoldTable, ProductFile, QualityRule, ServiceLevel, SourceTable } from './product.js';
import { expressionSchema } from './query-schema.js';
import { orLeftOut } from './query-term-schema.js';

/**
 * The schema of the product file (types and their meaning: product.ts). Names that become paths of an artifact are
 * limited here, so that no emitter can write outside its folder.
 */
const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).strict();

const nullable = <Inner extends z.ZodType>(schema: Inner) => z.union([schema, z.null()]);

/** A name that is a folder, a file and a table at once. */
const productNameSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/);

const isoDurationSchema = z.string().regex(/^P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$/);

const shareSchema = z.number().min(0).max(1);

/** A path below the data root: forward slashes, neither absolute nor upward. */
const relativePathSchema = z.string().regex(/^(?![/\\])(?![A-Za-z]:)(?!(.*[/\\])?\.\.([/\\]|$))[^\0]+$/);

const sourceFormatSchema = z.discriminatedUnion('kind', [
  object({ kind: z.literal('parquet') }),
  object({
    kind: z.literal('csv'),
    delimiter: z.string(),
    quote: z.string(),
    escape: z.string(),
    header: z.boolean(),
    nullText: z.string(),
    encoding: z.enum(['utf-8', 'latin-1']),
    byName: z.boolean().optional(),
  }),
]);

const sourceTableSchema: z.ZodType<SourceTable> = object({
  dataset: z.string().min(1),
  description: z.string(),
  owner: nullable(z.string()),
  format: sourceFormatSchema,
  files: z.array(relativePathSchema).min(1),
  columns: z
    .array(
      object({
        name: z.string().min(1),
        type: dataTypeSchema,
        nullable: z.boolean(),
        description: z.string(),
        pii: nullable(z.string()),
        fractionDigits: z.union([z.int().min(0), z.null()]).optional(),
        unit: orLeftOut(z.string()),
        unitColumn: orLeftOut(z.string()),
        partial: z.boolean().optional(),
        masked: z.boolean().optional(),
      }),
    )
    .min(1),
  keys: z.array(z.array(z.string()).min(1)),
  freshness: nullable(z.string()),
});

const goldTableSchema: z.ZodType<GoldTable> = object({
  name: productNameSchema,
  schema: z.literal('gold'),
  description: z.string(),
  grainText: z.string(),
  grain: z.array(z.string()),
  columns: z
    .array(
      object({
        name: z.string().min(1),
        label: z.string(),
        description: z.string(),
        type: dataTypeSchema,
        nullable: z.boolean(),
        role: z.enum(['key', 'attribute', 'measure', 'detail']),
        unit: nullable(z.string()),
        additivity: nullable(z.enum(['additive', 'semi_additive', 'non_additive'])),
        pii: nullable(z.string()),
      }),
    )
    .min(1),
  partitionBy: nullable(object({ column: z.string(), unit: z.enum(['day', 'month', 'year']) })),
  sortBy: z.array(
    object({
      column: z.string(),
      direction: z.enum(['ascending', 'descending']),
      nulls: z.enum(['first', 'last']),
    }),
  ),
});

const countSchema = z.int().min(0);

const ruleCheckSchema = z.discriminatedUnion('kind', [
  object({ kind: z.literal('not_null'), column: z.string(), allowed: shareSchema.optional() }),
  object({ kind: z.literal('unique'), columns: z.array(z.string()).min(1) }),
  object({
    kind: z.literal('references'),
    columns: z.array(z.string()).min(1),
    toDataset: z.string(),
    toColumns: z.array(z.string()).min(1),
    allowed: shareSchema.optional(),
  }),
  object({ kind: z.literal('accepted_values'), column: z.string(), values: z.array(z.string()).min(1) }),
  object({
    kind: z.literal('range'),
    column: z.string(),
    min: nullable(z.string()),
    max: nullable(z.string()),
  }),
  object({ kind: z.literal('mean'), column: z.string(), min: z.number(), max: z.number() }),
  object({ kind: z.literal('gaps'), column: z.string(), unit: z.enum(['day', 'week']) }),
  object({ kind: z.literal('row_count'), min: nullable(countSchema), max: nullable(countSchema) }),
  object({ kind: z.literal('freshness'), column: z.string(), maxAgeDays: z.number().min(0) }),
  object({ kind: z.literal('condition'), condition: expressionSchema }),
]);

const qualityRuleSchema: z.ZodType<QualityRule> = object({
  id: z.string().min(1),
  target: z.discriminatedUnion('kind', [
    object({ kind: z.literal('gold') }),
    object({ kind: z.literal('source'), dataset: z.string() }),
  ]),
  check: ruleCheckSchema,
  severity: z.enum(['error', 'warning']),
  description: z.string(),
  origin: z.enum(['schema', 'glossary', 'profile', 'sla', 'model']),
});

const serviceLevelSchema: z.ZodType<ServiceLevel> = object({
  freshness: nullable(isoDurationSchema),
  latency: nullable(isoDurationSchema),
  completeness: nullable(shareSchema),
  accuracy: nullable(shareSchema),
});

/** The product file. Its JSON Schema is what product-file.ts checks files against. */
export const productFileSchema: z.ZodType<ProductFile> = object({
  dpb: z.literal(1),
  name: productNameSchema,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  title: z.string().min(1),
  request: z.string(),
  reading: z.string(),
  assumptions: z.array(object({ code: z.string(), text: z.string() })),
  useCaseId: nullable(z.string()),
  owner: object({ name: z.string(), contact: nullable(z.string()) }),
  sla: serviceLevelSchema,
  plan: semanticPlanSchema,
  sources: z.array(sourceTableSchema).min(1),
  model: goldTableSchema,
  rules: z.array(qualityRuleSchema),
});
