import { describe, expect, it } from 'vitest';
import { buildEvents, definitionEvent } from '../../src/packaging/openlineage/events.js';
import type { Evidence } from '../../src/plan/evidence.js';
import type { Product } from '../../src/plan/product.js';
import { uuidOfName } from '../../src/support/name-uuid.js';
import { faultsOf } from './openlineage-schemas.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

/** Evidence in which the first rule fails and the others hold. */
function evidenceOf({ file }: Product): Evidence {
  return {
    version: 1,
    product: file.name,
    asOf: '2025-06-30',
    definition: 'd',
    sources: file.sources.map(({ dataset, files }) => ({
      dataset,
      files: files.map((path) => ({ path, bytes: 10, sha256: 's' })),
    })),
    entries: [
      {
        id: 'grain',
        title: 'the grain is unique',
        severity: 'error',
        kind: 'grain_unique',
        facts: null,
        status: 'not_applicable',
        why: 'there is none',
      },
      ...file.rules.map(({ id, description, severity }, at) => ({
        id: `rule.${id}`,
        title: description,
        severity,
        kind: 'rule' as const,
        facts: { ruleId: id, checkedRows: 5, failingRows: at === 0 ? 2 : 0 },
        ...(at === 0
          ? { status: 'failed' as const, why: '2 of 5 rows fail' }
          : { status: 'proved' as const, why: null }),
      })),
    ],
  };
}

interface Field {
  readonly inputFields: readonly {
    readonly name: string;
    readonly field: string;
    readonly transformations: readonly { readonly type: string; readonly subtype: string; readonly masking: boolean }[];
  }[];
}

interface Assertions {
  readonly assertions: readonly { readonly name: string; readonly success: boolean; readonly severity: string }[];
}

interface Event {
  readonly eventType?: string;
  readonly eventTime: string;
  readonly run?: { readonly runId: string; readonly facets: Readonly<Record<string, unknown>> };
  readonly job: { readonly name: string; readonly facets: { readonly sql: { readonly query: string } } };
  readonly inputs: readonly {
    readonly name: string;
    readonly inputFacets?: { readonly dataQualityAssertions?: Assertions };
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly facets: { readonly columnLineage: { readonly fields: Readonly<Record<string, Field>> } };
    readonly outputFacets?: { readonly dataQualityAssertions?: Assertions; readonly outputStatistics: object };
  }[];
}

const definitionOf = (product: Product): Event => JSON.parse(JSON.stringify(definitionEvent(product))) as Event;
const runOf = (product: Product): readonly Event[] =>
  JSON.parse(
    JSON.stringify(buildEvents({ product, buildId: 'b1', evidence: evidenceOf(product), rows: 5, bytes: 100 })),
  ) as readonly Event[];

describe.each(['', ...hostileTexts])('the events of a product with the text %j', (words) => {
  const product = words === '' ? sampleProduct : productWith(words);

  it('are those of the specification, each facet by its own schema', () => {
    expect([definitionOf(product), ...runOf(product)].map(faultsOf)).toEqual([[], [], []]);
  });
});

describe('the schemas', () => {
  const [, complete] = runOf(sampleProduct);

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['no such type', { eventType: 'DONE' }],
    ['a run id that is none', { run: { ...complete?.run, runId: 'b1' } }],
    ['a time that is none', { eventTime: 'today' }],
    ['no job', { job: undefined }],
    ['a test without a status', { run: { ...complete?.run, facets: { test: { tests: [{}] } } } }],
    ['a facet of no schema', { job: { ...complete?.job, facets: { mine: { _producer: 'x:y' } } } }],
  ])('see an event with %s', (_what, changes) => {
    expect(faultsOf({ ...complete })).toEqual([]);
    expect(faultsOf(JSON.parse(JSON.stringify({ ...complete, ...changes })))).not.toEqual([]);
  });
});

describe('the lineage of columns', () => {
  const fieldsOf = (product: Product) => definitionOf(product).outputs[0]?.facets.columnLineage.fields ?? {};

  it('names what a column is made of and what decides its rows', () => {
    const told = Object.entries(fieldsOf(sampleProduct)).map(([column, { inputFields }]) => [
      column,
      inputFields.flatMap(({ name, field, transformations }) =>
        transformations.map(({ type, subtype }) => `${name}.${field} ${type} ${subtype}`),
      ),
    ]);
    expect(Object.fromEntries(told)).toEqual({
      month: ['bronze.loans.lent_on DIRECT TRANSFORMATION'],
      branch: [
        'bronze.loans.member INDIRECT JOIN',
        'bronze.members.branch DIRECT IDENTITY',
        'bronze.members.id INDIRECT JOIN',
      ],
      fees: ['bronze.loans.fee DIRECT AGGREGATION', 'bronze.loans.lent_on INDIRECT FILTER'],
      loan_count: ['bronze.loans.lent_on INDIRECT FILTER'],
    });
  });

  it('says that personal data which is only counted is masked, and that which is shown is not', () => {
    const counted = {
      ...sampleProduct,
      lineage: sampleProduct.lineage.map((entry) =>
        entry.column === 'fees' || entry.column === 'branch'
          ? {
              ...entry,
              from: [
                { dataset: 'members', column: 'mail', kind: 'direct', transformation: 'aggregation' } as const,
                { dataset: 'members', column: 'mail', kind: 'indirect', transformation: 'filter' } as const,
              ],
            }
          : entry,
      ),
      file: {
        ...sampleProduct.file,
        model: {
          ...sampleProduct.file.model,
          columns: sampleProduct.file.model.columns.map((column) =>
            column.name === 'branch' ? { ...column, pii: 'email' } : column,
          ),
        },
      },
    };
    const { fees, branch } = fieldsOf(counted);
    const masking = (field?: Field) => field?.inputFields[0]?.transformations.map((step) => step.masking);
    expect([masking(fees), masking(branch)]).toEqual([
      [true, false],
      [false, false],
    ]);
  });
});

describe('the run of a build', () => {
  const [start, complete] = runOf(sampleProduct);

  it('starts and completes under one id, the same for the same build and no other', () => {
    expect([start?.eventType, complete?.eventType]).toEqual(['START', 'COMPLETE']);
    expect(complete?.run?.runId).toBe(start?.run?.runId);
    const other = buildEvents({
      product: sampleProduct,
      buildId: 'b2',
      evidence: evidenceOf(sampleProduct),
      rows: 5,
      bytes: 100,
    });
    expect(JSON.stringify(other)).not.toContain(start?.run?.runId);
    expect(runOf(sampleProduct)).toEqual([start, complete]);
  });

  it('tells each rule where it belongs, with how it came out', () => {
    const gold = complete?.outputs[0]?.outputFacets?.dataQualityAssertions?.assertions ?? [];
    expect(gold.map(({ name, success, severity }) => [name, success, severity])).toEqual([
      ['gold.month.not_null', false, 'error'],
      ['gold.grain.unique', true, 'error'],
      ['gold.row_count', true, 'warn'],
      ['gold.branch.accepted_values', true, 'warn'],
      ['gold.fees.range', true, 'warn'],
    ]);
    const sources = complete?.inputs.map(({ name, inputFacets }) => [
      name,
      inputFacets?.dataQualityAssertions?.assertions.length ?? 0,
    ]);
    expect(sources).toEqual([
      ['bronze.loans', 2],
      ['bronze.members', 0],
    ]);
  });

  it('tells every claim of the evidence, those that were not decided as skipped', () => {
    expect(complete?.run?.facets.test).toMatchObject({
      tests: [
        { name: 'grain', status: 'skip', actual: 'there is none' },
        { name: 'rule.gold.month.not_null', status: 'fail', actual: '2 of 5 rows fail' },
        ...Array.from({ length: 6 }, () => ({ status: 'pass' })),
      ],
    });
    expect(complete?.outputs[0]?.outputFacets?.outputStatistics).toMatchObject({ rowCount: 5, size: 100 });
  });
});

describe('an id made of a name', () => {
  it('is a UUID of version 5', () => {
    expect(uuidOfName('x')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOfName('x')).not.toBe(uuidOfName('y'));
  });
});
