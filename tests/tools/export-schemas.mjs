// Writes the JSON Schemas of what people and programs exchange, from the types in dist/: node tests/tools/export-schemas.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { intentAnswerSchemaText } from '../../dist/intent/model/answer-schema.js';
import { promptVersions } from '../../dist/llm/prompt-template.js';
import { publishedSchemas } from '../../dist/plan/published-schemas.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../specs/schemas');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(publishedSchemas())) writeFileSync(join(folder, name), text);

// The form of a model's answer stands beside the templates that ask for it.
writeFileSync(
  join(folder, '../../prompts/intent', String(promptVersions.intent), 'answer.schema.json'),
  intentAnswerSchemaText(),
);
