import { z } from 'zod';
import { dataTypeSchema } from './data-type.js';
import { dateFormat } from './date-formats.js';
import type { PlanDataset, SemanticPlan } from './query.js';
import { querySchema } from './query-schema.js';
import { object, outputNameSchema, timeSettingsSchema } from './query-term-schema.js';

/** A table that the plan makes, named like an output: lower-case words joined by underscores. */
const datasetSchema: z.ZodType<PlanDataset> = z.discriminatedUnion('kind', [
  object({ kind: z.literal('query'), name: outputNameSchema, description: z.string(), query: querySchema }),
  object({
    kind: z.literal('prepared'),
    name: outputNameSchema,
    description: z.string(),
    from: z.array(z.string()).min(1),
    columns: z
      .array(
        object({
          name: z.string(),
          cast: z.union([
            object({
              to: dataTypeSchema,
              onFailure: z.enum(['error', 'null', 'drop']),
              formats: z.array(z.string().regex(dateFormat)).min(1).optional(),
            }),
            z.null(),
          ]),
        }),
      )
      .min(1),
    dedupe: z.union([object({ key: z.array(z.string()).min(1), latestBy: z.array(z.string()) }), z.null()]),
  }),
]);

/** The plan of a product: the query and the calendar that its time constructs mean. */
export const semanticPlanSchema: z.ZodType<SemanticPlan> = object({
  version: z.literal(1),
  datasets: z.array(datasetSchema).optional(),
  query: querySchema,
  time: timeSettingsSchema,
});
