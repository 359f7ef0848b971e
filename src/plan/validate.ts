import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { dpbError } from '../support/errors.js';
import { compileSchema, depthMax, isTooDeep, tellingErrors } from './json-schema.js';
import { semanticPlanSchema } from './plan-schema.js';
import type { SemanticPlan } from './query.js';
import { checkShape } from './well-formed.js';

let compiled: ValidateFunction<SemanticPlan> | null = null;

/**
 * Reads unknown data as a plan: by the schema, then for names and references (well-formed.ts). Raises `plan.invalid` with
 * every problem of the schema by JSON pointer, or the first contradiction. Sources are not needed; `compile` checks those.
 */
export function validatePlan(plan: unknown): SemanticPlan {
  if (isTooDeep(plan)) throw dpbError('plan.invalid', { problem: `it is nested deeper than ${depthMax} levels` });
  compiled ??= compileSchema<SemanticPlan>(semanticPlanSchema);
  if (!compiled(plan))
    throw dpbError('plan.invalid', {
      problem: tellingErrors(compiled.errors ?? [])
        .map(problemOf)
        .join('; '),
    });
  checkShape(plan);
  return plan;
}

function problemOf(error: ErrorObject): string {
  const place = error.instancePath === '' ? '/' : error.instancePath;
  if (error.keyword === 'additionalProperties')
    return `${place} unknown key "${String(error.params.additionalProperty)}"`;
  if (error.keyword === 'discriminator')
    return `${place} its "${String(error.params.tag)}" is missing or names no known kind`;
  return `${place} ${error.message ?? error.keyword}`;
}
