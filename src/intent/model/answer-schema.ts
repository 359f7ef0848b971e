import { z } from 'zod';
import { jsonSchemaOf } from '../../plan/json-schema.js';
import { querySchema } from '../../plan/query-schema.js';

/** What a model answers: a query of our plans, or the words that name nothing. */
const answerSchema = z.object({ reading: z.union([querySchema, z.null()]), missing: z.array(z.string()) }).strict();

/** What dpb fills in itself: facts of the catalog, settings of the request, texts for people. */
const filledIn = ['label', 'description', 'cardinality', 'during', 'weight', 'fill', 'unmatched'] as const;

let made: Readonly<Record<string, unknown>> | null = null;

/** The JSON Schema of the answer: that of queries, made from the same source, without what dpb fills in itself. */
export function intentAnswerSchema(): Readonly<Record<string, unknown>> {
  made ??= Object.fromEntries(Object.entries(jsonSchemaOf(answerSchema)).map(([key, value]) => [key, without(value)]));
  return made;
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, without(inner)] as const);
  if (!('properties' in value) || typeof value.properties !== 'object' || value.properties === null)
    return Object.fromEntries(entries);
  const dropped = new Set<string>(filledIn);
  // Of measures the unit is filled in; of time it is what is asked.
  if ('definition' in value.properties) dropped.add('unit');
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      if (key === 'properties' && typeof inner === 'object' && inner !== null)
        return [key, Object.fromEntries(Object.entries(inner).filter(([name]) => !dropped.has(name)))];
      if (key === 'required' && Array.isArray(inner)) return [key, inner.filter((name) => !dropped.has(String(name)))];
      return [key, inner];
    }),
  );
}
