// Writes the JSON Schemas of what people and programs exchange, from the types in dist/: node tests/tools/export-schemas.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { intentAnswerSchema } from '../../dist/intent/model/answer-schema.js';
import { logicAnswerSchema } from '../../dist/intent/model/propose-sql.js';
import { promptVersions } from '../../dist/llm/prompt-template.js';
import { judgeAnswerSchema } from '../../dist/pipeline/judge-descriptions.js';
import { publishedSchemas } from '../../dist/plan/published-schemas.js';
import { describeAnswerSchema } from '../../dist/quality/model/proposals.js';
import { canonicalJson } from '../../dist/support/canonical-json.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../specs/schemas');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(publishedSchemas())) writeFileSync(join(folder, name), text);

// The form of a model's answer stands beside the templates that ask for it.
const forms = {
  intent: intentAnswerSchema(),
  logic: logicAnswerSchema(),
  describe: describeAnswerSchema(),
  judge: judgeAnswerSchema(),
};
for (const [purpose, schema] of Object.entries(forms)) {
  const path = join(folder, '../../prompts', purpose, String(promptVersions[purpose]), 'answer.schema.json');
  writeFileSync(path, `${canonicalJson(schema, 2)}\n`);
}
