/**
 * The JSON Schema in the form that servers of structured answers take: choices as `anyOf`, each key required (one that may be
 * left out may be null), nothing that only validators of ours read. What it admits is judged again by our own schema.
 */
export function strictSchema(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { $schema: _dialect, ...body } = schema;
  return objectOf(strict(body));
}

const dropped = new Set(['discriminator', 'default', '$id']);

function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (!isObject(value)) return value;
  const choices = value.oneOf;
  if (Array.isArray(choices)) return { anyOf: choices.map(strict) };
  const entries = Object.entries(value).filter(([key]) => !dropped.has(key));
  if (!isObject(value.properties)) return Object.fromEntries(entries.map(([key, inner]) => [key, strict(inner)]));
  const required = new Set(Array.isArray(value.required) ? value.required : []);
  const properties = Object.entries(value.properties).map(([key, inner]) => {
    const made = strict(inner);
    return [key, required.has(key) || takesNull(made) ? made : { anyOf: [made, { type: 'null' }] }] as const;
  });
  return {
    ...Object.fromEntries(entries.map(([key, inner]) => [key, strict(inner)])),
    properties: Object.fromEntries(properties),
    required: properties.map(([key]) => key),
    additionalProperties: false,
  };
}

function takesNull(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  if (schema.type === 'null') return true;
  return Array.isArray(schema.anyOf) && schema.anyOf.some(takesNull);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
