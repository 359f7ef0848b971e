import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import { duckdbTypeOf } from '../../src/engine/duckdb-type.js';
import { dbtProject } from '../../src/packaging/dbt/dbt-project.js';
import { jinjaText } from '../../src/packaging/dbt/jinja.js';
import { unitCases } from '../../src/packaging/dbt/unit-cases.js';
import type { ProductFile } from '../../src/plan/product.js';
import { textOf } from '../../src/proof/naive/cast.js';
import type { Value } from '../../src/proof/naive/value.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

/** What the template engine makes of expressions that hold a string and of nothing else; anything else it would act on fails. */
function rendered(template: string): string {
  const text = template.replace(/\{\{ '(\{|\\r)' \}\}/g, (_tag, inner: string) => (inner === '{' ? '\u0001' : '\r'));
  expect(text).not.toMatch(/\{/);
  return text.replaceAll('\u0001', '{');
}

describe('text in templates', () => {
  it.each([...hostileTexts, '{{ x }}', '{% raw %}', '{#', '{{{', '{\r{', '}}{{', '{'])(
    '%j is shown as it is',
    (text) => {
      expect(rendered(jinjaText(text))).toBe(text);
    },
  );
});

describe('the dbt project', () => {
  it.each(hostileTexts)('has only properties that YAML can read, with %j in every text', (text) => {
    const files = dbtProject(productWith(text)).filter(({ path }) => path.endsWith('.yml'));
    expect(files).toHaveLength(5);
    for (const file of files) expect(parse(file.text, { version: '1.1' }), file.path).toBeTypeOf('object');
  });

  it('has a test for each rule and each premise', () => {
    const files = dbtProject(sampleProduct);
    const text = files.map(({ path, text }) => `${path}\n${text}`).join('\n');
    for (const name of [
      'gold_month_not_null',
      'gold_grain_unique',
      'gold_row_count',
      'gold_branch_accepted_values',
      'gold_fees_range',
      'source_loans_member_references_members',
      'source_loans_lent_on_freshness',
      'premise_members_id',
    ])
      expect(text).toContain(`dpb_monthly_fees__${name}`);
  });

  it('reads what is added beside the files of a source', () => {
    const sources = dbtProject(sampleProduct).find(({ path }) => path.endsWith('__sources.yml'));
    expect(sources?.text).toContain('/loans/[!._]*.csv');
    expect(sources?.text).toContain('/members/[!._]*.parquet');
  });

  it('reads the files that were there below a folder with a backslash, at which DuckDB splits a pattern', () => {
    const { file } = sampleProduct;
    const [loans, ...others] = file.sources;
    const moved = [...(loans === undefined ? [] : [{ ...loans, files: ['back \\\\/part-1.csv'] }]), ...others];
    const made = dbtProject({ ...sampleProduct, file: { ...file, sources: moved } });
    const text = made.find(({ path }) => path.endsWith('__sources.yml'))?.text;
    expect(text).toContain('part-1.csv');
    expect(text).not.toContain('[!._]*.csv');
  });
});

describe('the cases of unit tests', () => {
  const { file, sql } = sampleProduct;
  const { cases, missing } = unitCases(file);
  const cells = (rows: readonly (readonly Value[])[]) => rows.map((row) => row.map((cell) => cell && textOf(cell)));

  it('are one for each branch, the same each time', () => {
    expect(cases.map(({ branch }) => branch)).toEqual(['matching', 'orphan', 'null', 'excluded', 'tie']);
    expect(missing).toEqual([]);
    expect(unitCases(file)).toEqual({ cases, missing });
  });

  it('expect the rows that the SQL gives', async () => {
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    for (const { rows, expected, branch } of cases) {
      for (const { dataset, columns } of file.sources) {
        const names = columns.map(({ name }) => name);
        const tuples = (rows.get(dataset) ?? []).map(
          (row) => `(${row.map((cell) => (cell === null ? 'NULL' : `'${cell}'`)).join(', ')})`,
        );
        const select = columns.map(
          ({ name, type }) => `CAST(${name} AS ${duckdbTypeOf(type) ?? 'VARCHAR'}) AS ${name}`,
        );
        await engine.run(
          `CREATE OR REPLACE TABLE ${dataset} AS SELECT ${select.join(', ')} FROM (VALUES ${tuples.join(', ')}) AS t(${names.join(', ')})`,
        );
      }
      const result = await engine.query(
        `SELECT month::VARCHAR, branch, fees::VARCHAR, loan_count::VARCHAR FROM (${sql.replace('$as_of', "'2025-03-31'")})`,
      );
      expect(result.rows, branch).toEqual(cells(expected));
    }
    engine.close();
  });

  it('have a row that is left out where a condition leaves some out', () => {
    const [matching, , , excluded] = cases;
    expect(cells(excluded?.expected ?? [])).toEqual(cells(matching?.expected ?? []));
    expect(excluded?.rows.get('loans')?.length).toBe((matching?.rows.get('loans')?.length ?? 0) + 1);
  });

  it('say what there is no case for', () => {
    const { query } = file.plan;
    if (query.kind !== 'aggregate') throw new Error('the sample aggregates');
    const alone: ProductFile = { ...file, plan: { ...file.plan, query: { ...query, filter: null } } };
    expect(unitCases(alone).missing).toEqual(['excluded: no condition holds rows back']);
  });

  it('pass over values that do not fit their column', () => {
    const narrow = { kind: 'decimal', precision: 2, scale: 2 } as const;
    const sources = file.sources.map((source) => ({
      ...source,
      columns: source.columns.map((column) => (column.name === 'fee' ? { ...column, type: narrow } : column)),
    }));
    const { query } = file.plan;
    if (query.kind !== 'aggregate') throw new Error('the sample aggregates');
    const tenth = { kind: 'literal', literal: { type: 'decimal', value: '0.10' } } as const;
    const fee = { kind: 'column', table: 'loans', column: 'fee' } as const;
    const filter = { kind: 'comparison', operator: 'ge', left: fee, right: tenth } as const;
    const made = unitCases({ ...file, sources, plan: { ...file.plan, query: { ...query, filter } } });
    expect(made.cases.map(({ branch }) => branch)).toContain('matching');
  });
});
