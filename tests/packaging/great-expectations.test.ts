import { describe, expect, it } from 'vitest';
import { emitGreatExpectations } from '../../src/packaging/emit/great-expectations.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

interface Suite {
  readonly expectations: readonly {
    readonly type: string;
    readonly kwargs: Readonly<Record<string, unknown>>;
    readonly severity: string;
    readonly meta: { readonly rule: string };
  }[];
  readonly meta: { readonly rules_without_expectation: readonly { readonly rule: string }[] };
}

function suiteOf(product = sampleProduct): Suite {
  const file = emitGreatExpectations(product).find(({ path }) => path.endsWith('suite.json'));
  return JSON.parse(file?.text ?? '') as Suite;
}

describe('the suite of Great Expectations', () => {
  it('has an expectation for each rule of the gold table, of its severity', () => {
    const gold = sampleProduct.file.rules.filter(({ target }) => target.kind === 'gold');
    const [, ...expectations] = suiteOf().expectations;
    expect(expectations.map(({ meta, severity }) => [meta.rule, severity])).toEqual(
      gold.map(({ id, severity }) => [id, severity === 'error' ? 'critical' : 'warning']),
    );
    expect(expectations.find(({ type }) => type.endsWith('be_between'))?.kwargs).toEqual({ min_value: 1 });
    expect(expectations.at(-1)?.kwargs).toEqual({ column: 'fees', min_value: 0 });
  });

  it('says which rules it has none for', () => {
    const { file } = sampleProduct;
    const rules = [
      ...file.rules,
      ...file.rules
        .filter(({ check }) => check.kind === 'range')
        .map((rule) => ({ ...rule, id: 'wide', check: { ...rule.check, min: '12345678901234567890' } })),
    ];
    const { meta, expectations } = suiteOf({ ...sampleProduct, file: { ...file, rules } as typeof file });
    expect(meta.rules_without_expectation.map(({ rule }) => rule)).toEqual([
      'source.loans.member.references.members',
      'source.loans.lent_on.freshness',
      'wide',
    ]);
    expect(expectations.some((expectation) => expectation.meta.rule === 'wide')).toBe(false);
  });

  it.each(hostileTexts)('keeps %j as it is', (text) => {
    const values = suiteOf(productWith(text)).expectations.find(({ type }) => type.endsWith('be_in_set'));
    expect(values?.kwargs.value_set).toEqual([text]);
  });
});
