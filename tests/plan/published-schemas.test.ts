import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishedSchemas } from '../../src/plan/published-schemas.js';
import { repository } from '../commands/workspace.js';

describe('specs/schemas', () => {
  it.each(Object.entries(publishedSchemas()))(
    '%s is what the types say; `node tests/tools/export-schemas.mjs` writes it',
    (name, text) => {
      expect(readFileSync(join(repository, 'specs/schemas', name), 'utf8')).toBe(text);
    },
  );
});
