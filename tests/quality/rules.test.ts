import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/catalog/catalog.js';
import type { ProductFile, QualityRule } from '../../src/plan/product.js';
import type { MeasureDefinition, SemanticPlan } from '../../src/plan/query.js';
import { rulesOf } from '../../src/quality/rules.js';
import { sampleProduct } from '../packaging/sample-product.js';
import { feeRule, libraryCatalog } from './library-catalog.js';

const { file } = sampleProduct;
const noSla = { freshness: null, latency: null, completeness: null, accuracy: null };

const rulesFor = (catalog: Catalog, changes: Partial<ProductFile> = {}): readonly QualityRule[] => {
  const { model, plan, sources, sla } = { ...file, ...changes };
  return rulesOf(model, plan, sources, sla, catalog);
};
const idsFor = (...given: Parameters<typeof rulesFor>): readonly string[] => rulesFor(...given).map(({ id }) => id);

function planWithFees(definition: MeasureDefinition): SemanticPlan {
  const { query } = file.plan;
  if (query.kind !== 'aggregate') throw new Error('the sample is an aggregate');
  const measures = query.measures.map((measure) => (measure.name === 'fees' ? { ...measure, definition } : measure));
  return { ...file.plan, query: { ...query, measures } };
}

const fees: MeasureDefinition = {
  kind: 'aggregate',
  function: 'sum',
  home: 'loans',
  argument: { kind: 'column', table: 'loans', column: 'fee' },
  filter: null,
  fraction: null,
  orderedBy: null,
};

describe('the rules of a product', () => {
  it('are few, stable and in order', () => {
    expect(idsFor(libraryCatalog([feeRule]))).toEqual([
      'gold.month.not_null',
      'gold.loan_count.not_null',
      'gold.grain.unique',
      'gold.row_count',
      'gold.branch.accepted_values',
      'gold.fees.range',
      'source.loans.fee-limit',
      'source.loans.member.references.members',
      'source.loans.lent_on.freshness',
    ]);
  });

  it('block on the promises of the table and on what a person marked, and warn of all else', () => {
    const errors = rulesFor(libraryCatalog([feeRule])).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ id }) => id)).toEqual([
      'gold.month.not_null',
      'gold.loan_count.not_null',
      'gold.grain.unique',
      'source.loans.fee-limit',
    ]);
  });

  it('take the age from the SLA, else from the source, else from nobody', () => {
    const maxAge = (changes: Partial<ProductFile>): unknown =>
      rulesFor(libraryCatalog(), changes).find(({ check }) => check.kind === 'freshness')?.check;
    expect(maxAge({ sla: { ...noSla, freshness: 'P3D' } })).toMatchObject({ maxAgeDays: 3 });
    expect(maxAge({ sla: { ...noSla, freshness: 'PT36H' } })).toMatchObject({ maxAgeDays: 2 });
    expect(maxAge({ sla: noSla })).toMatchObject({ maxAgeDays: 1 });
    expect(
      maxAge({ sla: noSla, sources: file.sources.map((source) => ({ ...source, freshness: null })) }),
    ).toBeUndefined();
  });

  it('list no values of a column that is personal, has many, or is computed', () => {
    const values = Array.from({ length: 51 }, (_value, index) => ({ value: `${index}`, count: 1, label: null }));
    expect(idsFor(libraryCatalog([], { 'members.branch': { values } }))).not.toContain('gold.branch.accepted_values');
    expect(idsFor(libraryCatalog([], { 'members.branch': { pii: { kind: 'address', evidence: '' } } }))).not.toContain(
      'gold.branch.accepted_values',
    );
    expect(idsFor(libraryCatalog())).not.toContain('gold.month.accepted_values');
  });

  it.each<readonly [string, MeasureDefinition, string, boolean]>([
    ['a sum of what was never negative', fees, '0.00', true],
    ['a sum of what once was', fees, '-0.01', false],
    ['a difference', { kind: 'combine', operator: 'subtract', left: fees, right: fees }, '0', false],
    ['a deviation', { kind: 'change', of: fees, time: 'month', against: 'previous_period', as: 'rate' }, '0', false],
    [
      'a ratio to a count',
      { kind: 'ratio', numerator: fees, denominator: { ...fees, function: 'count', argument: null }, factor: 1 },
      '0',
      true,
    ],
    ['a count', { ...fees, function: 'count' }, '0', false],
    [
      'a sum of a negated column',
      { ...fees, argument: { kind: 'negate', operand: { kind: 'column', table: 'loans', column: 'fee' } } },
      '0',
      false,
    ],
  ])('expect of %s what follows', (_name, definition, min, expected) => {
    const profile = { nulls: 0, distinct: 3, min, max: '10', mean: 1, fractionDigits: 2 };
    const ids = idsFor(libraryCatalog([], { 'loans.fee': { profile } }), { plan: planWithFees(definition) });
    expect(ids.includes('gold.fees.range')).toBe(expected);
  });

  it('put a glossary rule on the table too where it shows the column unchanged', () => {
    const branchRule = {
      ...feeRule,
      id: 'branch-known',
      dataset: 'members',
      condition: { kind: 'is_null', operand: { kind: 'column', table: 'row', column: 'branch' }, negated: true },
    } as const;
    expect(idsFor(libraryCatalog([branchRule]))).toEqual(
      expect.arrayContaining(['gold.branch-known', 'source.members.branch-known']),
    );
  });

  it('leave out glossary rules of other datasets and other columns', () => {
    const elsewhere = { ...feeRule, id: 'x', dataset: 'books' };
    const unknown = {
      ...feeRule,
      id: 'y',
      condition: { kind: 'is_null', operand: { kind: 'column', table: 'row', column: 'gone' }, negated: true },
    } as const;
    expect(idsFor(libraryCatalog([elsewhere, unknown])).filter((id) => id.endsWith('.x') || id.endsWith('.y'))).toEqual(
      [],
    );
  });

  it('have ids of their own, and say nothing twice', () => {
    const twice = rulesFor(
      libraryCatalog([
        feeRule,
        { ...feeRule, severity: 'warning' },
        { ...feeRule, condition: { kind: 'not', operand: feeRule.condition } },
      ]),
    );
    const ids = twice.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.startsWith('source.loans.fee-limit'))).toEqual([
      'source.loans.fee-limit',
      'source.loans.fee-limit.2',
    ]);
  });
});
