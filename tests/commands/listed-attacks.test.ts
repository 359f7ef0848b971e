import { describe, expect, it } from 'vitest';
import { entryNames, listedAttacks, obey } from '../llm/obeying.js';

/** Some of each hundred; tests/long has all. */
const sample = listedAttacks.filter((_attack, place) => place % 29 === 3);

describe.each(entryNames)('a model that obeys attacks of the list in a %s', (entry) => {
  it('has no effect beyond a reading that could have been asked for', async () => {
    const { reached, kept, effects } = await obey(sample, entry, 'canary-51c0d7');
    expect(effects).toEqual([]);
    expect(new Set([...reached, ...kept]).size).toBe(sample.length);
    expect(reached.size).toBeGreaterThan(sample.length / 2);
  });
});
