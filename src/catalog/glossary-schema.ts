import { z } from 'zod';

const texts = z.array(z.string());
const oneOrMore = z.union([z.string(), texts.min(1)]);

const columnSchema = z.strictObject({
  description: z.string().nullable().optional(),
  synonyms: texts.optional(),
  unit: z.string().nullable().optional(),
  pii: z.union([z.string(), z.boolean()]).nullable().optional(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  type: z.string().optional(),
  formats: texts.min(1).optional(),
  // Unquoted in YAML, null is no text.
  on_failure: z.enum(['error', 'null', 'drop']).nullable().optional(),
});

const tableSchema = z.strictObject({
  description: z.string().nullable().optional(),
  synonyms: texts.optional(),
  owner: z.string().optional(),
  domain: z.string().optional(),
  freshness: z.enum(['hourly', 'daily', 'weekly', 'monthly']).optional(),
  dedupe: z.strictObject({ key: oneOrMore, latest_by: oneOrMore }).optional(),
  valid_from: z.string().optional(),
  valid_to: z.string().optional(),
  columns: z.record(z.string(), z.union([z.string(), columnSchema, z.null()])).optional(),
});

const metricSchema = z.strictObject({
  name: z.string().min(1),
  label: z.string().optional(),
  synonyms: texts.optional(),
  description: z.string().optional(),
  table: z.string().optional(),
  expression: z.string().min(1),
  filter: z.string().optional(),
  unit: z.string().nullable().optional(),
  semi_additive: z.strictObject({ over: z.string(), take: z.enum(['first', 'last']) }).optional(),
});

/** The glossary as people write it: INTERFACES.md, `glossary.yaml`. */
export const glossarySchema = z.strictObject({
  terms: z
    .array(
      z.strictObject({
        term: z.string().min(1),
        synonyms: texts.optional(),
        definition: z.string().optional(),
        domain: z.string().optional(),
        steward: z.string().optional(),
        maps_to: oneOrMore.optional(),
      }),
    )
    .optional(),
  metrics: z.array(metricSchema).optional(),
  tables: z.record(z.string(), z.union([tableSchema, z.null()])).optional(),
  relationships: z
    .array(
      z.strictObject({
        from: oneOrMore,
        to: oneOrMore,
        role: z.string().optional(),
        weight: z.string().optional(),
      }),
    )
    .optional(),
  rules: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        table: z.string(),
        column: z.string().optional(),
        condition: z.string().min(1),
        severity: z.enum(['error', 'warning']).optional(),
        description: z.string().optional(),
      }),
    )
    .optional(),
  sla: z
    .strictObject({
      freshness: z.string().optional(),
      latency: z.string().optional(),
      completeness: z.union([z.string(), z.number()]).optional(),
      accuracy: z.union([z.string(), z.number()]).optional(),
    })
    .optional(),
  owners: z
    .array(z.strictObject({ name: z.string(), contact: z.string().optional(), owns: texts.optional() }))
    .optional(),
  roles: z.array(z.strictObject({ role: z.string(), users: texts.optional() })).optional(),
  policy: z
    .strictObject({
      default: z.enum(['allow', 'deny']).optional(),
      datasets: z.record(z.string(), texts).optional(),
      columns: z.record(z.string(), texts).optional(),
      pii: z.record(z.string(), z.enum(['forbid', 'mask', 'hash', 'allow'])).optional(),
    })
    .optional(),
  answers: z.array(z.strictObject({ request: z.string().min(1), reading: z.string().min(1) })).optional(),
  notes: texts.optional(),
  source: z.string().optional(),
});

/** A glossary whose keys and types are right; its names and expressions are not yet looked at. */
export type GlossaryFile = z.infer<typeof glossarySchema>;
export type GlossaryMetric = z.infer<typeof metricSchema>;
