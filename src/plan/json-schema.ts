import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';

/** The JSON Schema (2020-12) of a zod schema; unions name their discriminator, so that errors speak of one branch. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type !== 'union' || !('discriminator' in def) || typeof def.discriminator !== 'string') return;
      jsonSchema.type = 'object';
      jsonSchema.discriminator = { propertyName: def.discriminator };
      jsonSchema.required = [def.discriminator];
    },
  });
}

/** Compiles the check of `schema`. It takes some milliseconds: callers keep what it gives. */
export function compileSchema<Value>(schema: z.ZodType): ValidateFunction<Value> {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    discriminator: true,
    allowUnionTypes: true,
    strictRequired: false,
  });
  return ajv.compile<Value>(jsonSchemaOf(schema));
}

/**
 * Without the echoes: `x or null` fails as a whole and in both branches, of which only the one that a person meant is
 * worth saying.
 */
export function tellingErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors.filter((error) => {
    if (error.keyword === 'anyOf') return false;
    const isNullBranch = error.keyword === 'type' && error.params.type === 'null';
    return (
      !isNullBranch ||
      !errors.some(
        (other) => other !== error && other.keyword !== 'anyOf' && other.instancePath.startsWith(error.instancePath),
      )
    );
  });
}

/** The deepest nesting of a document that is read: validation recurses, and nothing that people write comes near it. */
export const depthMax = 200;

/** Whether the value is nested deeper than `depthMax` levels; it may be of any depth. */
export function isTooDeep(value: unknown): boolean {
  return isDeeperThan(value, depthMax);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
