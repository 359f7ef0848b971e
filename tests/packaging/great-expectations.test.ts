import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { emitGreatExpectations } from '../../src/packaging/emit/great-expectations.js';
import type { Product } from '../../src/plan/product.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

interface Suite {
  readonly expectations: readonly {
    readonly type: string;
    readonly kwargs: Readonly<Record<string, unknown>>;
    readonly severity: string;
    readonly meta: { readonly rule: string; readonly days_before_as_of?: number };
  }[];
  readonly meta: { readonly rules_without_expectation: readonly { readonly rule: string }[] };
}

interface SourceSuite {
  readonly dataset: string;
  readonly rows: string;
  readonly uses_as_of: boolean;
  readonly reads: readonly string[];
  readonly suite: Suite;
}

const textOf = (product: Product, name: string): string =>
  emitGreatExpectations(product).find(({ path }) => path.endsWith(name))?.text ?? '';
const suiteOf = (product = sampleProduct) => JSON.parse(textOf(product, 'suite.json')) as Suite;
const sourcesOf = (product = sampleProduct) => JSON.parse(textOf(product, 'sources.json')) as readonly SourceSuite[];

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

  it('sees a null that is there twice in a key of one column', () => {
    const { file } = sampleProduct;
    const rules = ['month', 'branch'].map((column) => ({
      id: column,
      target: { kind: 'gold' as const },
      check: { kind: 'unique' as const, columns: [column] },
      severity: 'error' as const,
      description: '',
      origin: 'schema' as const,
    }));
    const [, month, branch] = suiteOf({ ...sampleProduct, file: { ...file, rules } }).expectations;
    expect(month?.kwargs).toEqual({ column: 'month' });
    expect(branch?.kwargs).toEqual({ column_list: ['branch', 'branch'], ignore_row_if: 'never' });
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
    expect(meta.rules_without_expectation.map(({ rule }) => rule)).toEqual(['wide']);
    expect(expectations.some((expectation) => expectation.meta.rule === 'wide')).toBe(false);
  });

  it.each(hostileTexts)('keeps %j as it is', (text) => {
    const values = suiteOf(productWith(text)).expectations.find(({ type }) => type.endsWith('be_in_set'));
    expect(values?.kwargs.value_set).toEqual([text]);
  });
});

describe('the suites of the sources', () => {
  it('have each rule, and each key that joins meet, unless a rule says the same of it', () => {
    const expected = (dataset: string) =>
      sourcesOf()
        .find((source) => source.dataset === dataset)
        ?.suite.expectations.map(({ meta }) => meta.rule);
    const rules = sampleProduct.file.rules.filter(({ target }) => target.kind === 'source').map(({ id }) => id);
    expect(expected('loans')).toEqual(rules);
    expect(expected('members')).toEqual(['premise.members.id']);
    const { file } = sampleProduct;
    const unique = {
      id: 'source.members.id.unique',
      target: { kind: 'source', dataset: 'members' },
      check: { kind: 'unique', columns: ['id'] },
      severity: 'warning',
      description: '',
      origin: 'profile',
    } as const;
    const [, members] = sourcesOf({ ...sampleProduct, file: { ...file, rules: [...file.rules, unique] } });
    expect(members?.suite.expectations.map(({ meta }) => meta.rule)).toEqual([unique.id]);
  });

  it('look at rows that tell of each key whether it has its partner', async () => {
    const [loans] = sourcesOf();
    expect([loans?.reads, loans?.uses_as_of]).toEqual([['loans', 'members'], false]);
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    await engine.run('CREATE TABLE members AS SELECT 1 AS id');
    await engine.run(
      `CREATE TABLE loans AS SELECT * FROM (VALUES (1, 1, 1.5, DATE '2025-01-02'), (2, 7, NULL, DATE '2025-01-03'), (3, NULL, 2, NULL)) AS t(id, member, fee, lent_on)`,
    );
    const { rows, columns } = await engine.query(`${loans?.rows} ORDER BY ALL`);
    engine.close();
    const partner = columns.findIndex(({ name }) => name.startsWith('passes '));
    const day = columns.findIndex(({ name }) => name === 'lent_on');
    expect(rows.map((row) => [row[day], row[partner]])).toEqual([
      ['2025-01-02', true],
      ['2025-01-03', false],
      [null, true],
    ]);
  });

  it('say of all rows whether periods have gaps, histories overlap and weights add up', async () => {
    const { file } = sampleProduct;
    const [loans, members] = file.sources;
    const { query } = file.plan;
    if (loans === undefined || members === undefined || query.kind !== 'aggregate') throw new Error('another sample');
    const [join] = query.joins;
    if (join === undefined) throw new Error('another sample');
    const column = (name: string, kind: 'date' | 'double') =>
      ({ name, type: { kind }, nullable: true, description: '', pii: null }) as const;
    const during = { at: 'lent_on', start: 'from_day', end: 'to_day' };
    const gaps = {
      id: 'source.loans.lent_on.gaps',
      target: { kind: 'source', dataset: 'loans' },
      check: { kind: 'gaps', column: 'lent_on', unit: 'day' },
      severity: 'warning',
      description: '',
      origin: 'profile',
    } as const;
    const changed: Product['file'] = {
      ...file,
      plan: { ...file.plan, query: { ...query, joins: [{ ...join, during, weight: 'share' }] } },
      rules: [gaps],
      sources: [
        { ...loans, columns: [...loans.columns, column('share', 'double')] },
        { ...members, columns: [...members.columns, column('from_day', 'date'), column('to_day', 'date')] },
      ],
    };
    const suites = sourcesOf({ ...sampleProduct, file: changed });
    expect(suites.flatMap(({ suite }) => suite.meta.rules_without_expectation)).toEqual([]);
    const said = async (days: string, shares: string, ends: string): Promise<readonly unknown[]> => {
      const engine = await openEngine({ threads: 1, memoryLimit: null });
      await engine.run(
        `CREATE TABLE members AS SELECT * FROM (VALUES (1, DATE '2025-01-01', DATE '${ends}'), (1, DATE '2025-02-01', NULL)) AS t(id, from_day, to_day)`,
      );
      await engine.run(
        `CREATE TABLE loans AS SELECT 1 AS id, 1 AS member, unnest([${days}])::DATE AS lent_on, unnest([${shares}]) AS share`,
      );
      const found: unknown[] = [];
      for (const { rows, suite } of suites)
        for (const { kwargs } of suite.expectations) {
          const flag = String(kwargs.column).replaceAll('"', '""');
          found.push((await engine.query(`SELECT bool_and("${flag}") FROM (${rows})`)).rows[0]?.[0]);
        }
      engine.close();
      return found;
    };
    expect(await said("'2025-01-02', '2025-01-03'", '0.5, 0.5', '2025-02-01')).toEqual([true, true, true]);
    expect(await said("'2025-01-02', '2025-01-04'", '0.5, 0.4', '2025-02-02')).toEqual([false, false, false]);
  });

  it('count from the as-of date how old the newest row may be', () => {
    const fresh = sourcesOf()[0]?.suite.expectations.find(({ type }) => type === 'expect_column_max_to_be_between');
    expect([fresh?.kwargs, fresh?.meta.days_before_as_of]).toEqual([{ column: 'lent_on' }, 1]);
  });
});
