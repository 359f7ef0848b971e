import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sameData } from '../../src/support/canonical-json.js';

/** Few keys and values, so that equal data is common. */
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, undefined, true, false, 0, 1, '', 'a', '1'),
    fc.array(tie('data'), { maxLength: 2 }).map((items) => items.map((item) => item ?? null)),
    fc.dictionary(fc.constantFrom('kind', 'name', '0'), tie('data'), { maxKeys: 3 }),
  ),
}));

describe('equal data', () => {
  it('is what has the same canonical JSON', () => {
    fc.assert(
      fc.property(data, data, (left, right) => {
        expect(sameData(left, right)).toBe(canonicalJson(left) === canonicalJson(right));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('has its keys in any order, and none for what is not there', () => {
    expect(sameData({ a: 1, b: [{ c: null }] }, { b: [{ c: null, d: undefined }], a: 1 })).toBe(true);
    expect(sameData({ a: undefined, b: 1 }, { b: 1, c: 2 })).toBe(false);
    expect(sameData([1, 2], [1])).toBe(false);
    expect(sameData({}, [])).toBe(false);
  });
});
