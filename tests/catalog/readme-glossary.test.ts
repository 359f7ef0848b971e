import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { glossarySchema } from '../../src/catalog/glossary-schema.js';

/** The blocks of the README that are a glossary. */
function blocks(): readonly string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  return readme.split(/\n\n(?! )/u).flatMap((part) => {
    const lines = part.split('\n').filter((line) => line.startsWith('    '));
    return lines[0]?.trim() === '# glossary.yaml' ? [lines.map((line) => line.slice(4)).join('\n')] : [];
  });
}

describe('the glossaries of the README', () => {
  it('are there', () => {
    expect(blocks().length).toBeGreaterThanOrEqual(2);
  });

  it.each(blocks())('have keys and types that are right: %#', (text) => {
    expect(glossarySchema.safeParse(parse(text)).error).toBeUndefined();
  });
});
