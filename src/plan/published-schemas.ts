import { canonicalJson } from '../support/canonical-json.js';
import { productFileJsonSchema } from './product-file.js';

/** The JSON Schemas that others may validate against, file name → text, as they stand in `specs/schemas/`. */
export function publishedSchemas(): Readonly<Record<string, string>> {
  return { 'product-file.schema.json': `${canonicalJson(productFileJsonSchema(), 2)}\n` };
}
